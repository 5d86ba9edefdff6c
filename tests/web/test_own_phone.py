"""The author's own page: from the screen's code to a wish to be called, and back."""

import re
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from kiosk.domain.contacts import Outcome
from kiosk.domain.receipts import format_receipt, receipt_code
from kiosk.extensions import db, reading, recording
from kiosk.extensions.sealing import KEY_FILE, kept_sealer
from kiosk.models import Contact, LedgerEntry, OwnKey, Rating
from kiosk.services.contacts import settle_call
from kiosk.web.access import DEVICE_COOKIE
from kiosk.web.phone.mine_show import LOOKS_MOST
from tests.engines import ON_SQLITE
from tests.pictures import address_in_svg
from tests.screens import Screen, pair_screen

pytestmark = ON_SQLITE

NUMBER = "13900005678"
SECRET = "an-own-secret-of-a-phone"
HERE = f"/r/mine/{SECRET}"
FILLED = {"phone": NUMBER, "name": "李女士", "consent": "yes"}


@pytest.fixture
def screen(app, clock) -> Screen:
    return pair_screen("A001", clock())


@pytest.fixture
def rated(screen, clock) -> UUID:
    return screen.rate(2, clock(), own=SECRET)


def contacts() -> list[Contact]:
    with reading() as session:
        return list(session.scalars(select(Contact)))


def words(answer) -> str:
    """Return what a reader of the page reads, in one line."""
    return " ".join(BeautifulSoup(answer.data, "html.parser").get_text(" ").split())


def english(path: str = HERE, **more: str) -> str:
    asked = {"lang": "en"} | more
    return f"{path}?{'&'.join(f'{name}={value}' for name, value in asked.items())}"


def own(app, screen: Screen, base: str = "http://10.0.0.5:8000"):
    client = app.test_client()
    host = urlsplit(base).hostname
    client.set_cookie(DEVICE_COOKIE, screen.secret, domain=host)
    return client.get("/tablet/own", base_url=base)


def settle(event: UUID, outcome: Outcome, now) -> None:
    with reading() as session:
        key = session.scalar(select(Rating.id).where(Rating.event_id == event))
    with recording("account:1", now) as records:
        settle_call(records, 1, key, outcome)


def test_a_screen_gets_a_fresh_secret_each_time_and_nothing_is_stored(app, screen):
    first, second = own(app, screen).json, own(app, screen).json
    assert first["own"] != second["own"]
    assert re.fullmatch("[0-9A-Za-z_-]{32}", first["own"])
    address = f"http://10.0.0.5:8000/r/mine/{first['own']}"
    assert (first["address"], address_in_svg(first["svg"])) == (address, address)
    assert first["reachable"] is True
    with reading() as session:
        assert session.scalars(select(OwnKey)).all() == []


def test_an_address_that_no_phone_opens_is_told_apart(app, screen):
    assert own(app, screen, "http://127.0.0.1:8000").json["reachable"] is False


def test_only_a_paired_screen_gets_a_secret(client, screen):
    answer = client.get("/tablet/own", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json["error"]) == (401, "device_unknown")


def test_what_the_screen_got_opens_the_authors_page(app, client, screen, clock):
    secret = own(app, screen).json["own"]
    event = screen.rate(1, clock(), own=secret)
    page = client.get(f"/r/mine/{secret}")
    assert format_receipt(receipt_code(event)) in page.text


def test_the_page_tells_receipt_and_day_and_neither_level_window_nor_minute(
    client, rated
):
    page = client.get(english())
    text = words(page)
    assert format_receipt(receipt_code(rated)) in text
    assert "Thu 16 Jul 2026" in text
    assert "Would you like to be called?" in text
    for told in ("A001", "市人社局", "12:00", "issatisfied", "04:00"):
        assert told not in page.text
    assert "Set-Cookie" not in page.headers
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "same-origin"


def test_the_consent_is_not_ticked_and_says_who_why_and_how_long(client, rated):
    page = BeautifulSoup(client.get(english()).data, "html.parser")
    assert not page.find(id="consent").has_attr("checked")
    notice = page.find("dl", class_="p-promise").get_text(" ")
    for told in ("Only the case handlers", "call you about this rating", "90 days"):
        assert told in notice


def test_looking_writes_nothing(client, rated):
    def ledger() -> int:
        with reading() as session:
            return len(session.scalars(select(LedgerEntry.number)).all())

    before = ledger()
    client.get(HERE)
    assert (contacts(), ledger()) == ([], before)


def test_a_rating_that_has_not_arrived_is_looked_for_again(client, screen, clock):
    page = client.get(HERE)
    assert page.status_code == 200
    assert page.headers["Refresh"] == f"20; url={HERE}?look=1"
    assert "20" in words(page)
    screen.rate(2, clock(), own=SECRET)
    found = client.get(f"{HERE}?look=1")
    assert "Refresh" not in found.headers
    assert "slip-code" in found.text


def test_it_looks_again_in_the_same_language_and_size_and_not_for_ever(client, app):
    page = client.get(english(view="elder", look="3"))
    assert page.headers["Refresh"] == f"20; url={HERE}?view=elder&look=4&lang=en"
    last = client.get(english(look=str(LOOKS_MOST)))
    assert "Refresh" not in last.headers
    assert "open it again then" in words(last)
    assert client.get(english(look="x")).headers["Refresh"].endswith("look=1&lang=en")


@pytest.mark.parametrize("secret", ["short", "a" * 19, "a" * 65, "a" * 24 + "%00"])
def test_an_address_that_was_cut_is_never_on_its_way(client, app, secret):
    page = client.get(f"/r/mine/{secret}")
    assert (page.status_code, "Refresh" in page.headers) == (404, False)


def test_a_number_is_kept_and_only_its_end_is_shown(app, client, rated, tmp_path):
    answer = client.post(HERE, data=FILLED)
    assert (answer.status_code, answer.location) == (303, f"{HERE}?done=given")
    [kept] = contacts()
    reach = kept_sealer(tmp_path).open(kept.sealed, rated)
    assert (reach.name, reach.phone) == ("李女士", NUMBER)
    page = client.get(english(done="given"))
    assert "the number that ends in 78" in words(page)
    assert NUMBER not in page.text
    assert "李女士" not in page.text
    assert BeautifulSoup(page.data, "html.parser").find(id="phone") is None


def test_another_number_can_be_given_until_the_call(client, rated, tmp_path):
    client.post(HERE, data=FILLED)
    form = client.get(english(change="1"))
    assert BeautifulSoup(form.data, "html.parser").find(id="phone")["value"] == ""
    client.post(HERE, data=FILLED | {"phone": "0551-62999990"})
    [kept] = contacts()
    assert kept_sealer(tmp_path).open(kept.sealed, rated).phone == "0551-62999990"


@pytest.mark.parametrize(
    ("missing", "field", "said"),
    [
        ({"phone": "12"}, "phone", "check the telephone number"),
        ({"phone": ""}, "phone", "check the telephone number"),
        ({"name": "李" * 41}, "name", "at most 40 characters"),
        ({"consent": ""}, "consent", "without consent no number is kept"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    client, rated, missing, field, said
):
    answer = client.post(english(), data=FILLED | missing)
    assert (answer.status_code, contacts()) == (422, [])
    page = BeautifulSoup(answer.data, "html.parser")
    assert said in page.find(id=f"{field}-error").text
    assert page.find(id=field)["aria-invalid"] == "true"
    typed = FILLED | missing
    assert page.find(id="phone")["value"] == typed["phone"]
    assert page.find(id="name")["value"] == typed["name"]


def test_markup_in_a_name_stays_text(client, rated):
    typed = FILLED | {"name": '"><script>hit=1</script>', "phone": "<b>1"}
    answer = client.post(HERE, data=typed)
    assert (answer.status_code, "<script>hit" in answer.text) == (422, False)


def test_withdrawing_erases_at_once(client, rated):
    client.post(HERE, data=FILLED)
    answer = client.post(f"{HERE}/withdraw")
    assert (answer.status_code, answer.location) == (303, f"{HERE}?done=withdrawn")
    assert [each.sealed for each in contacts()] == [None]
    text = words(client.get(english(done="withdrawn")))
    assert "Your number has been erased" in text
    assert "Would you like to be called?" in text


def test_after_the_call_the_page_says_when_the_number_goes(client, rated, clock):
    client.post(HERE, data=FILLED)
    settle(rated, Outcome.UNREADABLE, clock())
    text = words(client.get(english()))
    assert "Your call is settled" in text
    assert "erased by 14 Oct at the latest" in text
    # A form that was open meanwhile: the page tells, and nothing changes.
    assert client.post(HERE, data=FILLED).location == HERE
    client.post(f"{HERE}/withdraw")
    page = client.get(english())
    assert "Your number has been erased" in words(page)
    assert BeautifulSoup(page.data, "html.parser").find("form") is None


@pytest.mark.parametrize("part", ["", "/withdraw"])
def test_a_form_for_a_rating_that_is_not_there_does_nothing(client, app, part):
    answer = client.post(f"{HERE}{part}", data=FILLED)
    assert (answer.status_code, contacts()) == (200, [])
    assert client.post(f"/r/mine/none{part}", data=FILLED).status_code == 404


def test_a_form_from_another_site_is_refused(client, rated):
    assert client.post(HERE, data=FILLED, origin=False).status_code == 403
    assert contacts() == []


def test_a_key_that_cannot_be_read_loses_no_word_and_shows_no_path(
    client, rated, tmp_path
):
    (tmp_path / KEY_FILE).write_text("no key")
    answer = client.post(english(), data=FILLED)
    assert (answer.status_code, contacts()) == (503, [])
    assert answer.headers["Retry-After"] == "5"
    assert NUMBER in answer.text
    assert str(tmp_path) not in answer.text


def test_a_contact_of_a_lost_key_is_still_told_and_can_be_withdrawn(
    client, rated, tmp_path
):
    client.post(HERE, data=FILLED)
    (tmp_path / KEY_FILE).unlink()
    assert "A case handler calls you." in words(client.get(english()))
    client.post(f"{HERE}/withdraw")
    assert [each.sealed for each in contacts()] == [None]


def test_large_type_is_kept_by_every_link_and_form(client, rated):
    page = BeautifulSoup(client.get(english(view="elder")).data, "html.parser")
    assert page.html["data-view"] == "elder"
    assert "view=elder" in page.find("form")["action"]
    assert "view=elder" in page.find("a", hreflang="zh-CN")["href"]
    assert client.post(english(view="elder"), data=FILLED).location.startswith(
        f"{HERE}?view=elder"
    )


def test_the_number_is_nowhere_on_disk_or_in_the_log(
    client, rated, tmp_path, caplog, clock
):
    caplog.set_level("DEBUG")
    client.post(HERE, data=FILLED | {"consent": ""})
    client.post(HERE, data=FILLED | {"name": NUMBER * 9})
    client.post(HERE, data=FILLED)
    client.post(HERE, data=FILLED | {"name": NUMBER})
    client.get(HERE)
    client.post(f"{HERE}/withdraw")
    client.post(HERE, data=FILLED)
    told = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {"kiosk.db", "kiosk.db-wal", KEY_FILE} <= {path.name for path in told}
    for path in told:
        content = path.read_bytes()
        assert NUMBER.encode() not in content, path
        assert "李女士".encode() not in content, path
        assert SECRET.encode() not in content, path
    assert NUMBER not in caplog.text
    assert SECRET not in caplog.text


def test_what_was_withdrawn_leaves_the_file_with_the_next_checkpoint(
    client, rated, tmp_path
):
    """Not sealed words only: nothing is left that the key could ever open."""
    client.post(HERE, data=FILLED)
    [kept] = contacts()
    client.post(f"{HERE}/withdraw")
    with db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    told = [path.read_bytes() for path in tmp_path.glob("kiosk.db*")]
    assert not [content for content in told if kept.sealed in content]
