"""People who wait for a call: who sees, opens and settles them; at the desk too."""

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from kiosk.domain.contacts import Reach
from kiosk.domain.policy import Role
from kiosk.domain.receipts import format_receipt, receipt_code
from kiosk.extensions import reading, recording, transaction
from kiosk.extensions.sealing import KEY_FILE, kept_sealer
from kiosk.models import (
    ORGANISATION,
    Account,
    Clerk,
    Contact,
    ContactOpening,
    Posting,
    Rating,
    RoleGrant,
    Unit,
)
from kiosk.services.contacts import give_contact
from tests.builders import make_window
from tests.engines import ON_SQLITE
from tests.people import sign_in_as
from tests.places import TODAY
from tests.screens import FAR_APART, NOWHEN, another_screen, keep, phone_tap
from tests.statements import statements

pytestmark = ON_SQLITE

NUMBER = "13900005678"
REASON = {"reason": "首次回访"}


@pytest.fixture
def screens(app, hall, clock):
    """A screen in each of two units."""
    with transaction() as session:
        return [
            another_screen(session, make_window(session, number, unit=unit), clock())
            for number, unit in (("A001", "市人社局"), ("B001", "市医保局"))
        ]


@pytest.fixture
def handler(app, hall, clock):
    return sign_in_as(app, Role.CASE_HANDLER, clock(), login="handler")


def wish(screen, now, tmp_path, name: str = "李女士", **more: object) -> int:
    """Rate badly, say why, and ask for a call; return the rating's key."""
    secret = f"an-own-secret-of-{screen.window_id}-{len(screen.sent)}"
    event = screen.rate(2, now + len(screen.sent) * FAR_APART, own=secret, **more)
    screen.send([screen.reasons(event, [211, 231])], NOWHEN)
    with recording("citizen", now) as records:
        give_contact(records, secret, Reach(name, NUMBER), kept_sealer(tmp_path))
        return records.session.scalars(
            select(Rating.id).where(Rating.event_id == event)
        ).one()


def text(answer) -> str:
    return " ".join(BeautifulSoup(answer.data, "html.parser").get_text(" ").split())


def rows(answer) -> list[str]:
    page = BeautifulSoup(answer.data, "html.parser")
    return [" ".join(row.get_text(" ").split()) for row in page.select("tbody tr")]


def openings() -> list[tuple[int, str]]:
    with reading() as session:
        return list(
            session.execute(
                select(ContactOpening.rating_id, ContactOpening.reason)
            ).tuples()
        )


def kept(key: int) -> Contact:
    with reading() as session:
        return session.get(Contact, key)


def account(login: str) -> int:
    with reading() as session:
        return session.scalars(select(Account.id).where(Account.login == login)).one()


def test_the_list_tells_half_day_window_and_reasons_longest_wait_first(
    app, screens, clock, tmp_path
):
    wish(screens[1], clock(), tmp_path)
    clock.forward(days=1)
    wish(screens[0], clock(), tmp_path)
    handler = sign_in_as(app, Role.CASE_HANDLER, clock(), login="handler")
    first, second = rows(handler.get("/manage/calls?lang=en"))
    assert first.startswith("B001 社保综合B001 市医保局 16 Jul, PM Long wait · Cold")
    assert second.startswith("A001")
    page = handler.get("/manage/calls?lang=en")
    assert NUMBER not in page.text
    assert "李女士" not in page.text
    assert BeautifulSoup(page.data, "html.parser").select_one(".st--bad").text == (
        "16 Jul, PM"
    )


def test_the_reasons_are_those_of_the_opinion_that_stands(
    handler, screens, clock, tmp_path
):
    screen = screens[0]
    wish(screen, clock(), tmp_path)
    [first] = [each["id"] for each in screen.sent if each["level"]]
    again = screen.rate(1, clock() + 9 * FAR_APART, revises=first)
    screen.send([screen.reasons(again, [241])], NOWHEN)
    [row] = rows(handler.get("/manage/calls?lang=en"))
    assert "Crowded or untidy" in row
    assert "Long wait" not in row


def test_a_contact_opens_with_a_reason_for_an_hour_and_for_who_gave_it(
    app, handler, screens, clock, tmp_path
):
    key = wish(screens[0], clock(), tmp_path)
    here = f"/manage/calls/{key}"
    assert NUMBER not in handler.get(here).text
    answer = handler.post(f"{here}/open", data=REASON)
    assert (answer.status_code, answer.location) == (303, here)
    opened = handler.get(here)
    assert NUMBER in opened.text
    assert "李女士" in opened.text
    with reading() as session:
        receipt = session.get_one(Rating, key).receipt
    assert format_receipt(receipt) in opened.text
    assert openings() == [(key, "首次回访")]
    other = sign_in_as(app, Role.CASE_HANDLER, clock(), login="other")
    seen = other.get(here)
    assert NUMBER not in seen.text
    assert "首次回访" in seen.text
    clock.forward(minutes=59)
    handler = sign_in_as(app, Role.CASE_HANDLER, clock(), login="handler")
    assert NUMBER in handler.get(here).text
    clock.forward(minutes=1)
    assert NUMBER not in handler.get(here).text


@pytest.mark.parametrize("reason", ["", "  ", f"打 {NUMBER}", "长" * 201])
def test_without_a_proper_reason_nothing_opens(
    handler, screens, clock, tmp_path, reason
):
    key = wish(screens[0], clock(), tmp_path)
    answer = handler.post(f"/manage/calls/{key}/open", data={"reason": reason})
    page = BeautifulSoup(answer.data, "html.parser")
    assert (answer.status_code, openings()) == (422, [])
    assert page.find(id="reason-error") is not None
    assert page.find(id="reason")["value"] == reason


def test_a_call_is_settled_and_leaves_the_list(handler, screens, clock, tmp_path):
    key = wish(screens[0], clock(), tmp_path)
    here = f"/manage/calls/{key}"
    early = handler.post(f"{here}/settle", data={"outcome": "reached"})
    assert (early.status_code, kept(key).settled_at) == (422, None)
    assert handler.post(f"{here}/settle", data={}).status_code == 422
    handler.post(f"{here}/open", data=REASON)
    done = handler.post(f"{here}/settle", data={"outcome": "reached"})
    assert (done.status_code, done.location) == (303, "/manage/calls?done=settled")
    assert rows(handler.get("/manage/calls")) == []
    [row] = rows(handler.get("/manage/calls?show=settled&lang=en"))
    assert "Reached" in row
    assert "14 Oct" in text(handler.get(f"{here}?lang=en"))
    again = handler.post(f"{here}/settle", data={"outcome": "not-reached"})
    assert again.status_code == 409


def test_an_owner_at_the_desk_has_a_settled_contact_erased(
    handler, screens, clock, tmp_path
):
    key = wish(screens[0], clock(), tmp_path)
    here = f"/manage/calls/{key}"
    assert handler.post(f"{here}/erase").status_code == 422
    handler.post(f"{here}/open", data=REASON)
    handler.post(f"{here}/settle", data={"outcome": "not-reached"})
    assert handler.post(f"{here}/erase").status_code == 303
    assert kept(key).sealed is None
    page = handler.get(f"{here}?lang=en")
    assert "The contact has been erased." in text(page)
    assert handler.post(f"{here}/open", data=REASON).status_code == 410


def test_a_contact_of_another_servers_key_says_so_and_can_be_settled(
    handler, screens, clock, tmp_path
):
    key = wish(screens[0], clock(), tmp_path)
    here = f"/manage/calls/{key}"
    (tmp_path / KEY_FILE).unlink()
    handler.post(f"{here}/open", data=REASON)
    page = handler.get(f"{here}?lang=en")
    assert "sealed with another key" in text(page)
    options = BeautifulSoup(page.data, "html.parser").select("#outcome option")
    assert [each["value"] for each in options] == [
        "",
        "reached",
        "not-reached",
        "unwanted",
        "unreadable",
    ]
    (tmp_path / KEY_FILE).write_text("no key")
    assert str(tmp_path) in handler.get(here).text
    handler.post(f"{here}/settle", data={"outcome": "unreadable"})
    assert kept(key).outcome == "unreadable"


def test_somebody_without_a_phone_is_registered_at_the_desk(
    handler, screens, clock, tmp_path
):
    event = screens[0].rate(1, clock())
    typed = {
        "receipt": format_receipt(receipt_code(event)),
        "phone": NUMBER,
        "name": "",
        "consent": "yes",
    }
    answer = handler.post("/manage/calls/new", data=typed)
    assert (answer.status_code, answer.location) == (
        303,
        "/manage/calls?done=registered",
    )
    [row] = rows(handler.get("/manage/calls?lang=en"))
    assert "not said" in row
    again = handler.post("/manage/calls/new?lang=en", data=typed)
    page = BeautifulSoup(again.data, "html.parser")
    assert again.status_code == 409
    assert "left for this rating already" in page.find(id="receipt-error").text
    assert page.find(id="phone")["value"] == NUMBER


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"receipt": "2222-2222-22222"}, "receipt"),
        ({"phone": "12"}, "phone"),
        ({"name": "李" * 41}, "name"),
        ({"consent": ""}, "consent"),
    ],
)
def test_what_is_wrong_at_the_desk_is_said_beside_its_field(
    handler, screens, clock, change, field
):
    event = screens[0].rate(1, clock())
    right = {"receipt": receipt_code(event), "phone": NUMBER, "consent": "yes"}
    answer = handler.post("/manage/calls/new", data=right | change)
    page = BeautifulSoup(answer.data, "html.parser")
    assert answer.status_code == 422
    assert page.find(id=f"{field}-error") is not None
    with reading() as session:
        assert session.scalars(select(Contact)).all() == []


def test_whoever_manages_a_unit_too_sees_no_call_about_it(
    app, handler, screens, clock, tmp_path
):
    own, other = (wish(screen, clock(), tmp_path) for screen in screens)
    with recording("test", clock()) as records:
        unit = records.session.scalars(
            select(Unit.id).where(Unit.name == "市人社局")
        ).one()
        grant = {"account_id": account("handler"), "role": "manager", "unit_id": unit}
        records.add(RoleGrant, ORGANISATION, [grant | {"granted_at": clock()}])
    [row] = rows(handler.get("/manage/calls"))
    assert row.startswith("B001")
    nowhere = handler.get("/manage/there-is-nothing-here")
    for part in ("", "/open", "/settle", "/erase"):
        act = handler.post if part else handler.get
        answer = act(f"/manage/calls/{own}{part}", data=REASON)
        assert answer.status_code == nowhere.status_code == 404
    assert openings() == []
    assert handler.get(f"/manage/calls/{other}").status_code == 200


def test_whoever_sits_in_a_unit_too_sees_no_call_about_it(
    app, handler, screens, clock, tmp_path
):
    wish(screens[0], clock(), tmp_path)
    with recording("test", clock()) as records:
        unit = records.session.scalars(
            select(Unit.id).where(Unit.name == "市人社局")
        ).one()
        clerk = {"centre_id": 1, "account_id": account("handler"), "name": "王芳"}
        clerk |= {"badge": "001", "named": True, "started_on": TODAY}
        [key] = records.add(Clerk, 1, [clerk])
        posting = {"clerk_id": key, "unit_id": unit, "starts_on": TODAY}
        records.add(Posting, 1, [posting])
    assert rows(handler.get("/manage/calls")) == []


@pytest.mark.parametrize(
    "role", [each for each in Role if each is not Role.CASE_HANDLER]
)
def test_nobody_else_finds_the_page(app, screens, clock, tmp_path, role):
    key = wish(screens[0], clock(), tmp_path)
    unit = 1 if role is Role.MANAGER else None
    client = sign_in_as(app, role, clock(), unit)
    assert client.get("/manage/calls").status_code == 404
    assert client.get(f"/manage/calls/{key}").status_code == 404
    assert client.post(f"/manage/calls/{key}/open", data=REASON).status_code == 404
    start = client.get("/manage")
    assert "/manage/calls" not in start.text


def test_the_start_page_of_a_case_handler_counts_who_waits(
    app, handler, screens, clock, tmp_path
):
    assert "/manage/calls" in handler.get("/manage").text
    wish(screens[0], clock(), tmp_path)
    wish(screens[1], clock(), tmp_path)
    page = BeautifulSoup(handler.get("/manage?lang=en").data, "html.parser")
    [name] = [
        " ".join(each.get_text(" ").split())
        for each in page.select("ol.tasks .task-name")
        if "Calls" in each.text
    ]
    assert name == "Calls 2"
    assert page.select(".task--due") == []
    clock.forward(hours=11, minutes=59)
    handler = sign_in_as(app, Role.CASE_HANDLER, clock(), login="handler")
    assert "task--due" not in handler.get("/manage").text
    clock.forward(minutes=1)
    assert "task--due" in handler.get("/manage").text


def test_a_long_list_is_paged_in_as_many_statements_as_a_short_one(
    handler, screens, clock, tmp_path
):
    def asked() -> int:
        with statements() as said:
            assert handler.get("/manage/calls").status_code == 200
        return len(said)

    wish(screens[0], clock(), tmp_path)
    few = asked()
    for nth in range(50):
        secret = f"another-secret-of-a-phone-{nth}"
        screens[1].rate(1 + nth % 2, clock() + nth * FAR_APART, own=secret)
        with recording("citizen", clock()) as records:
            give_contact(records, secret, Reach("", NUMBER), kept_sealer(tmp_path))
    assert asked() == few
    assert len(rows(handler.get("/manage/calls"))) == 50
    assert len(rows(handler.get("/manage/calls?page=2"))) == 1


def test_a_phone_rating_without_a_screen_is_called_back_too(
    handler, screens, clock, tmp_path
):
    receipt = keep(phone_tap(screens[0].window_id, 2), clock()).receipt
    typed = {"receipt": receipt, "phone": NUMBER, "consent": "yes"}
    assert handler.post("/manage/calls/new", data=typed).status_code == 303
    assert len(rows(handler.get("/manage/calls"))) == 1


def test_the_ledgers_page_tells_each_act_in_words_and_no_number(
    app, organiser, handler, screens, clock, tmp_path
):
    key = wish(screens[0], clock(), tmp_path)
    handler.post(f"/manage/calls/{key}/open", data=REASON)
    handler.post(f"/manage/calls/{key}/settle", data={"outcome": "reached"})
    told = text(organiser.get("/manage/audit?lang=en"))
    for words in ("Contact given", "A citizen", "Contact opened", "Call settled"):
        assert words in told
    assert "首次回访" in told
    assert NUMBER not in told
