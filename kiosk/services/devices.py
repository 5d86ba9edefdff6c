"""Screens at the windows: pairing by one-time link, moves, names, withdrawal."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.orm import Session

from kiosk.domain.errors import LinkSpent
from kiosk.domain.policy import NotOpen
from kiosk.domain.tokens import new_code, new_token, token_hash
from kiosk.models import (
    Device,
    DeviceReport,
    DeviceStay,
    PairingLink,
    Window,
)
from kiosk.services.records import Book, book

LINK_LIFE = timedelta(minutes=10)
"""How long a pairing link waits to be opened; long enough to walk to a window."""


@dataclass(frozen=True)
class Place:
    """Where a new screen is to stand, and which one it takes the place of."""

    window_id: int
    replaces: int | None = None
    """The screen whose pairing ends when the new one is paired."""


def make_pairing_link(
    session: Session, window_id: int, now: datetime, replaces: int | None = None
) -> str:
    """Return the secret of a new one-time pairing link for a window.

    `replaces`: the screen whose pairing ends when the link is used.
    """
    token = new_token()
    _link(session, token_hash(token), Place(window_id, replaces), now)
    return token


def offer_pairing(
    records: Book, centre_id: int, window_id: int, replaces: int | None = None
) -> str:
    """Return the secret of a new pairing link; the ledger says who made it."""
    token = new_token()
    offer_to(records, centre_id, token_hash(token), Place(window_id, replaces))
    return token


def offer_to(records: Book, centre_id: int, digest: bytes, place: Place) -> int:
    """Make a pairing link for a secret that is known elsewhere; return its key.

    `digest`: of that secret. The ledger says who made the link.
    """
    key = _link(records.session, digest, place, records.now)
    said = {"link": key, "window": place.window_id}
    if place.replaces is not None:
        said["replaces"] = place.replaces
    records.note(centre_id, "pairing-link", said)
    return key


def _link(session: Session, digest: bytes, place: Place, now: datetime) -> int:
    link = PairingLink(
        window_id=place.window_id,
        replaces_id=place.replaces,
        token_hash=digest,
        created_at=now,
        expires_at=now + LINK_LIFE,
    )
    session.add(link)
    session.flush()
    return link.id


def pair_device(
    session: Session, token: str, now: datetime, own: bytes | None = None
) -> str:
    """Use up a pairing link; return the new screen's own secret.

    Marking it used is one conditional write, so of two browsers that open the
    link together exactly one becomes the screen. `own`: hash of the cookie the
    browser carries already; what its outbox still holds comes from that pairing,
    which ends here. So does the one that the link replaces. Raises LinkSpent.
    """
    taken = _use_up(session, token, now)
    before = session.scalar(select(Device.id).where(Device.token_hash == own))
    window = session.get_one(Window, taken.window_id)
    secret = new_token()
    screen = {
        "centre_id": window.centre_id,
        "window_id": window.id,
        "code": new_code(),
        "predecessor_id": before or taken.replaces_id,
        "token_hash": token_hash(secret),
        "paired_at": now,
        "last_heard_at": now,
        "last_delivery_at": now,
        "last_sequence": 0,
    }
    with book(session, f"pairing-link:{taken.id}", now) as records:
        for ended in sorted({before, taken.replaces_id} - {None}):
            revoke_device(records, ended)
        [key] = records.add(Device, window.centre_id, [screen])
        session.add(DeviceReport(device_id=key))
        session.add(DeviceStay(device_id=key, window_id=window.id, since=now))
    session.execute(
        update(PairingLink).where(PairingLink.id == taken.id).values(device_id=key)
    )
    return secret


def _use_up(session: Session, token: str, now: datetime) -> Row[Any]:
    """Mark a fresh link as used; return its key, window and whom it replaces."""
    taken = session.execute(
        update(PairingLink)
        .where(
            PairingLink.token_hash == token_hash(token),
            PairingLink.used_at.is_(None),
            PairingLink.expires_at > now,
        )
        .values(used_at=now)
        .returning(PairingLink.id, PairingLink.window_id, PairingLink.replaces_id)
    ).one_or_none()
    if taken is None:
        raise LinkSpent
    return taken


def note_heartbeat(writer: Connection | Session, device_id: int, now: datetime) -> None:
    """Remember that a screen was heard of."""
    writer.execute(
        update(Device).where(Device.id == device_id).values(last_heard_at=now)
    )


def revoke_device(records: Book, device_id: int) -> None:
    """Withdraw a pairing; what the screen still holds is kept, but held."""
    found = records.session.execute(
        select(Device.centre_id)
        .where(Device.id == device_id, Device.revoked_at.is_(None))
        .with_for_update()
    ).one_or_none()
    if found is not None:
        records.change(Device, found.centre_id, device_id, {"revoked_at": records.now})


def rename_device(records: Book, device_id: int, name: str) -> None:
    """Call a screen something; "" for no name. Raises NotOpen for a withdrawn one."""
    centre_id = _paired(records, device_id)
    records.change(Device, centre_id, device_id, {"name": name})


def move_device(records: Book, device_id: int, window_id: int) -> None:
    """Let a screen stand at another window of its hall from now on.

    What it still holds names the window where it was tapped; `DeviceStay` keeps that
    it stood there. Raises NotOpen for a withdrawn screen or another hall's window.
    """
    centre_id = _paired(records, device_id)
    there = records.session.scalar(
        select(Window.centre_id).where(Window.id == window_id)
    )
    if there != centre_id:
        raise NotOpen
    records.change(Device, centre_id, device_id, {"window_id": window_id})
    stays = (DeviceStay.device_id == device_id, DeviceStay.window_id == window_id)
    if records.session.scalar(select(DeviceStay.since).where(*stays)) is None:
        row = {"device_id": device_id, "window_id": window_id, "since": records.now}
        records.session.execute(insert(DeviceStay).values(row))


def _paired(records: Book, device_id: int) -> int:
    """Lock a paired screen; return its hall. Raises NotOpen."""
    centre_id = records.session.scalar(
        select(Device.centre_id)
        .where(Device.id == device_id, Device.revoked_at.is_(None))
        .with_for_update()
    )
    if centre_id is None:
        raise NotOpen
    return centre_id
