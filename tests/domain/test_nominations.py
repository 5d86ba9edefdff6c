"""Rules of nomination: when, how many, which words; and what a change makes of it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.campaign_kinds import Change, GateKind, PartKind, StageKind
from kiosk.domain.campaign_rules import Gate, Part
from kiosk.domain.campaign_stages import NoSuchStage, NotOpenYet, OverAlready
from kiosk.domain.candidate_changes import (
    CandidateChange,
    ChangeKind,
    Settlement,
    settlement,
)
from kiosk.domain.candidates import (
    NAME_MOST,
    REASON_MOST,
    STATEMENT_MOST,
    CandidateState,
    MarkKind,
)
from kiosk.domain.nominations import (
    BrandNameMissing,
    EntersByItself,
    NoReplacement,
    QuotaFull,
    RateWrong,
    ReasonNeeded,
    ReplacedTooLate,
    StatementTooLong,
    check_nominating,
    check_quota,
    check_replacing,
    parse_brand,
    parse_rate,
    parse_reason,
    parse_statement,
    places_taken,
    uses_mark,
)
from tests.nominations import BEST, IDEA, STAR, TODAY, day, small_rules

STANDING, WITHDRAWN, REPLACED, CANCELLED = CandidateState


def test_names_are_taken_from_the_first_to_the_last_day_of_the_stage():
    rules = small_rules()
    for open_day in (day(-1), TODAY, day(1)):
        check_nominating(rules, STAR, open_day)
    with pytest.raises(NotOpenYet, match=str(day(-1))):
        check_nominating(rules, STAR, day(-2))
    with pytest.raises(OverAlready, match=str(day(1))):
        check_nominating(rules, STAR, day(2))


def test_suggestions_are_never_put_forward():
    with pytest.raises(EntersByItself):
        check_nominating(small_rules(), IDEA, TODAY)


@pytest.mark.parametrize(
    ("states", "follows", "keeps"),
    [
        ([], 0, 0),
        ([STANDING, STANDING], 2, 2),
        ([WITHDRAWN, STANDING], 1, 2),
        ([REPLACED, STANDING], 1, 1),
        ([CANCELLED], 1, 1),
    ],
)
def test_who_takes_a_place(states, follows, keeps):
    assert places_taken(STAR, states) == follows
    assert places_taken(replace(STAR, replace=False), states) == keeps


def test_one_more_than_the_quota_is_refused():
    check_quota(BEST, "市人社局", [STANDING])
    with pytest.raises(QuotaFull, match="市人社局 may put forward 2 for “文明窗口”"):
        check_quota(BEST, "市人社局", [STANDING, STANDING])
    check_quota(replace(BEST, quota=0), "市人社局", [STANDING] * 99)


def test_a_place_is_taken_by_another_until_the_names_are_voted_on():
    rules = small_rules()
    for right in (day(-1), day(2), day(9)):
        check_replacing(rules, STAR, right)
    with pytest.raises(NotOpenYet):
        check_replacing(rules, STAR, day(-2))
    with pytest.raises(ReplacedTooLate, match=str(day(10))):
        check_replacing(rules, STAR, day(10))
    with pytest.raises(NoReplacement):
        check_replacing(rules, replace(STAR, replace=False), TODAY)


def test_without_a_stage_for_names_nobody_takes_a_place():
    rules = small_rules()
    fixing = {StageKind.NOMINATE, StageKind.VOTE, StageKind.NOTICE}
    bare = replace(
        rules, stages=tuple(each for each in rules.stages if each.kind not in fixing)
    )
    with pytest.raises(NoSuchStage):
        check_replacing(bare, STAR, TODAY)


def test_words_are_kept_by_criterion_and_tidied():
    typed = {"smile": " 六个一\r\n天天做到 ", "skill": "  ", "other": "不要"}
    assert parse_statement(STAR, typed) == {"smile": "六个一\n天天做到"}
    longest = {"skill": "长" * STATEMENT_MOST}
    assert parse_statement(STAR, longest) == longest
    with pytest.raises(StatementTooLong, match="“业务熟练” you wrote 601") as refusal:
        parse_statement(STAR, {"skill": "长" * (STATEMENT_MOST + 1)})
    assert refusal.value.key == "skill"


@pytest.mark.parametrize(
    ("parse", "most", "refusal"),
    [
        (parse_brand, NAME_MOST, BrandNameMissing),
        (parse_reason, REASON_MOST, ReasonNeeded),
    ],
)
def test_names_and_reasons_are_there_and_fit(parse, most, refusal):
    assert parse(" 阳光  服务 ") == "阳光 服务"
    assert parse("长" * most) == "长" * most
    for wrong in ("", " \u200b", "长" * (most + 1)):
        with pytest.raises(refusal):
            parse(wrong)


@given(st.integers(0, 10_000))
def test_each_rate_is_read_as_it_is_written(hundredths):
    whole, parts = divmod(hundredths, 100)
    assert parse_rate(f"{whole}.{parts:02d}") == hundredths
    assert parse_rate(f" {whole}.{parts:02d} %") == hundredths


@pytest.mark.parametrize(
    ("typed", "rate"), [("95", 9500), ("９２．５％", 9250), ("100.0", 10_000), ("0", 0)]
)
def test_rates_are_written_in_several_ways(typed, rate):
    assert parse_rate(typed) == rate


@pytest.mark.parametrize(
    "typed",
    ["", "-1", "100.01", "101", "9.999", "1e2", "nan", "九十", "%", ".5", "9" * 50],
)
def test_what_is_no_rate_is_refused(typed):
    with pytest.raises(RateWrong):
        parse_rate(typed)


def test_numbers_are_entered_where_an_award_reads_them():
    read = replace(BEST, parts=(Part(kind=PartKind.KNOWLEDGE, weight=100),))
    assert uses_mark(STAR, MarkKind.KNOWLEDGE)
    assert uses_mark(read, MarkKind.KNOWLEDGE)
    assert not uses_mark(BEST, MarkKind.KNOWLEDGE)
    asked = replace(BEST, parts=(Part(kind=PartKind.APPRAISAL, weight=100),))
    assert uses_mark(asked, MarkKind.APPRAISAL)
    told = replace(BEST, gates=(Gate(kind=GateKind.COMPLAINTS, at_most=0),))
    assert not uses_mark(told, MarkKind.APPRAISAL)


def changed(kind: ChangeKind, **values: object) -> CandidateChange:
    known = {"candidate_id": 1, "day": TODAY, "counts_from": None} | values
    return CandidateChange(kind=kind, **known)


@pytest.mark.parametrize(
    ("change", "becomes"),
    [
        (changed(ChangeKind.MOVED), Settlement.COUNTS_ANEW),
        (changed(ChangeKind.MOVED, counts_from=day(-1)), Settlement.COUNTS_ANEW),
        (changed(ChangeKind.MOVED, counts_from=TODAY), Settlement.DONE),
        (changed(ChangeKind.ENDED), Settlement.WITHDRAWN),
        (changed(ChangeKind.ENDED, successor_id=2), Settlement.GOES_ON),
    ],
)
def test_the_rule_says_what_becomes_of_a_change(change, becomes):
    assert settlement(Change.SEPARATE, change) is becomes
    assert settlement(Change.CARRY, change) is Settlement.CARRIES
