"""Screens at the windows: pairing by one-time link, heartbeat, withdrawal."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kiosk.domain.errors import LinkSpent
from kiosk.domain.tokens import new_token, token_hash
from kiosk.models import Device, PairingLink, Window
from kiosk.services.records import Book, book

LINK_LIFE = timedelta(minutes=10)
"""How long a pairing link waits to be opened; long enough to walk to a window."""


def make_pairing_link(session: Session, window_id: int, now: datetime) -> str:
    """Return the secret of a new one-time pairing link for a window."""
    token = new_token()
    session.add(
        PairingLink(
            window_id=window_id,
            token_hash=token_hash(token),
            created_at=now,
            expires_at=now + LINK_LIFE,
        )
    )
    return token


def offer_pairing(records: Book, centre_id: int, window_id: int) -> str:
    """Return the secret of a new pairing link; the ledger says who made it."""
    token = make_pairing_link(records.session, window_id, records.now)
    records.session.flush()
    key = records.session.scalar(
        select(PairingLink.id).where(PairingLink.token_hash == token_hash(token))
    )
    records.note(centre_id, "pairing-link", {"link": key, "window": window_id})
    return token


def pair_device(session: Session, token: str, now: datetime) -> str:
    """Use up a pairing link; return the new screen's own secret.

    Marking it used is one conditional write, so of two browsers that open the
    link together exactly one becomes the screen. Raises LinkSpent.
    """
    taken = session.execute(
        update(PairingLink)
        .where(
            PairingLink.token_hash == token_hash(token),
            PairingLink.used_at.is_(None),
            PairingLink.expires_at > now,
        )
        .values(used_at=now)
        .returning(PairingLink.id, PairingLink.window_id)
    ).one_or_none()
    if taken is None:
        raise LinkSpent
    window = session.get_one(Window, taken.window_id)
    secret = new_token()
    screen = {
        "centre_id": window.centre_id,
        "window_id": window.id,
        "token_hash": token_hash(secret),
        "paired_at": now,
        "last_heard_at": now,
        "last_delivery_at": now,
        "last_sequence": 0,
    }
    with book(session, f"pairing-link:{taken.id}", now) as records:
        [key] = records.add(Device, window.centre_id, [screen])
    session.execute(
        update(PairingLink).where(PairingLink.id == taken.id).values(device_id=key)
    )
    return secret


def note_heartbeat(session: Session, device_id: int, now: datetime) -> None:
    """Remember that a screen was heard of."""
    session.execute(
        update(Device).where(Device.id == device_id).values(last_heard_at=now)
    )


def revoke_device(records: Book, device_id: int) -> None:
    """Withdraw a pairing; the screen's taps are refused from now on."""
    found = records.session.execute(
        select(Device.centre_id)
        .where(Device.id == device_id, Device.revoked_at.is_(None))
        .with_for_update()
    ).one_or_none()
    if found is not None:
        records.change(Device, found.centre_id, device_id, {"revoked_at": records.now})
