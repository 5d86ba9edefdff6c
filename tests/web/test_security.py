"""Writes that other sites cause are refused; every answer carries our headers."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.app import create_app
from kiosk.config import HTMX_CDN_URL, Settings
from kiosk.web.security import allow_cdn
from tests.conftest import make_settings
from tests.engines import ON_SQLITE
from tests.routes import every_route

PAGE_CSP = (
    "default-src 'none'; script-src 'self'{cdn}; style-src 'self'; img-src 'self'; "
    "connect-src 'self'{cdn}; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)


@pytest.fixture
def plain(tmp_path) -> FlaskClient:
    """A client without manners, of an application without a database."""
    return create_app(make_settings(tmp_path)).test_client()


def every_write(app: Flask) -> list[tuple[str, str]]:
    """Return (method, address) of each route of browsers that writes."""
    return [
        (route.method, route.address)
        for route in every_route(app)
        if route.writes and not route.mark.startswith("integration")
    ]


def post(client: FlaskClient, where: str = "/nowhere", **headers: str) -> int:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post(where, headers=named).status_code


# Where a write comes from


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "http://evil.example"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "http://evil.example/localhost"},
        {"Origin": "http://localhost@evil.example"},
        {"Origin": "http://localhost:8000"},
        {"Origin": "http://LOCALHOST.evil"},
        {"Origin": "localhost"},
        {"Origin": "http://["},
        {"Origin": "http://]localhost"},
        {"Origin": "http://localhost\t.evil"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "none"},
        {"Sec_Fetch_Site": ""},
        {"Sec_Fetch_Site": "cross-site", "Origin": "http://localhost"},
        {"Sec_Fetch_Site": "same-site", "Origin": "http://localhost"},
        {"Referer": "http://localhost/manage"},
    ],
    ids=str,
)
def test_a_write_from_elsewhere_is_refused(plain, headers):
    assert post(plain, **headers) == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://localhost"},
        {"Origin": "https://localhost"},
        {"Sec_Fetch_Site": "same-origin"},
        {"Sec_Fetch_Site": "same-origin", "Origin": "null"},
    ],
    ids=str,
)
def test_a_write_of_our_own_page_is_let_in(plain, headers):
    """Nothing is there to be written to, which is another answer."""
    assert post(plain, **headers) == 404


def test_the_host_is_the_one_the_browser_asked_for(plain):
    hall = {"Host": "10.0.0.5:8000"}
    right = plain.post("/x", headers={**hall, "Origin": "http://10.0.0.5:8000"})
    wrong = plain.post("/x", headers={**hall, "Origin": "http://10.0.0.5"})
    empty = plain.post("/x", headers={"Host": ""})
    assert [right.status_code, wrong.status_code, empty.status_code] == [404, 403, 403]


@ON_SQLITE
@pytest.mark.parametrize("origin", [None, "null", "http://evil.example"])
def test_no_route_takes_a_write_from_elsewhere(app, client, origin):
    writes = every_write(app)
    assert ("POST", "/tablet/ratings") in writes
    assert len(writes) >= 5
    for method, where in writes:
        headers = {"Origin": origin} if origin else {}
        answer = client.open(where, method=method, headers=headers, origin=bool(origin))
        assert answer.status_code == 403, where


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_looking_needs_no_origin(plain, method):
    answer = plain.open("/assets/htmx-2.0.3.min.js", method=method)
    assert answer.status_code == 200


@ON_SQLITE
def test_a_write_by_looking_is_not_possible(app, client):
    """No address that writes answers to GET in the same way."""
    for _, where in every_write(app):
        assert client.get(where).status_code < 500


# Headers


def check_headers(answer) -> None:
    answer.close()
    headers = answer.headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    if answer.mimetype == "text/html":
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert (
            headers["Permissions-Policy"] == "camera=(), microphone=(), geolocation=()"
        )


@ON_SQLITE
def test_every_answer_carries_our_headers(app, client):
    """Pages, files, refusals, and the errors of Flask itself."""
    for where in sorted({route.address for route in every_route(app)}):
        for method in ("GET", "POST", "OPTIONS", "DELETE"):
            check_headers(client.open(where, method=method))
    for where in (
        "/nowhere",
        "/static/none.css",
        "/static/nowhere.css",
        "/static/css/base.css",
        "/%00",
    ):
        check_headers(client.get(where))
    check_headers(client.post("/tablet/ratings", origin=False))
    check_headers(client.post("/tablet/ratings", data=b"x" * 70_000))


def test_an_error_of_ours_carries_them_too(plain):
    app = plain.application

    def broken() -> str:
        raise ZeroDivisionError

    app.add_url_rule("/broken", "broken", broken)
    answer = plain.get("/broken")
    assert answer.status_code == 500
    check_headers(answer)
    assert answer.headers["Content-Security-Policy"] == PAGE_CSP.format(cdn="")


@ON_SQLITE
def test_a_page_may_load_only_what_is_ours(client):
    answer = client.get("/")
    assert answer.headers["Content-Security-Policy"] == PAGE_CSP.format(cdn="")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("changes", "cdn"),
    [
        ({}, f" {HTMX_CDN_URL}"),
        ({"htmx_cdn_url": "http://10.0.0.9/h.js"}, " http://10.0.0.9/h.js"),
        ({"htmx": "local"}, ""),
    ],
    ids=str,
)
def test_only_a_page_that_asks_for_it_may_load_htmx_from_the_cdn(
    tmp_path, changes, cdn
):
    app = create_app(make_settings(tmp_path, **changes))

    def asking() -> str:
        allow_cdn()
        return "<p>page"

    app.add_url_rule("/asking", "asking", asking)
    app.add_url_rule("/other", "other", lambda: "<p>page")
    client = app.test_client()
    policies = [
        client.get(path).headers["Content-Security-Policy"]
        for path in ("/asking", "/other")
    ]
    assert policies == [PAGE_CSP.format(cdn=cdn), PAGE_CSP.format(cdn="")]


def test_an_answer_keeps_a_header_it_already_has(plain):
    def strict():
        return "x", {"Cache-Control": "private", "Referrer-Policy": "no-referrer"}

    plain.application.add_url_rule("/strict", "strict", strict)
    headers = plain.get("/strict").headers
    assert (headers["Cache-Control"], headers["Referrer-Policy"]) == (
        "private",
        "no-referrer",
    )


# Behind a proxy


def answered(settings: Settings, **headers: str) -> int:
    return post(create_app(settings).test_client(), **headers)


FORWARDED = {
    "Host": "127.0.0.1:8000",
    "X_Forwarded_Host": "pj.example.org",
    "X_Forwarded_Proto": "https",
    "Origin": "https://pj.example.org",
}


def test_a_proxy_is_believed_only_when_it_is_named(tmp_path):
    believed = make_settings(tmp_path, trusted_proxies=1)
    assert answered(believed, **FORWARDED) == 404
    assert answered(make_settings(tmp_path), **FORWARDED) == 403


def test_a_visitor_cannot_speak_for_the_proxy(tmp_path):
    """Of several names only the one that our own proxy added counts."""
    believed = make_settings(tmp_path, trusted_proxies=1)
    forged = FORWARDED | {"X_Forwarded_Host": "pj.example.org, evil.example"}
    assert answered(believed, **forged) == 403
