"""Answers: put right, explained or unfounded; sent back, kept, and looked at again."""

from datetime import date

import pytest

from kiosk.domain.case_texts import TextKind
from kiosk.domain.cases import (
    Answer,
    CaseState,
    MeasureMissing,
    NotNow,
    OutsideOnly,
    Second,
    WordsMissing,
    WordsTooLong,
)
from kiosk.domain.policy import Role
from kiosk.extensions import transaction
from kiosk.services.case_answers import Reply
from kiosk.services.cases import Actor
from tests.builders import make_window
from tests.case_acts import (
    DONE,
    EXPLAINED,
    OUTSIDE,
    PROMISE,
    UNIT,
    Acts,
    at_once,
    authors,
    case_row,
    stands,
    texts,
    told_of,
)
from tests.ledger_story import told, verified
from tests.people import make_account
from tests.screens import ZONE
from tests.staff import unit_key


@pytest.fixture
def window(app) -> int:
    with transaction() as session:
        return make_window(session, "A001").id


@pytest.fixture
def acts(window, clock) -> Acts:
    return Acts(clock, unit_key())


def local(moment) -> str:
    return f"{moment.astimezone(ZONE):%m-%d %H:%M}"


def test_an_explanation_promises_nothing_and_is_not_looked_at_again(acts, clock):
    key = acts.answered()
    case = case_row(key)
    assert (stands(key), case.answer) == (CaseState.ANSWERED, Answer.EXPLAINED)
    assert (case.answered_at, local(case.second_due)) == (clock(), "07-30 17:30")
    assert (case.rectified_at, case.look_back_on) == (None, None)
    assert texts(key) == [(TextKind.REPLY, EXPLAINED.words)]
    assert told_of(key) == ["", "accept", "answer"]
    assert told(verified()) == []


def test_a_promise_is_written_down_and_looked_at_again(acts):
    key = acts.answered(PROMISE)
    case = case_row(key)
    assert (case.answer, case.rectified_at) == (Answer.RECTIFIED, None)
    assert case.look_back_on == date(2026, 8, 13)
    assert texts(key) == [
        (TextKind.REPLY, PROMISE.words),
        (TextKind.MEASURE, PROMISE.measure),
    ]


def test_what_is_done_already_needs_no_second_note(acts, clock):
    key = acts.answered(DONE)
    assert case_row(key).rectified_at == clock()
    with pytest.raises(NotNow):
        acts.rectify(key)


def test_an_explanation_may_name_a_measure_too(acts):
    key = acts.answered(Reply(answer=Answer.EXPLAINED, words="说明", measure="告示"))
    assert case_row(key).look_back_on is None
    assert texts(key)[1:] == [(TextKind.MEASURE, "告示")]


@pytest.mark.parametrize(
    ("reply", "refusal"),
    [
        (Reply(answer=Answer.UNFOUNDED, words="不属实"), OutsideOnly),
        (Reply(answer=Answer.RECTIFIED, words="改"), MeasureMissing),
        (Reply(answer=Answer.RECTIFIED, words="改", measure=" \n"), MeasureMissing),
        (Reply(answer=Answer.EXPLAINED, words=""), WordsMissing),
        (Reply(answer=Answer.EXPLAINED, words="字" * 10_000), WordsTooLong),
        (Reply(answer=Answer.RECTIFIED, words="", measure="改"), WordsMissing),
        (
            Reply(answer=Answer.RECTIFIED, words="改", measure="字" * 2_001),
            WordsTooLong,
        ),
    ],
)
@pytest.mark.parametrize("actor", [UNIT, OUTSIDE])
def test_an_answer_that_says_too_little_or_too_much_is_refused(
    acts, reply, refusal, actor
):
    key = acts.accepted()
    with pytest.raises(refusal):
        acts.answer(key, reply, actor)
    assert (stands(key), texts(key)) == (CaseState.CHECKING, [])


def test_nobody_answers_before_the_check_or_twice(acts):
    key = acts.opened()
    with pytest.raises(NotNow):
        acts.answer(key)
    acts.accept(key)
    acts.answer(key)
    with pytest.raises(NotNow):
        acts.answer(key, PROMISE)
    assert texts(key) == [(TextKind.REPLY, EXPLAINED.words)]


def test_the_writer_of_a_reply_is_kept_with_it(acts, clock):
    who = make_account("zhang", Role.MANAGER, clock(), acts.unit_id)
    key = acts.accepted()
    acts.answer(key, actor=Actor(UNIT.side, who))
    assert authors(key) == [who]


def test_of_two_answers_at_once_one_is_told_that_the_case_moved_on(app, acts):
    key = acts.accepted()
    found = at_once(
        app, lambda: acts.answer(key, DONE), lambda: acts.answer(key, EXPLAINED)
    )
    assert sorted(found, key=str) == sorted([None, NotNow], key=str)
    answer = case_row(key).answer
    first = {Answer.RECTIFIED: DONE.words, Answer.EXPLAINED: EXPLAINED.words}[answer]
    replies = [words for kind, words in texts(key) if kind is TextKind.REPLY]
    assert replies == [first]
    assert told_of(key) == ["", "accept", "answer"]


def test_an_answer_ends_a_pause_and_what_is_due_moves_on(acts, clock):
    key = acts.accepted()
    acts.pause(key)
    clock.forward(days=1)
    acts.answer(key, PROMISE)
    case = case_row(key)
    assert case.paused_at is None
    assert [local(each) for each in (case.answer_due, case.rectify_due)] == [
        "07-24 17:30",
        "08-07 17:30",
    ]


def test_a_unit_asks_and_only_somebody_outside_finds_a_case_unfounded(acts, clock):
    key = acts.accepted()
    acts.doubt(key, "当日该窗口未开")
    assert (stands(key), case_row(key).answer) == (CaseState.DOUBTED, "")
    with pytest.raises(OutsideOnly):
        acts.agree(key, actor=UNIT)
    clock.forward(days=1)
    acts.agree(key, "经核查，当日窗口未对外服务。")
    case = case_row(key)
    assert (case.state, case.answer) == (CaseState.ANSWERED, Answer.UNFOUNDED)
    assert (case.answered_at, local(case.second_due)) == (clock(), "07-31 17:30")
    assert texts(key) == [
        (TextKind.FINDING, "当日该窗口未开"),
        (TextKind.REPLY, "经核查，当日窗口未对外服务。"),
    ]
    assert told_of(key) == ["", "accept", "doubt", "agree"]
    assert told(verified()) == []


def test_those_outside_may_find_so_without_being_asked(acts):
    key = acts.accepted()
    acts.agree(key)
    assert case_row(key).answer == Answer.UNFOUNDED


def test_those_outside_ask_nobody_and_nobody_asks_without_a_finding(acts):
    key = acts.accepted()
    with pytest.raises(NotNow):
        acts.doubt(key, actor=OUTSIDE)
    with pytest.raises(WordsMissing):
        acts.doubt(key, " ")
    with pytest.raises(WordsMissing):
        acts.agree(key, "")
    assert (stands(key), texts(key)) == (CaseState.CHECKING, [])


def test_a_kept_promise_is_noted_once_with_what_was_done(acts, clock):
    key = acts.answered(PROMISE)
    with pytest.raises(WordsMissing):
        acts.rectify(key, "")
    clock.forward(days=3)
    acts.rectify(key, "7月19日起加开")
    assert case_row(key).rectified_at == clock()
    assert texts(key)[-1] == (TextKind.MEASURE, "7月19日起加开")
    with pytest.raises(NotNow):
        acts.rectify(key)


def test_a_promise_may_be_kept_after_its_citizen_was_content(acts):
    key = acts.answered(PROMISE)
    acts.rate(key, Second.CONTENT)
    assert stands(key) is CaseState.CLOSED
    acts.rectify(key)
    assert stands(key) is CaseState.CLOSED
    assert told_of(key)[-1] == "rectify"


def test_nothing_was_promised_by_an_explanation(acts):
    key = acts.answered()
    with pytest.raises(NotNow):
        acts.rectify(key)


@pytest.mark.parametrize("actor", [UNIT, OUTSIDE])
def test_a_measure_is_looked_at_again_once(acts, clock, actor):
    key = acts.answered(DONE)
    clock.forward(days=28)
    with pytest.raises(WordsMissing):
        acts.look_back(key, " ", actor)
    acts.look_back(key, "同类差评由6件降为1件", actor)
    assert case_row(key).looked_back_at == clock()
    assert texts(key)[-1] == (TextKind.RESULT, "同类差评由6件降为1件")
    assert told_of(key)[-1] == "look-back"
    with pytest.raises(NotNow):
        acts.look_back(key)
    assert told(verified()) == []


def test_without_a_measure_there_is_nothing_to_look_at_again(acts):
    key = acts.answered()
    with pytest.raises(NotNow):
        acts.look_back(key)
