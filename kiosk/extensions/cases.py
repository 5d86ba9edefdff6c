"""What came with a rating becomes a case by itself, and the clock of cases runs."""

import logging
import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from kiosk.domain.case_opening import week_of
from kiosk.domain.case_periods import Clock
from kiosk.extensions.database import reading, recording
from kiosk.queries.case_clock import case_clock
from kiosk.queries.case_opening import bad_by_week, waiting_ratings
from kiosk.services.case_opening import join_bare, open_waiting
from kiosk.services.case_time import centres_due, close_over, raise_overdue

LOOK_SECONDS = 5.0
_MINUTE = timedelta(minutes=1)
_BACK = timedelta(days=8)
"""What was held is joined when it is released, until the end of the next week."""
_BY = "system"
log = logging.getLogger(__name__)


class CaseSweep(threading.Thread):
    """Looks every few seconds for ratings that must be answered.

    Each worker of a server has one; the database lets each rating be taken out of the
    inbox once. Bare bad ratings and the clock are looked at once a minute.
    """

    def __init__(self, app: Flask, *, every: float = LOOK_SECONDS) -> None:
        """Prepare to look each `every` seconds, by the application's clock."""
        super().__init__(name="case-sweep", daemon=True)
        self._app = app
        self._settings = app.extensions["kiosk"]["settings"]
        self._every = every
        self._minute: datetime | None = None
        self._again: dict[int, datetime] = {}
        """Ratings that could not be opened, and when each is tried again."""
        self._counts: dict[tuple[int, int, date], tuple[int, int]] = {}
        """Ratings by window and week when the bare ones among them were joined."""
        self._stopping = threading.Event()

    def run(self) -> None:
        """Look again and again until stopped."""
        clock = self._app.extensions["kiosk"]["clock"]
        while not self._stopping.wait(self._every):
            self.look(clock())

    def look(self, now: datetime) -> int:
        """Do what is to be done; return how many ratings and cases that were.

        A failure is logged and tried again; it keeps nothing else from its turn.
        """
        done = self._tried(self._open_inbox, now)
        if self._minute is None or not self._minute <= now < self._minute + _MINUTE:
            self._minute = now
            done += self._tried(self._join_bare, now)
            done += self._tried(self._run_clock, now)
        return done

    def stop(self) -> None:
        """End the thread after its current look."""
        self._stopping.set()

    def _tried(self, act: Callable[..., int | None], *arguments: Any) -> int:
        try:
            with self._app.app_context():
                return act(*arguments) or 0
        except Exception:
            # The thread must outlive a full disk and a database that is away.
            log.exception("cases could not be looked after; it is tried again")
            return 0

    def _open_inbox(self, now: datetime) -> int:
        done, beyond = 0, 0
        while True:
            with reading() as session:
                rows = waiting_ratings(session, beyond)
            for rating_id, centre_id in rows:
                done += self._open(rating_id, centre_id, now)
                beyond = rating_id
            if not rows:
                return done

    def _open(self, rating_id: int, centre_id: int, now: datetime) -> int:
        if self._again.get(rating_id, now) > now:
            return 0
        # Until it has gone well: one that cannot be opened is not tried at each look.
        self._again[rating_id] = now + _MINUTE
        return self._tried(self._opened, rating_id, centre_id, now)

    def _opened(self, rating_id: int, centre_id: int, now: datetime) -> int:
        with recording(_BY, now) as records:
            clock = self._clock(records.session, centre_id, now)
            opened = open_waiting(records, rating_id, clock)
        self._again.pop(rating_id, None)
        return int(opened is not None)

    def _join_bare(self, now: datetime) -> int:
        with reading() as session:
            counts = bad_by_week(session, week_of(now.date() - _BACK))
        done = 0
        for cell, found in counts.items():
            # Almost always nothing has changed; then the counts were all there was.
            if self._counts.get(cell) != found:
                done += self._tried(self._joined, cell, found, now)
        self._counts = {
            cell: self._counts[cell] for cell in counts.keys() & self._counts
        }
        return done

    def _joined(
        self, cell: tuple[int, int, date], found: tuple[int, int], now: datetime
    ) -> int:
        centre_id, window_id, week = cell
        least = self._settings.bare_cases_from
        with recording(_BY, now) as records:
            clock = self._clock(records.session, centre_id, now)
            joined = join_bare(records, window_id, week, least, clock)
        self._counts[cell] = found
        return joined

    def _run_clock(self, now: datetime) -> int:
        with reading() as session:
            centres = centres_due(session, now)
        return sum(self._tried(self._ran, centre_id, now) for centre_id in centres)

    def _ran(self, centre_id: int, now: datetime) -> int:
        with recording(_BY, now) as records:
            clock = self._clock(records.session, centre_id, now)
            done = raise_overdue(records, centre_id, clock)
            return done + close_over(records, centre_id)

    def _clock(self, session: Session, centre_id: int, now: datetime) -> Clock:
        return case_clock(
            session,
            centre_id,
            now,
            second=self._settings.second_days,
            look_back=self._settings.look_back_days,
        )
