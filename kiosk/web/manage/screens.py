"""Screens as the pages of the manage area show them: where, how, and since when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask_babel import gettext
from sqlalchemy.orm import Session

from kiosk.domain.errors import sentence
from kiosk.domain.heartbeat import TROUBLES, State
from kiosk.domain.opening import Opening
from kiosk.domain.policy import NotOpen, Scope
from kiosk.extensions import reading
from kiosk.queries.devices import DeviceLine, all_devices, paired_devices
from kiosk.queries.windows import window_lines
from kiosk.web import access, current
from kiosk.web.manage.addresses import today
from kiosk.web.opening import opening_now
from kiosk.web.screen_mark import shell_mark

STATE_WORDS = {
    State.WORKING: sentence("Working"),
    State.SILENT: sentence("Not responding"),
    State.NOT_DRAWING: sentence("Not drawing"),
    State.NOT_SENDING: sentence("Not sending"),
    State.ASLEEP: sentence("Asleep"),
    State.WITHDRAWN: sentence("Taken out of use"),
}
CLONED = "cloned"
"""Filter of the list for screens that two send as."""
_TOLD_IN_HOURS = 2
_TOLD_IN_DAYS = 2


@dataclass(frozen=True, kw_only=True)
class ScreenRow:
    """A screen, the unit of its window, and how it is now."""

    line: DeviceLine
    unit: str
    state: State

    @property
    def state_words(self) -> str:
        """How it is, in the language of the request."""
        return str(gettext(STATE_WORDS[self.state]))

    @property
    def is_trouble(self) -> bool:
        """Whether somebody has to do something about it."""
        return self.state in TROUBLES

    @property
    def is_old(self) -> bool:
        """Whether it shows the page of an earlier release."""
        version = self.line.version
        return bool(version) and not version.startswith(shell_mark())

    @property
    def is_cloned(self) -> bool:
        """Whether somebody else seems to send as this screen; pairing anew ends it."""
        return self.line.cloned_at is not None and self.line.revoked_at is None

    @property
    def clock_words(self) -> str:
        """How wrong its clock is, in the language of the request; "" while right."""
        ahead = self.line.clock_ahead
        return "" if ahead is None else _clock_words(ahead)


def screen_rows(
    scope: Scope, hours: Opening | None = None, *, withdrawn: bool = False
) -> list[ScreenRow]:
    """Return the screens at windows of the scope, closed windows included.

    hours: where the caller knows them already. withdrawn: those as well.
    """
    centre, now = current.this_centre(), current.now()
    known = opening_now() if hours is None else hours
    with reading() as session:
        found = all_devices if withdrawn else paired_devices
        lines = found(session, centre.id)
        units = _units(session, scope)
    return [
        ScreenRow(line=line, unit=units[line.window_id], state=line.state(known, now))
        for line in lines
        if line.window_id in units
    ]


def screen_row(key: int, *, withdrawn: bool = False) -> ScreenRow:
    """Return one screen of the view's scope. Raises NotOpen."""
    rows = screen_rows(access.scope(), withdrawn=withdrawn)
    found = [row for row in rows if row.line.id == key]
    if not found:
        raise NotOpen
    return found[0]


def with_state(rows: Sequence[ScreenRow], state: str) -> list[ScreenRow]:
    """Return the rows that a choice of the list leaves; "" for all."""
    if state == CLONED:
        return [row for row in rows if row.is_cloned]
    return [row for row in rows if not state or row.state == state]


def _units(session: Session, scope: Scope) -> dict[int, str]:
    there = window_lines(session, current.this_centre().id, today(), scope)
    return {window.id: window.unit for window in there}


def _clock_words(ahead: timedelta) -> str:
    minutes = round(abs(ahead) / timedelta(minutes=1))
    hours, days = minutes // 60, minutes // (24 * 60)
    span = gettext("%(count)d min", count=minutes)
    if days >= _TOLD_IN_DAYS:
        span = gettext("%(count)d days", count=days)
    elif hours >= _TOLD_IN_HOURS:
        span = gettext("%(count)d h", count=hours)
    if ahead > timedelta(0):
        return str(gettext("Clock fast by %(span)s", span=span))
    return str(gettext("Clock slow by %(span)s", span=span))
