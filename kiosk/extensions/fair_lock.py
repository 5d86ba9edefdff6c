"""A lock that is handed over in the order of asking, within a time limit."""

from collections import deque
from threading import Lock


class TurnNotReached(TimeoutError):
    """The turn did not come within the time limit."""


class FairLock:
    """First come, first served; at most one holder.

    SQLite's own busy wait is unfair: with eight writers the longest waits
    seconds while others pass it again and again. Here each waiter sleeps on a
    lock of its own, and the holder wakes exactly the one who asked first.
    """

    def __init__(self) -> None:
        """Begin free."""
        self._guard = Lock()
        self._held = False
        self._waiting: deque[Lock] = deque()

    def acquire(self, timeout: float) -> None:
        """Wait for the turn; raise TurnNotReached after `timeout` seconds."""
        with self._guard:
            if not self._held:
                self._held = True
                return
            turn = Lock()
            turn.acquire()
            self._waiting.append(turn)
        taken = False
        try:
            taken = turn.acquire(timeout=timeout)
        finally:
            # Also when an interrupt ends the wait: a turn handed to a waiter who
            # has gone would stop everyone for good.
            if not taken:
                self._give_up(turn)
        if not taken:
            raise TurnNotReached

    def release(self) -> None:
        """Hand the lock to whoever waits longest."""
        with self._guard:
            self._pass_on()

    def _give_up(self, turn: Lock) -> None:
        with self._guard:
            # The turn may have been handed over between the time-out and here;
            # then it is ours and must be passed on, or everyone stands still.
            if turn in self._waiting:
                self._waiting.remove(turn)
            else:
                self._pass_on()

    def _pass_on(self) -> None:
        if self._waiting:
            self._waiting.popleft().release()
        else:
            self._held = False
