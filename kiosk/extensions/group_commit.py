"""Acts that wait at the same time share one transaction, and so one commit.

A durable commit waits for the disk, whatever it carries: a twentieth of a
millisecond on a good one, four on a poor one. Whoever comes while one is under way
waits for its end; the first of them then takes all the others along. Nobody waits
to be joined: who is alone is committed at once.
"""

from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from threading import Lock
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import Connection
from sqlalchemy.exc import InterfaceError, OperationalError

from kiosk.extensions.fair_lock import TurnNotReached

T = TypeVar("T")
Begin = Callable[[], AbstractContextManager[Connection]]

_NOBODY_CAN = (OperationalError, InterfaceError, TurnNotReached)
"""The database takes nothing at the moment, from whomever it comes."""


class _Entry(Generic[T]):
    """One act on its way; refused until a commit has said otherwise."""

    def __init__(self, act: Callable[[Connection], T]) -> None:
        self.act = act
        self.result: T | None = None
        self.error: BaseException | None = TurnNotReached()
        self.settled = False
        self.called = Lock()
        """Free once the entry is settled, or when it is its turn to lead."""
        self.called.acquire()

    def outcome(self) -> T:
        if self.error is not None:
            raise self.error
        return cast("T", self.result)


class GroupCommit:
    """Runs acts of many threads, each as if it had a transaction of its own."""

    def __init__(self, begin: Begin) -> None:
        """Take what begins a transaction and commits it on a clean end."""
        self._begin = begin
        self._guard = Lock()
        self._led = False
        self._waiting: deque[_Entry[Any]] = deque()

    def write(self, act: Callable[[Connection], T], patience: float) -> T:
        """Run `act`, maybe in another thread; return its result when it is kept.

        `act` may run a second time, in a fresh transaction, when another act of
        the same group was refused. Raises what `act` raises, what beginning and
        committing raise, and TurnNotReached after `patience` seconds in the queue.
        """
        entry = _Entry(act)
        if not self._enter(entry):
            self._wait(entry, patience)
        if not entry.settled:
            self._lead()
        return entry.outcome()

    def _enter(self, entry: _Entry[Any]) -> bool:
        """Join the queue; return whether the newcomer leads."""
        with self._guard:
            self._waiting.append(entry)
            leads = not self._led
            self._led = True
        return leads

    def _wait(self, entry: _Entry[Any], patience: float) -> None:
        try:
            called = entry.called.acquire(timeout=patience)
        except BaseException:
            # An interrupt must not take the lead away with it.
            self._leave(entry)
            raise
        if called:
            return
        if self._leave(entry):
            raise TurnNotReached
        # A transaction has taken it along; its end is near.
        entry.called.acquire()

    def _leave(self, entry: _Entry[Any]) -> bool:
        """Leave the queue; return whether the entry was still in it."""
        with self._guard:
            if entry not in self._waiting:
                return False
            self._waiting.remove(entry)
            if entry.called.acquire(blocking=False):
                # It was called to lead in this very moment: the next one must,
                # or everyone stands still.
                self._call_next()
            return True

    def _lead(self) -> None:
        """Run and commit all who wait, then hand the lead on."""
        taken: list[_Entry[Any]] = []
        try:
            with self._begin() as connection:
                taken = self._take()
                for entry in taken:
                    entry.result = entry.act(connection)
            for entry in taken:
                entry.error = None
        except Exception as failure:  # noqa: BLE001 - raised where its act came from
            taken = taken or self._take()
            self._undone(taken, failure)
        finally:
            taken = taken or self._take()
            with self._guard:
                self._call_next()
            for entry in taken:
                entry.settled = True
                entry.called.release()

    def _undone(self, taken: list[_Entry[Any]], failure: Exception) -> None:
        """Give each its due after nothing of the group was kept."""
        if len(taken) == 1 or isinstance(failure, _NOBODY_CAN):
            for entry in taken:
                entry.error = failure
            return
        for entry in taken:
            try:
                with self._begin() as connection:
                    entry.result = entry.act(connection)
            except _NOBODY_CAN as broken:
                # Who comes after would wait as long again for the same answer.
                for left in taken[taken.index(entry) :]:
                    left.error = broken
                return
            except Exception as refusal:  # noqa: BLE001 - as above
                entry.error = refusal
            else:
                entry.error = None

    def _take(self) -> list[_Entry[Any]]:
        with self._guard:
            taken = list(self._waiting)
            self._waiting.clear()
        return taken

    def _call_next(self) -> None:
        if self._waiting:
            self._waiting[0].called.release()
        else:
            self._led = False
