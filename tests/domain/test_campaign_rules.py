"""What can be asked of rules and of an outcome."""

from dataclasses import replace
from datetime import date

from kiosk.domain.campaign_kinds import PartKind, StageKind
from kiosk.domain.campaign_results import AwardOutcome, Outcome, Ranked
from kiosk.domain.campaign_rules import Words
from tests.campaign_presets import star


def test_words_are_read_in_either_language():
    words = Words("星", "Star")
    assert [words.read("en"), words.read("zh")] == ["Star", "星"]


def test_first_and_last_day_span_all_stages():
    rules = star()
    turned = replace(rules, stages=rules.stages[::-1])
    for each in (rules, turned):
        assert each.first_day == date(2027, 5, 24)
        assert each.last_day == date(2027, 9, 30)


def test_stages_of_a_kind_come_in_their_order():
    vote = star().of_kind(StageKind.VOTE)[0]
    early = replace(vote, key="early", begins=date(2027, 8, 1))
    short = replace(early, key="short", ends=date(2027, 8, 2))
    rules = replace(star(), stages=(vote, early, short))
    keys = [stage.key for stage in rules.of_kind(StageKind.VOTE)]
    assert keys == ["short", "early", "vote"]
    assert rules.of_kind(StageKind.JURY) == ()


def test_entries_are_found_by_their_keys():
    rules = star()
    assert rules.award("star") is rules.awards[0]
    assert rules.stage("vote") in rules.of_kind(StageKind.VOTE)
    assert rules.electorate("cadres") is rules.electorates[0]
    assert [rules.award("x"), rules.stage("x"), rules.electorate("x")] == [None] * 3


def test_choices_are_the_seats_unless_said():
    award = star().awards[0]
    assert award.choices == award.seats == 10
    assert replace(award, choose=3).choices == 3
    assert award.has(PartKind.BALLOT)
    assert not award.has(PartKind.JURY)


def ranked(key: int, *, elected: bool) -> Ranked:
    return Ranked(
        key=key,
        number=key,
        name="一号窗口",
        unit=1,
        unit_name="户政",
        admitted=True,
        ended="",
        checks=(),
        parts=(),
        total=1.0,
        place=key,
        band=1,
        elected=elected,
    )


def test_an_outcome_tells_who_is_elected_and_what_stays_empty():
    rows = (ranked(1, elected=True), ranked(2, elected=False))
    award = AwardOutcome(key="star", seats=3, rows=rows)
    assert list(award.elected) == [rows[0]]
    assert award.empty == 2
    assert Outcome(awards=(award,)).award("star") is award
    assert Outcome(awards=(award,)).award("x") is None
