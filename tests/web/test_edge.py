"""What every answer carries, sets, tells and lets be kept, whoever asks for what.

The checks run over the map of routes: a new route is looked at without a new test.
"""

import re
from collections.abc import Sequence

import pytest
from flask import Flask

from kiosk.app import create_app
from tests.applications import copied_database, open_app
from tests.conftest import NOON, make_settings
from tests.pages import Page
from tests.routes import every_route
from tests.web.access_world import World

pytestmark = pytest.mark.unmeasured

METHODS = ["GET", "HEAD", "POST", "PUT", "OPTIONS", "DELETE"]
SECURE = "https://localhost"
HSTS = "max-age=31536000; includeSubDomains"
KEPT_PUBLIC = {
    # What may be kept by whoever stands between, and why it is nobody's in particular.
    "/assets/htmx-2.0.3.min.js": "a file that never changes at its address",
    "/tablet/worker.js": "a script for everybody; asked for again each time",
    "/ledger/": "a signed checkpoint; it never changes and is everybody's",
    "/board": "the board asks with the mark it has, and is told to ask again",
}
SECRETS = re.compile(
    r"Traceback|File \"|sqlalchemy|psycopg|sqlite3|SELECT |INSERT |/kiosk/|\.py\b|"
    r"werkzeug|jinja2|kiosk\.db|secret_key"
)
LONG = "x" * 3000
ODD_ADDRESSES = [
    "/nowhere",
    "/manage/nowhere",
    "/.git/config",
    "/.env",
    "/instance/kiosk.db",
    "/static/",
    "/static/../wsgi.py",
    "/static/%2e%2e/wsgi.py",
    "/static/css/",
    "/server-status",
    "/wp-login.php",
    "/%00",
    "/%ff",
    "/manage/windows/%00",
    "/w/%F0%9F%98%80",
    f"/{LONG}",
    f"/w/{LONG}",
    f"/r/{LONG}",
    f"/manage?{LONG}",
    "/manage/windows?page=-1",
    "/manage/windows?page=99999999999999999999",
    "/manage/windows?search=%00",
    "/manage/windows/2147483647",
    "/manage/windows/99999999999999999999",
    "//evil.example/",
    "/?lang=xx",
]


def answers(app: Flask, world: World, person: str, methods: Sequence[str] = METHODS):
    """Yield (method, address, answer) of every route by every method."""
    client = world.client(app, person)
    for address in sorted({one.address for one in every_route(app, world.parts)}):
        for method in methods:
            # Without the token, so that nobody's form does anything.
            answer = client.open(address, method=method, token=False)
            answer.close()
            yield method, address, answer


@pytest.mark.parametrize("person", ["anonymous", "device", "organiser"])
def test_every_answer_carries_the_headers(asked, world, person):
    seen = set()
    for method, address, answer in answers(asked, world, person):
        headers = answer.headers
        policy = headers["Content-Security-Policy"]
        where = f"{method} {address} {answer.status}"
        assert policy.startswith("default-src 'none'"), where
        assert "frame-ancestors 'none'" in policy, where
        assert "unsafe-" not in policy, where
        assert headers["X-Content-Type-Options"] == "nosniff", where
        assert headers["Referrer-Policy"] == "same-origin", where
        assert "Strict-Transport-Security" not in headers, where
        assert "Server" not in headers, where
        assert "X-Powered-By" not in headers, where
        if answer.mimetype == "text/html":
            assert "form-action 'self'" in policy, where
            assert "base-uri 'none'" in policy, where
        seen.add(answer.status_code)
    assert seen >= {200, 403, 404, 405}


def test_https_is_asked_for_a_year(asked, world):
    client = world.client(asked, "anonymous")
    for address in ("/", "/nowhere", "/manage", "/static/css/base.css", "/healthz"):
        answer = client.get(address, base_url=SECURE)
        answer.close()
        assert answer.headers["Strict-Transport-Security"] == HSTS, address
    refused = client.post("/sign-in", base_url=SECURE, origin=False)
    assert (refused.status_code, refused.headers["Strict-Transport-Security"]) == (
        403,
        HSTS,
    )


# --- cookies ------------------------------------------------------------------


@pytest.mark.parametrize("person", ["anonymous", "holder", "viewer"])
def test_looking_sets_no_cookie(asked, world, person):
    """But a screen's own, which is renewed with each start."""
    setting = [
        address
        for _, address, answer in answers(asked, world, person, ["GET", "HEAD"])
        if "Set-Cookie" in answer.headers
    ]
    assert setting == []


def cookies_over_https(asked: Flask, world: World) -> list[str]:
    """Return the cookies that screens, signing out and new screens get by https."""
    name, secret = world.cookies["device"]
    screen = asked.test_client()
    screen.set_cookie(f"__Host-{name}", secret, secure=True)
    token = world.parts["/tablet/ token"]
    here = {"origin": False, "headers": {"Origin": SECURE}, "base_url": SECURE}
    asking = [
        screen.get("/tablet", base_url=SECURE),
        asked.test_client().post(f"/tablet/pair/{token}", **here),
        asked.test_client().post("/sign-out", **here),
    ]
    return [line for one in asking for line in one.headers.getlist("Set-Cookie")]


def test_cookies_over_https_are_tied_to_this_host(asked, world):
    found = cookies_over_https(asked, world)
    assert len(found) == 3
    for line in found:
        name, *words = line.split("; ")
        assert name.startswith("__Host-kiosk_"), line
        assert {"Secure", "Path=/"} <= set(words), line
        assert not any(word.startswith("Domain") for word in words), line


def test_cookies_are_out_of_reach_of_scripts(asked, world):
    client = world.client(asked, "device")
    [line] = client.get("/tablet").headers.getlist("Set-Cookie")
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(line.split("; "))
    assert "Secure" not in line


def test_a_cookie_of_plain_http_is_nothing_over_https(asked, world):
    """Another page of this host, without TLS, could have planted it."""
    client = world.client(asked, "organiser")
    assert client.get("/manage").status_code == 200
    assert client.get("/manage", base_url=SECURE).status_code == 303


# --- what an error tells ------------------------------------------------------


@pytest.mark.parametrize("person", ["anonymous", "organiser"])
def test_an_error_page_tells_nothing_of_the_inside(asked, world, person):
    client = world.client(asked, person)
    for address in ODD_ADDRESSES:
        answer = client.get(address)
        assert answer.status_code < 500, address
        assert not SECRETS.search(answer.text), address
        if answer.status_code >= 400:
            assert Page(answer).heading


def test_no_folder_is_listed_and_no_file_handed_out_beside_ours(asked, world):
    client = world.client(asked, "anonymous")
    for address in ODD_ADDRESSES[:11]:
        assert client.get(address).status_code == 404, address


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "DEBUG", "PROPFIND"])
def test_other_methods_are_refused(asked, world, method):
    client = world.client(asked, "organiser")
    for address in ("/", "/manage", "/static/css/base.css", "/nowhere"):
        answer = client.open(address, method=method)
        answer.close()
        assert answer.status_code in {403, 404, 405}, address
        assert "kiosk_session" not in answer.text


def test_a_failure_is_no_debugger(tmp_path):
    app = create_app(make_settings(tmp_path))
    assert not app.debug
    assert not app.testing
    assert not app.config["PROPAGATE_EXCEPTIONS"]


# --- what may be kept ---------------------------------------------------------


@pytest.mark.parametrize("person", ["anonymous", "organiser", "manager_own", "clerk"])
def test_nothing_of_a_signed_in_browser_is_kept(asked, world, person):
    for method, address, answer in answers(asked, world, person, ["GET", "POST"]):
        if any(address.startswith(public) for public in KEPT_PUBLIC):
            continue
        kept = answer.headers.get("Cache-Control")
        assert kept == "no-store", (method, address, kept)


# --- names of this server -----------------------------------------------------


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("pj.example.org", 200),
        ("PJ.EXAMPLE.ORG", 200),
        ("pj.example.org:8443", 200),
        ("10.0.0.5:8000", 200),
        ("10.0.0.5:8001", 400),
        ("10.0.0.5", 400),
        ("localhost", 400),
        ("pj.example.org.evil.example", 400),
        ("evil.example", 400),
        ("evil.example:80@pj.example.org", 400),
        ("", 400),
    ],
)
def test_only_names_of_ours_are_answered(tmp_path, empty_sqlite, host, status):
    names = {"trusted_hosts": "pj.example.org, 10.0.0.5:8000"}
    url = copied_database(empty_sqlite, tmp_path)
    with open_app(tmp_path, url, lambda: NOON, **names) as app:
        client = app.test_client()
        for address in ("/healthz", "/nowhere", "/manage"):
            answer = client.get(address, headers={"Host": host})
            assert (answer.status_code == 400) == (status == 400), address
            assert "evil" not in answer.text + str(answer.headers)


def test_without_the_setting_every_name_is_ours(client):
    answer = client.get("/healthz", headers={"Host": "anything.example"})
    assert answer.status_code == 200
