"""The interface for systems outside: keys, scopes, tickets, and refusals as JSON."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from kiosk.domain.integrations import ApiScope
from kiosk.domain.interface import CALLS_MOST
from kiosk.extensions import reading, recording
from kiosk.models import Integration, Ticket, Window
from kiosk.services.integrations import revoke_integration, rotate_key
from tests.interface import System, make_system
from tests.routes import every_route
from tests.screens import HALL, pair_screen
from tests.tickets import ticket_token

JSON = "application/json"


@pytest.fixture
def screen(app, clock):
    return pair_screen("A001", clock())


@pytest.fixture
def made(app):
    return make_system()


@pytest.fixture
def system(app, made, screen) -> System:
    return System(app, made.key)


def with_scopes(app, *scopes: ApiScope) -> System:
    return System(app, make_system("其他", scopes).key)


def tickets() -> list[Ticket]:
    with reading() as session:
        return list(session.scalars(select(Ticket).order_by(Ticket.id)))


def refusal(answer) -> tuple[int, str]:
    """Return status and code of a refusal, which is JSON of two parts and words."""
    assert answer.mimetype == JSON
    assert set(answer.json) == {"error", "message"}
    assert len(answer.json["message"]) > 5
    return answer.status_code, answer.json["error"]


def last_used(key: int):
    with reading() as session:
        return session.get_one(Integration, key).last_used_at


# Who may call


def guarded(app) -> list[tuple[str, str, str]]:
    return [
        (route.method, route.address, route.mark.partition(":")[2])
        for route in every_route(app)
        if route.mark.startswith("integration")
    ]


def test_nothing_but_the_description_is_open_without_a_key(app, client, screen):
    asked = guarded(app)
    assert len(asked) == 7
    for method, where, _scope in asked:
        for headers in ({}, {"Authorization": "Basic x"}, {"Authorization": "Bearer"}):
            answer = client.open(where, method=method, headers=headers, json={})
            assert refusal(answer) == (401, "key_unknown")
            assert answer.headers["WWW-Authenticate"].startswith("Bearer ")
    assert client.get("/api/v1/openapi.json").status_code == 200


@pytest.mark.parametrize("sent", ["x", "wk_" + "a" * 43, "é", "", "' OR 1=1 --"])
def test_a_forged_key_opens_nothing(app, screen, sent):
    assert refusal(System(app, sent).get("/windows")) == (401, "key_unknown")


def test_each_scope_opens_its_own_and_nothing_else(app, screen):
    asked = guarded(app)
    for number, scope in enumerate(ApiScope):
        system = System(app, make_system(f"{number}", [scope]).key)
        for method, where, needed in asked:
            answer = system.client.open(
                where, method=method, headers=system.headers, json={}, origin=False
            )
            if needed in {scope, "any"}:
                assert answer.status_code not in {401, 403}
            else:
                assert refusal(answer) == (403, "scope_lacking")
                assert needed in answer.json["message"]


def test_a_key_is_replaced_and_shut_out(app, clock, made, system):
    with recording("test", clock()) as records:
        new = rotate_key(records, HALL.centre_id, made.id)
    assert system.get("/windows").status_code == 200
    assert System(app, new).get("/windows").status_code == 200
    clock.forward(hours=24)
    assert refusal(system.get("/windows"))[0] == 401
    with recording("test", clock()) as records:
        revoke_integration(records, HALL.centre_id, made.id)
    assert refusal(System(app, new).get("/windows"))[0] == 401


def test_the_last_use_is_written_once_a_minute(system, made, clock):
    assert last_used(made.id) is None
    first = clock()
    for seconds in (0, 59):
        clock.now = first + timedelta(seconds=seconds)
        system.get("/windows")
        assert last_used(made.id) == first
    clock.now = first + timedelta(seconds=60)
    system.get("/windows")
    assert last_used(made.id) == clock()


def test_a_system_that_calls_too_often_waits_for_the_next_minute(
    app, system, clock, monkeypatch
):
    monkeypatch.setattr("kiosk.domain.interface.CALLS_MOST", 3)
    clock.forward(seconds=20)
    assert [system.get("/windows").status_code for _ in range(3)] == [200] * 3
    refused = system.get("/windows")
    assert refusal(refused) == (429, "too_many_calls")
    assert refused.headers["Retry-After"] == "40"
    # Another system has calls of its own, and so has this one a minute later.
    assert with_scopes(app, ApiScope.WEBHOOKS).get("/windows").status_code == 200
    clock.forward(seconds=40)
    assert system.get("/windows").status_code == 200
    assert CALLS_MOST == 600


def test_a_browsers_cookie_is_nobody_here_and_no_origin_is_asked_for(app, system):
    answer = system.client.post(
        "/api/v1/tickets",
        json={"window": "A001"},
        headers=system.headers | {"Sec-Fetch-Site": "cross-site", "Cookie": "a=b"},
        origin=False,
    )
    assert answer.status_code == 201
    assert "Set-Cookie" not in answer.headers


# Tickets


def test_a_ticket_is_opened_and_its_address_opens_the_rating_page(system, clock):
    answer = system.post("/tickets", {"window": "A001", "item": "护照"})
    assert answer.status_code == 201
    [row] = tickets()
    told = answer.json
    token = ticket_token(row.id)
    assert told.pop("rating_url") == f"http://localhost/t/{token}"
    assert told.pop("window_code")
    assert told == {
        "id": row.code,
        "state": "open",
        "window": "A001",
        "item": "护照",
        "case_number": "",
        "called_at": None,
        "served_at": clock().isoformat(),
        "expires_at": (clock() + timedelta(hours=120)).isoformat(),
    }
    assert system.client.get(f"/t/{token}").status_code == 200


def test_the_state_is_told_to_its_system_alone(app, system, screen, clock):
    code = system.post("/tickets", {"window": "A001"}).json["id"]
    assert system.get(f"/tickets/{code}").json["state"] == "open"
    screen.rate(1, clock())
    assert system.get(f"/tickets/{code}").json["state"] == "rated"
    other = with_scopes(app, ApiScope.READ_TICKETS, ApiScope.WRITE_TICKETS)
    for asked in (code, "none"):
        assert refusal(other.get(f"/tickets/{asked}")) == (404, "ticket_unknown")
        assert refusal(other.post(f"/tickets/{asked}/cancel"))[0] == 404
    assert refusal(system.post(f"/tickets/{code}/cancel")) == (409, "ticket_rated")


def test_a_ticket_is_cancelled_as_often_as_asked(system):
    code = system.post("/tickets", {"window": "A001"}).json["id"]
    for _ in range(2):
        answer = system.post(f"/tickets/{code}/cancel")
        assert (answer.status_code, answer.json["state"]) == (200, "cancelled")


def test_a_request_under_a_key_opens_one_ticket(system):
    asked = ("/tickets", {"window": "A001", "item": "护照"})
    first = system.post(*asked, Idempotency_Key="q-17")
    again = system.post(*asked, Idempotency_Key="q-17")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json
    changed = system.post("/tickets", {"window": "A001"}, Idempotency_Key="q-17")
    assert refusal(changed) == (409, "idempotency_key_reused")
    assert len(tickets()) == 1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "window_unclear"),
        ({"window": "A009"}, "window_unknown"),
        ({"window": "A001", "windw": 1}, "fields_unknown"),
        ({"window": 1}, "fields_invalid"),
        ({"window": None}, "fields_invalid"),
        ({"window": "A001", "served_at": "2026-07-16T12:00:00"}, "fields_invalid"),
        ({"window": "A001", "served_at": "0001-01-01T00:00:00Z"}, "fields_invalid"),
        (
            {"window": "A001", "served_at": "2026-07-01T12:00:00Z"},
            "served_time_invalid",
        ),
        ({"window": "A001", "badge": "9999"}, "clerk_unknown"),
        ({"window": "A001", "case_number": "13800138000"}, "case_number_personal"),
        ({"window": "A\ud800", "item": "\x00"}, "window_unknown"),
        ([], "body_invalid"),
        ("x", "body_invalid"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_opened(system, body, code):
    assert refusal(system.post("/tickets", body)) == (422, code)
    assert tickets() == []


@pytest.mark.parametrize("key", ["a b", "x" * 65])
def test_a_request_needs_a_plain_name(system, key):
    answer = system.post("/tickets", {"window": "A001"}, Idempotency_Key=key)
    assert refusal(answer) == (422, "fields_invalid")


@pytest.mark.parametrize(
    ("sent", "kind", "status"),
    [
        (b"{", JSON, 400),
        (b"\xff", JSON, 400),
        (b"[" * 8000, JSON, 400),
        (b"window=A001", "application/x-www-form-urlencoded", 415),
        (b'{"item": "%s"}' % (b"x" * 8181), JSON, 413),
        (b'{"item": "%s"}' % (b"x" * 8180), JSON, 422),
    ],
)
def test_a_body_that_is_none(system, sent, kind, status):
    answer = system.client.post(
        "/api/v1/tickets",
        data=sent,
        content_type=kind,
        headers=system.headers,
        origin=False,
    )
    assert refusal(answer)[0] == status


def test_refusals_are_in_the_askers_language(system):
    said = {
        language: system.post(f"/tickets?lang={language}", {}).json["message"]
        for language in ("en", "zh")
    }
    assert said["en"].startswith("Please name the window once")
    by_header = system.get("/tickets/none", headers={"Accept-Language": "en"})
    assert by_header.json["message"] == "This system has opened no such ticket."


@pytest.mark.parametrize(
    ("method", "where", "status"),
    [("GET", "/none", 404), ("POST", "/none", 404), ("DELETE", "/tickets", 405)],
)
def test_an_address_that_is_none_answers_in_json_too(system, method, where, status):
    answer = system.client.open(f"/api/v1{where}", method=method, origin=False)
    assert refusal(answer)[0] == status


def test_windows_are_told_with_what_names_them(system, screen):
    with reading() as session:
        code = session.get_one(Window, screen.window_id).code
    [window] = system.get("/windows").json["windows"]
    assert (window["number"], window["code"]) == ("A001", code)
    assert set(window) == {
        "code", "number", "name", "unit", "service_type", "location",
    }  # fmt: skip
    assert refusal(system.get("/windows?unit=1")) == (422, "fields_unknown")
