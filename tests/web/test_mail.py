"""Notices by e-mail, on the pages: one's own address, the queue, and the duty."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from kiosk.domain.mail import Letter
from kiosk.domain.policy import Role
from kiosk.extensions import reading, transaction
from kiosk.models import Account, Installation, MailMessage
from kiosk.services.mail import note_mail, queue_mail, take_mail
from tests.builders import make_window
from tests.conftest import NOON
from tests.engines import ON_SQLITE
from tests.pages import Page
from tests.people import sign_in_as

pytestmark = ON_SQLITE
MINE = "zhang@example.org"
HOUR = timedelta(hours=1)


@pytest.fixture
def served(hall, app) -> None:
    """A mail server is set up, and a window: the start page has duties."""
    with transaction() as session:
        make_window(session, "A001")
    known = app.extensions["kiosk"]
    settings = replace(
        known["settings"],
        smtp_host="mail.example.org",
        smtp_from="pingjia@example.org",
        public_url="https://pingjia.example.org",
    )
    app.extensions["kiosk"] = known | {"settings": settings}


def look(client: FlaskClient, path: str = "/manage/mail") -> Page:
    return Page(client.get(f"{path}{'&' if '?' in path else '?'}lang=en"))


def give(client: FlaskClient, address: str = MINE):
    return client.post("/account/mail", data={"email": address})


def stored() -> list[str | None]:
    with reading() as session:
        return list(session.scalars(select(Account.email)))


def queue() -> list[MailMessage]:
    with reading() as session:
        return list(session.scalars(select(MailMessage).order_by(MailMessage.id)))


def wait_for(account: int = 1, topic: str = "cases 1 2026-07-16", now=NOON) -> None:
    with transaction() as session:
        queue_mail(session, account, topic, Letter("办理单", "1 件"), now)


def fail(trouble: str, now=NOON) -> None:
    with transaction() as session:
        note_mail(session, take_mail(session, now), trouble, now)


def facts(page: Page) -> dict[str, str]:
    rows = page.soup.select("dl.facts > div")
    return {row.dt.get_text(strip=True): row.dd.get_text(strip=True) for row in rows}


def notices(page: Page) -> list[list[str]]:
    rows = page.soup.select("[aria-labelledby=queue] tbody tr")
    return [
        [" ".join(cell.get_text(" ").split()) for cell in row.select("th, td")]
        for row in rows
    ]


def duty(app, clock) -> list[str]:
    """Return what an organiser who signs in at this moment is told of mail."""
    client = sign_in_as(app, Role.ORGANISER, clock())
    told = look(client, "/manage").texts("ol.tasks .task-name")
    return [each for each in told if each.startswith("Notices by e-mail")]


def test_my_address_is_mine_to_give_to_change_and_to_take_out(organiser, served):
    assert "You get none." in look(organiser, "/account").answer.text
    assert give(organiser, f" {MINE} ").location == "/account?done=address"
    assert stored() == [MINE]
    assert MINE in look(organiser, "/account?done=address").answer.text
    field = look(organiser, "/account/mail").one("input[name=email]")
    assert field["value"] == MINE
    assert give(organiser, "").location == "/account?done=address-out"
    assert stored() == [None]


def test_what_is_no_address_is_refused_and_can_be_mended(organiser, served):
    give(organiser)
    answer = give(organiser, "zhang@example.org\r\nBcc: all@example.org")
    page = Page(answer)
    assert page.status == 422
    assert page.one("input[name=email]")["aria-invalid"] == "true"
    assert stored() == [MINE]


def test_nobody_elses_address_is_shown_to_an_organiser(app, organiser, served, clock):
    give(sign_in_as(app, Role.MANAGER, clock(), login="li"), "li@example.org")
    page = look(organiser)
    assert facts(page)["People with an address"] == "1"
    accounts = organiser.get("/manage/accounts").text
    assert "li@example.org" not in page.answer.text + accounts


def test_without_a_mail_server_both_pages_say_so(organiser):
    assert "None is set up" in look(organiser).answer.text
    assert "No mail server is set up" in look(organiser, "/account/mail").answer.text
    give(organiser)
    assert organiser.post("/manage/mail/try").status_code == 409
    assert queue() == []


def test_a_test_message_goes_to_my_own_address(organiser, served):
    give(organiser)
    button = look(organiser).one("form[action^='/manage/mail/try'] button")
    assert button.get_text(strip=True) == "Send me a test message"
    answer = organiser.post("/manage/mail/try")
    assert answer.location == "/manage/mail?done=try"
    [waits] = queue()
    assert (waits.account_id, waits.next_try_at) == (1, NOON)
    assert look(organiser, "/manage/mail?done=try").texts("[role=status]") == [
        "The test message leaves within half a minute."
    ]


def test_without_an_address_there_is_nothing_to_try_with(organiser, served):
    assert look(organiser).soup.select("form[action^='/manage/mail/try']") == []
    page = Page(organiser.post("/manage/mail/try?lang=en"))
    assert page.status == 409
    assert page.texts("[role=alert]")[0].startswith("Nothing can be sent:")


def test_a_demonstration_writes_to_nobody(organiser, served):
    give(organiser)
    with transaction() as session:
        session.execute(update(Installation).values(demonstration=True))
    assert "its people are invented" in look(organiser).answer.text
    assert organiser.post("/manage/mail/try").status_code == 409


def test_the_page_says_what_waits_what_left_and_why_one_did_not(organiser, served):
    give(organiser)
    for topic, trouble in (("a", ""), ("b", "recipient"), ("c", "timeout")):
        wait_for(topic=topic)
        fail(trouble)
    page = look(organiser)
    told = facts(page)
    assert told["Sent in seven days"] == told["Given up in seven days"] == "1"
    assert told["Waiting to leave"].startswith("1 ·")
    states = [row[2] for row in notices(page)]
    assert states[0].startswith("Waits; next try")
    assert states[0].endswith("Tries: 1 · the mail server does not answer")
    assert states[1].startswith(
        "Given up Tries: 1 · the mail server does not know the person's address"
    )
    assert states[2].startswith("Sent ")


def test_what_was_given_up_can_leave_again_once(organiser, served):
    give(organiser)
    wait_for()
    fail("refused")
    [form] = look(organiser).soup.select("[aria-labelledby=queue] form")
    answer = organiser.post(form["action"])
    assert answer.location == "/manage/mail?done=again&lang=en"
    assert queue()[0].next_try_at == NOON
    assert organiser.post(form["action"]).status_code == 404


@pytest.mark.parametrize(
    ("late", "told"), [(HOUR - timedelta(microseconds=1), False), (HOUR, True)]
)
def test_what_waits_an_hour_is_told_on_the_start_page(
    app, organiser, served, clock, late, told
):
    give(organiser)
    wait_for()
    clock.now = NOON + late
    assert bool(duty(app, clock)) is told


def test_what_was_given_up_is_told_at_once_and_for_a_week(
    app, organiser, served, clock
):
    give(organiser)
    wait_for()
    assert duty(app, clock) == []
    fail("refused")
    assert len(duty(app, clock)) == 1
    clock.forward(days=7, microseconds=1)
    assert duty(app, clock) == []


def test_others_are_told_nothing_of_it(app, organiser, served, clock):
    wait_for()
    fail("refused")
    viewer = sign_in_as(app, Role.VIEWER, clock())
    assert "Notices by e-mail" not in look(viewer, "/manage").answer.text
    assert viewer.get("/manage/mail").status_code == 404
