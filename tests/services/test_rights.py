"""One visit, one verified rating: by tap, by phone, and when both come at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from kiosk.domain.errors import RuleBroken
from kiosk.domain.intake import Origin
from kiosk.domain.tickets import EARLY, LATE, NEXT, TicketExpired, TicketUsed
from kiosk.extensions import reading, transaction, write
from kiosk.models import Device, Rating, Ticket
from kiosk.services.rights import SlotRight, TicketRight
from kiosk.services.verify import verify_ledger
from kiosk.services.visits import Visit, record_visit
from tests.screens import HALL, Screen, pair_screen, phone_tap
from tests.tickets import open_visit, rated_level

SECOND = timedelta(seconds=1)


@pytest.fixture
def screen(app, clock) -> Screen:
    return pair_screen("A001", clock())


def verified() -> list[bool]:
    with reading() as session:
        return list(session.scalars(select(Rating.verified).order_by(Rating.id)))


def by_phone(window: int, right: object, level: int = 2, **more: object) -> Visit:
    origin = Origin.TICKET if isinstance(right, TicketRight) else Origin.ROTATING
    tap = phone_tap(window, level, origin=origin, **more)
    return Visit(tap=tap, own=f"own-{tap.event_id.hex}", right=right, printed_most=50)


def send(visit: Visit, now):
    return write(lambda connection: record_visit(connection, visit, HALL, now))


# Which visit a tap belongs to


@pytest.mark.parametrize(
    ("after", "takes"),
    [(-EARLY - SECOND, False), (-EARLY, True), (LATE, True), (LATE + SECOND, False)],
)
def test_a_tap_takes_the_visit_of_its_minutes(screen, clock, after, takes):
    now = clock.forward(hours=1)
    ticket = open_visit(screen.window_id, now - after)
    screen.rate(5, now)
    assert verified() == [takes]
    assert rated_level(ticket) == (5 if takes else None)


def test_from_the_call_on_a_visit_is_there(screen, clock):
    now = clock()
    called = {"called_at": now, "served_at": now + timedelta(minutes=9)}
    ticket = open_visit(screen.window_id, **called)
    screen.rate(4, now)
    assert rated_level(ticket) == 4


@pytest.mark.parametrize(("since", "takes"), [(NEXT - SECOND, True), (NEXT, False)])
def test_a_visit_ends_a_minute_after_the_next_was_called(screen, clock, since, takes):
    now = clock.forward(hours=1)
    first = open_visit(screen.window_id, now - timedelta(minutes=5))
    second = open_visit(
        screen.window_id, now + timedelta(minutes=1), called_at=now - since
    )
    screen.rate(4, now)
    assert rated_level(first) == (4 if takes else None)
    assert rated_level(second) == (None if takes else 4)


def test_the_oldest_free_visit_comes_first(screen, clock):
    now = clock.forward(hours=1)
    window = screen.window_id
    tickets = [open_visit(window, now - s * SECOND) for s in (50, 40, 30)]
    with transaction() as session:
        session.get_one(Ticket, tickets[0]).cancelled_at = now
    screen.rate(5, now)
    screen.rate(1, now + 9 * SECOND)
    screen.rate(3, now + 18 * SECOND)
    assert [rated_level(ticket) for ticket in tickets] == [None, 5, 1]
    assert verified() == [True, True, False]


def test_another_windows_visit_is_left_alone(screen, clock):
    other = pair_screen("B002", clock()).window_id
    ticket = open_visit(other, clock())
    screen.rate(5, clock())
    assert rated_level(ticket) is None


def test_a_late_tap_takes_the_visit_of_its_own_time(screen, clock):
    then = clock.forward(hours=1)
    early = open_visit(screen.window_id, then)
    body = screen.tap(4, then)
    now = clock.forward(hours=8)
    late = open_visit(screen.window_id, now)
    screen.deliver(body, now)
    assert (rated_level(early), rated_level(late)) == (4, None)


# Who takes none


def test_a_repeated_tap_takes_no_second_visit(screen, clock):
    tickets = [open_visit(screen.window_id, clock() - n * SECOND) for n in (9, 8)]
    screen.rate(5, clock())
    screen.rate(5, clock.forward(seconds=2))
    assert [rated_level(ticket) for ticket in tickets] == [5, None]


def test_a_correction_stands_for_the_visit_of_what_it_corrects(screen, clock):
    tickets = [open_visit(screen.window_id, clock() - n * SECOND) for n in (9, 8)]
    first = screen.rate(1, clock())
    second = screen.rate(5, clock.forward(seconds=6), revises=str(first))
    screen.rate(4, clock.forward(seconds=6), revises=str(second))
    assert [rated_level(ticket) for ticket in tickets] == [4, None]
    assert verified() == [True, True, True]


def test_a_correction_without_a_visit_gets_none_later(screen, clock):
    first = screen.rate(1, clock())
    ticket = open_visit(screen.window_id, clock())
    screen.rate(5, clock.forward(seconds=6), revises=str(first))
    assert rated_level(ticket) == 5


def test_what_a_withdrawn_screen_brings_uses_no_visit(screen, clock):
    ticket = open_visit(screen.window_id, clock())
    body = screen.tap(5, clock())
    with transaction() as session:
        session.get_one(Device, screen.device_id).revoked_at = clock()
    screen.deliver(body, clock())
    assert rated_level(ticket) is None
    assert verified() == [False]


def test_the_printed_code_uses_none(screen, clock):
    ticket = open_visit(screen.window_id, clock())
    tap = phone_tap(screen.window_id, 5)
    send(Visit(tap=tap, own="own-of-a-printed-code", printed_most=50), clock())
    assert rated_level(ticket) is None


def test_the_screens_code_takes_a_visit_like_a_tap(screen, clock):
    ticket = open_visit(screen.window_id, clock())
    send(by_phone(screen.window_id, SlotRight(7, 0)), clock())
    send(by_phone(screen.window_id, SlotRight(7, 1)), clock())
    assert rated_level(ticket) == 2
    assert verified() == [True, False]


def test_a_visit_that_is_not_there_is_over(screen, clock):
    with pytest.raises(TicketExpired):
        send(by_phone(screen.window_id, TicketRight(77)), clock())


# Both at once


@pytest.mark.parametrize("turn", range(4))
def test_of_phone_and_tap_at_once_one_has_the_visit(app, screen, clock, turn):
    now = clock()
    ticket = open_visit(screen.window_id, now)
    body = screen.tap(5, now)
    ready = Barrier(3)

    def tap() -> str:
        with app.app_context():
            ready.wait()
            screen.deliver(body, now)
            return "tap"

    def phone() -> str:
        with app.app_context():
            ready.wait()
            try:
                send(by_phone(screen.window_id, TicketRight(ticket)), now)
            except RuleBroken as refusal:
                return refusal.code
            return "phone"

    with ThreadPoolExecutor(3) as workers:
        acts = [workers.submit(act) for act in (tap, phone, phone)]
        came = sorted(act.result() for act in acts)
    assert came in (
        ["phone", "tap", TicketUsed.code],
        ["tap", TicketUsed.code, TicketUsed.code],
    )
    assert sum(verified()) == 1
    assert rated_level(ticket) == (2 if "phone" in came else 5)
    with reading() as session:
        assert verify_ledger(session.connection()).sound
