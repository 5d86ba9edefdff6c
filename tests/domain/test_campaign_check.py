"""Rules that contradict themselves are told, each contradiction in a sentence."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kiosk.domain import campaign_problems as wrong
from kiosk.domain.campaign_check import (
    amendment_problems,
    announce_problems,
    rule_problems,
)
from kiosk.domain.campaign_kinds import (
    AwardKind,
    GateKind,
    PartKind,
    Reading,
    StageKind,
)
from kiosk.domain.campaign_rules import (
    Criterion,
    Issuer,
    Rules,
    Sheet,
    SheetItem,
    Stage,
    Words,
)
from tests.campaign_presets import star, with_award, with_gate, with_part

DAY = timedelta(days=1)
TODAY = date(2027, 5, 1)
NAME = Words("甲", "A")
ISSUER = Issuer(
    name="办公室", address="一号楼", contact="张三", telephone="1", hotline="2"
)


def codes(problems) -> list[str]:
    return [problem.code for problem in problems]


def only(problems):
    (problem,) = problems
    return type(problem), problem.values


def moved(rules: Rules, key: str, /, **changes) -> Rules:
    stages = [
        replace(each, **changes) if each.key == key else each for each in rules.stages
    ]
    return replace(rules, stages=tuple(stages))


def without(rules: Rules, kind: StageKind) -> Rules:
    return replace(rules, stages=tuple(s for s in rules.stages if s.kind != kind))


def test_the_shipped_rules_have_no_problem():
    assert rule_problems(star()) == []


def test_a_key_stands_once_in_its_list():
    rules = star()
    award = rules.awards[0]
    item = SheetItem(key="smile", title=NAME, deduction=1)
    sheet = Sheet(key="daily", title=NAME, items=(item, item))
    twice = Criterion(key="smile", title=NAME, points=1)
    rules = with_award(rules, criteria=(*award.criteria, twice))
    problems = rule_problems(replace(rules, sheets=(replace(sheet, items=()), sheet)))
    assert codes(problems) == ["key_twice"] * 3
    assert [each.values["place"] for each in problems] == [
        "sheets",
        "awards.star.criteria",
        "sheets.daily.items",
    ]


def test_a_stage_cannot_end_before_it_begins():
    rules = moved(star(), "mobilise", ends=date(2027, 5, 23))
    assert only(rule_problems(rules)) == (wrong.StageBackwards, {"stage": "宣传动员"})
    assert rule_problems(moved(star(), "mobilise", ends=date(2027, 5, 24))) == []


def test_the_period_runs_forward_and_ends_before_the_notice():
    rules = star()
    backwards = replace(rules, ends=rules.begins - DAY)
    assert codes(rule_problems(backwards)) == ["period_backwards"]
    assert rule_problems(replace(rules, ends=rules.begins)) == []
    posted = rules.of_kind(StageKind.NOTICE)[0].begins
    assert rule_problems(replace(rules, ends=posted - DAY)) == []
    assert codes(rule_problems(replace(rules, ends=posted))) == ["period_too_late"]


def test_stages_that_every_campaign_needs():
    rules = star()
    for kind in (StageKind.NOTICE, StageKind.COMMEND, StageKind.NOMINATE):
        problem = only(rule_problems(without(rules, kind)))
        assert problem == (wrong.StageLacking, {"kind": kind.value})


@pytest.mark.parametrize(
    ("key", "ends"),
    [
        ("nominate", date(2027, 9, 1)),
        ("vote", date(2027, 9, 6)),
        ("notice", date(2027, 9, 20)),
    ],
)
def test_some_stages_cannot_overlap(key, ends):
    assert codes(rule_problems(moved(star(), key, ends=ends))) == ["stage_order"]
    assert rule_problems(moved(star(), key, ends=ends - DAY)) == []


def test_there_is_an_award():
    assert codes(rule_problems(replace(star(), awards=()))) == ["award_lacking"]


@pytest.mark.parametrize("weight", [49, 51])
def test_weights_of_electorates_make_a_whole(weight):
    rules = star()
    first = replace(rules.electorates[0], weight=weight)
    rules = replace(rules, electorates=(first, rules.electorates[1]))
    assert only(rule_problems(rules)) == (
        wrong.WeightsWrong,
        {"what": "electorates", "sum": weight + 50},
    )


@pytest.mark.parametrize("weights", [(), (99,), (60, 50)])
def test_weights_of_parts_make_a_whole(weights):
    part = star().awards[0].parts[0]
    parts = tuple(replace(part, weight=weight) for weight in weights)
    assert only(rule_problems(with_award(star(), parts=parts))) == (
        wrong.WeightsWrong,
        {"what": "微笑服务之星", "sum": sum(weights)},
    )


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"seats": 0}, ["seats_wrong"]),
        ({"seats": 1}, []),
        ({"seats": 200}, []),
        ({"seats": 201}, ["seats_wrong"]),
        ({"copies": 2}, ["copies_wrong"]),
        ({"copies": 3}, []),
        ({"choose": 10}, []),
        ({"choose": 11}, ["choose_too_many"]),
    ],
)
def test_numbers_of_an_award_are_in_their_range(changes, expected):
    assert codes(rule_problems(with_award(star(), **changes))) == expected


@pytest.mark.parametrize(
    ("kind", "lacking"),
    [
        (PartKind.RATING, None),
        (PartKind.INSPECTION, "inspect, sheets"),
        (PartKind.JURY, "jury, quorum"),
        (PartKind.BALLOT, None),
        (PartKind.APPRAISAL, None),
        (PartKind.KNOWLEDGE, "test"),
        (PartKind.TASKS, "tasks"),
    ],
)
def test_a_part_needs_what_it_takes_its_numbers_from(kind, lacking):
    problems = rule_problems(with_part(star(), kind))
    assert [each.values["lacking"] for each in problems] == [lacking] * bool(lacking)


def test_a_ballot_needs_its_stage_and_electorates():
    rules = replace(without(star(), StageKind.VOTE), electorates=())
    _, values = only(rule_problems(rules))
    assert values["lacking"] == "vote, electorates"


@pytest.mark.parametrize(
    ("gate", "lacking"),
    [
        ({"kind": GateKind.KNOWLEDGE, "at_least": 90}, "test"),
        ({"kind": GateKind.COMPLAINTS, "at_most": 0}, None),
        ({"kind": GateKind.TASKS, "at_least": 100}, "tasks"),
        ({"kind": GateKind.VETO}, "tasks"),
        ({"kind": GateKind.CLEARANCE}, "clearance, offices"),
    ],
)
def test_a_gate_needs_what_it_takes_its_numbers_from(gate, lacking):
    problems = rule_problems(with_gate(star(), **gate))
    assert [each.values["lacking"] for each in problems] == [lacking] * bool(lacking)


SATISFIED = {"kind": GateKind.SATISFACTION, "reading": Reading.TOP2, "at_least": 80}


@pytest.mark.parametrize(
    ("gate", "needed"),
    [
        (SATISFIED, None),
        (SATISFIED | {"reading": None}, "reading"),
        (SATISFIED | {"at_least": None}, "at_least"),
        (SATISFIED | {"at_least": 0}, "at_least"),
        (SATISFIED | {"at_least": 100}, None),
        (SATISFIED | {"at_least": 101}, "at_least"),
        ({"kind": GateKind.COMPLAINTS}, "at_most"),
    ],
)
def test_a_gate_has_the_number_it_needs(gate, needed):
    problems = rule_problems(with_gate(star(), **gate))
    assert [each.values["needed"] for each in problems] == [needed] * bool(needed)


def test_suggestions_are_not_rated_and_not_nominated():
    rules = with_award(star(), kind=AwardKind.SUGGESTION, gates=())
    assert rule_problems(without(rules, StageKind.NOMINATE)) == []
    rated = with_part(rules, PartKind.RATING)
    assert codes(rule_problems(rated)) == ["no_ratings"]


def test_rules_are_announced_by_the_first_day_with_all_of_the_issuer():
    rules = replace(star(), issuer=ISSUER)
    assert announce_problems(rules, rules.first_day) == []
    late = announce_problems(rules, rules.first_day + DAY)
    assert only(late) == (wrong.StartsInThePast, {"day": rules.first_day})
    for name in ("name", "address", "contact", "telephone", "hotline"):
        half = replace(rules, issuer=replace(ISSUER, **{name: ""}))
        assert codes(announce_problems(half, TODAY)) == ["issuer_missing"]


def test_rules_without_stages_are_not_announced():
    problems = announce_problems(replace(star(), stages=()), TODAY)
    assert "stage_lacking" in codes(problems)


@pytest.mark.parametrize(
    ("key", "changes", "expected"),
    [
        # The day is 2027-06-20: mobilise is over, carry-out and nominate run.
        ("mobilise", {"ends": date(2027, 6, 1)}, ["stage_past"]),
        ("mobilise", {"title": NAME}, []),
        ("carry-out", {"begins": date(2027, 6, 2)}, ["stage_past"]),
        ("carry-out", {"kind": StageKind.INSPECT}, ["stage_past"]),
        ("carry-out", {"ends": date(2027, 6, 19)}, ["stage_past"]),
        ("carry-out", {"ends": date(2027, 6, 20)}, []),
        ("nominate", {"ends": date(2027, 7, 5)}, []),
        ("nominate", {"key": "other"}, ["stage_past", "stage_too_soon"]),
        ("vote", {"begins": date(2027, 8, 30)}, []),
        (
            "vote",
            {"begins": date(2027, 6, 21), "ends": date(2027, 6, 21)},
            ["stage_order"],
        ),
        ("commend", {"begins": date(2027, 6, 20)}, ["stage_order", "stage_too_soon"]),
        ("notice", {"key": "other", "begins": date(2027, 9, 6)}, []),
    ],
)
def test_an_amendment_leaves_what_has_begun(key, changes, expected):
    new = moved(star(), key, **changes)
    assert codes(amendment_problems(star(), new, date(2027, 6, 20))) == expected


@pytest.mark.parametrize(
    "changed",
    [
        replace(star(), begins=date(2027, 6, 2)),
        replace(star(), ends=date(2027, 6, 29)),
        replace(star(), quorum=1),
        replace(star(), notice_days=1),
        replace(star(), ruling_days=1),
        with_award(star(), seats=9),
        replace(star(), electorates=star().electorates[::-1]),
        replace(star(), sheets=(Sheet(key="daily", title=NAME, items=()),)),
    ],
    ids=[
        "begins",
        "ends",
        "quorum",
        "notice",
        "ruling",
        "seats",
        "electorates",
        "sheets",
    ],
)
@pytest.mark.parametrize("kind", [StageKind.VOTE, StageKind.NOTICE, StageKind.JURY])
def test_numbers_stay_once_somebody_judges(changed, kind):
    old = star()
    first = old.of_kind(StageKind.VOTE)[0].begins
    if kind is StageKind.JURY:
        first -= 30 * DAY
        stage = Stage(key="jury", kind=kind, title=NAME, begins=first, ends=first)
        old = replace(old, stages=(*old.stages, stage))
        changed = replace(changed, stages=old.stages)
    if kind is StageKind.NOTICE:
        old, changed = (without(each, StageKind.VOTE) for each in (old, changed))
        first = old.of_kind(kind)[0].begins
    before = codes(amendment_problems(old, changed, first - DAY))
    after = codes(amendment_problems(old, changed, first))
    assert "numbers_fixed" not in before
    assert after == [*before, "numbers_fixed"]


def test_an_amendment_is_whole_rules():
    new = with_award(star(), seats=0)
    assert codes(amendment_problems(star(), new, TODAY)) == ["seats_wrong"]
