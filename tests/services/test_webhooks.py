"""Who is told of bad ratings: set up once, stopped, started from then on."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import update

from kiosk.domain.contacts import SealBroken
from kiosk.domain.integrations import ApiScope
from kiosk.domain.policy import NotOpen
from kiosk.domain.webhooks import (
    WebhookAddressWrong,
    WebhookHostUnknown,
    WebhookInDemonstration,
    WebhookScopeMissing,
    WebhookThere,
)
from kiosk.extensions import reading, recording, transaction
from kiosk.models import Installation
from kiosk.queries.webhooks import receivers, webhooks_of
from kiosk.services.integrations import revoke_integration
from kiosk.services.webhooks import (
    owner_of,
    start_webhook,
    stop_all_webhooks,
    stop_webhook,
)
from tests.conftest import NOON
from tests.screens import HALL, keep, pair_screen, phone_tap
from tests.services.test_accounts import together
from tests.staff import entries
from tests.webhooks import SEALER, URL, hook_row, make_hook, make_system, queue

LATER = NOON + timedelta(hours=1)


def act(service, system, hook, now=LATER) -> bool:
    with recording("account:7", now) as records:
        return service(records, system, hook)


def stop_all(now=LATER) -> int:
    with recording("terminal", now) as records:
        return stop_all_webhooks(records, "a backup was restored")


def told() -> list[int]:
    with reading() as session:
        return [one.id for one in receivers(session)]


def become_demonstration() -> None:
    with transaction() as session:
        session.execute(update(Installation).values(demonstration=True))


@pytest.fixture
def system(app) -> int:
    return make_system()


def test_an_address_is_told_and_its_secret_is_sealed(system):
    made = make_hook(system)
    row = hook_row(made.id)
    assert row.url == URL
    assert made.secret.startswith("whsec_")
    assert made.secret.encode() not in row.secret
    assert SEALER.open_words(row.secret, owner_of(made.id)) == made.secret
    with pytest.raises(SealBroken):
        SEALER.open_words(row.secret, owner_of(made.id + 1))
    assert told() == [made.id]
    [entry] = entries("webhook")
    assert json.loads(entry)["after"]["url"] == URL
    assert not {"secret", "last_rating_id"} & set(json.loads(entry)["after"])


def test_only_what_comes_from_now_on_is_told(system):
    window = pair_screen("A001", NOON).window_id
    assert hook_row(make_hook(system).id).last_rating_id == 0
    for _ in range(3):
        keep(phone_tap(window, 1), NOON)
    made = make_hook(system, "https://other.example/in")
    assert hook_row(made.id).last_rating_id == 3


@pytest.mark.parametrize(
    ("url", "refusal"),
    [
        ("hotline.example", WebhookAddressWrong),
        ("https://evil.example/", WebhookHostUnknown),
    ],
)
def test_other_addresses_are_refused(system, url, refusal):
    with pytest.raises(refusal):
        make_hook(system, url)
    assert told() == []


def test_a_system_that_may_not_be_told_is_refused(app):
    quiet = make_system("取号机", ApiScope.READ_TICKETS)
    with pytest.raises(WebhookScopeMissing):
        make_hook(quiet)
    with pytest.raises(NotOpen):
        make_hook(quiet + 1)


def test_a_revoked_one_is_told_nothing_more_and_gets_no_address(system):
    make_hook(system)
    with recording("account:7", NOON) as records:
        revoke_integration(records, HALL.centre_id, system)
    assert told() == []
    with pytest.raises(WebhookScopeMissing):
        make_hook(system, "https://other.example/")


def test_one_address_is_told_once(app, system):
    done = together(app, *[lambda: make_hook(system)] * 2)
    assert sorted(done) == ["WebhookThere", "done"]
    assert len(told()) == 1
    make_hook(make_system("另一个"))
    assert len(told()) == 2


def test_stopped_it_is_told_nothing_and_started_from_then_on(system):
    window = pair_screen("A001", NOON).window_id
    key = make_hook(system).id
    assert [act(stop_webhook, system, key) for _ in range(2)] == [True, False]
    assert told() == []
    keep(phone_tap(window, 1), NOON)
    assert [act(start_webhook, system, key) for _ in range(2)] == [True, False]
    assert told() == [key]
    assert hook_row(key).last_rating_id == 1


def test_a_stopped_address_gives_room_for_one_with_a_new_secret(system):
    old = make_hook(system)
    act(stop_webhook, system, old.id)
    new = make_hook(system)
    assert new.secret != old.secret
    with pytest.raises(WebhookThere):
        act(start_webhook, system, old.id)
    assert told() == [new.id]


def test_addresses_of_another_system_are_none(system):
    key, other = make_hook(system).id, make_system("另一个")
    for service in (stop_webhook, start_webhook):
        with pytest.raises(NotOpen):
            act(service, other, key)
        with pytest.raises(NotOpen):
            act(service, system, key + 1)
    assert told() == [key]


def test_all_are_stopped_and_the_ledger_says_why(system):
    first = make_hook(system).id
    second = make_hook(system, "https://other.example/").id
    act(stop_webhook, system, first)
    assert [stop_all(), stop_all()] == [1, 0]
    assert told() == []
    last = json.loads(entries("webhook")[-1])
    assert (last["key"], last["why"]) == (second, "a backup was restored")


def test_a_demonstration_tells_nobody_anything(system):
    key = make_hook(system).id
    act(stop_webhook, system, key)
    become_demonstration()
    with pytest.raises(WebhookInDemonstration):
        act(start_webhook, system, key)
    with pytest.raises(WebhookInDemonstration):
        make_hook(system, "https://other.example/")


def test_the_page_counts_what_waits(system):
    key = make_hook(system).id
    queue(key, 2)
    queue(key, 3, next_try_at=None)
    with reading() as session:
        [one] = webhooks_of(session, system)
    assert (one.id, one.url, one.waiting, one.stopped_at) == (key, URL, 2, None)
