"""Screens while their events are taken: locked, found again, and noted at the end."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    bindparam,
    delete,
    insert,
    select,
    update,
)

from kiosk.domain.errors import DeviceUnknown
from kiosk.domain.events import ScreenElsewhere, WindowElsewhere, parse_code
from kiosk.domain.intake import Tap, next_contact
from kiosk.models import (
    Centre,
    Device,
    DeviceGap,
    DeviceReport,
    DeviceStay,
    Window,
    table_of,
)
from kiosk.services.prepared import Prepared
from kiosk.services.rating_rows import Hall

_device = table_of(Device)
_centre = table_of(Centre)
_window = table_of(Window)
_stay = table_of(DeviceStay)
_gap = table_of(DeviceGap)
_report = table_of(DeviceReport)


@dataclass
class Screen:
    """What events need of their screen's row, in the order of the look-up."""

    id: int
    code: str
    predecessor_id: int | None
    revoked_at: datetime | None
    window_id: int
    window_code: str
    centre_id: int
    last_delivery_at: datetime
    last_sequence: int
    last_level: int | None
    last_tapped_at: datetime | None
    last_event_id: UUID | None
    time_zone: str

    def remember(self, tap: Tap, now: datetime, *, merged: bool) -> None:
        """Take note of a rating. A resend of an older one takes no newer's place."""
        if (tap.sequence or 0) <= self.last_sequence:
            return
        made_at = tap.made_at or tap.tapped_at or now
        self.last_delivery_at = next_contact(made_at, now, self.last_delivery_at)
        if not merged:
            self.last_level = int(tap.level)
            self.last_tapped_at = tap.tapped_at
            self.last_event_id = tap.event_id


@dataclass(frozen=True)
class Place:
    """Which screen made an event, and at which window it stood then."""

    screen: Screen
    window_id: int
    hall: Hall

    @property
    def at_home(self) -> bool:
        """Whether the screen stands there now, not withdrawn: its lock is enough."""
        return (
            self.screen.revoked_at is None and self.window_id == self.screen.window_id
        )


class Screens:
    """The screen that sends a batch, and those whose place it took."""

    def __init__(self, connection: Connection, digest: bytes, now: datetime) -> None:
        """Lock the sender's row. Raises DeviceUnknown where no cookie hashes so."""
        self._connection = connection
        self._now = now
        self._known: dict[str, Screen] = {}
        sender = self._found(_BY_TOKEN, {"digest": digest})
        if sender is None:
            raise DeviceUnknown
        self._sender = sender

    @property
    def withdrawn(self) -> bool:
        """Whether the sender's pairing was withdrawn: what it brings is held."""
        return self._sender.revoked_at is not None

    def place(self, device: object, window: object) -> Place:
        """Return the place that an event names; nothing named means the sender's.

        Raises NotAnEvent, ScreenElsewhere, WindowElsewhere.
        """
        screen = self._screen(parse_code(device))
        code = parse_code(window)
        window_id = screen.window_id
        if code is not None and code != screen.window_code:
            stood = _STOOD.rows(self._connection, {"screen": screen.id, "code": code})
            if not stood:
                raise WindowElsewhere
            window_id = int(stood[0][0])
        return Place(
            screen, window_id, Hall(screen.centre_id, ZoneInfo(screen.time_zone))
        )

    def arrived(self, screen: Screen, sequence: int, *, new: bool | None) -> None:
        """Account for a sequence number: gaps open and close, a clone is noticed.

        `new`: whether its event was not here before; None where nobody can know. A
        number that came before, with another event, means that two browsers send
        as one screen.
        """
        if new is False:
            return
        if sequence > screen.last_sequence:
            if sequence > screen.last_sequence + 1:
                self._open_gap(screen.id, screen.last_sequence + 1, sequence - 1)
            screen.last_sequence = sequence
        elif not self._fill_gap(screen.id, sequence) and new:
            self._connection.execute(
                update(_report)
                .where(_report.c.device_id == screen.id)
                .values(cloned_at=self._now, clone_sequence=sequence)
            )

    def note(self) -> None:
        """Write what is remembered of each screen that took part."""
        for screen in self._known.values():
            _NOTE.run(
                self._connection,
                {
                    "device": screen.id,
                    "moment": self._now,
                    "contact": screen.last_delivery_at,
                    "sequence": screen.last_sequence,
                    "level": screen.last_level,
                    "tapped": screen.last_tapped_at,
                    "event": screen.last_event_id,
                },
            )

    def _screen(self, code: str | None) -> Screen:
        """Return the sender, or the screen of this code whose place it took."""
        if code is None:
            return self._sender
        if code in self._known:
            return self._known[code]
        before: Screen | None = self._sender
        # Each took the place of one paired before it, so the line ends.
        while before is not None and before.predecessor_id is not None:
            before = self._found(_BY_KEY, {"key": before.predecessor_id})
            if before is not None and before.code == code:
                return before
        raise ScreenElsewhere

    def _found(self, look_up: Prepared, values: dict[str, object]) -> Screen | None:
        rows = look_up.rows(self._connection, values)
        if not rows:
            return None
        screen = Screen(*rows[0])
        return self._known.setdefault(screen.code, screen)

    def _open_gap(self, device_id: int, first: int, last: int) -> None:
        row = {"device_id": device_id, "first": first, "last": last}
        self._connection.execute(insert(_gap), row)

    def _fill_gap(self, device_id: int, sequence: int) -> bool:
        """Take a number out of the gap it lies in; return whether there was one."""
        gap = self._connection.execute(
            select(_gap.c.first, _gap.c.last).where(
                _gap.c.device_id == device_id,
                _gap.c.first <= sequence,
                _gap.c.last >= sequence,
            )
        ).one_or_none()
        if gap is None:
            return False
        self._connection.execute(
            delete(_gap).where(_gap.c.device_id == device_id, _gap.c.first == gap.first)
        )
        if gap.first < sequence:
            self._open_gap(device_id, gap.first, sequence - 1)
        if sequence < gap.last:
            self._open_gap(device_id, sequence + 1, gap.last)
        return True


def note_test(connection: Connection, device_id: int, now: datetime) -> None:
    """Remember that a test tap of a screen arrived."""
    connection.execute(
        update(_report).where(_report.c.device_id == device_id).values(tested_at=now)
    )


def _screen_where(condition: ColumnElement[bool]) -> Select[Any]:
    elsewhere = {"window_code": _window.c.code, "time_zone": _centre.c.time_zone}
    names = [field.name for field in fields(Screen)]
    return (
        select(*(elsewhere[n] if n in elsewhere else _device.c[n] for n in names))
        .join(_window, _window.c.id == _device.c.window_id)
        .join(_centre, _centre.c.id == _device.c.centre_id)
        .where(condition)
        .with_for_update(of=_device)
    )


_BY_TOKEN = Prepared(_screen_where(_device.c.token_hash == bindparam("digest")))
_BY_KEY = Prepared(_screen_where(_device.c.id == bindparam("key")))
_STOOD = Prepared(
    select(_window.c.id)
    .join(_stay, _stay.c.window_id == _window.c.id)
    .where(
        _stay.c.device_id == bindparam("screen"), _window.c.code == bindparam("code")
    )
)
_NOTE = Prepared(
    update(_device)
    .where(_device.c.id == bindparam("device"))
    .values(
        last_heard_at=bindparam("moment"),
        last_delivery_at=bindparam("contact"),
        last_sequence=bindparam("sequence"),
        last_level=bindparam("level"),
        last_tapped_at=bindparam("tapped"),
        last_event_id=bindparam("event"),
    )
)
