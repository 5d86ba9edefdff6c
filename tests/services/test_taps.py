"""Taps of a screen: who it is, what it sent, and what it claims about the time."""

import threading
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from kiosk.domain.errors import (
    DeviceUnknown,
    IdTaken,
    NotALevel,
    NotAMoment,
    NotAnEventId,
    NotASequence,
)
from kiosk.domain.intake import RatingState
from kiosk.domain.receipts import receipt_code
from kiosk.extensions import reading, recording
from kiosk.models import Device, Rating
from kiosk.services.devices import revoke_device
from kiosk.services.verify import verify_ledger
from tests.conftest import NOON
from tests.recount import check_tallies, counted_levels, ratings
from tests.screens import Screen, pair_screen

PATIENCE = 30
TICK = timedelta(microseconds=1)


@pytest.fixture
def screen(app, clock) -> Screen:
    return pair_screen("A001", clock())


def noted(screen: Screen) -> Device:
    with reading() as session:
        return session.get_one(Device, screen.device_id)


def withdraw(screen: Screen, now: datetime) -> None:
    with recording("test", now) as records:
        revoke_device(records, screen.device_id)


def verify() -> None:
    with reading() as session:
        assert verify_ledger(session.connection()).sound


def states() -> list[tuple[int, str]]:
    return [(row.level, RatingState(row.state).name) for row in ratings()]


# What is sent


def test_a_tap_is_acknowledged_by_its_own_id_and_receipt(screen, clock):
    body = screen.tap(4, clock())
    kept = screen.deliver(body, clock.forward(seconds=1))
    assert str(kept.event_id) == body["id"]
    assert kept.receipt == receipt_code(UUID(body["id"]))
    [row] = ratings()
    assert (row.device_id, row.window_id, row.channel, row.sequence) == (
        screen.device_id,
        screen.window_id,
        0,
        1,
    )
    assert (row.tapped_at, row.received_at) == (NOON, NOON + timedelta(seconds=1))


@pytest.mark.parametrize(
    ("part", "value", "refusal"),
    [
        ("id", None, NotAnEventId),
        ("id", 7, NotAnEventId),
        ("id", "a\x00b", NotAnEventId),
        ("level", None, NotALevel),
        ("level", 0, NotALevel),
        ("level", 6, NotALevel),
        ("level", True, NotALevel),
        ("level", 5.0, NotALevel),
        ("level", "5; drop", NotALevel),
        ("level", 10**40, NotALevel),
        ("tapped_at", None, NotAMoment),
        ("tapped_at", "2026-07-16T04:00:00", NotAMoment),
        ("tapped_at", "0001-01-01T00:00:00+14:00", NotAMoment),
        ("tapped_at", "9999-12-31T23:59:59-12:00", NotAMoment),
        ("sequence", None, NotASequence),
        ("sequence", 0, NotASequence),
        ("sequence", 2**63, NotASequence),
        ("sequence", "1", NotASequence),
        ("revises", "", NotAnEventId),
        ("revises", False, NotAnEventId),
        ("revises", ["x"], NotAnEventId),
    ],
)
def test_a_part_that_is_wrong_is_refused_and_nothing_is_kept(
    screen, clock, part, value, refusal
):
    before = noted(screen)
    with pytest.raises(refusal):
        screen.deliver(screen.tap(5, clock()) | {part: value}, clock())
    assert ratings() == []
    after = noted(screen)
    assert (after.last_sequence, after.last_delivery_at) == (
        before.last_sequence,
        before.last_delivery_at,
    )


def test_an_empty_body_is_refused(screen, clock):
    with pytest.raises(NotAnEventId):
        screen.deliver({}, clock())


@pytest.mark.parametrize(
    "moment",
    ["0002-01-01T00:00:00+23:59", "1969-12-31T23:59:59Z", "9998-12-31T23:59:59-23:59"],
)
def test_the_strangest_clock_that_is_accepted_is_stored_and_read(screen, clock, moment):
    screen.deliver(screen.tap(5, clock(), tapped_at=moment), clock())
    [row] = ratings()
    assert row.tapped_at == datetime.fromisoformat(moment)
    assert row.tapped_at.tzinfo is UTC
    assert row.time_uncertain
    assert noted(screen).last_tapped_at == datetime.fromisoformat(moment)
    screen.deliver(screen.tap(5, clock.forward(seconds=9)), clock())


def test_the_greatest_sequence_fits_both_engines(screen, clock):
    screen.deliver(screen.tap(5, clock(), sequence=2**53 - 1), clock())
    assert noted(screen).last_sequence == ratings()[0].sequence == 2**53 - 1


# Who it is


def test_a_cookie_that_nobody_was_given_is_refused(screen, clock):
    stranger = Screen("not a secret of ours", 0, screen.window_id)
    with pytest.raises(DeviceUnknown):
        stranger.rate(5, clock())
    assert ratings() == []


def test_what_a_withdrawn_screen_brings_is_held_and_what_it_gave_stays(screen, clock):
    screen.rate(5, clock())
    withdraw(screen, clock())
    screen.rate(1, clock.forward(seconds=9))
    assert states() == [(5, "COUNTED"), (1, "HELD")]
    assert counted_levels(screen.window_id) == [0, 0, 0, 0, 1]
    check_tallies()


def test_a_withdrawn_screen_corrects_what_is_held_and_nothing_that_counts(
    screen, clock
):
    counted = screen.rate(5, clock())
    withdraw(screen, clock())
    screen.rate(1, clock.forward(seconds=9), revises=str(counted))
    held = screen.rate(2, clock.forward(seconds=9))
    screen.rate(4, clock.forward(seconds=9), revises=str(held))
    assert states() == [(5, "COUNTED"), (1, "HELD"), (2, "REVISED"), (4, "HELD")]
    check_tallies()
    verify()


def test_a_known_tap_of_a_withdrawn_screen_is_acknowledged_as_ever(screen, clock):
    body = screen.tap(5, clock())
    kept = screen.deliver(body, clock())
    withdraw(screen, clock())
    assert screen.deliver(body, clock()) == kept
    assert states() == [(5, "COUNTED")]


# Once, and merged


def test_the_same_tap_sent_again_is_the_same_acknowledgement(screen, clock):
    body = screen.tap(5, clock())
    kept = screen.deliver(body, clock())
    screen.rate(1, clock.forward(seconds=9))
    assert screen.deliver(body, clock.forward(days=9)) == kept
    assert states() == [(5, "COUNTED"), (1, "COUNTED")]
    check_tallies()


@pytest.mark.parametrize(
    "other",
    [
        {"level": 1},
        {"sequence": 2},
        {"tapped_at": (NOON + timedelta(milliseconds=1)).isoformat()},
        {"revises": "0b54b6de-7a2c-4f0e-9a38-7a5f4b1f2c11"},
    ],
    ids=str,
)
def test_the_same_id_with_another_body_is_refused(screen, clock, other):
    body = screen.tap(5, clock())
    screen.deliver(body, clock())
    before = noted(screen).last_delivery_at
    with pytest.raises(IdTaken):
        screen.deliver(body | other, clock.forward(seconds=9))
    assert states() == [(5, "COUNTED")]
    assert noted(screen).last_delivery_at == before
    check_tallies()


def test_the_same_id_from_another_screen_is_another_body(screen, clock):
    body = screen.tap(5, clock())
    screen.deliver(body, clock())
    other = pair_screen("B001", clock())
    with pytest.raises(IdTaken):
        other.deliver(body, clock())
    assert states() == [(5, "COUNTED")]


def test_the_same_body_in_another_spelling_is_the_same_tap(screen, clock):
    body = screen.tap(5, clock())
    kept = screen.deliver(body, clock())
    spelt = body | {
        "level": "5",
        "tapped_at": NOON.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "revises": None,
        "something": "new",
    }
    assert screen.deliver(spelt, clock()) == kept
    assert len(ratings()) == 1


@pytest.mark.parametrize(
    ("gap", "state"),
    [(timedelta(seconds=5) - TICK, "MERGED"), (timedelta(seconds=5), "COUNTED")],
)
def test_the_same_level_again_within_five_seconds_is_merged(screen, clock, gap, state):
    first = screen.rate(5, clock())
    body = screen.tap(5, clock() + gap)
    kept = screen.deliver(body, clock() + gap)
    assert str(kept.event_id) == body["id"]
    assert states() == [(5, "COUNTED"), (5, state)]
    assert ratings()[1].revises == (first if state == "MERGED" else None)
    assert screen.deliver(body, clock.forward(hours=1)) == kept
    check_tallies()


def test_another_level_within_five_seconds_is_another_opinion(screen, clock):
    screen.rate(5, clock())
    screen.rate(4, clock.forward(seconds=1))
    assert states() == [(5, "COUNTED"), (4, "COUNTED")]


def test_a_stream_of_equal_taps_counts_every_five_seconds(screen, clock):
    for _ in range(7):
        screen.rate(5, clock())
        clock.forward(seconds=2)
    assert [state for _, state in states()] == [
        "COUNTED",
        "MERGED",
        "MERGED",
        "COUNTED",
        "MERGED",
        "MERGED",
        "COUNTED",
    ]
    check_tallies()


def test_equal_taps_of_two_screens_are_two_opinions(screen, clock):
    other = pair_screen("B001", clock())
    screen.rate(5, clock())
    other.rate(5, clock.forward(seconds=1))
    assert [state for _, state in states()] == ["COUNTED", "COUNTED"]


def test_a_queue_delivered_at_once_keeps_its_real_gaps(screen, clock):
    bodies = [screen.tap(5, clock.forward(seconds=s)) for s in (0, 4, 4, 60)]
    now = clock.forward(hours=3)
    for body in bodies:
        screen.deliver(body, now)
    assert [state for _, state in states()] == [
        "COUNTED",
        "MERGED",
        "COUNTED",
        "COUNTED",
    ]


def test_a_correction_is_never_merged(screen, clock):
    first = screen.rate(5, clock())
    screen.rate(5, clock.forward(seconds=1), revises=str(first))
    assert states() == [(5, "REVISED"), (5, "COUNTED")]


def test_an_older_tap_that_comes_late_does_not_become_the_newest(screen, clock):
    old = screen.tap(1, clock())
    new = screen.rate(5, clock.forward(seconds=60))
    screen.deliver(old, clock.forward(seconds=1))
    device = noted(screen)
    assert (device.last_event_id, device.last_level, device.last_sequence) == (
        new,
        5,
        2,
    )


def test_what_a_screen_is_remembered_by(screen, clock):
    at = clock.forward(seconds=30)
    event = screen.rate(3, at)
    device = noted(screen)
    assert (
        device.last_heard_at,
        device.last_delivery_at,
        device.last_sequence,
        device.last_level,
        device.last_tapped_at,
        device.last_event_id,
    ) == (at, at, 1, 3, at, event)


# When it counts


def days() -> list[tuple[int, bool]]:
    return [(row.day.day, row.time_uncertain) for row in ratings()]


def test_a_queue_of_the_day_before_counts_for_the_day_before(screen, clock):
    """All of it, not only the tap that arrives first."""
    bodies = [screen.tap(level, clock.forward(hours=1)) for level in (5, 4, 1)]
    now = clock.forward(days=1)
    for body in bodies:
        screen.deliver(body, now)
    screen.rate(5, clock.forward(seconds=9))
    assert days() == [(16, False), (16, False), (16, False), (17, False)]


def test_a_resend_in_the_queue_does_not_make_the_rest_doubtful(screen, clock):
    bodies = [screen.tap(level, clock.forward(hours=1)) for level in (5, 4, 1)]
    screen.deliver(bodies[0], clock.forward(days=1))
    screen.deliver(bodies[1], clock())
    screen.deliver(bodies[0], clock())
    screen.deliver(bodies[2], clock())
    assert days() == [(16, False)] * 3


def test_a_tap_before_the_last_contact_counts_today_and_is_marked(screen, clock):
    screen.rate(5, clock.forward(days=2))
    screen.deliver(screen.tap(1, NOON + timedelta(days=1)), clock.forward(minutes=1))
    assert days() == [(18, False), (18, True)]


def test_a_tap_from_before_the_pairing_is_marked(screen, clock):
    screen.deliver(screen.tap(1, NOON - timedelta(days=1)), clock.forward(minutes=1))
    assert days() == [(16, True)]


@pytest.mark.parametrize(
    ("ahead", "uncertain"),
    [(timedelta(minutes=2), False), (timedelta(minutes=2) + TICK, True)],
)
def test_a_clock_that_runs_ahead_is_believed_for_two_minutes(
    screen, clock, ahead, uncertain
):
    clock.now = datetime(2026, 7, 16, 15, 59, tzinfo=UTC)
    screen.deliver(screen.tap(5, clock() + ahead), clock())
    assert days() == [(16, True) if uncertain else (17, False)]


def test_after_a_doubtful_tap_the_queue_may_not_reach_behind_it(screen, clock):
    """A wrong clock tells nothing; the safe side is the day received."""
    clock.forward(days=1)
    screen.deliver(screen.tap(5, NOON + timedelta(days=400)), clock())
    screen.deliver(screen.tap(4, NOON + timedelta(hours=1)), clock())
    assert days() == [(17, True), (17, True)]


# Two at a time


def test_taps_of_one_screen_at_the_same_moment_are_taken_one_by_one(app, screen, clock):
    """Eight equal taps within five seconds, all at once: one counts."""
    bodies = [screen.tap(5, clock()) for _ in range(8)]
    together = threading.Barrier(len(bodies), timeout=PATIENCE)
    refused: list[BaseException] = []

    def deliver(body) -> None:
        try:
            with app.app_context():
                together.wait()
                screen.deliver(body, NOON)
        except BaseException as failed:  # noqa: BLE001 - told where it is asserted
            refused.append(failed)

    threads = [threading.Thread(target=deliver, args=[body]) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert refused == []
    with reading() as session:
        kept = set(session.scalars(select(Rating.event_id)))
    assert kept == {UUID(body["id"]) for body in bodies}
    assert counted_levels(screen.window_id) == [0, 0, 0, 0, 1]
    check_tallies()
