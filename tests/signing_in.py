"""People with a password, and a phone that shows codes, at the sign-in page."""

from datetime import datetime
from functools import cache

from flask.testing import FlaskClient
from pyotp import TOTP
from sqlalchemy import update
from werkzeug.test import TestResponse

from kiosk.domain.policy import Role
from kiosk.extensions import recording, transaction
from kiosk.models import Account
from kiosk.services.passwords import hash_password
from kiosk.services.second_factor import enrol_factor
from tests.people import make_account

PASSWORD = "blue goat on the roof"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
SESSION, KNOWN = "kiosk_session", "kiosk_known"


@cache
def stored() -> str:
    """The hash of the password, made once: it costs what it should."""
    return hash_password(PASSWORD)


def make_person(
    now: datetime,
    login: str = "wang.li",
    role: Role = Role.VIEWER,
    **columns: object,
) -> int:
    """Make an account with the password; return its key."""
    key = make_account(login, role, now)
    values = {"password_hash": stored(), **columns}
    with transaction() as session:
        session.execute(update(Account).where(Account.id == key).values(**values))
    return key


def enrol(account: int, now: datetime) -> list[str]:
    """Give an account the phone of these tests; return its recovery codes."""
    with recording("test", now) as records:
        return enrol_factor(records, account, SECRET, shown(now))


def shown(moment: datetime) -> str:
    """Return what the phone shows at a moment."""
    return TOTP(SECRET).at(moment)


def sign_in(
    client: FlaskClient,
    password: str = PASSWORD,
    login: str = "wang.li",
    sender: str = "192.0.2.1",
    **fields: str,
) -> TestResponse:
    """Send the form of the sign-in page from an address."""
    return client.post(
        "/sign-in",
        data={"login": login, "password": password, **fields},
        environ_overrides={"REMOTE_ADDR": sender},
    )


def is_in(client: FlaskClient) -> bool:
    """Whether the browser is signed in, second factor included."""
    return client.get("/account").status_code == 200
