"""Systems outside: a key shown once, a new one beside the old, and the end."""

import json
from datetime import timedelta

import pytest

from kiosk.domain.integrations import (
    KEY_PREFIX,
    ApiScope,
    IntegrationNameTaken,
    IntegrationNameWrong,
    IntegrationRevoked,
    KeyReplaced,
    ScopesMissing,
    parse_integration_name,
    parse_scopes,
)
from kiosk.domain.policy import NotOpen
from kiosk.domain.tokens import token_hash
from kiosk.extensions import reading, recording
from kiosk.queries.integrations import caller_of, integration_by_id, integrations
from kiosk.services.integrations import (
    make_integration,
    revoke_integration,
    rotate_key,
)
from tests.conftest import NOON
from tests.screens import HALL
from tests.services.test_accounts import together
from tests.staff import entries

CENTRE = HALL.centre_id
DAY = timedelta(days=1)
MOMENT = timedelta(microseconds=1)
SCOPES = (ApiScope.WRITE_TICKETS, ApiScope.READ_TICKETS)


def make(name="取号机", scopes=SCOPES):
    with recording("account:7", NOON) as records:
        return make_integration(records, CENTRE, name, scopes)


def rotate(key, now=NOON, centre=CENTRE, **seen) -> str:
    with recording("account:7", now) as records:
        return rotate_key(records, centre, key, **seen)


def revoke(key, now=NOON, centre=CENTRE) -> bool:
    with recording("account:7", now) as records:
        return revoke_integration(records, centre, key)


def caller(secret, now=NOON):
    with reading() as session:
        return caller_of(session, token_hash(secret), now)


def view(key):
    with reading() as session:
        return integration_by_id(session, CENTRE, key)


def test_a_system_gets_a_key_that_nobody_can_read_again(app):
    made = make()
    assert made.key.startswith(KEY_PREFIX)
    assert len(made.key) > 40
    found = caller(made.key)
    assert (found.id, found.centre_id, found.name) == (made.id, CENTRE, "取号机")
    assert found.scopes == set(SCOPES)
    [entry] = entries("integration")
    told = json.loads(entry)["after"]
    assert (told["name"], told["scopes"]) == ("取号机", "tickets:read tickets:write")
    assert not {"key_hash", "former_hash", "last_used_at"} & set(told)
    assert caller(made.key + "x") is None


def test_two_systems_have_two_names(app):
    make()
    with pytest.raises(IntegrationNameTaken):
        make()
    make("热线")
    with reading() as session:
        found = integrations(session, CENTRE)
        assert integrations(session, CENTRE + 1) == []
    assert sorted(one.name for one in found) == ["取号机", "热线"]


def test_of_two_who_take_in_one_name_at_once_one_does(app):
    done = together(app, make, make)
    assert sorted(done) == ["IntegrationNameTaken", "done"]


def test_after_a_new_key_the_one_before_opens_for_a_day(app):
    made = make()
    new = rotate(made.id)
    last = NOON + DAY - MOMENT
    assert caller(new, last).id == caller(made.key, last).id == made.id
    assert caller(made.key, NOON + DAY) is None
    assert caller(new, NOON + 99 * DAY).id == made.id
    assert view(made.id).former_until == NOON + DAY


def test_a_third_key_ends_the_first(app):
    made = make()
    second, third = rotate(made.id), rotate(made.id, NOON + MOMENT)
    assert caller(made.key) is None
    assert [caller(key).id for key in (second, third)] == [made.id] * 2


def test_a_form_sent_twice_makes_one_key(app):
    made = make()
    mark = view(made.id).mark
    new = rotate(made.id, seen=mark)
    with pytest.raises(KeyReplaced):
        rotate(made.id, seen=mark)
    assert caller(new).id == caller(made.key).id == made.id
    rotate(made.id, seen=view(made.id).mark)


def test_revoked_no_key_opens_and_none_is_made(app):
    made = make()
    new = rotate(made.id)
    assert [revoke(made.id), revoke(made.id)] == [True, False]
    assert (caller(made.key), caller(new)) == (None, None)
    assert view(made.id).revoked_at == NOON
    assert not view(made.id).may(ApiScope.WRITE_TICKETS)
    with pytest.raises(IntegrationRevoked):
        rotate(made.id)


def test_systems_of_another_centre_are_none(app):
    made = make()
    for act in (rotate, revoke):
        with pytest.raises(NotOpen):
            act(made.id, centre=CENTRE + 1)
        with pytest.raises(NotOpen):
            act(made.id + 1)
    with reading() as session:
        assert integration_by_id(session, CENTRE + 1, made.id) is None
    assert view(made.id).may(ApiScope.WRITE_TICKETS)
    assert not view(made.id).may(ApiScope.WEBHOOKS)


def test_names_and_scopes_are_looked_at():
    assert parse_integration_name(" 取号\u200b机 ") == "取号机"
    assert parse_integration_name("x" * 60) == "x" * 60
    for name in ("", " \u200b", "x" * 61):
        with pytest.raises(IntegrationNameWrong):
            parse_integration_name(name)
    assert parse_scopes(["webhooks", "webhooks"]) == {ApiScope.WEBHOOKS}
    for scopes in ([], ["tickets"], ["webhooks", ""]):
        with pytest.raises(ScopesMissing):
            parse_scopes(scopes)
