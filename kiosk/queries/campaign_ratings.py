"""Counted ratings of a campaign by period, each read once."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from kiosk.domain.board import Period
from kiosk.domain.campaign_kinds import Reading
from kiosk.domain.campaign_readings import Rated, Read, read
from kiosk.domain.campaign_rules import Rules
from kiosk.queries.campaign_counts import rated_people, rated_windows, window_types
from kiosk.queries.campaign_facts import unit_tree
from kiosk.queries.candidates import CandidateView

_Key = TypeVar("_Key")
_Kept = TypeVar("_Kept")


class Ratings:
    """Counted ratings by period; each period is read once, and only when asked for."""

    def __init__(
        self,
        reader: Connection | Session,
        rules: Rules,
        among: Sequence[CandidateView] = (),
    ) -> None:
        """Take who stands, since some of them count from a later day only."""
        self.period = Period(rules.begins, rules.ends)
        self.tree = unit_tree(reader, self.period)
        self._reader = reader
        self._window_since = _since((each.window_id, each) for each in among)
        self._person_since = _since((each.clerk_id, each) for each in among)
        self._types: dict[Period, dict[int, int]] = {}
        self._windows: dict[Period, Rated] = {}
        self._people: dict[Period, Rated] = {}
        self._read: dict[tuple[bool, Period, Reading], Read] = {}

    def windows(self, period: Period) -> Rated:
        """Return what was counted at windows."""
        return _once(
            self._windows,
            period,
            lambda: rated_windows(
                self._reader, period, self._kinds(period), self._window_since
            ),
        )

    def people(self, period: Period) -> Rated:
        """Return what was counted of people."""
        return _once(
            self._people,
            period,
            lambda: rated_people(
                self._reader, period, self._kinds(period), self._person_since
            ),
        )

    def reading(self, reading: Reading, period: Period, *, people: bool) -> Read:
        """Return a reading of everybody."""
        return _once(
            self._read,
            (people, period, reading),
            lambda: read(
                self.people(period) if people else self.windows(period), reading
            ),
        )

    def _kinds(self, period: Period) -> dict[int, int]:
        return _once(self._types, period, lambda: window_types(self._reader, period))


def _since(
    pairs: Iterable[tuple[int | None, CandidateView]],
) -> dict[int, date]:
    """Return from when somebody counts; where two awards differ, the later day."""
    found: dict[int, date] = {}
    for key, one in pairs:
        if key is not None and one.counts_from is not None and one.standing:
            found[key] = max(one.counts_from, found.get(key, one.counts_from))
    return found


def _once(known: dict[_Key, _Kept], key: _Key, make: Callable[[], _Kept]) -> _Kept:
    if key not in known:
        known[key] = make()
    return known[key]
