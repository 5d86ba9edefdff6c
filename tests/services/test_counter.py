"""The clerk's "next visitor": one press, one person, one ticket; nothing told back."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from kiosk.domain.served import PressTooOld
from kiosk.domain.tickets import TicketSource
from kiosk.extensions import reading, transaction
from kiosk.models import Rating, Ticket
from kiosk.queries.counter import counted_visit, last_visit
from kiosk.queries.served import served_on
from kiosk.services.counter import call_next, take_back
from kiosk.services.served import Press
from tests.conftest import NOON
from tests.screens import pair_screen
from tests.services.test_accounts import together
from tests.staff import TODAY, make_clerk

LASTS = timedelta(hours=120)
MINUTE = timedelta(minutes=1)
MOMENT = timedelta(microseconds=1)


@pytest.fixture
def screen(app, clock):
    return pair_screen("A001", clock())


@pytest.fixture
def window(screen) -> int:
    return screen.window_id


@pytest.fixture
def clerk(window) -> int:
    return make_clerk("0317")


def press(clerk, window, key, now=NOON) -> bool:
    with transaction() as session:
        return call_next(session, Press(key, clerk, window, TODAY), now, LASTS)


def back(clerk, key, now=NOON) -> bool:
    with transaction() as session:
        return take_back(session, clerk, key, TODAY, now)


def tickets() -> list[Ticket]:
    with reading() as session:
        return list(session.scalars(select(Ticket).order_by(Ticket.id)))


def served(window) -> int:
    with reading() as session:
        return served_on(session, window, TODAY)


def shown(clerk, key, now=NOON):
    with reading() as session:
        return counted_visit(session, clerk, key, now)


def rate(ticket_id: int, window: int) -> None:
    """Let a ticket be rated, as the row tells it."""
    with transaction() as session:
        rating = Rating(
            event_id=uuid4(), digest=b"d" * 32, receipt="r", window_id=window,
            channel=1, level=1, state=0, verified=True, tapped_at=NOON,
            received_at=NOON, day=TODAY, bucket=72, time_uncertain=False,
            clerk_label="", device_label="",
        )  # fmt: skip
        session.add(rating)
        session.flush()
        session.execute(
            update(Ticket).where(Ticket.id == ticket_id).values(rating_id=rating.id)
        )


def test_a_press_counts_one_and_opens_one_ticket_however_often_it_comes(window, clerk):
    key = uuid4()
    assert [press(clerk, window, key) for _ in range(3)] == [True, False, False]
    [ticket] = tickets()
    assert served(window) == 1
    assert (ticket.window_id, ticket.clerk_id) == (window, clerk)
    assert ticket.source == TicketSource.COUNTER
    assert (ticket.served_at, ticket.expires_at) == (NOON, NOON + LASTS)
    assert (ticket.item, ticket.case_number, ticket.called_at) == ("", "", None)
    assert (ticket.rating_id, ticket.cancelled_at) == (None, None)


def test_one_press_sent_by_eight_at_once_opens_one_ticket(app, window, clerk):
    key = uuid4()
    done = together(app, *[lambda: press(clerk, window, key)] * 8)
    assert done == ["done"] * 8
    assert (len(tickets()), served(window)) == (1, 1)


def test_taken_back_within_a_minute_the_ticket_is_cancelled_once(window, clerk):
    key = uuid4()
    press(clerk, window, key)
    then = NOON + MINUTE
    assert [back(clerk, key, then), back(clerk, key, then)] == [True, False]
    assert (served(window), tickets()[0].cancelled_at) == (0, then)


def test_a_moment_later_it_stays(window, clerk):
    key = uuid4()
    press(clerk, window, key)
    with pytest.raises(PressTooOld):
        back(clerk, key, NOON + MINUTE + MOMENT)
    assert (served(window), tickets()[0].cancelled_at) == (1, None)


def test_taking_back_looks_the_same_whether_the_visitor_has_rated_or_not(window, clerk):
    rated, plain = uuid4(), uuid4()
    seen = []
    for key in (rated, plain):
        press(clerk, window, key)
        if key == rated:
            rate(tickets()[0].id, window)
        before = (served(window), shown(clerk, key) is None)
        seen.append((before, back(clerk, key), served(window), shown(clerk, key)))
    assert seen[0] == seen[1] == ((1, False), True, 0, None)
    kept, cancelled = tickets()
    assert (kept.cancelled_at, cancelled.cancelled_at) == (None, NOON)


def test_nobody_takes_back_or_sees_what_another_clerk_pressed(window, clerk):
    key, other = uuid4(), make_clerk("0318")
    press(clerk, window, key)
    assert not back(other, key)
    assert not back(other, key, NOON + 2 * MINUTE)
    assert shown(other, key) is None
    assert (served(window), tickets()[0].cancelled_at) == (1, None)


def test_the_code_is_shown_for_five_minutes(window, clerk):
    key = uuid4()
    press(clerk, window, key)
    visit = shown(clerk, key, NOON + 5 * MINUTE)
    assert (visit.press, visit.number, visit.item) == (key, "A001", "")
    assert visit.code == tickets()[0].code
    assert shown(clerk, key, NOON + 5 * MINUTE + MOMENT) is None
    assert visit.can_be_taken_back(NOON + MINUTE)
    assert not visit.can_be_taken_back(NOON + MINUTE + MOMENT)


def test_the_last_visit_is_that_of_the_last_press_that_counts(window, clerk):
    first, second = uuid4(), uuid4()

    def last():
        with reading() as session:
            return last_visit(session, clerk, TODAY, NOON)

    assert last() is None
    press(clerk, window, first)
    press(clerk, window, second)
    assert last().press == second
    back(clerk, second)
    assert last().press == first
