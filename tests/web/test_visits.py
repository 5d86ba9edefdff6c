"""A visitor's code on the clerk's page and on slips; never what became of it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from kiosk.domain.codes import TicketCode, token_of
from kiosk.domain.policy import Role
from kiosk.extensions import reading, recording, transaction
from kiosk.models import Rating, Ticket
from kiosk.services.clerks import link_account
from tests.engines import ON_SQLITE
from tests.pages import Page
from tests.people import make_account, sign_in_as
from tests.screens import HALL, keep, pair_screen, phone_tap
from tests.staff import at, make_clerk, plan, span

pytestmark = ON_SQLITE
MINE = "/manage/mine"
COUNT, BACK = f"{MINE}/served", f"{MINE}/served/back"
MINUTE = timedelta(minutes=1)
MOMENT = timedelta(microseconds=1)
CALLS = ["请扫码评价本次服务", "Please scan to rate this service"]


@pytest.fixture
def window(hall, clock) -> int:
    clock.now = at("08:00")
    return pair_screen("A001", clock()).window_id


@pytest.fixture
def clerk(app, window, clock):
    return at_window(app, clock, "0317", window)


def at_window(app, clock, badge, window):
    """The browser of a clerk who is on duty at a window from nine to twelve."""
    key = make_clerk(badge)
    plan(key, window, span("09:00", "12:00"), clock())
    login = f"c{badge}"
    account = make_account(login, Role.CLERK, clock())
    with recording("test", clock()) as records:
        link_account(records, HALL, key, account)
    clock.now = at("10:00")
    return sign_in_as(app, Role.CLERK, clock(), login=login)


def own(client) -> Page:
    return Page(client.get(f"{MINE}?lang=en"))


def next_visitor(client, window) -> str:
    """Press for the next visitor; return the press's id."""
    press = str(uuid4())
    assert (
        client.post(COUNT, data={"press": press, "window": window}).status_code == 303
    )
    return press


def ticket() -> Ticket:
    with reading() as session:
        return session.scalars(select(Ticket).order_by(Ticket.id.desc())).first()


def address(app) -> str:
    token = token_of(TicketCode(ticket().code), app.secret_key)
    return f"http://localhost/t/{token}"


def rate(window, now) -> None:
    """Let the newest ticket be rated badly."""
    event = keep(phone_tap(window, 1), now).event_id
    with transaction() as session:
        rating = session.scalars(select(Rating.id).filter_by(event_id=event)).one()
        values = {"rating_id": rating}
        session.execute(update(Ticket).where(Ticket.id == ticket().id).values(**values))


def test_after_a_press_the_code_is_there_in_both_languages(clerk, window):
    assert own(clerk).soup.select(".visit") == []
    next_visitor(clerk, window)
    shown = own(clerk)
    assert shown.texts(".visit-call") + shown.texts(".visit-english") == CALLS
    assert len(shown.soup.select(".visit-code svg path")) == 2
    assert ticket().expires_at - ticket().served_at == timedelta(hours=120)


def test_the_code_leaves_after_five_minutes_and_the_button_after_one(
    clerk, window, clock
):
    next_visitor(clerk, window)
    begun = clock()
    seen = []
    for later in (MINUTE, MINUTE + MOMENT, 5 * MINUTE, 5 * MINUTE + MOMENT):
        clock.now = begun + later
        shown = own(clerk)
        buttons = [form for form in shown.soup.select("form") if BACK in form["action"]]
        seen.append((len(shown.soup.select(".visit")), len(buttons)))
    assert seen == [(1, 1), (1, 0), (1, 0), (0, 0)]


def test_too_late_the_press_stays_and_the_page_says_until_when(clerk, window, clock):
    press = next_visitor(clerk, window)
    clock.forward(seconds=61)
    refused = Page(clerk.post(f"{BACK}?lang=en", data={"press": press}))
    assert refused.status == 409
    assert refused.texts(".warning")[0].startswith("A visitor can be taken back within")
    assert refused.texts("#served-today") == ["1"]


def test_a_clerk_sees_the_same_whether_and_however_the_visitor_has_rated(
    clerk, window, clock
):
    seen = []
    for rated in (False, True):
        press = next_visitor(clerk, window)
        if rated:
            rate(window, clock())
        before = plain(own(clerk), press)
        back = clerk.post(f"{BACK}?lang=en", data={"press": press})
        seen.append((before, back.location, plain(own(clerk), press)))
        clock.forward(minutes=6)
    assert seen[0] == seen[1]
    assert ticket().rating_id is not None
    assert ticket().cancelled_at is None


def plain(page: Page, press: str) -> str:
    """Return a page without what differs from press to press anyway."""
    for part in page.soup.select(".visit-code path, input[type=hidden], .counter-row"):
        part.decompose()
    return str(page.soup.select_one("main")).replace(press, "")


@pytest.mark.parametrize("width", [58, 80])
def test_a_slip_tells_the_visit_and_nothing_finer_than_its_half_day(
    app, clerk, window, width
):
    press = next_visitor(clerk, window)
    shown = Page(clerk.get(f"{MINE}/slip/{press}?lang=en&width={width}"))
    [slip] = shown.soup.select(f".slip--{width}")
    words = " ".join(slip.text.split())
    assert "A001" in words
    assert "2026-07-16 上午 morning" in words
    assert all(call in words for call in CALLS)
    assert "2026-07-21" in words
    assert address(app) in words
    assert "10:00" not in words
    assert len(slip.select("svg")) == 1


def test_a_slip_is_a_pdf_too(clerk, window):
    press = next_visitor(clerk, window)
    for width in (58, 80):
        answer = clerk.get(f"{MINE}/slip/{press}/file?width={width}")
        assert answer.data.startswith(b"%PDF-")
        assert answer.mimetype == "application/pdf"
    odd = clerk.get(f"{MINE}/slip/{press}/file?width=9999")
    assert (odd.status_code, odd.data[:5]) == (200, b"%PDF-")


def test_slips_of_others_and_of_earlier_visits_are_not_there(app, clerk, window, clock):
    press = next_visitor(clerk, window)
    other = at_window(app, clock, "0318", pair_screen("A002", clock()).window_id)
    unlinked = sign_in_as(app, Role.CLERK, clock(), login="c9")
    for client, key in ((other, press), (unlinked, press), (clerk, uuid4())):
        assert client.get(f"{MINE}/slip/{key}").status_code == 404
        assert client.get(f"{MINE}/slip/{key}/file").status_code == 404
    clock.forward(minutes=5, seconds=1)
    assert clerk.get(f"{MINE}/slip/{press}").status_code == 404


def test_taken_back_its_slip_is_gone(clerk, window):
    press = next_visitor(clerk, window)
    clerk.post(BACK, data={"press": press})
    assert clerk.get(f"{MINE}/slip/{press}").status_code == 404
