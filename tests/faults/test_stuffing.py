"""Twenty scripts that want more verified ratings than there were services.

Each has whatever a dishonest clerk has: the tickets of the window, its screen and its
codes, many phones, and all addresses of our server. None has the server's key.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from kiosk.domain.codes import RotatingCode, TicketCode, slot_at, token_of
from kiosk.domain.intake import RatingState
from kiosk.extensions import reading
from kiosk.models import Rating, Ticket, Window
from kiosk.services.verify import verify_ledger
from kiosk.web.access import DEVICE_COOKIE
from tests.screens import Screen, pair_screen
from tests.tickets import open_visit, screen_token, ticket_token
from tests.web.test_phone import form

TICKETS = 3
MANY = 12
SAME_SITE = {"Sec-Fetch-Site": "same-origin"}


@dataclass
class Script:
    """What somebody at the window has in hand."""

    app: Flask
    clock: object
    screen: Screen
    tickets: list[int]
    phones: list[FlaskClient] = field(default_factory=list)

    def phone(self) -> FlaskClient:
        """Return a phone that was never here."""
        return self.app.test_client()

    def post(self, phone: FlaskClient, address: str, sent: dict[str, object]) -> int:
        return phone.post(address, data=sent, headers=SAME_SITE).status_code

    def rate(self, address: str, phone: FlaskClient | None = None) -> int:
        """Open a page and send its form."""
        phone = phone or self.phone()
        page = phone.get(address)
        if page.status_code != 200:
            return page.status_code
        return self.post(phone, address, form(page) | {"level": "5"})

    def open_form(self, address: str) -> dict[str, object]:
        return form(self.phone().get(address)) | {"level": "5"}

    def ticket(self, nth: int = 0) -> str:
        return f"/t/{ticket_token(self.tickets[nth])}"

    def rotating(self, nonce: int = 0, slots: int = 0) -> str:
        now = self.clock()
        return f"/t/{screen_token(self.screen.window_id, now, nonce, slots)}"

    def printed(self) -> str:
        with reading() as session:
            return f"/w/{session.get_one(Window, self.screen.window_id).code}"

    def tap(self, times: int) -> None:
        for _ in range(times):
            self.screen.rate(5, self.clock.forward(seconds=6))


def same_ticket_again(script: Script) -> None:
    for _ in range(MANY):
        script.rate(script.ticket())


def same_form_from_many_phones(script: Script) -> None:
    sent = script.open_form(script.ticket())
    for _ in range(MANY):
        script.post(script.phone(), script.ticket(), sent)


def forms_opened_before_the_first_is_sent(script: Script) -> None:
    forms = [script.open_form(script.ticket()) for _ in range(MANY)]
    for sent in forms:
        script.post(script.phone(), script.ticket(), sent)


def all_at_once(script: Script) -> None:
    forms = [script.open_form(script.ticket(1)) for _ in range(MANY)]
    address = script.ticket(1)
    phones = [script.phone() for _ in forms]

    def send(nth: int) -> int:
        return script.post(phones[nth], address, forms[nth])

    with ThreadPoolExecutor(4) as workers:
        list(workers.map(send, range(MANY)))


def taps_after_closing_the_phone(script: Script) -> None:
    script.rate(script.ticket())
    script.tap(MANY)


def taps_alone(script: Script) -> None:
    script.tap(MANY)


def taps_sent_twice(script: Script) -> None:
    body = script.screen.tap(5, script.clock())
    for _ in range(MANY):
        script.screen.deliver(body, script.clock())


def taps_dated_into_the_services(script: Script) -> None:
    then = script.clock()
    script.clock.forward(hours=1)
    for nth in range(MANY):
        body = script.screen.tap(5, then + timedelta(seconds=6 * nth))
        script.screen.deliver(body, script.clock())


def corrections_of_one_tap(script: Script) -> None:
    first = script.screen.rate(1, script.clock())
    for _ in range(MANY):
        script.clock.forward(seconds=6)
        first = script.screen.rate(5, script.clock(), revises=str(first))


def rotating_codes_farmed(script: Script) -> None:
    for _ in range(MANY):
        for nonce in range(3):
            script.rate(script.rotating(nonce))
        script.clock.forward(seconds=30)


def one_rotating_code_again(script: Script) -> None:
    for _ in range(MANY):
        script.rate(script.rotating())


def rotating_codes_of_tomorrow(script: Script) -> None:
    for slots in range(2, MANY):
        script.rate(script.rotating(slots=slots * 100))


def rotating_codes_of_another_window(script: Script) -> None:
    other = pair_screen("Z009", script.clock()).window_id
    sent = script.open_form(f"/t/{screen_token(other, script.clock())}")
    for nonce in range(3):
        script.post(script.phone(), script.rotating(nonce), sent)


def printed_code_many_phones(script: Script) -> None:
    for _ in range(MANY):
        script.rate(script.printed())


def printed_form_for_a_ticket(script: Script) -> None:
    for _ in range(MANY):
        script.post(script.phone(), script.ticket(), script.open_form(script.printed()))


def own_fields(script: Script) -> None:
    for _ in range(MANY):
        sent = script.open_form(script.printed())
        more = {"verified": "1", "origin": "3", "right": "1", "ticket_id": "1"}
        script.post(script.phone(), script.printed(), sent | more)


def own_seals(script: Script) -> None:
    with reading() as session:
        codes = session.scalars(select(Ticket.code)).all()
        window = session.get_one(Window, script.screen.window_id).code
    rotating = RotatingCode(window, slot_at(script.clock()), 0)
    for code in [*map(TicketCode, codes), rotating]:
        for guess in ("", "secret", "kiosk"):
            assert script.rate(f"/t/{token_of(code, guess)}") == 404


def tickets_that_are_not_there(script: Script) -> None:
    real = ticket_token(script.tickets[0])
    for nth in range(MANY):
        script.rate(f"/t/v{'23456789bc'[nth % 10] * 10}{real[-10:]}")


def direct_posts_without_a_page(script: Script) -> None:
    for _ in range(MANY):
        sent = {"token": str(uuid4()), "level": "5"}
        for address in (script.printed(), script.ticket(), script.rotating()):
            script.post(script.phone(), address, sent)


def batches_as_a_screen_of_their_own(script: Script) -> None:
    phone = script.phone()
    phone.set_cookie(DEVICE_COOKIE, "a-screen-that-nobody-paired")
    body = script.screen.tap(5, script.clock())
    for _ in range(MANY):
        answer = phone.post("/tablet/ratings", json=body, headers=SAME_SITE)
        assert answer.status_code == 401


SCRIPTS: list[Callable[[Script], None]] = [
    same_ticket_again,
    same_form_from_many_phones,
    forms_opened_before_the_first_is_sent,
    all_at_once,
    taps_after_closing_the_phone,
    taps_alone,
    taps_sent_twice,
    taps_dated_into_the_services,
    corrections_of_one_tap,
    rotating_codes_farmed,
    one_rotating_code_again,
    rotating_codes_of_tomorrow,
    rotating_codes_of_another_window,
    printed_code_many_phones,
    printed_form_for_a_ticket,
    own_fields,
    own_seals,
    tickets_that_are_not_there,
    direct_posts_without_a_page,
    batches_as_a_screen_of_their_own,
]


@pytest.fixture
def script(app, clock) -> Script:
    screen = pair_screen("A001", clock())
    tickets = [open_visit(screen.window_id, clock()) for _ in range(TICKETS)]
    return Script(app, clock, screen, tickets)


@pytest.mark.unmeasured
@pytest.mark.parametrize("act", SCRIPTS)
def test_no_script_makes_more_verified_ratings_than_services(script, act):
    act(script)
    with reading() as session:
        counted = session.scalar(
            select(func.count(Rating.id)).where(
                Rating.verified, Rating.state == RatingState.COUNTED
            )
        )
        used = session.scalar(
            select(func.count(Ticket.id)).where(Ticket.rating_id.is_not(None))
        )
        assert verify_ledger(session.connection()).sound
    assert counted == used <= TICKETS


def test_there_are_twenty_scripts():
    assert len(set(SCRIPTS)) == 20
