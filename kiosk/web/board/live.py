"""The board as it stands now: computed once for all who look, never for each.

A hall's screens and its visitors' phones ask every three seconds. What they ask
costs one small statement every half second; the board itself is computed when its
version has risen, by one of them, while the others get the state before.
"""

import gzip
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from threading import Lock

from kiosk import __version__
from kiosk.clock import Ticker, monotonic
from kiosk.extensions import reading
from kiosk.queries.board import Board, Stamp, board_stamp, compute_board
from kiosk.queries.checkpoints import CheckpointView, newest_checkpoint

STAMP_SECONDS = 0.5
"""How long a version is believed without asking again."""
BOARD_SECONDS = 2.0
"""Shortest time from one computation to the next, however much is tapped."""
_MARK = 24
Moment = tuple[float, object]
"""A half second in which one version is believed, and the snapshot it showed."""


@dataclass(frozen=True)
class Body:
    """A rendered answer, as it is and compressed."""

    plain: bytes
    gzipped: bytes


@dataclass(frozen=True, eq=False)
class Snapshot:
    """One state of the board and the answers rendered from it."""

    stamp: Stamp
    hour: int
    """Hour of the centre's day: the running one is drawn differently."""
    board: Board
    checkpoint: CheckpointView | None = None
    """The newest of the centre's ledger, for the foot."""
    _bodies: dict[tuple[str, str], Body] = field(default_factory=dict)
    _rendering: Lock = field(default_factory=Lock)

    def mark(self, language: str) -> str:
        """Return what stands in the ETag: other for other content, 24 characters.

        Version and time, the newest checkpoint, day and hour, language, release and
        the installation's identity: a restored or renewed database never answers
        for another one.
        """
        told = (self.stamp, self.board.period.last, self.hour, language, __version__)
        return sha256(repr(told).encode()).hexdigest()[:_MARK]

    def body(self, template: str, language: str, render: Callable[[], str]) -> Body:
        """Return the answer of a template in a language; only the first renders."""
        key = (template, language)
        if key not in self._bodies:
            with self._rendering:
                if key not in self._bodies:
                    plain = render().encode()
                    self._bodies[key] = Body(plain, gzip.compress(plain, mtime=0))
        return self._bodies[key]


class LiveBoard:
    """The newest snapshot of this process; safe for many threads."""

    def __init__(self, seconds: Ticker = monotonic) -> None:
        """Begin empty; `seconds` measures the two limits."""
        self._seconds = seconds
        self._asking = Lock()
        self._computing = Lock()
        self._stamp: Stamp | None = None
        self._stamped_at = -STAMP_SECONDS
        self._newest: Snapshot | None = None
        self._computed_at = 0.0

    def snapshot(self, now: datetime) -> Snapshot:
        """Return the newest snapshot, computed at most every two seconds.

        Only the first caller of all waits for somebody else's computation.
        Raises RuntimeError before `flask init`.
        """
        stamp = self._fresh_stamp()
        newest = self._newest
        if newest is not None and not self._due(newest, stamp, now):
            return newest
        if newest is None:
            self._computing.acquire()
        elif not self._computing.acquire(blocking=False):
            return newest
        try:
            if self._newest is None or self._due(self._newest, stamp, now):
                self._computed_at = self._seconds()
                self._newest = _taken(stamp, now)
            return self._newest
        finally:
            self._computing.release()

    def moment(self) -> Moment | None:
        """Return the running half second, or None when the version must be asked."""
        if self._seconds() - self._stamped_at >= STAMP_SECONDS:
            return None
        return self._stamped_at, self._newest

    def _due(self, newest: Snapshot, stamp: Stamp, now: datetime) -> bool:
        local = now.astimezone(stamp.centre.zone)
        drawn = (newest.stamp, newest.board.period.last, newest.hour)
        if drawn == (stamp, local.date(), local.hour):
            return False
        return self._seconds() - self._computed_at >= BOARD_SECONDS

    def _fresh_stamp(self) -> Stamp:
        """Return the stamp, at most half a second old; one caller at a time asks."""
        known = self._stamp
        if known is not None and self._seconds() - self._stamped_at < STAMP_SECONDS:
            return known
        if known is None:
            self._asking.acquire()
        elif not self._asking.acquire(blocking=False):
            return known
        try:
            self._stamp = _asked()
            self._stamped_at = self._seconds()
            return self._stamp
        finally:
            self._asking.release()


def _asked() -> Stamp:
    with reading() as session:
        stamp = board_stamp(session)
    if stamp is None:
        raise RuntimeError("not initialised: run `flask --app wsgi init` first")
    return stamp


def _taken(stamp: Stamp, now: datetime) -> Snapshot:
    with reading() as session:
        board = compute_board(session, stamp.centre, now)
        checkpoint = newest_checkpoint(session, stamp.centre.id)
    # What is shown may be newer than the stamp that led here; it says how new.
    exact = replace(
        stamp,
        version=board.version,
        changed_at=board.changed_at,
        checkpoint=checkpoint.size if checkpoint else 0,
    )
    hour = now.astimezone(stamp.centre.zone).hour
    return Snapshot(exact, hour, board, checkpoint)
