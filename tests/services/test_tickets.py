"""Tickets of systems outside: opened once, counted once, taken back, told by state."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from kiosk.domain.errors import UnknownWindow
from kiosk.domain.integrations import ApiScope
from kiosk.domain.ticket_requests import (
    RequestKeyTaken,
    RequestKeyWrong,
    TicketRated,
    UnknownClerk,
    UnknownTicket,
    WindowNamedTwice,
    parse_request_key,
)
from kiosk.domain.tickets import (
    AGE_MOST,
    AHEAD_MOST,
    CaseNumberPersonal,
    ItemTooLong,
    ServedTimeWrong,
    TicketSource,
    TicketState,
)
from kiosk.extensions import reading, recording, transaction
from kiosk.models import Centre, Rating, Ticket, Window
from kiosk.queries.served import served_on
from kiosk.queries.tickets import ticket_of
from kiosk.services.integrations import make_integration
from kiosk.services.tickets import Asked, Sender, cancel_ticket, open_ticket
from kiosk.services.verify import verify_ledger
from tests.conftest import NOON
from tests.screens import HALL, pair_screen
from tests.services.test_accounts import together
from tests.staff import TODAY, make_clerk, plan, span

LASTS = timedelta(hours=120)
SECOND = timedelta(seconds=1)


@pytest.fixture
def screen(app, clock):
    return pair_screen("A001", clock())


@pytest.fixture
def window(screen) -> int:
    return screen.window_id


@pytest.fixture
def sender(app) -> Sender:
    return make_sender("取号机")


def make_sender(name: str) -> Sender:
    with recording("test", NOON) as records:
        made = make_integration(records, HALL.centre_id, name, [ApiScope.WRITE_TICKETS])
    return Sender(made.id, HALL.centre_id)


def open_one(sender, key=None, now=NOON, **said):
    asked = Asked(**({"window": "A001"} | said))
    with transaction() as session:
        return open_ticket(session, sender, asked, key, now, LASTS)


def cancel(sender, code, now=NOON) -> bool:
    with transaction() as session:
        return cancel_ticket(session, sender, code, now)


def rows() -> list[Ticket]:
    with reading() as session:
        return list(session.scalars(select(Ticket).order_by(Ticket.id)))


def served(window, day=TODAY) -> int:
    with reading() as session:
        return served_on(session, window, day)


def view(sender, code, now=NOON):
    with reading() as session:
        return ticket_of(session, sender.integration_id, code, now)


def flaws() -> list[str]:
    with reading() as session:
        verdict = verify_ledger(session.connection())
    return [flaw.code for chain in verdict.chains for flaw in chain.flaws]


def test_a_ticket_tells_who_where_what_and_when_and_counts_one(sender, window):
    clerk = make_clerk("0317")
    plan(clerk, window, span())
    called = NOON - timedelta(minutes=8)
    opened = open_one(sender, item="护照", case_number="GJ-2026/17", called_at=called)
    [ticket] = rows()
    assert (opened.code, opened.new) == (ticket.code, True)
    assert (ticket.window_id, ticket.clerk_id) == (window, clerk)
    assert (ticket.item, ticket.case_number) == ("护照", "GJ-2026/17")
    assert (ticket.called_at, ticket.served_at) == (called, NOON)
    assert (ticket.expires_at, ticket.created_at) == (NOON + LASTS, NOON)
    assert ticket.source == TicketSource.INTEGRATION
    assert ticket.integration_id == sender.integration_id
    assert (ticket.rating_id, ticket.cancelled_at) == (None, None)
    assert served(window) == 1


def test_the_badge_that_is_sent_goes_before_the_roster(sender, window):
    plan(make_clerk("0317"), window, span())
    other = make_clerk("0318")
    open_one(sender, badge="０３１８")
    assert rows()[0].clerk_id == other


def test_a_badge_that_nobody_bears_is_refused(sender, window):
    with pytest.raises(UnknownClerk):
        open_one(sender, badge="9999")
    assert (rows(), served(window)) == ([], 0)


def test_with_nobody_on_duty_there_is_no_clerk(sender, window):
    open_one(sender)
    assert rows()[0].clerk_id is None


def test_a_window_is_found_by_its_code_too(sender, window):
    with reading() as session:
        code = session.get_one(Window, window).code
    open_one(sender, window="", window_code=code)
    assert rows()[0].window_id == window


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"window": "A002"}, UnknownWindow),
        ({"window": "", "window_code": "none"}, UnknownWindow),
        ({"window": ""}, WindowNamedTwice),
        ({"window_code": "none"}, WindowNamedTwice),
        ({"item": "x" * 101}, ItemTooLong),
        ({"case_number": "11010519491231002X"}, CaseNumberPersonal),
        ({"served_at": NOON - AGE_MOST - SECOND}, ServedTimeWrong),
        ({"served_at": NOON + AHEAD_MOST + SECOND}, ServedTimeWrong),
        ({"called_at": NOON + SECOND}, ServedTimeWrong),
    ],
)
def test_what_cannot_be_opens_nothing(sender, window, said, refusal):
    with pytest.raises(refusal):
        open_one(sender, **said)
    assert (rows(), served(window)) == ([], 0)


@pytest.mark.parametrize("at", [NOON - AGE_MOST, NOON + AHEAD_MOST])
def test_the_person_is_counted_on_the_day_of_the_service(sender, window, at):
    with transaction() as session:
        session.execute(update(Window).values(opened_on=TODAY - timedelta(days=9)))
    open_one(sender, served_at=at)
    assert served(window, at.astimezone(HALL.zone).date()) == 1
    assert rows()[0].expires_at == at + LASTS


def test_a_window_of_another_centre_is_not_there(sender, window):
    with transaction() as session:
        code = session.get_one(Window, window).code
        session.add(Centre(code="b", name="分厅", time_zone="Asia/Shanghai"))
        session.flush()
        other = session.scalars(select(Centre.id).order_by(Centre.id.desc())).first()
        session.get_one(Window, window).centre_id = other
    with pytest.raises(UnknownWindow):
        open_one(sender, window="", window_code=code)


# One request, one ticket


def test_the_same_request_again_is_the_same_ticket(sender, window):
    first = open_one(sender, "q-17", item="护照")
    again = open_one(sender, "q-17", NOON + timedelta(days=9), item="护照")
    assert (again.code, first.new, again.new) == (first.code, True, False)
    assert (len(rows()), served(window)) == (1, 1)


def test_without_a_key_each_request_is_its_own(sender, window):
    assert open_one(sender).code != open_one(sender).code
    assert served(window) == 2


def test_two_systems_may_use_one_key(sender, window):
    first, other = open_one(sender, "q-17"), open_one(make_sender("热线"), "q-17")
    assert (first.code == other.code, other.new) == (False, True)


def test_the_same_key_with_other_content_is_refused(sender, window):
    open_one(sender, "q-17", item="护照")
    with pytest.raises(RequestKeyTaken):
        open_one(sender, "q-17", item="签证")
    assert (len(rows()), served(window)) == (1, 1)


def test_eight_senders_of_one_request_open_one_ticket(app, sender, window):
    codes: list[str] = []
    act = lambda: codes.append(open_one(sender, "q-17").code)  # noqa: E731
    assert together(app, *[act] * 8) == ["done"] * 8
    assert (len(rows()), served(window)) == (1, 1)
    assert codes == [rows()[0].code] * 8


@pytest.mark.parametrize("text", ["a", "x" * 64, "!~", None])
def test_a_request_has_a_plain_name_or_none(text):
    assert parse_request_key(text) == text


@pytest.mark.parametrize("text", ["", "x" * 65, "a b", "é", "a\n", "\x00"])
def test_another_name_is_refused(text):
    with pytest.raises(RequestKeyWrong):
        parse_request_key(text)


# Taken back


def test_a_ticket_is_taken_back_once_with_its_person(sender, window):
    code = open_one(sender).code
    then = NOON + timedelta(minutes=5)
    assert [cancel(sender, code, then), cancel(sender, code, then + SECOND)] == [
        True,
        False,
    ]
    assert (rows()[0].cancelled_at, served(window)) == (then, 0)


def test_of_eight_who_take_it_back_at_once_one_does(app, sender, window):
    open_one(sender)
    code = open_one(sender).code
    done: list[bool] = []
    together(app, *[lambda: done.append(cancel(sender, code))] * 8)
    assert (sorted(done), served(window)) == ([False] * 7 + [True], 1)


def test_a_rated_ticket_stays(sender, screen, window, clock):
    code = open_one(sender).code
    screen.rate(5, clock())
    with pytest.raises(TicketRated):
        cancel(sender, code)
    assert (view(sender, code).state, served(window)) == (TicketState.RATED, 1)


def test_nobody_takes_back_or_sees_the_ticket_of_another_system(sender, window):
    code, other = open_one(sender).code, make_sender("热线")
    for asks, which in ((other, code), (sender, "none")):
        with pytest.raises(UnknownTicket):
            cancel(asks, which)
        assert view(asks, which) is None
    assert (rows()[0].cancelled_at, served(window)) == (None, 1)


# What its system may know


def test_a_view_tells_the_state_and_nothing_of_a_rating(sender, screen, clock):
    code = open_one(sender, item="护照", case_number="17").code
    seen = view(sender, code, NOON + LASTS)
    assert (seen.window, seen.item, seen.case_number) == ("A001", "护照", "17")
    assert (seen.state, seen.expires_at) == (TicketState.OPEN, NOON + LASTS)
    assert view(sender, code, NOON + LASTS + SECOND).state == TicketState.EXPIRED
    screen.rate(1, clock())
    rated = view(sender, code)
    assert rated.state == TicketState.RATED
    assert not {"level", "rating", "rated_at", "clerk"} & set(rated.__slots__)


def test_a_cancelled_one_says_so(sender, window):
    code = open_one(sender).code
    cancel(sender, code)
    assert view(sender, code).state == TicketState.CANCELLED


# Tickets and verified ratings, one for one


def test_a_hall_with_tickets_is_whole(sender, screen, clock):
    open_one(sender)
    first = screen.tap(5, clock())
    screen.deliver(first, clock())
    screen.rate(2, clock.forward(seconds=6), revises=first["id"])
    screen.rate(4, clock.forward(seconds=9))
    with reading() as session:
        counted = session.scalar(select(func.count()).where(Rating.verified))
    assert counted == 2, "the correction carries the visit on; the third has none"
    assert flaws() == []


def test_a_verified_rating_without_a_ticket_is_found(sender, screen, clock):
    open_one(sender)
    screen.rate(5, clock())
    with transaction() as session:
        session.execute(update(Ticket).values(rating_id=None))
    assert flaws() == ["ticket_missing"]


def test_a_ticket_that_another_window_used_is_found(sender, screen, clock):
    pair_screen("A002", clock())
    code = open_one(sender).code
    screen.rate(5, clock())
    with transaction() as session:
        session.execute(update(Ticket).values(window_id=screen.window_id + 1))
    assert flaws() == ["ticket_astray"]
    with reading() as session:
        [said] = [
            flaw.words
            for chain in verify_ledger(session.connection()).chains
            for flaw in chain.flaws
        ]
    assert code in said


def test_a_ticket_that_was_cancelled_and_used_is_found(sender, screen, clock):
    open_one(sender)
    screen.rate(5, clock())
    with transaction() as session:
        session.execute(update(Ticket).values(cancelled_at=NOON))
    assert flaws() == ["ticket_astray"]
