"""The installation's own state, and whether a browser may organise it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from kiosk.models import Chain, Installation, OrganiserLink


@dataclass(frozen=True)
class InstallationView:
    """Whose installation this is and how far its set-up has come."""

    identity: UUID
    organisation: str
    demonstration: bool
    demonstration_rows: int
    is_set_up: bool


def installation(reader: Connection | Session) -> InstallationView | None:
    """Return the installation, or None before `flask init`."""
    row = reader.execute(
        select(
            Installation.identity,
            Installation.organisation,
            Installation.demonstration,
            Installation.demonstration_rows,
            Installation.set_up_at.is_not(None).label("is_set_up"),
        )
    ).one_or_none()
    return None if row is None else InstallationView(*row)


def holds_organiser_link(reader: Connection | Session, digest: bytes) -> bool:
    """Whether a cookie belongs to somebody who opened an organiser's link."""
    query = select(OrganiserLink.id).where(OrganiserLink.holder_hash == digest)
    return reader.execute(query).first() is not None


def organiser_link_waits(reader: Connection | Session, digest: bytes) -> bool:
    """Whether a link from the terminal can still be used, without using it up."""
    query = select(OrganiserLink.id).where(
        OrganiserLink.token_hash == digest, OrganiserLink.used_at.is_(None)
    )
    return reader.execute(query).first() is not None


def centre_version(reader: Connection | Session, centre_id: int) -> int:
    """Return the centre's version: it rises with every act that moves a count."""
    return reader.scalar(select(Chain.number).where(Chain.centre_id == centre_id)) or 0
