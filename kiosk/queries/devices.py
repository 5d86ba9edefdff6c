"""Screens: who a cookie belongs to, the list of all, and links that make one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select
from sqlalchemy.orm import Session

from kiosk.domain.heartbeat import CLOCK_WRONG_AFTER, Signs, State, state_of
from kiosk.domain.opening import Opening
from kiosk.models import Device, DeviceGap, DeviceReport, PairingLink, Window


@dataclass(frozen=True)
class DeviceView:
    """A screen as its own cookie finds it."""

    id: int
    window_id: int
    last_sequence: int
    code: str
    """What its events name it by."""
    window_code: str
    """What they name the window by, where it stands now."""
    revoked_at: datetime | None = None
    """When its pairing was withdrawn; what it still brings is held."""


@dataclass(frozen=True, kw_only=True)
class DeviceLine:
    """A screen as the organiser's list and its own page show it."""

    id: int
    code: str
    name: str
    window_id: int
    number: str
    window: str
    predecessor_id: int | None
    paired_at: datetime
    revoked_at: datetime | None
    last_heard_at: datetime
    last_delivery_at: datetime
    last_sequence: int
    reported_at: datetime | None
    waiting: int
    set_aside: int
    oldest_at: datetime | None
    drawn_at: datetime | None
    battery: int | None
    charging: bool | None
    version: str
    offset_ms: int | None
    storage: str
    browser: str
    tested_at: datetime | None
    cloned_at: datetime | None
    clone_sequence: int | None
    missing: int
    """Sequence numbers that have not arrived."""

    @property
    def is_tested(self) -> bool:
        """Whether a test tap of this pairing arrived."""
        return self.tested_at is not None

    @property
    def clock_ahead(self) -> timedelta | None:
        """How far the screen's clock is ahead of ours; None while right or not told."""
        if self.offset_ms is None:
            return None
        ahead = timedelta(milliseconds=-self.offset_ms)
        return ahead if abs(ahead) > CLOCK_WRONG_AFTER else None

    def state(self, opening: Opening, now: datetime) -> State:
        """Return how the screen is at this moment."""
        signs = Signs(
            heard_at=self.last_heard_at,
            revoked_at=self.revoked_at,
            reported_at=self.reported_at,
            drawn_at=self.drawn_at,
            oldest_at=self.oldest_at if self.waiting else None,
        )
        return state_of(signs, opening, now)


@dataclass(frozen=True)
class LinkView:
    """A pairing link, and what became of it."""

    id: int
    window_id: int
    replaces_id: int | None
    expires_at: datetime
    device_id: int | None
    """The screen that it made."""
    tested_at: datetime | None
    """When a test tap of that screen arrived."""


def device_by_token(reader: Connection | Session, digest: bytes) -> DeviceView | None:
    """Return the paired screen whose cookie hashes to `digest`, or None."""
    found = known_device(reader, digest)
    return found if found is not None and found.revoked_at is None else None


def known_device(reader: Connection | Session, digest: bytes) -> DeviceView | None:
    """Return the screen whose cookie hashes to `digest`, withdrawn or not, or None."""
    row = reader.execute(
        select(
            Device.id,
            Device.window_id,
            Device.last_sequence,
            Device.code,
            Window.code,
            Device.revoked_at,
        )
        .join(Window, Window.id == Device.window_id)
        .where(Device.token_hash == digest)
    ).one_or_none()
    return None if row is None else DeviceView(*row)


def paired_devices(reader: Connection | Session, centre_id: int) -> list[DeviceLine]:
    """Return the centre's paired screens by window number, newest first."""
    return _found(reader, _lines(centre_id).where(Device.revoked_at.is_(None)))


def all_devices(reader: Connection | Session, centre_id: int) -> list[DeviceLine]:
    """Return the centre's screens, withdrawn ones included, in the same order."""
    return _found(reader, _lines(centre_id))


def devices_at(reader: Connection | Session, window_id: int) -> list[int]:
    """Return the keys of the screens that are paired with a window."""
    return list(
        reader.execute(
            select(Device.id)
            .where(Device.window_id == window_id, Device.revoked_at.is_(None))
            .order_by(Device.id)
        ).scalars()
    )


def pairing_window(
    reader: Connection | Session, digest: bytes, now: datetime
) -> int | None:
    """Return the window an unused, fresh pairing link is for, or None."""
    return reader.scalar(
        select(PairingLink.window_id).where(
            PairingLink.token_hash == digest,
            PairingLink.used_at.is_(None),
            PairingLink.expires_at > now,
        )
    )


def pairing_link(reader: Connection | Session, link_id: int) -> LinkView | None:
    """Return a pairing link by its key, or None."""
    row = reader.execute(
        select(
            PairingLink.id,
            PairingLink.window_id,
            PairingLink.replaces_id,
            PairingLink.expires_at,
            PairingLink.device_id,
            DeviceReport.tested_at,
        )
        .outerjoin(DeviceReport, DeviceReport.device_id == PairingLink.device_id)
        .where(PairingLink.id == link_id)
    ).one_or_none()
    return None if row is None else LinkView(*row)


def _lines(centre_id: int) -> Select[Any]:
    missing = (
        select(
            DeviceGap.device_id,
            func.sum(DeviceGap.last - DeviceGap.first + 1).label("missing"),
        )
        .group_by(DeviceGap.device_id)
        .subquery()
    )
    told = [
        column for column in DeviceReport.__table__.columns if column.key != "device_id"
    ]
    return (
        select(
            Device.id,
            Device.code,
            Device.name,
            Device.window_id,
            Window.number,
            Window.name.label("window"),
            Device.predecessor_id,
            Device.paired_at,
            Device.revoked_at,
            Device.last_heard_at,
            Device.last_delivery_at,
            Device.last_sequence,
            *told,
            func.coalesce(missing.c.missing, 0).label("missing"),
        )
        .join(Window, Window.id == Device.window_id)
        .join(DeviceReport, DeviceReport.device_id == Device.id)
        .outerjoin(missing, missing.c.device_id == Device.id)
        .where(Device.centre_id == centre_id)
        .order_by(Window.number, Device.id.desc())
    )


def _found(reader: Connection | Session, asked: Select[Any]) -> list[DeviceLine]:
    return [_line(row) for row in reader.execute(asked)]


def _line(row: Row[Any]) -> DeviceLine:
    values = row._asdict()
    return DeviceLine(**(values | {"missing": int(values["missing"])}))
