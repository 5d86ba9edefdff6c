"""Reviews of held ratings: two people, both ways, corrections and reasons with them."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from kiosk.domain.hold_states import HoldState
from kiosk.domain.holds import (
    Finding,
    HoldDecided,
    HoldProposedBySelf,
    HoldReasonMissing,
    NothingProposed,
    ProposalWaits,
    Rule,
)
from kiosk.domain.intake import RatingState
from kiosk.domain.policy import NotOpen, Role
from kiosk.extensions import reading, recording, write
from kiosk.models import LedgerEntry, TallyReason
from kiosk.services.devices import revoke_device
from kiosk.services.hold_reviews import (
    confirm_decision,
    propose_decision,
    reject_proposal,
)
from kiosk.services.hold_rows import Heap
from kiosk.services.holds import hold_found, hold_orphans
from tests.held import FIRST, SECOND, decide, holds, sound, states
from tests.people import make_account
from tests.recount import counted_levels, ratings, shown_levels
from tests.screens import pair_screen

RELEASED, EXCLUDED = HoldState.RELEASED, HoldState.EXCLUDED


@pytest.fixture
def screen(app, clock):
    for key in (FIRST, SECOND):
        assert make_account(f"reviewer{key}", Role.INSPECTOR, clock()) == key
    return pair_screen("A001", clock())


@pytest.fixture
def rated(screen, clock):
    """Six ratings, with their reasons where they are bad."""
    return [rate(screen, level, clock) for level in (5, 5, 5, 5, 1, 1)]


def rate(screen, level, clock, **more):
    clock.forward(seconds=7)
    event = screen.rate(level, clock(), **more)
    if level == 1:
        screen.send([screen.reasons(event, [231])], clock())
    return event


def heap_of(screen, clock, bucket=72):
    return Heap(1, screen.window_id, clock().date(), 0, str(Rule.BURST), bucket)


def hold(screen, clock):
    heap, found = heap_of(screen, clock), Finding(Rule.BURST, (72,))
    return write(lambda connection: hold_found(connection, heap, found, clock()))


def propose(clock, state=EXCLUDED, who=FIRST, reason="同一时刻大量评价"):
    with recording(f"account:{who}", clock()) as records:
        propose_decision(records, (1, 1), who, state, reason)


def confirm(clock, state=EXCLUDED, who=SECOND, deciders=2):
    with recording(f"account:{who}", clock()) as records:
        return confirm_decision(records, (1, 1), who, state, deciders)


def reasons():
    with reading() as session:
        rows = session.scalars(select(TallyReason)).all()
    return {RatingState(row.state).name: row.n for row in rows if row.n}


def entries(kind):
    with reading() as session:
        query = select(LedgerEntry.body).where(LedgerEntry.kind == kind)
        bodies = session.scalars(query.order_by(LedgerEntry.number)).all()
    return [json.loads(body) for body in bodies]


def test_held_ratings_leave_every_number(screen, rated, clock):
    assert hold(screen, clock) == 6
    assert states() == [0, 6, 0]
    assert counted_levels(screen.window_id) == [0] * 5
    assert shown_levels(screen.window_id) == [0] * 5
    assert reasons() == {"HELD": 2}
    sound()


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (RELEASED, ([6, 0, 0], "COUNTED", "release")),
        (EXCLUDED, ([0, 0, 6], "EXCLUDED", "exclude")),
    ],
)
def test_two_people_decide(screen, rated, clock, state, expected):
    then, where, kind = expected
    hold(screen, clock)
    propose(clock, state)
    assert states() == [0, 6, 0]
    assert confirm(clock, state) == 6
    assert states() == then
    assert reasons() == {where: 2}
    [found] = holds()
    assert (found.state, found.proposed_by, found.decided_by) == (state, FIRST, SECOND)
    assert found.decided_at == clock()
    assert [told["rating"] for told in entries(kind)] == [str(each) for each in rated]
    [decision] = entries("hold-decision")
    assert decision == {
        "at": decision["at"],
        "by": "account:2",
        "deciders": 2,
        "hold": 1,
        "reason": "同一时刻大量评价",
        "result": kind,
        "rows": 6,
    }
    sound()


def test_released_ratings_are_shown_at_once_where_they_are_five(screen, rated, clock):
    hold(screen, clock)
    decide(clock, RELEASED)
    assert shown_levels(screen.window_id) == [2, 0, 0, 0, 4]


def test_nobody_decides_alone(screen, rated, clock):
    hold(screen, clock)
    propose(clock)
    with pytest.raises(HoldProposedBySelf):
        confirm(clock, who=FIRST)
    assert states() == [0, 6, 0]


def test_in_an_office_of_three_one_decides_and_the_ledger_says_so(screen, rated, clock):
    hold(screen, clock)
    propose(clock)
    assert confirm(clock, who=FIRST, deciders=1) == 6
    assert entries("hold-decision")[0]["deciders"] == 1


def test_only_what_was_seen_is_confirmed(screen, rated, clock):
    hold(screen, clock)
    with pytest.raises(NothingProposed):
        confirm(clock)
    propose(clock, RELEASED)
    with pytest.raises(NothingProposed):
        confirm(clock, EXCLUDED)
    assert states() == [0, 6, 0]


def test_a_proposal_is_changed_by_whoever_made_it_alone(screen, rated, clock):
    hold(screen, clock)
    propose(clock)
    propose(clock)
    assert len(entries("hold-proposal")) == 1
    with pytest.raises(ProposalWaits):
        propose(clock, RELEASED, SECOND)
    propose(clock, RELEASED)
    assert [told["result"] for told in entries("hold-proposal")] == [
        "exclude",
        "release",
    ]
    assert confirm(clock, RELEASED) == 6


def test_a_rejected_proposal_leaves_the_heap_held(screen, rated, clock):
    hold(screen, clock)
    propose(clock)
    with recording("account:2", clock()) as records:
        reject_proposal(records, (1, 1), SECOND, "当天停电")
    [told] = entries("hold-rejected")
    assert (told["reason"], told["by"]) == ("当天停电", "account:2")
    with pytest.raises(NothingProposed):
        confirm(clock)
    with pytest.raises(NothingProposed), recording("account:2", clock()) as records:
        reject_proposal(records, (1, 1), SECOND, "当天停电")
    propose(clock, RELEASED, SECOND)
    assert confirm(clock, RELEASED, FIRST) == 6
    sound()


def test_a_decision_stands(screen, rated, clock):
    hold(screen, clock)
    decide(clock, EXCLUDED)
    for act in (propose, confirm):
        with pytest.raises(HoldDecided):
            act(clock)


def test_a_reason_is_needed_and_the_hold_must_be_of_the_centre(screen, rated, clock):
    hold(screen, clock)
    with pytest.raises(HoldReasonMissing):
        propose(clock, reason=" ")
    for found in ((2, 1), (1, 2)):
        with pytest.raises(NotOpen), recording("account:1", clock()) as records:
            propose_decision(records, found, FIRST, RELEASED, "无")


def test_of_two_who_confirm_at_once_one_moves_the_ratings(app, screen, rated, clock):
    third = make_account("reviewer3", Role.ORGANISER, clock())
    hold(screen, clock)
    propose(clock)
    both = Barrier(2)

    def act(who):
        both.wait()
        try:
            with app.app_context():
                return confirm(clock, who=who)
        except HoldDecided as refusal:
            return refusal.code

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(act, (SECOND, third)))
    assert sorted(map(str, found)) == ["6", "hold_decided"]
    assert states() == [0, 0, 6]
    sound()


@pytest.mark.parametrize(
    ("state", "then"), [(None, "HELD"), (RELEASED, "COUNTED"), (EXCLUDED, "EXCLUDED")]
)
def test_a_correction_stays_where_its_rating_was(screen, rated, clock, state, then):
    hold(screen, clock)
    if state is not None:
        decide(clock, state)
    rate(screen, 2, clock, revises=str(rated[0]))
    newest = ratings()[-1]
    assert (RatingState(newest.state).name, newest.hold_id) == (then, 1)
    sound()
    if state is None:
        decide(clock, RELEASED)
        assert states() == [6, 0, 0]
        sound()


def test_a_withdrawn_screens_correction_takes_its_place_once_released(
    screen, rated, clock
):
    with recording("test", clock()) as records:
        revoke_device(records, screen.device_id)
    rate(screen, 2, clock, revises=str(rated[-1]))
    assert states() == [6, 1, 0]
    heap = Heap(1, screen.window_id, clock().date(), 0, str(Rule.WITHDRAWN))
    assert write(lambda c: hold_orphans(c, heap, clock())) == 1
    assert write(lambda c: hold_orphans(c, heap, clock())) == 0
    decide(clock, RELEASED)
    assert states() == [6, 0, 0]
    assert counted_levels(screen.window_id) == [1, 1, 0, 0, 4]
    assert reasons() == {"COUNTED": 1}
    sound()


def test_a_withdrawn_screens_first_tap_needs_nothing_replaced(screen, clock):
    with recording("test", clock()) as records:
        revoke_device(records, screen.device_id)
    first = rate(screen, 5, clock)
    rate(screen, 4, clock, revises=str(first))
    heap = Heap(1, screen.window_id, clock().date(), 0, str(Rule.WITHDRAWN))
    write(lambda c: hold_orphans(c, heap, clock()))
    decide(clock, RELEASED)
    assert counted_levels(screen.window_id) == [0, 0, 0, 1, 0]
    sound()


def test_nothing_is_held_where_nothing_counts(screen, clock):
    assert hold(screen, clock) == 0
    assert holds() == []


def test_later_days_count_anew(screen, rated, clock):
    hold(screen, clock)
    clock.forward(days=1)
    rate(screen, 5, clock)
    heap = heap_of(screen, clock)
    found = Finding(Rule.BURST, (72,))
    assert write(lambda c: hold_found(c, heap, found, clock())) == 1
    assert [each.day for each in holds()] == [
        clock().date() - timedelta(days=1),
        clock().date(),
    ]
    sound()
