"""A hall with two units, everything there is in each, and a browser for each role.

What belongs to a unit belongs to the first one: `manager_own` manages it,
`manager_other` manages the second. Whatever an address may name is there, so that
an answer tells who may, and never that there is nothing.
"""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from kiosk.domain.contacts import Reach
from kiosk.domain.intake import Channel
from kiosk.domain.limits import PHONE_RULE
from kiosk.domain.policy import Role
from kiosk.domain.tokens import token_hash
from kiosk.extensions import db, reading, recording, transaction, write
from kiosk.models import (
    Account,
    Clerk,
    Device,
    Invitation,
    PairingLink,
    Posting,
    Rating,
    RoleGrant,
    Shift,
    ShiftProposal,
    SignIn,
    Unit,
)
from kiosk.services.contacts import give_contact
from kiosk.services.devices import make_pairing_link
from kiosk.services.hold_rows import Heap, join_heap
from kiosk.services.installation import (
    make_organiser_link,
    open_organiser_link,
    set_up,
)
from kiosk.services.own_keys import keep_own_key
from kiosk.services.sealing import KEY_BYTES, Sealer
from kiosk.web.access import DEVICE_COOKIE, ORGANISER_COOKIE
from kiosk.web.sessions import SESSION_COOKIE
from tests.builders import make_device, make_window
from tests.checkpoints import checkpoint_now
from tests.people import session_of
from tests.screens import keep, phone_tap
from tests.tickets import open_visit, ticket_token
from tests.web.access_campaigns import make_selection
from tests.web.access_cases import make_case, make_mail
from tests.web.access_systems import make_systems

BACKUP = "kept.zip"
OWN, OTHER = "市人社局", "市医保局"
PEOPLE = (
    "anonymous",
    "device",
    "holder",
    "clerk",
    "manager_own",
    "manager_other",
    "organiser",
    "inspector",
    "juror",
    "case_handler",
    "viewer",
    "administrator",
)
ROLES = {
    "clerk": Role.CLERK,
    "manager_own": Role.MANAGER,
    "manager_other": Role.MANAGER,
    "organiser": Role.ORGANISER,
    "inspector": Role.INSPECTOR,
    "juror": Role.JUROR,
    "case_handler": Role.CASE_HANDLER,
    "viewer": Role.VIEWER,
    "administrator": Role.ADMINISTRATOR,
}


@dataclass
class World:
    """The database as it was made, the browsers' cookies, and what addresses name."""

    template: Path
    cookies: dict[str, tuple[str, str]] = field(default_factory=dict)
    parts: dict[str, object] = field(default_factory=dict)

    def client(self, app: Flask, person: str) -> FlaskClient:
        """Return the browser of one of PEOPLE."""
        client = app.test_client()
        if person in self.cookies:
            client.set_cookie(*self.cookies[person])
        return client

    def restore(self, database: Path) -> None:
        """Put the database of the running application back as it was made."""
        db.engine.dispose()
        for ending in ("-wal", "-shm"):
            database.with_name(database.name + ending).unlink(missing_ok=True)
        shutil.copy(self.template, database)
        folder = database.parent / "backups"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        (folder / BACKUP).write_bytes(b"a backup of before")


def make_world(database: Path, folder: Path, now: datetime) -> World:
    """Fill the empty installation of the application context; keep it as template."""
    world = World(folder / "world.db")
    with recording("test", now) as records:
        set_up(records, "市政务服务局", "市政务服务中心", "Asia/Shanghai")
    with transaction() as session:
        own = make_window(session, "A001", unit=OWN)
        other = make_window(session, "B001", unit=OTHER)
        link = make_organiser_link(session, now)
        session.flush()
        holder = open_organiser_link(session, link, now)
        screen = make_device(session, own, now)
        make_device(session, other, now)
        pairing = make_pairing_link(session, own.id, now)
        link_id = session.scalar(
            select(PairingLink.id).where(PairingLink.token_hash == token_hash(pairing))
        )
        units = {unit.name: unit.id for unit in session.scalars(select(Unit))}
    world.cookies |= {
        "device": (DEVICE_COOKIE, screen),
        "holder": (ORGANISER_COOKIE, holder),
    }
    world.cookies |= _sign_in(units, now)
    receipt = keep(phone_tap(own.id, 4), now).receipt
    world.parts |= _call(own.id, now) | {
        "code": own.code,
        "/r/ code": receipt,
        "/tablet/ token": pairing,
        "/tablet/icon name": "192",
        "/manage/tablets/install/ link": link_id,
        "/manage/windows key": own.id,
        "/manage/units key": units[OWN],
    }
    world.parts |= _staff(own.id, units[OWN], now) | _people(screen, now)
    world.parts |= make_case(
        units[OWN],
        own.id,
        world.parts["/manage/clerks key"],
        world.parts["/manage/calls key"],
        now,
    )
    world.parts |= make_mail(world.parts["account_id"], now)
    world.parts |= make_systems(world.parts["/manage/clerks key"], own.id, now)
    world.parts |= _visit(own.id, now)
    world.parts |= make_selection(units[OWN], world.parts["/manage/clerks key"], now)
    found = checkpoint_now(now)
    world.parts |= {"chain": found.chain_id, "size": found.size, "name": BACKUP}
    _keep(database, world.template)
    return world


def _sign_in(units: Mapping[str, int], now: datetime) -> dict[str, tuple[str, str]]:
    places = {"manager_own": units[OWN], "manager_other": units[OTHER]}
    return {
        person: (
            SESSION_COOKIE,
            session_of(role, now, places.get(person), login=person),
        )
        for person, role in ROLES.items()
    }


def _staff(window: int, unit: int, now: datetime) -> dict[str, object]:
    """Make a clerk of the unit, who is on duty, and a correction that waits."""
    with recording("test", now) as records:
        account = records.session.scalar(
            select(Account.id).where(Account.login == "clerk")
        )
        proposer = records.session.scalar(
            select(Account.id).where(Account.login == "organiser")
        )
        clerk = {
            "centre_id": 1,
            "account_id": account,
            "name": "王芳",
            "badge": "001",
            "named": True,
            "started_on": date(2020, 1, 1),
        }
        [key] = records.add(Clerk, 1, [clerk])
        posting = {"clerk_id": key, "unit_id": unit, "starts_on": date(2020, 1, 1)}
        records.add(Posting, 1, [posting])
        shift = {
            "centre_id": 1,
            "clerk_id": key,
            "window_id": window,
            "starts_at": now - timedelta(hours=1),
            "ends_at": now + timedelta(hours=3),
        }
        [sits] = records.add(Shift, 1, [shift | {"source": "roster", "made_at": now}])
        late = {
            "shift_id": sits,
            "reason": "换班",
            "proposed_by_id": proposer,
            "proposed_at": now,
        }
        [proposal] = records.add(ShiftProposal, 1, [shift | late])
    return {
        "/manage/clerks key": key,
        "/manage/shifts key": sits,
        "/manage/shifts/proposals key": proposal,
    }


def _call(window: int, now: datetime) -> dict[str, object]:
    """Make a rating whose author waits for a call; return its key and secret."""
    secret = "an-own-secret-of-a-phone"
    receipt = keep(phone_tap(window, 1), now).receipt
    with recording("citizen", now) as records:
        key = records.session.scalars(
            select(Rating.id).where(Rating.receipt == receipt)
        ).one()
        keep_own_key(records.session.connection(), key, secret)
        sealer = Sealer(b"k" * KEY_BYTES)
        give_contact(records, secret, Reach("李女士", "13900005678"), sealer)
    return {"/manage/calls key": key, "/r/mine/ secret": secret}


def _visit(window: int, now: datetime) -> dict[str, object]:
    """Make a visit that can be rated, and a heap that waits for two people."""
    ticket = open_visit(window, now)
    heap = Heap(1, window, now.date(), int(Channel.PHONE), PHONE_RULE)
    hold = write(lambda connection: join_heap(connection, heap, now))
    return {"/t/ token": ticket_token(ticket), "/manage/holds key": hold}


def _people(screen: str, now: datetime) -> dict[str, object]:
    """Return the viewer's account, role and session, and an invitation that waits."""
    with transaction() as session:
        waits = Invitation(
            token_hash=token_hash("invited"),
            name="李",
            role=str(Role.VIEWER),
            created_at=now,
            expires_at=now + timedelta(days=7),
        )
        session.add(waits)
        session.flush()
        invitation = waits.id
    with reading() as session:
        viewer = session.scalar(select(Account.id).where(Account.login == "viewer"))
        return {
            "account_id": viewer,
            "grant_id": session.scalar(
                select(RoleGrant.id).where(RoleGrant.account_id == viewer)
            ),
            "session_id": session.scalar(
                select(SignIn.id).where(SignIn.account_id == viewer)
            ),
            "invitation_id": invitation,
            "/invitation/ token": "invited",
            "screen": session.scalar(
                select(Device.id).where(Device.token_hash == token_hash(screen))
            ),
        }


def _keep(database: Path, template: Path) -> None:
    with db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    db.engine.dispose()
    shutil.copy(database, template)
