"""Whose address, name and scheme are believed: the trusted hop's, never a visitor's."""

import itertools

import pytest
from flask import Flask, request
from sqlalchemy import select

from kiosk.app import create_app
from kiosk.extensions import db, reading
from kiosk.models import SignInTry
from tests.applications import copied_database, open_app
from tests.conftest import NOON, make_settings

SOCKET = "127.0.0.1"
CHAINS = [
    ", ".join(f"198.51.100.{nth}" for nth in range(length, 0, -1))
    for length in range(1, 6)
]
"""Forged chains of one to five; the proxy next to us added the last address."""


def believed(app: Flask) -> tuple[str, str, str]:
    return request.remote_addr or "", request.host, request.scheme


@pytest.fixture
def seen(tmp_path):
    """Return what an application with so many trusted proxies believes of a request."""

    def ask(hops: int, **headers: str) -> tuple[str, str, str]:
        folder = tmp_path / str(hops)
        folder.mkdir(exist_ok=True)
        app = create_app(make_settings(folder, trusted_proxies=hops))
        told: list[tuple[str, str, str]] = []
        app.add_url_rule("/told", "told", lambda: told.append(believed(app)) or "")
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        assert app.test_client().get("/told", headers=named).status_code == 200
        return told[0]

    return ask


@pytest.mark.parametrize(
    ("hops", "chain"), list(itertools.product([0, 1, 2], CHAINS)), ids=str
)
def test_the_address_is_the_sockets_or_the_trusted_hops(seen, hops, chain):
    address, _, _ = seen(hops, X_Forwarded_For=chain)
    named = chain.split(", ")
    expected = named[-hops] if 0 < hops <= len(named) else SOCKET
    assert address == expected


@pytest.mark.parametrize("hops", [0, 1, 2])
def test_other_headers_of_that_kind_are_never_believed(seen, hops):
    address, host, scheme = seen(
        hops,
        Forwarded="for=203.0.113.9;host=evil.example;proto=https",
        X_Real_IP="203.0.113.9",
        X_Client_IP="203.0.113.9",
        True_Client_IP="203.0.113.9",
        CF_Connecting_IP="203.0.113.9",
        X_Original_Host="evil.example",
        X_Forwarded_Server="evil.example",
        X_Forwarded_Ssl="on",
    )
    assert (address, host, scheme) == (SOCKET, "localhost", "http")


@pytest.mark.parametrize("hops", [0, 1, 2])
def test_name_and_scheme_come_from_the_same_hop(seen, hops):
    _, host, scheme = seen(
        hops,
        X_Forwarded_Host="evil.example, pj.example.org, inner.example",
        X_Forwarded_Proto="http, https, http",
    )
    expected = {
        0: ("localhost", "http"),
        1: ("inner.example", "http"),
        2: ("pj.example.org", "https"),
    }
    assert (host, scheme) == expected[hops]


def senders() -> set[bytes]:
    with reading() as session:
        return set(session.scalars(select(SignInTry.sender)))


@pytest.mark.parametrize(("hops", "different"), [(0, 1), (1, 1), (2, 5)])
def test_guesses_are_counted_by_that_address(tmp_path, empty_sqlite, hops, different):
    """Five forged visitors behind one proxy are one sender, unless two are trusted."""
    url = copied_database(empty_sqlite, tmp_path)
    with open_app(tmp_path, url, lambda: NOON, trusted_proxies=hops) as app:
        client = app.test_client()
        for nth in range(5):
            client.post(
                "/sign-in",
                data={"login": f"nobody{nth}", "password": "wrong wrong"},
                headers={"X-Forwarded-For": f"203.0.113.{nth}, 198.51.100.1"},
            )
        assert len(senders()) == different
        db.engine.dispose()


@pytest.mark.parametrize(
    ("host", "status"), [("pj.example.org", 200), ("evil.example", 400)]
)
def test_the_name_a_trusted_proxy_tells_is_the_one_that_is_looked_at(
    tmp_path, empty_sqlite, host, status
):
    names = {"trusted_hosts": "pj.example.org", "trusted_proxies": 1}
    url = copied_database(empty_sqlite, tmp_path)
    with open_app(tmp_path, url, lambda: NOON, **names) as app:
        answer = app.test_client().get(
            "/healthz",
            headers={"Host": "127.0.0.1:8000", "X-Forwarded-Host": host},
        )
        assert answer.status_code == status
