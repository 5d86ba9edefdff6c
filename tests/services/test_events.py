"""Batches out of an outbox: each event stands for itself, and nothing is lost."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from kiosk.domain.errors import (
    DeviceUnknown,
    IdTaken,
    NotALevel,
    NotAnEventId,
    RuleBroken,
)
from kiosk.domain.events import NotAnEvent, ScreenElsewhere, WindowElsewhere
from kiosk.domain.intake import RatingState
from kiosk.domain.receipts import receipt_code
from kiosk.domain.tap_time import Clocks
from kiosk.domain.tokens import token_hash
from kiosk.extensions import reading, recording, transaction
from kiosk.models import Device, DeviceGap, DeviceReport, DeviceStay, OwnKey, Window
from kiosk.services.devices import make_pairing_link, pair_device, revoke_device
from kiosk.services.events import Refused
from kiosk.services.ratings import Acknowledgement
from kiosk.services.verify import verify_ledger
from tests.builders import make_window
from tests.conftest import NOON
from tests.recount import check_tallies, ratings
from tests.screens import FAR_APART, Screen, another_screen, pair_screen

RUN = "0123abcd"


@pytest.fixture
def screen(app, clock) -> Screen:
    return pair_screen("A001", clock())


def taps(screen: Screen, count: int, clock) -> list[dict[str, object]]:
    return [
        screen.tap(5 - n % 5, clock.forward(seconds=FAR_APART.seconds))
        for n in range(count)
    ]


def states() -> list[tuple[int, str]]:
    return [(row.level, RatingState(row.state).name) for row in ratings()]


def report(screen: Screen) -> DeviceReport:
    with reading() as session:
        return session.get_one(DeviceReport, screen.device_id)


def gaps(screen: Screen) -> list[tuple[int, int]]:
    with reading() as session:
        rows = session.execute(
            select(DeviceGap.first, DeviceGap.last)
            .where(DeviceGap.device_id == screen.device_id)
            .order_by(DeviceGap.first)
        )
        return [tuple(row) for row in rows]


def device_codes(screen: Screen) -> dict[str, object]:
    with reading() as session:
        device = session.get_one(Device, screen.device_id)
        window = session.get_one(Window, screen.window_id)
        return {"device": device.code, "window": window.code}


def pair_anew(screen: Screen, now: datetime, number: str = "B002") -> Screen:
    """Pair the same browser with another window; it keeps its outbox."""
    with transaction() as session:
        window = make_window(session, number)
        token = make_pairing_link(session, window.id, now)
        session.flush()
        secret = pair_device(session, token, now, screen.digest)
        device = session.scalars(
            select(Device).where(Device.token_hash == token_hash(secret))
        ).one()
        return Screen(secret, device.id, window.id)


def whole() -> None:
    check_tallies()
    with reading() as session:
        assert verify_ledger(session.connection()).sound


# Batches


def test_a_batch_is_kept_in_its_order_and_each_event_acknowledged(screen, clock):
    events = taps(screen, 7, clock)
    outcomes = screen.send(events, clock())
    assert outcomes == [
        Acknowledgement(UUID(event["id"]), receipt_code(UUID(event["id"])))
        for event in events
    ]
    assert [row.sequence for row in ratings()] == [1, 2, 3, 4, 5, 6, 7]
    assert [str(row.event_id) for row in ratings()] == [e["id"] for e in events]
    whole()


def test_the_same_batch_again_is_the_same_answer_and_nothing_more(screen, clock):
    events = taps(screen, 5, clock)
    first = screen.send(events, clock())
    assert screen.send(events, clock.forward(days=3)) == first
    assert screen.send(events[3:] + events[:2], clock()) == first[3:] + first[:2]
    assert len(ratings()) == 5
    assert gaps(screen) == []
    assert report(screen).cloned_at is None
    whole()


def test_a_poisoned_event_keeps_none_of_the_others_waiting(screen, clock):
    events = taps(screen, 6, clock)
    taken = screen.rate(5, clock.forward(seconds=9), sequence=40)
    events[1] = events[1] | {"level": 9}
    events[2] = events[2] | {"id": str(taken)}
    events[4] = "not an event"
    outcomes = screen.send(events, clock.forward(seconds=9))
    refused = {n: o.refusal for n, o in enumerate(outcomes) if isinstance(o, Refused)}
    assert {n: type(refusal) for n, refusal in refused.items()} == {
        1: NotALevel,
        2: IdTaken,
        4: NotAnEvent,
    }
    assert [outcomes[n].event_id for n in (1, 2, 4)] == [
        UUID(events[1]["id"]),
        taken,
        None,
    ]
    assert [row.sequence for row in ratings()] == [40, 1, 4, 6]
    whole()


def test_a_lone_event_that_is_refused_leaves_no_trace(screen, clock):
    with pytest.raises(NotALevel):
        screen.send([screen.tap(0, clock())], clock())
    with pytest.raises(NotAnEventId):
        screen.send([{"kind": "test"}], clock())
    assert ratings() == []
    assert gaps(screen) == []


def test_nobody_known_brings_nothing(screen, clock):
    stranger = Screen("not a secret of ours", 0, screen.window_id)
    with pytest.raises(DeviceUnknown):
        stranger.send(taps(stranger, 2, clock), clock())


def test_repeats_within_a_batch_are_merged(screen, clock):
    events = [screen.tap(5, clock.forward(seconds=2)) for _ in range(3)]
    screen.send(events, clock.forward(hours=1))
    assert states() == [(5, "COUNTED"), (5, "MERGED"), (5, "MERGED")]
    whole()


def test_a_correction_in_the_same_batch_takes_its_place(screen, clock):
    first = screen.tap(1, clock())
    then = screen.tap(5, clock.forward(seconds=3), revises=first["id"])
    screen.send([first, then], clock.forward(hours=1))
    assert states() == [(1, "REVISED"), (5, "COUNTED")]
    whole()


# Clocks


def sent_at(wall: datetime, milliseconds: float) -> Clocks:
    return Clocks(wall, RUN, timedelta(milliseconds=milliseconds))


@pytest.mark.parametrize("wrong", [timedelta(days=1), timedelta(days=-1)])
def test_a_clock_a_day_off_changes_no_day(screen, clock, wrong):
    made = NOON + timedelta(hours=1)
    event = screen.tap(5, made + wrong, run=RUN, ms=0)
    arrived = clock.forward(hours=9)
    screen.send([event], arrived, sent_at(arrived + wrong, 8 * 3_600_000))
    [row] = ratings()
    assert (row.tapped_at, row.claimed_at) == (made, made + wrong)
    assert (row.time_uncertain, row.day.day, row.bucket) == (False, 16, 78)


def test_a_right_clock_is_kept_as_it_stands(screen, clock):
    made = NOON + timedelta(hours=1, milliseconds=7)
    event = screen.tap(5, made, run=RUN, ms=0)
    arrived = clock.forward(hours=2)
    screen.send([event], arrived, sent_at(arrived + timedelta(milliseconds=400), 1))
    [row] = ratings()
    assert (row.tapped_at, row.claimed_at) == (made, None)


def test_a_clock_that_no_way_of_telling_helps_is_marked(screen, clock):
    event = screen.tap(5, datetime(1970, 1, 1, tzinfo=UTC), run="ffffffff", ms=0)
    arrived = clock.forward(hours=2)
    screen.send([event], arrived, sent_at(arrived, 1))
    [row] = ratings()
    assert (row.time_uncertain, row.day.day, row.bucket) == (True, 16, 84)


def test_an_event_without_clocks_is_refused_in_a_batch_that_has_them(screen, clock):
    with pytest.raises(NotAnEvent):
        screen.send([screen.tap(5, clock())], clock(), sent_at(clock(), 1))


# Which screen, and where it stood


def test_events_may_name_the_screen_and_its_window(screen, clock):
    screen.rate(5, clock(), **device_codes(screen))
    assert ratings()[0].window_id == screen.window_id


def test_what_was_tapped_before_a_move_counts_for_the_window_of_then(screen, clock):
    named = device_codes(screen)
    with transaction() as session:
        window = make_window(session, "B002")
        session.add(
            DeviceStay(device_id=screen.device_id, window_id=window.id, since=clock())
        )
    with recording("test", clock()) as records:
        records.change(Device, 1, screen.device_id, {"window_id": window.id})
    screen.rate(5, clock.forward(seconds=9), **named)
    screen.rate(4, clock.forward(seconds=9))
    assert [row.window_id for row in ratings()] == [screen.window_id, window.id]
    whole()


def test_no_event_counts_for_a_window_where_its_screen_never_stood(screen, clock):
    other = pair_screen("B002", clock())
    named = {"window": device_codes(other)["window"]}
    for wrong in (named, {"window": "bbbbbbb"}):
        with pytest.raises(WindowElsewhere):
            screen.rate(5, clock(), **wrong)


def test_a_browser_paired_anew_brings_what_its_outbox_still_holds(screen, clock):
    named = device_codes(screen)
    known = screen.tap(5, clock.forward(seconds=9), **named)
    first = screen.deliver(known, clock())
    waiting = screen.tap(2, clock.forward(seconds=9), **named)
    new = pair_anew(screen, clock.forward(seconds=9))
    assert new.send([known, waiting], clock.forward(seconds=9))[0] == first
    new.rate(4, clock.forward(seconds=9), **device_codes(new))
    assert states() == [(5, "COUNTED"), (2, "COUNTED"), (4, "COUNTED")]
    assert [row.device_id for row in ratings()] == [
        screen.device_id,
        screen.device_id,
        new.device_id,
    ]
    whole()


def test_a_line_of_pairings_is_followed_back(screen, clock):
    named = device_codes(screen)
    second = pair_anew(screen, clock(), "B002")
    third = pair_anew(second, clock(), "C003")
    third.send(
        [screen.tap(5, clock(), **named), screen.tap(1, clock(), **named)], clock()
    )
    assert [row.device_id for row in ratings()] == [screen.device_id] * 2


def test_no_screen_brings_what_another_one_made(screen, clock):
    other = pair_screen("B002", clock())
    for code in (device_codes(other)["device"], "bbbbbbb"):
        with pytest.raises(ScreenElsewhere):
            screen.rate(5, clock(), device=code)


# Sequence numbers


def test_numbers_that_have_not_come_are_a_gap_until_they_do(screen, clock):
    later = clock.forward(hours=1)
    events = {n: screen.tap(1 + n % 5, later) for n in range(1, 9)}
    for arriving, left in [
        (1, []),
        (7, [(2, 6)]),
        (4, [(2, 3), (5, 6)]),
        (2, [(3, 3), (5, 6)]),
        (6, [(3, 3), (5, 5)]),
        (3, [(5, 5)]),
        (5, []),
        (8, []),
    ]:
        screen.deliver(events[arriving], later)
        assert gaps(screen) == left
    assert report(screen).cloned_at is None


def test_a_number_that_comes_twice_with_another_event_is_a_clone(screen, clock):
    screen.rate(5, clock(), sequence=1)
    screen.rate(4, clock.forward(seconds=9), sequence=2)
    assert report(screen).cloned_at is None
    screen.rate(1, clock.forward(seconds=9), sequence=1)
    found = report(screen)
    assert (found.cloned_at, found.clone_sequence) == (clock(), 1)
    assert len(ratings()) == 3


def test_a_test_tap_is_noted_and_counts_nowhere(screen, clock):
    event = screen.tap(None, clock(), kind="test")
    [kept] = screen.send([event], clock())
    assert kept.receipt == receipt_code(UUID(event["id"]))
    assert report(screen).tested_at == NOON
    screen.send([event], clock.forward(seconds=9))
    assert (ratings(), gaps(screen), report(screen).cloned_at) == ([], [], None)
    with reading() as session:
        assert session.get_one(Device, screen.device_id).last_sequence == 1


# The author's own phone


def test_a_secret_for_the_authors_phone_is_kept_as_its_hash(screen, clock):
    secret = "abcDEF_-" * 4
    body = screen.tap(1, clock(), own=secret)
    screen.deliver(body, clock())
    screen.deliver(body, clock())
    with reading() as session:
        [(rating_id, kept)] = session.execute(
            select(OwnKey.rating_id, OwnKey.key_hash)
        ).all()
    assert (rating_id, kept) == (ratings()[0].id, token_hash(secret))


def test_two_screens_at_a_window_do_not_disturb_each_other(screen, clock):
    with transaction() as session:
        window = session.get_one(Window, screen.window_id)
        other = another_screen(session, window, clock())
    for one in (screen, other):
        one.send(taps(one, 3, clock), clock())
    assert len(ratings()) == 6
    with recording("test", clock()) as records:
        revoke_device(records, other.device_id)
    other.send(taps(other, 2, clock), clock())
    assert [state for _, state in states()] == ["COUNTED"] * 6 + ["HELD"] * 2
    whole()


def test_an_unknown_refusal_stays_an_unknown_refusal(screen, clock):
    """An id that nobody could read is answered without one."""
    outcomes = screen.send([{"id": str(uuid4()).upper()}, 7], clock())
    assert all(isinstance(each.refusal, RuleBroken) for each in outcomes)
    assert [each.event_id for each in outcomes] == [None, None]
