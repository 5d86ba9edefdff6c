"""Candidates' conditions, and all readings on days before: on both databases."""

from dataclasses import replace

import pytest

from kiosk.domain.board import Period
from kiosk.domain.campaign_kinds import AwardKind, GateKind, Reading
from kiosk.domain.campaign_results import Why
from kiosk.domain.campaign_rules import Gate
from kiosk.extensions import reading, recording
from kiosk.queries.campaign_conditions import conditions, trial
from kiosk.queries.campaigns import campaign_by_slug
from kiosk.services.candidates import Named, nominate, withdraw_candidate
from tests.board_ratings import open_window, past_days
from tests.campaign_tallies import tally_clerk, tally_window
from tests.conftest import NOON
from tests.nominations import (
    BEST,
    EVERYWHERE,
    IDEA,
    SECTION,
    STAR,
    TODAY,
    day,
    small_rules,
    stand,
    wanted,
)
from tests.published import AWARD, HERE, POSTED, posted, ready_campaign
from tests.staff import make_clerk, unit_key
from tests.statements import statements

TOP2 = Gate(kind=GateKind.SATISFACTION, reading=Reading.TOP2, at_least=80)
KNOWS = Gate(kind=GateKind.KNOWLEDGE, at_least=90)


def lines(on=TODAY):
    with reading() as session:
        found = campaign_by_slug(session, "small")
        return conditions(session, found, HERE, on)


def test_each_candidate_says_why_it_is_in_or_out(app):
    ready_campaign()
    found = lines()
    assert [(each.number, each.met) for each in found] == [
        (1, True), (2, True), (3, True), (4, False),
    ]  # fmt: skip
    [check] = found[3].checks
    assert (check.why, check.value, check.needed) == (Why.BELOW, 75.0, 90.0)
    assert found[0].name.startswith("1 ")
    assert (found[0].award, found[0].unit_name) == ("best", "部门1")


def test_who_takes_no_part_meets_nothing(app):
    key = ready_campaign()
    own = Named(campaign_id=key, award="best", number=1, scope=EVERYWHERE)
    with recording("test", NOON) as records:
        withdraw_candidate(records, own, "不再参评", TODAY)
    first = lines()[0]
    assert (first.ended, first.met) == ("withdrawn", False)
    assert all(check.passed for check in first.checks)


def test_awards_come_in_the_order_of_the_rules(app):
    section = replace(SECTION, gates=(KNOWS,))
    key = ready_campaign(rules=small_rules(section, AWARD))
    with recording("test", NOON) as records:
        nominate(records, wanted(key, "section", unit_key("部门1")), TODAY)
    found = lines()
    assert [each.award for each in found] == ["section"] + ["best"] * 4
    assert found[0].checks[0].why is Why.NO_DATA


def test_after_the_posting_they_stand_as_on_the_list(app):
    ready_campaign()
    posted()
    before = lines()
    past_days(stand(1)[3].window_id, TODAY, (5,) * 90, (1, 2, 3))
    assert lines(POSTED.date()) == before
    assert [each.met for each in before] == [True, True, True, False]


def tried(rules, today=TODAY):
    with reading() as session:
        return trial(session, rules, today)


def rules_of(*awards):
    """Return rules that begin today: the period before it ends yesterday."""
    return replace(small_rules(*awards), begins=TODAY, ends=day(3))


def by_reading(gate):
    return {each.reading: (each.by_rate, each.by_bound) for each in gate.passing}


def test_without_a_condition_about_ratings_nothing_is_tried(app):
    assert tried(rules_of(replace(BEST, gates=(KNOWS,)))) is None
    assert tried(rules_of(replace(IDEA, gates=(TOP2,)))) is None


def test_windows_stand_side_by_side_under_every_reading(app):
    good, poor = open_window("A2"), open_window("A1")
    open_window("A3")
    tally_window(good, day(-1), 0, 0, 0, 60, 60)
    tally_window(poor, day(-4), 0, 4, 4, 0, 2, verified=False)
    tally_window(poor, TODAY, 90, 0, 0, 0, 0)
    tally_window(poor, day(-5), 90, 0, 0, 0, 0)
    found = tried(rules_of(replace(BEST, gates=(TOP2,))))
    assert found.period == Period(day(-4), day(-1))
    assert found.people == ()
    assert [row.words.split()[0] for row in found.windows] == ["A1", "A2", "A3"]
    assert [(row.ratings, row.days) for row in found.windows] == [
        (10, 1), (120, 1), (0, 0),
    ]  # fmt: skip
    rates = [{told.reading: told.rate for told in row.told} for row in found.windows]
    assert [each[Reading.TOP2] for each in rates] == [20.0, 100.0, None]
    assert [each[Reading.TOP3] for each in rates] == [60.0, 100.0, None]
    assert [each[Reading.WEIGHTED] for each in rates] == [50.0, 87.5, None]
    assert [each[Reading.VERIFIED] for each in rates] == [None, 100.0, None]
    [gate] = found.gates
    assert (gate.asked, gate.period, gate.award.key) == (3, found.period, "best")
    counts = by_reading(gate)
    assert list(counts) == list(Reading)
    assert counts[Reading.TOP2][0] == counts[Reading.WEIGHTED][0] == 1
    bounds = {told.reading: told.bound for told in found.windows[1].told}
    assert counts[Reading.TOP2][1] == int(bounds[Reading.TOP2] >= 80)
    assert bounds[Reading.TOP2] < 100.0


def test_a_condition_of_months_is_tried_on_as_many(app):
    window = open_window("A1")
    tally_window(window, day(-20), 0, 0, 0, 0, 9)
    gates = (replace(TOP2, months=1), TOP2)
    month, own = tried(rules_of(replace(BEST, gates=gates))).gates
    assert month.period == Period(day(-30), day(-1))
    assert [by_reading(each)[Reading.TOP2][0] for each in (month, own)] == [1, 0]


def test_units_are_tried_as_units(app):
    first, second = open_window("A1", unit="甲"), open_window("A2", unit="甲")
    open_window("B1", unit="乙")
    tally_window(first, day(-1), 1, 0, 0, 0, 0)
    tally_window(second, day(-1), 0, 0, 0, 0, 9)
    found = tried(rules_of(replace(SECTION, gates=(TOP2,))))
    [gate] = found.gates
    assert gate.asked == 2
    assert by_reading(gate)[Reading.TOP2][0] == 1
    assert len(found.windows) == 3


def people(count, ratings):
    window = open_window("A1")
    for number in range(count):
        clerk = make_clerk(f"03{number:02}", f"示例{number}")
        tally_clerk(clerk, window, day(-1), number, 0, 0, 0, ratings - number)


def test_people_are_told_without_names_the_best_first(app):
    people(6, 8)
    found = tried(rules_of(replace(STAR, gates=(TOP2,))))
    assert found.windows == ()
    assert [row.told[0].rate for row in found.people] == [
        100.0, 87.5, 75.0, 62.5, 50.0, 37.5,
    ]  # fmt: skip
    assert {row.words for row in found.people} == {""}
    [gate] = found.gates
    assert (gate.asked, by_reading(gate)[Reading.TOP2][0]) == (6, 2)


@pytest.mark.parametrize(
    ("count", "ratings", "shown"), [(4, 8, 0), (5, 4, 0), (5, 5, 5)]
)
def test_few_people_or_few_ratings_are_not_told(app, count, ratings, shown):
    people(count, ratings)
    found = tried(rules_of(replace(STAR, gates=(TOP2,))))
    assert len(found.people) == shown
    assert found.gates[0].asked == count


def test_the_number_of_statements_is_that_of_the_rules(app):
    rules = rules_of(
        replace(BEST, gates=(TOP2, replace(TOP2, reading=Reading.FAIR))),
        replace(STAR, gates=(TOP2,)),
        replace(SECTION, gates=(TOP2,)),
    )

    def said():
        with statements() as seen:
            tried(rules)
        return len(seen)

    open_window("A1")
    few = said()
    people_at = [open_window(f"C{number}", unit=f"丙{number}") for number in range(3)]
    for window in people_at:
        tally_window(window, day(-1), 0, 0, 0, 0, 5)
    assert said() == few
    assert {award.kind for award in rules.awards} == {
        AwardKind.WINDOW, AwardKind.PERSON, AwardKind.UNIT,
    }  # fmt: skip
