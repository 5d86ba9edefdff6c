"""Systems outside, as tests play them: a key, and a client that sends it."""

from collections.abc import Iterable

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kiosk.domain.integrations import ApiScope
from kiosk.extensions import recording
from kiosk.services.integrations import MadeIntegration, make_integration
from tests.conftest import NOON
from tests.screens import HALL


def make_system(
    name: str = "取号机", scopes: Iterable[ApiScope] = tuple(ApiScope)
) -> MadeIntegration:
    """Take a system in; return its id and key."""
    with recording("test", NOON) as records:
        return make_integration(records, HALL.centre_id, name, frozenset(scopes))


class System:
    """A system outside: no browser, no cookie, no origin; only its key."""

    def __init__(self, app: Flask, key: str) -> None:
        self.client: FlaskClient = app.test_client()
        self.headers = {"Authorization": f"Bearer {key}"}

    def get(self, where: str, **more: str) -> TestResponse:
        headers = self.headers | more.pop("headers", {})
        return self.client.get(f"/api/v1{where}", headers=headers, origin=False, **more)

    def post(self, where: str, body: object = None, **headers: str) -> TestResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(
            f"/api/v1{where}",
            json=body,
            headers=self.headers | named,
            origin=False,
        )
