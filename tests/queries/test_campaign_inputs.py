"""Everything that the numbers of a campaign follow from, gathered on both databases."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import update

from kiosk.domain.campaign_kinds import GateKind, Reading
from kiosk.domain.campaign_rules import Gate, Task, Words
from kiosk.domain.candidates import CandidateState, MarkKind
from kiosk.domain.policy import Role
from kiosk.extensions import reading, recording, transaction
from kiosk.models import (
    ORGANISATION,
    Candidate,
    CandidateMark,
    Clearance,
    Finding,
    Inspection,
    Juror,
    JurySheet,
    Unit,
)
from kiosk.queries.campaign_inputs import gather
from kiosk.queries.campaigns import campaign_by_slug
from tests.board_ratings import open_window
from tests.campaign_tallies import tally_clerk, tally_window
from tests.case_acts import DONE, Acts
from tests.conftest import NOON
from tests.nominations import (
    BEST,
    BRAND,
    IDEA,
    SECTION,
    STAR,
    TODAY,
    day,
    open_campaign,
    small_rules,
)
from tests.people import make_account
from tests.published import HERE
from tests.staff import make_clerk, unit_key
from tests.statements import statements

TOP2 = Gate(kind=GateKind.SATISFACTION, reading=Reading.TOP2, at_least=90)
LONG = replace(TOP2, reading=Reading.TOP3, months=2)
COMPLAINTS = Gate(kind=GateKind.COMPLAINTS, at_most=0)
ALL = (Gate(kind=GateKind.KNOWLEDGE, at_least=90), TOP2, LONG, COMPLAINTS)
AWARDS = tuple(
    replace(award, gates=ALL) for award in (STAR, BEST, SECTION, BRAND, IDEA)
)
RULES = replace(
    small_rules(*AWARDS),
    tasks=(Task(key="learn", title=Words("学习", ""), due=day(-2)),),
)


class World:
    """Two windows and a clerk of a unit with one below it, and who stands."""

    def __init__(self, rules=RULES):
        self.first = open_window("A1", unit="甲")
        self.second = open_window("A2", unit="甲一科")
        self.other = open_window("B1", unit="乙")
        self.top, self.below = unit_key("甲"), unit_key("甲一科")
        with recording("test", NOON) as records:
            records.change(Unit, 1, self.below, {"parent_id": self.top})
        self.clerk = make_clerk("0300", "示例甲", unit="甲")
        self.campaign = open_campaign(rules)
        self.count = 0

    def put(self, award, unit=None, **more):
        """Let somebody stand; return the key."""
        self.count += 1
        row = {"campaign_id": self.campaign, "award": award, "number": self.count}
        row |= {"unit_id": unit or self.top, "name": f"候选{self.count}"}
        row |= {"put_at": NOON, "state": int(CandidateState.STANDING)} | more
        with recording("test", NOON) as records:
            return records.add(Candidate, ORGANISATION, [row])[0]

    def inputs(self, on=TODAY):
        with reading() as session:
            found = campaign_by_slug(session, "small")
            return gather(session, found, HERE, on)

    def one(self, key):
        [found] = [each for each in self.inputs().candidates if each.key == key]
        return found


@pytest.fixture
def world(app):
    return World()


def add(*rows):
    with transaction() as session:
        session.add_all(rows)


def test_a_campaign_without_anybody_is_gathered(world):
    found = world.inputs()
    assert (found.slug, found.version, found.rules) == ("small", 1, RULES)
    assert (found.day, found.candidates, found.people) == (TODAY, (), ())
    assert [each.key for each in found.windows] == [
        world.first, world.second, world.other,
    ]  # fmt: skip
    # Tuesday 7 to Saturday 25 July 2026.
    assert (RULES.begins, RULES.ends) == (day(-9), day(9))
    assert found.working_days == 14


def test_a_window_is_read_by_its_own_ratings(world):
    tally_window(world.first, day(-1), 1, 0, 0, 0, 9)
    tally_window(world.first, day(-1), 0, 0, 10, 0, 0, verified=False, channel=1)
    tally_window(world.second, day(-1), 9, 0, 0, 0, 0)
    tally_window(world.first, day(-30), 0, 0, 20, 0, 0)
    one = world.one(world.put("best", window_id=world.first))
    own, longer = one.satisfaction
    assert (own.rate, own.levels, own.days) == (45.0, (1, 0, 10, 0, 9), 1)
    # Two months back: also the ratings of thirty days ago.
    assert (longer.levels, longer.days) == ((1, 0, 30, 0, 9), 2)
    assert longer.rate == 97.5
    assert one.unverified == 0.5
    assert (one.window, one.person, one.windows) == (world.first, None, ())


def test_a_person_is_read_without_levels(world):
    tally_clerk(world.clerk, world.second, day(-1), 1, 0, 0, 0, 3)
    tally_window(world.second, day(-1), 1, 0, 0, 0, 3)
    one = world.one(world.put("star", clerk_id=world.clerk))
    assert [each.levels for each in one.satisfaction] == [None, None]
    assert (one.satisfaction[0].rate, one.satisfaction[0].days) == (75.0, 1)
    assert (one.person, one.window, one.windows) == (world.clerk, None, ())
    assert one.unverified == 0.0
    [person] = world.inputs().people
    assert (person.key, person.mean) == (world.clerk, 75.0)


@pytest.mark.parametrize("award", ["section", "brand"])
def test_a_unit_is_read_with_all_below_it(world, award):
    tally_window(world.first, day(-1), 0, 0, 0, 0, 6)
    tally_window(world.second, day(-2), 2, 0, 0, 0, 0)
    tally_window(world.other, day(-1), 90, 0, 0, 0, 0)
    one = world.one(world.put(award))
    assert one.windows == (world.first, world.second)
    assert (one.satisfaction[0].rate, one.satisfaction[0].days) == (75.0, 2)


def test_a_suggestion_has_no_ratings_of_its_own(world, clock):
    idea = Acts(clock, world.top).opened()
    tally_window(world.first, day(-1), 0, 0, 0, 0, 6)
    one = world.one(world.put("idea", case_id=idea))
    assert one.windows == ()
    assert [each.rate for each in one.satisfaction] == [None, None]
    assert one.unverified == 1.0


def test_what_was_kept_separate_counts_from_its_day(world):
    tally_window(world.first, day(-3), 5, 0, 0, 0, 0)
    tally_window(world.first, day(-1), 0, 0, 0, 0, 5)
    since = {"window_id": world.first, "counts_from": day(-2)}
    key = world.put("best", **since)
    assert world.one(key).satisfaction[0].levels == (0, 0, 0, 0, 5)
    # The same window in two awards: the later day holds for both.
    world.put("section", window_id=world.first, counts_from=day(0))
    assert world.one(key).satisfaction[0].rate is None
    state = int(CandidateState.WITHDRAWN)
    with transaction() as session:
        session.execute(update(Candidate).values(state=state))
    assert world.one(key).satisfaction[0].levels == (5, 0, 0, 0, 5)


def test_complaints_are_counted_where_they_belong(world, clock):
    acts = Acts(clock, world.below)
    acts.answered(DONE, window_id=world.second, clerk_id=world.clerk)
    acts.answered(DONE, received_on=day(-8))
    acts.answered(DONE, received_on=day(-30))
    keys = [
        world.put("best", window_id=world.second),
        world.put("best", window_id=world.first),
        world.put("star", clerk_id=world.clerk),
        world.put("section"),
        world.put("brand", counts_from=day(-1)),
        world.put("section", unit=unit_key("乙")),
    ]
    assert [world.one(key).complaints for key in keys] == [1, 0, 1, 2, 1, 0]


def test_complaints_are_read_as_far_back_as_the_condition_says(app, clock):
    far = replace(COMPLAINTS, months=3)
    rules = replace(
        RULES,
        awards=(replace(BEST, gates=(COMPLAINTS, far)), replace(SECTION, gates=())),
    )
    world = World(rules)
    Acts(clock, world.top).answered(DONE, window_id=world.first, received_on=day(-30))
    key = world.put("best", window_id=world.first)
    assert world.one(key).complaints == 1
    # An award without that condition reads its own period, and this is before it.
    assert world.one(world.put("section")).complaints == 0


def test_marks_are_percent(world):
    key = world.put("star", clerk_id=world.clerk)
    for kind, value in ((MarkKind.KNOWLEDGE, 9125), (MarkKind.APPRAISAL, 8000)):
        row = {"candidate_id": key, "kind": str(kind), "value": value}
        add(CandidateMark(entered_at=NOON, **row))
    one = world.one(key)
    assert (one.knowledge, one.appraisal) == (91.25, 80.0)
    other = world.one(world.put("best", window_id=world.first))
    assert (other.knowledge, other.appraisal) == (None, None)


def test_answers_of_offices_come_along(world):
    key = world.put("best", window_id=world.first)
    row = {"candidate_id": key, "note": "", "answered_at": NOON}
    add(
        Clearance(office="police", stands=False, **row),
        Clearance(office="tax", stands=True, **row),
    )
    assert world.one(key).clearances == {"police": False, "tax": True}
    assert world.one(world.put("section")).clearances == {}


def test_tasks_of_the_unit_come_along(world):
    one = world.one(world.put("best", window_id=world.first))
    assert (one.tasks_done, one.tasks_set, one.unit_vetoed) == (0, 1, True)
    # A unit that has ended has nothing to do any more.
    with recording("test", NOON) as records:
        records.change(Unit, 1, world.top, {"ended_on": day(-5)})
    one = world.one(world.put("section"))
    assert (one.tasks_done, one.tasks_set, one.unit_vetoed) == (0, 0, False)


def look(world, unit, window, *finds, clerk=None):
    inspector = make_account(f"p{uuid4().hex[:8]}", Role.INSPECTOR, NOON)
    one = Inspection(
        event_id=uuid4(), body_hash="0" * 64, campaign_id=world.campaign,
        sheet="s", unit_id=unit, window_id=window, announced=False,
        inspector_id=inspector, looked_at=NOON, received_at=NOON,
    )  # fmt: skip
    with transaction() as session:
        session.add(one)
        session.flush()
        row = {"inspection_id": one.id, "item": "i", "found_at": NOON, "state": 1}
        session.add_all(
            Finding(deduction=points, clerk_id=clerk, **row) for points in finds
        )


def test_points_off_go_to_window_person_and_unit(world):
    look(world, world.top, world.first, 2, 1)
    look(world, world.below, world.second, 4, clerk=world.clerk)
    look(world, world.below, None, 1)
    keys = {
        "first": world.put("best", window_id=world.first),
        "second": world.put("best", window_id=world.second),
        "unseen": world.put("best", window_id=world.other),
        "clerk": world.put("star", clerk_id=world.clerk),
        "unit": world.put("section"),
        "unseen unit": world.put("section", unit=unit_key("乙")),
    }
    assert {name: world.one(key).deductions for name, key in keys.items()} == {
        "first": 3, "second": 4, "unseen": None, "clerk": 4, "unit": 8,
        "unseen unit": None,
    }  # fmt: skip


def test_points_of_jurors_come_along_in_rising_order(world):
    key = world.put("star", clerk_id=world.clerk)
    for points in ('{"smile": 20, "skill": 9}', '{"smile": 3, "skill": 4}'):
        account = make_account(f"j{uuid4().hex[:8]}", Role.JUROR, NOON)
        juror = Juror(campaign_id=world.campaign, account_id=account, joined_at=NOON)
        with transaction() as session:
            session.add(juror)
            session.flush()
            row = {"juror_id": juror.id, "candidate_id": key, "points": points}
            session.add(JurySheet(abstained=False, scored_at=NOON, **row))
    assert world.one(key).jury == (7.0, 29.0)
    assert world.one(world.put("section")).jury == ()


@pytest.mark.parametrize(
    ("state", "ended"),
    [
        (CandidateState.STANDING, ""),
        (CandidateState.WITHDRAWN, "withdrawn"),
        (CandidateState.REPLACED, "replaced"),
        (CandidateState.CANCELLED, "cancelled"),
    ],
)
def test_how_it_ended_is_told_and_not_why(world, state, ended):
    why = {"state": int(state), "reason": "材料不实"}
    one = world.one(world.put("section", **why))
    assert (one.standing, one.ended) == (ended == "", ended)
    assert "材料不实" not in repr(one)


def test_the_number_of_statements_is_that_of_the_rules(world):
    def said():
        with statements() as seen:
            world.inputs()
        return len(seen)

    world.put("best", window_id=world.first)
    world.put("star", clerk_id=world.clerk)
    few = said()
    for number in range(3):
        window = open_window(f"C{number}", unit=f"丙{number}")
        tally_window(window, day(-1), 0, 0, 0, 0, 5)
        world.put("best", window_id=window)
        world.put("section", unit=unit_key(f"丙{number}"))
    assert said() == few


def test_a_day_is_that_of_the_centre():
    assert HERE.day(NOON + timedelta(hours=11, minutes=59)) == TODAY
    assert HERE.day(NOON + timedelta(hours=12)) == day(1)
