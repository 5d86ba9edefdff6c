"""People with accounts, made and signed in without going through the pages."""

from datetime import datetime

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from kiosk.domain.policy import Role
from kiosk.extensions import recording, transaction
from kiosk.models import ORGANISATION, Account, RoleGrant
from kiosk.services.sign_in import begin_sign_in
from kiosk.web.sessions import SESSION_COOKIE
from tests.swift import unmeasured


def make_account(
    login: str, role: Role, now: datetime, unit_id: int | None = None
) -> int:
    """Make an account with one role and no password; return its key."""
    row = {
        "login": login,
        "name": f"测试{login}",
        "password_hash": "",
        "factor_required": False,
        "totp_last_step": 0,
        "created_at": now,
    }
    with recording("test", now) as records:
        [key] = records.add(Account, ORGANISATION, [row])
        grant = {
            "account_id": key,
            "role": str(role),
            "unit_id": unit_id,
            "granted_at": now,
        }
        records.add(RoleGrant, ORGANISATION, [grant])
    return key


def sign_in_as(
    app: Flask, role: Role, now: datetime, unit_id: int | None = None, login: str = ""
) -> FlaskClient:
    """Return the browser of somebody with this role, made at the first call."""
    client = app.test_client()
    with unmeasured():
        secret = session_of(role, now, unit_id, login)
    client.set_cookie(SESSION_COOKIE, secret)
    return client


def session_of(
    role: Role, now: datetime, unit_id: int | None = None, login: str = ""
) -> str:
    """Begin a session of somebody with this role; return the cookie's secret."""
    name = login or f"{role}-{unit_id or 0}"
    with transaction() as session:
        key = session.scalar(select(Account.id).where(Account.login == name))
    if key is None:
        key = make_account(name, role, now, unit_id)
    with transaction() as session:
        return begin_sign_in(session, key, "test", now, factor_passed=True)
