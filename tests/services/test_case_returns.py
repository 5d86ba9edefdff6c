"""What comes back after an answer: the call, the second rating, and a reopening."""

import pytest

from kiosk.domain.case_texts import TextKind
from kiosk.domain.cases import (
    CallOutcome,
    CaseState,
    GradeUnknown,
    NotNow,
    OutsideOnly,
    ReopenedBefore,
    Second,
    Source,
    WordsMissing,
)
from kiosk.domain.policy import NotOpen
from kiosk.extensions import recording, transaction
from kiosk.models import Case
from tests.builders import make_window
from tests.case_acts import (
    CENTRE,
    CITIZEN,
    DONE,
    OUTSIDE,
    PROMISE,
    UNIT,
    Acts,
    at_once,
    case_row,
    stands,
    texts,
    told_of,
)
from tests.ledger_story import told, verified
from tests.screens import ZONE
from tests.staff import unit_key

CONTENT, NOT = CallOutcome.CONTENT, CallOutcome.NOT_CONTENT
IN_VAIN, UNWANTED = CallOutcome.NOT_REACHED, CallOutcome.UNWANTED


@pytest.fixture
def window(app) -> int:
    with transaction() as session:
        return make_window(session, "A001").id


@pytest.fixture
def acts(window, clock) -> Acts:
    return Acts(clock, unit_key())


def called(key: int) -> tuple[int, bool, str, int | None]:
    """Return tries, whether the call is made, its outcome and the second rating."""
    case = case_row(key)
    return (
        case.call_tries,
        case.called_at is not None,
        case.call_outcome,
        case.second,
    )


def closing(key: int) -> tuple[CaseState, str]:
    case = case_row(key)
    return CaseState(case.state), case.closed_by


def local(moment) -> str:
    return f"{moment.astimezone(ZONE):%m-%d %H:%M}"


def test_nobody_is_called_before_the_answer(acts):
    waiting, checked, doubted = acts.opened(), acts.accepted(), acts.accepted()
    acts.doubt(doubted)
    for key in (waiting, checked, doubted):
        with pytest.raises(NotNow):
            acts.call(key, CONTENT)
        assert called(key) == (0, False, "", None)


def test_a_unit_calls_nobody_back_and_neither_does_a_citizen(acts):
    key = acts.answered()
    with pytest.raises(OutsideOnly):
        acts.call(key, CONTENT, UNIT)
    with pytest.raises(NotNow):
        acts.call(key, CONTENT, CITIZEN)


def test_who_is_content_on_the_telephone_closes_the_case(acts, clock):
    key = acts.answered()
    clock.forward(days=1)
    acts.call(key, CONTENT)
    assert called(key) == (1, True, CONTENT, Second.CONTENT)
    assert case_row(key).called_at == clock()
    assert closing(key) == (CaseState.CLOSED, "outside")
    assert told_of(key)[-2:] == ["call-back", "close"]
    with pytest.raises(NotNow):
        acts.call(key, NOT)
    assert told(verified()) == []


def test_only_the_second_call_in_vain_ends_the_trying(acts):
    key = acts.answered()
    acts.call(key, IN_VAIN)
    assert called(key) == (1, False, "", None)
    assert stands(key) is CaseState.ANSWERED
    acts.call(key, IN_VAIN)
    assert called(key) == (2, True, IN_VAIN, None)
    assert closing(key) == (CaseState.CLOSED, "outside")


def test_after_a_call_in_vain_somebody_may_be_reached(acts):
    key = acts.answered()
    acts.call(key, IN_VAIN)
    acts.call(key, CONTENT)
    assert called(key) == (2, True, CONTENT, Second.CONTENT)


def test_who_wants_no_call_is_no_content_citizen(acts):
    key = acts.answered()
    acts.call(key, UNWANTED)
    assert called(key) == (1, True, UNWANTED, None)
    assert closing(key) == (CaseState.CLOSED, "outside")


@pytest.mark.parametrize("outcome", [UNWANTED, IN_VAIN])
def test_a_call_without_a_word_leaves_open_what_is_only_promised(acts, outcome):
    key = acts.answered(PROMISE)
    with recording("system", acts.now()) as records:
        records.change(Case, CENTRE, key, {"call_tries": 1})
    acts.call(key, outcome)
    assert called(key) == (2, True, outcome, None)
    assert closing(key) == (CaseState.ANSWERED, "")
    acts.rectify(key)
    acts.close(key)


def test_who_is_not_content_opens_the_case_again(acts, clock):
    key = acts.answered(DONE)
    clock.forward(days=1)
    acts.call(key, NOT)
    case = case_row(key)
    assert (case.state, case.reopened_at) == (CaseState.CHECKING, clock())
    assert [local(each) for each in (case.answer_due, case.rectify_due)] == [
        "07-24 17:30",
        "08-07 17:30",
    ]
    assert (case.answer, case.answered_at, case.second_due) == ("", None, None)
    assert (case.look_back_on, case.rectified_at) == (None, None)
    assert called(key) == (0, False, "", None)
    assert told_of(key)[-2:] == ["call-back", "reopen"]
    assert told(verified()) == []


def test_after_the_second_answer_discontent_closes_and_is_kept(acts):
    key = acts.answered()
    acts.call(key, NOT)
    acts.answer(key, DONE)
    acts.call(key, NOT)
    assert called(key) == (1, True, NOT, Second.NOT)
    assert closing(key) == (CaseState.CLOSED, "outside")
    with pytest.raises(ReopenedBefore):
        acts.reopen(key)


def test_a_call_may_follow_the_closing_and_still_open_again(acts):
    key = acts.answered()
    acts.close(key)
    acts.call(key, NOT)
    assert closing(key) == (CaseState.CHECKING, "")
    assert case_row(key).closed_at is None


def test_a_call_after_the_closing_may_only_confirm_it(acts):
    key = acts.answered()
    acts.close(key, CITIZEN)
    acts.call(key, CONTENT)
    assert closing(key) == (CaseState.CLOSED, "citizen")
    assert called(key) == (1, True, CONTENT, Second.CONTENT)


@pytest.mark.parametrize("actor", [CITIZEN, OUTSIDE])
def test_a_case_is_opened_again_once_by_whatever_road(acts, actor):
    key = acts.answered()
    with pytest.raises(OutsideOnly):
        acts.reopen(key, UNIT)
    acts.reopen(key, actor)
    assert stands(key) is CaseState.CHECKING
    acts.answer(key)
    with pytest.raises(ReopenedBefore):
        acts.reopen(key, CITIZEN)
    with pytest.raises(ReopenedBefore):
        acts.reopen(key, OUTSIDE)


def test_nothing_is_opened_again_before_it_was_answered(acts):
    key = acts.accepted()
    with pytest.raises(NotNow):
        acts.reopen(key)
    assert case_row(key).reopened_at is None


def test_a_call_and_a_second_rating_at_once_reopen_once(app, acts):
    """Either may come first; nobody reopens twice, and no word gets lost on the way."""
    key = acts.answered()
    found = at_once(
        app, lambda: acts.rate(key, Second.NOT), lambda: acts.call(key, NOT)
    )
    assert sorted(found, key=str) == sorted([None, NotNow], key=str)
    assert told_of(key).count("reopen") == 1


@pytest.mark.parametrize("grade", [1, 2, 3])
def test_a_suggestion_is_graded_and_thanked_for(acts, grade):
    key = acts.opened(source=Source.SUGGESTION)
    acts.grade(key, grade, "谢谢您的金点子")
    assert (case_row(key).grade, stands(key)) == (grade, CaseState.WAITING)
    assert texts(key) == [(TextKind.REPLY, "谢谢您的金点子")]
    assert told_of(key) == ["", "grade"]


def test_what_cannot_be_graded_is_refused(acts):
    idea, complaint = acts.opened(source=Source.SUGGESTION), acts.opened()
    for grade in (0, 4, -1):
        with pytest.raises(GradeUnknown):
            acts.grade(idea, grade)
    with pytest.raises(WordsMissing):
        acts.grade(idea, 3, " ")
    with pytest.raises(OutsideOnly):
        acts.grade(idea, 3, actor=UNIT)
    with pytest.raises(NotNow):
        acts.grade(complaint, 3)
    with pytest.raises(NotOpen):
        acts.grade(complaint + 1, 3)
    assert (case_row(idea).grade, texts(idea)) == (0, [])
