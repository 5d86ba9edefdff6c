"""Once a minute the rules look at what came in, and hold what needs a look."""

import logging
import threading
from dataclasses import replace
from datetime import datetime
from functools import partial

from flask import Flask

from kiosk.domain.holds import Finding, Rule, findings
from kiosk.extensions.database import reading, write
from kiosk.queries.holds import Cell, Looked, Mark, look_at, new_cells, newest
from kiosk.services.hold_rows import Heap
from kiosk.services.holds import hold_found, hold_orphans

LOOK_SECONDS = 60.0
log = logging.getLogger(__name__)


class HoldSweep(threading.Thread):
    """Looks once a minute whether new ratings must be looked at first.

    Each worker of a server has one; whichever is first locks the ratings and holds
    them, and the others find nothing left to hold.
    """

    def __init__(self, app: Flask, *, every: float = LOOK_SECONDS) -> None:
        """Prepare to look each `every` seconds, by the application's clock."""
        super().__init__(name="hold-sweep", daemon=True)
        self._app = app
        self._every = every
        self._mark: Mark | None = None
        self._stopping = threading.Event()

    def run(self) -> None:
        """Look again and again until stopped."""
        clock = self._app.extensions["kiosk"]["clock"]
        while not self._stopping.wait(self._every):
            self.look(clock())

    def look(self, now: datetime) -> int:
        """Hold what the rules find; return how many ratings that were.

        A failure is logged and everything is looked at again the next time.
        """
        try:
            with self._app.app_context():
                return self._look(now)
        except Exception:
            # The thread must outlive a full disk and a database that is away.
            log.exception("ratings could not be looked at; it is tried again")
            return 0

    def stop(self) -> None:
        """End the thread after its current look."""
        self._stopping.set()

    def _look(self, now: datetime) -> int:
        with reading() as session:
            mark = newest(session)
            # Almost always nothing came in; then that one read was all.
            if mark == self._mark:
                return 0
            cells = new_cells(session, self._mark, mark)
        held = sum(sweep_cell(cell, now) for cell in cells)
        self._mark = mark
        return held


def sweep_cell(cell: Cell, now: datetime) -> int:
    """Hold what the rules find at one window, channel and day; return how many."""
    with reading() as session:
        looked = look_at(session, cell)
    held = 0
    for finding in to_hold(looked):
        heap = _heap(cell, finding)
        # Each in a transaction of its own: the ledger's head must be its last lock.
        held += write(partial(hold_found, heap=heap, finding=finding, now=now))
    if looked.orphans:
        heap = _heap(cell, Finding(Rule.WITHDRAWN))
        held += write(partial(hold_orphans, heap=heap, now=now))
    return held


def to_hold(looked: Looked) -> list[Finding]:
    """Return what is not held yet; what came into held ten minutes joins its heap."""
    joined = {
        each.bucket: Finding(Rule(each.rule), (each.bucket,))
        for each in reversed(looked.waiting)
    }
    found = list(joined.values())
    for each in findings(looked.day):
        rest = tuple(sorted(set(each.buckets) - joined.keys()))
        if rest or each.newest:
            found.append(replace(each, buckets=rest))
    return [
        each for each in found if each.newest or looked.counting & set(each.buckets)
    ]


def _heap(cell: Cell, finding: Finding) -> Heap:
    # One ten minutes has a heap of its own; a matter of the whole day has one.
    whole_day = finding.rule in {Rule.VOLUME, Rule.SERVED, Rule.WITHDRAWN}
    return Heap(
        centre_id=cell.centre_id,
        window_id=cell.window_id,
        day=cell.day,
        channel=cell.channel,
        rule=str(finding.rule),
        bucket=None if whole_day else finding.buckets[0],
    )
