"""Decisions from outside, with the words that go with each."""

import pytest

from kiosk.domain.case_texts import TextKind
from kiosk.domain.cases import (
    Answer,
    CaseState,
    GradeUnknown,
    NotNow,
    OutsideOnly,
    ReopenedBefore,
    Side,
    Source,
    WordsMissing,
    WordsTooLong,
)
from kiosk.domain.masking import MARK
from kiosk.domain.policy import Role
from kiosk.extensions import recording, transaction
from kiosk.services.case_decisions import find_unfounded, grade_idea, reopen_told
from kiosk.services.cases import Actor
from tests.builders import make_window
from tests.case_acts import (
    CENTRE,
    CLOCK,
    OUTSIDE,
    UNIT,
    Acts,
    at_once,
    authors,
    case_row,
    stands,
    texts,
)
from tests.engines import ON_SQLITE
from tests.ledger_story import told, verified
from tests.people import make_account
from tests.staff import unit_key

TOLD = ("经核查，当日该窗口停用。", "调阅叫号记录，无此次办理。")


@pytest.fixture
def acts(app, clock) -> Acts:
    with transaction() as session:
        make_window(session, "A001")
    return Acts(clock, unit_key())


def do(acts: Acts, act, key: int, *more, actor: Actor = OUTSIDE) -> None:
    with recording("account:1", acts.now()) as records:
        act(records, (CENTRE, key), actor, *more)


def test_unfounded_needs_a_reply_and_a_reason_from_outside(acts):
    key = acts.accepted()
    acts.doubt(key)
    handler = make_account("handler", Role.CASE_HANDLER, acts.now())
    do(acts, find_unfounded, key, TOLD, CLOCK, actor=Actor(Side.OUTSIDE, handler))
    assert (case_row(key).answer, stands(key)) == (
        Answer.UNFOUNDED,
        CaseState.ANSWERED,
    )
    assert texts(key)[1:] == [(TextKind.REPLY, TOLD[0]), (TextKind.FINDING, TOLD[1])]
    assert authors(key)[1:] == [handler, handler]
    assert told(verified()) == []


@ON_SQLITE
@pytest.mark.parametrize(
    ("told_of", "refusal"),
    [
        (("", TOLD[1]), WordsMissing),
        ((TOLD[0], " \n"), WordsMissing),
        (("长" * 10_000, TOLD[1]), WordsTooLong),
        ((TOLD[0], "长" * 2_001), WordsTooLong),
    ],
)
def test_without_both_nothing_is_found(acts, told_of, refusal):
    key = acts.accepted()
    with pytest.raises(refusal):
        do(acts, find_unfounded, key, told_of, CLOCK)
    assert (stands(key), texts(key)) == (CaseState.CHECKING, [])


@ON_SQLITE
def test_a_unit_finds_nothing_unfounded_about_itself(acts):
    key = acts.accepted()
    with pytest.raises(OutsideOnly):
        do(acts, find_unfounded, key, TOLD, CLOCK, actor=UNIT)
    assert (stands(key), texts(key)) == (CaseState.CHECKING, [])


def test_of_two_handlers_at_once_one_decides(app, acts):
    key = acts.accepted()

    def agree() -> None:
        do(acts, find_unfounded, key, TOLD, CLOCK)

    found = at_once(app, agree, agree)
    assert sorted(found, key=str) == sorted([None, NotNow], key=str)
    assert len(texts(key)) == 2


@ON_SQLITE
def test_an_idea_is_graded_thanked_for_and_may_enter_an_award(acts):
    key = acts.accepted(source=Source.SUGGESTION)
    do(acts, grade_idea, key, 3, ("谢谢您的金点子。", "年度金点子奖"))
    assert case_row(key).grade == 3
    assert texts(key) == [
        (TextKind.REPLY, "谢谢您的金点子。"),
        (TextKind.NOTE, "年度金点子奖"),
    ]
    do(acts, grade_idea, key, 2, ("再次感谢。", " "))
    assert case_row(key).grade == 2
    assert texts(key)[2:] == [(TextKind.REPLY, "再次感谢。")]


@ON_SQLITE
@pytest.mark.parametrize(
    ("grade", "told_of", "actor", "refusal"),
    [
        (0, ("谢谢", ""), OUTSIDE, GradeUnknown),
        (4, ("谢谢", ""), OUTSIDE, GradeUnknown),
        (1, ("", "奖"), OUTSIDE, WordsMissing),
        (1, ("谢谢", "长" * 2_001), OUTSIDE, WordsTooLong),
        (1, ("谢谢", ""), UNIT, OutsideOnly),
    ],
)
def test_what_is_no_grade_changes_nothing(acts, grade, told_of, actor, refusal):
    key = acts.accepted(source=Source.SUGGESTION)
    with pytest.raises(refusal):
        do(acts, grade_idea, key, grade, told_of, actor=actor)
    assert (case_row(key).grade, texts(key)) == (0, [])


@ON_SQLITE
def test_who_says_by_telephone_that_it_is_not_settled_is_quoted_without_numbers(acts):
    key = acts.answered()
    do(acts, reopen_told, key, "还是不行，打13900005678", CLOCK)
    assert stands(key) is CaseState.CHECKING
    assert texts(key)[1:] == [(TextKind.VOICE, f"还是不行，打{MARK}")]
    assert authors(key)[1:] == [None]
    acts.answer(key)
    with pytest.raises(ReopenedBefore):
        do(acts, reopen_told, key, "又不行", CLOCK)
    assert told(verified()) == []


@ON_SQLITE
def test_a_case_is_not_opened_again_without_a_word_or_by_its_unit(acts):
    key = acts.answered()
    with pytest.raises(WordsMissing):
        do(acts, reopen_told, key, " ", CLOCK)
    with pytest.raises(OutsideOnly):
        do(acts, reopen_told, key, "还是不行", CLOCK, actor=UNIT)
    assert (stands(key), len(texts(key))) == (CaseState.ANSWERED, 1)
