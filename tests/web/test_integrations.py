"""Pages of systems outside: a key shown once, news set up, messages repeated."""

from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.domain.integrations import ApiScope
from kiosk.domain.policy import Role
from kiosk.domain.tokens import token_hash
from kiosk.extensions import reading, transaction
from kiosk.models import Installation
from kiosk.queries.integrations import caller_of
from tests.conftest import NOON
from tests.engines import ON_SQLITE
from tests.pages import Page
from tests.people import sign_in_as
from tests.webhooks import hook_row, make_hook, make_system, messages, queue

pytestmark = ON_SQLITE
LIST = "/manage/integrations"
LISTED = "hotline.example"
URL = "https://hotline.example/in"


@pytest.fixture
def organiser(app, clock):
    settings = app.extensions["kiosk"]["settings"]
    app.extensions["kiosk"]["settings"] = replace(settings, webhook_hosts=LISTED)
    return sign_in_as(app, Role.ORGANISER, clock())


@pytest.fixture
def system(organiser) -> int:
    return make_system()


@pytest.fixture
def at(system) -> str:
    """The address of the system's page."""
    return f"{LIST}/{system}"


def page(client, address) -> Page:
    return Page(client.get(f"{address}?lang=en"))


def sent(client, address, **data) -> Page:
    return Page(client.post(f"{address}?lang=en", data=data))


def add(client, name="取号机", scopes=("tickets:write", "tickets:read")) -> Page:
    return sent(client, LIST, name=name, scopes=list(scopes))


def secret_of(shown: Page) -> str:
    [field] = shown.soup.select("#secret")
    return field["value"]


def opens(key) -> bool:
    with reading() as session:
        return caller_of(session, token_hash(key), NOON) is not None


def test_a_key_is_shown_once_with_what_to_type(organiser):
    shown = add(organiser)
    key = secret_of(shown)
    assert shown.status == 200
    assert opens(key)
    assert shown.answer.headers["Cache-Control"] == "no-store"
    [example] = shown.texts("#example")
    assert f"Authorization: Bearer {key}" in example
    assert "http://localhost/api/v1/windows" in example
    listed = page(organiser, LIST)
    assert listed.texts("tbody th") == ["取号机"]
    one = page(organiser, f"{LIST}/1")
    assert key not in listed.answer.text + one.answer.text


def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(organiser):
    wrong = add(organiser, name="", scopes=["webhooks"])
    assert wrong.status == 422
    assert len(wrong.texts("#name-error")) == 1
    ticked = [each["value"] for each in wrong.soup.select("input[checked]")]
    assert ticked == ["webhooks"]
    none = add(organiser, scopes=[])
    assert (none.status, len(none.texts("#scopes-error"))) == (422, 1)
    add(organiser)
    twice = add(organiser)
    assert twice.status == 409
    assert twice.texts("#name-error") == [
        "There is a system with this name already. Please choose another."
    ]


def test_a_new_key_is_shown_and_a_form_sent_twice_makes_one(organiser):
    old = secret_of(add(organiser))
    [seen] = page(organiser, f"{LIST}/1").soup.select("input[name=seen]")
    new = secret_of(sent(organiser, f"{LIST}/1/key", seen=seen["value"]))
    again = sent(organiser, f"{LIST}/1/key", seen=seen["value"])
    assert again.status == 409
    assert "replaced a moment ago" in again.texts(".warning")[0]
    assert (opens(old), opens(new)) == (True, True)
    assert "still opens until" in page(organiser, f"{LIST}/1").answer.text


def test_revoked_it_has_no_buttons(organiser, at, system):
    answer = organiser.post(f"{at}/revoke")
    assert answer.status_code == 303
    shown = Page(organiser.get(f"{answer.location}&lang=en"))
    assert shown.texts(".done") == [
        "The access has ended. Its key opens nothing any more."
    ]
    assert shown.soup.select("main form") == []
    assert "Revoked" in page(organiser, LIST).texts("tbody td")


def test_a_secret_is_shown_once_when_an_address_is_told(organiser, at):
    secret = secret_of(sent(organiser, f"{at}/webhooks", url=URL))
    assert secret.startswith("whsec_")
    shown = page(organiser, at)
    assert shown.texts("tbody th") == [URL]
    assert secret not in shown.answer.text


@pytest.mark.parametrize(
    ("url", "status"),
    [("https://evil.example/", 422), ("hotline.example", 422), (URL, 409)],
)
def test_an_address_that_cannot_be_told_stays_in_its_field(
    organiser, at, system, url, status
):
    make_hook(system, URL)
    wrong = sent(organiser, f"{at}/webhooks", url=url)
    assert wrong.status == status
    assert len(wrong.texts("#url-error")) == 1
    [field] = wrong.soup.select("#url")
    assert field["value"] == url


def test_stop_and_start(organiser, at, system):
    key = make_hook(system, URL).id
    assert organiser.post(f"{at}/webhooks/{key}/stop").status_code == 303
    assert hook_row(key).stopped_at is not None
    assert "Stopped" in page(organiser, at).texts("tbody td")
    assert organiser.post(f"{at}/webhooks/{key}/start").status_code == 303
    assert hook_row(key).stopped_at is None


def test_starting_beside_a_second_one_is_refused_in_words(organiser, at, system):
    key = make_hook(system, URL).id
    organiser.post(f"{at}/webhooks/{key}/stop")
    make_hook(system, URL)
    refused = sent(organiser, f"{at}/webhooks/{key}/start")
    assert refused.status == 409
    assert refused.texts(".warning") == ["This address is told of bad ratings already."]


def test_the_list_says_what_became_of_messages_and_sends_again(organiser, at, system):
    hook = make_hook(system, URL).id
    queue(hook, next_try_at=None, delivered_at=NOON, tries=1)
    queue(hook, next_try_at=None, tries=6, trouble="answer:500")
    queue(hook, now=NOON + timedelta(hours=1), tries=2, trouble="timeout")
    shown = page(organiser, at)
    states = [row.select("td")[1].text for row in shown.soup.select("tbody tr")[1:]]
    assert [" ".join(state.split()) for state in states] == [
        "Not sent yet: no answer within ten seconds",
        "Given up: the host answered with 500",
        "Delivered",
    ]
    again = [
        form["action"]
        for form in shown.soup.select("form")
        if form["action"].partition("?")[0].endswith("/again")
    ]
    assert [address.split("/")[5] for address in again] == ["2", "1"]
    assert organiser.post(again[0]).status_code == 303
    assert [message.tries for message in messages()] == [1, 0, 2]


def test_a_demonstration_offers_no_address(organiser, at):
    with transaction() as session:
        session.query(Installation).update({"demonstration": True})
    assert "no messages are sent" in page(organiser, at).answer.text
    assert sent(organiser, f"{at}/webhooks", url=URL).status == 409


def test_without_listed_hosts_the_page_says_who_lists_them(app, organiser, at):
    settings = app.extensions["kiosk"]["settings"]
    app.extensions["kiosk"]["settings"] = replace(settings, webhook_hosts="")
    assert "webhook_hosts" in page(organiser, at).answer.text


def test_who_may_not_be_told_has_no_news(organiser):
    quiet = make_system("取号机", ApiScope.READ_TICKETS)
    assert page(organiser, f"{LIST}/{quiet}").soup.select("#news") == []


def test_others_find_nothing(organiser, at, system, app, clock):
    hook = make_hook(system, URL).id
    administrator = sign_in_as(app, Role.ADMINISTRATOR, clock())
    assert administrator.get(at).status_code == 200
    manager = sign_in_as(app, Role.INSPECTOR, clock())
    for client, address in ((manager, at), (organiser, f"{LIST}/99")):
        assert client.get(address).status_code == 404
        for act in ("key", "revoke", "webhooks", f"webhooks/{hook}/stop"):
            assert client.post(f"{address}/{act}").status_code == 404
    assert organiser.post(f"{at}/webhooks/99/stop").status_code == 404
    assert organiser.post(f"{at}/messages/99/again").status_code == 404
