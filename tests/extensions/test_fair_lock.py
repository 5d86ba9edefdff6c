"""The writers' lock: first come, first served, and nobody can stop the queue."""

import threading
from collections.abc import Callable

import pytest

from kiosk.extensions import fair_lock
from kiosk.extensions.fair_lock import FairLock, TurnNotReached
from tests.waiting import PATIENCE, until

NOW = 0.0
"""No wait at all."""


@pytest.fixture
def lock() -> FairLock:
    return FairLock()


def queue_up(lock: FairLock, act: Callable[[], None]) -> threading.Thread:
    """Start a thread that takes its turn, acts and releases; it stands in line."""
    before = len(lock._waiting)

    def wait_and_act() -> None:
        lock.acquire(PATIENCE)
        act()
        lock.release()

    thread = threading.Thread(target=wait_and_act)
    thread.start()
    until(lambda: len(lock._waiting) == before + 1)
    return thread


def test_a_free_lock_is_taken_at_once_and_again_after_release(lock):
    for _ in range(3):
        lock.acquire(NOW)
        lock.release()


def test_a_held_lock_is_refused_after_the_time_limit(lock):
    lock.acquire(NOW)
    with pytest.raises(TurnNotReached):
        lock.acquire(0.001)
    lock.release()
    lock.acquire(NOW)


def test_a_refusal_is_a_time_out(lock):
    assert issubclass(TurnNotReached, TimeoutError)


def test_turns_come_in_the_order_of_asking(lock):
    lock.acquire(NOW)
    order: list[int] = []
    threads = [queue_up(lock, lambda n=n: order.append(n)) for n in range(12)]
    lock.release()
    for thread in threads:
        thread.join(PATIENCE)
    assert order == list(range(12))
    lock.acquire(NOW)


def test_nobody_passes_those_who_wait(lock):
    """Whoever asks at the moment of release goes to the end of the line."""
    lock.acquire(NOW)
    holding, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        holding.set()
        assert go_on.wait(PATIENCE)

    thread = queue_up(lock, hold)
    lock.release()
    with pytest.raises(TurnNotReached):
        lock.acquire(NOW)
    assert holding.wait(PATIENCE)
    go_on.set()
    thread.join(PATIENCE)
    lock.acquire(NOW)


def test_at_most_one_holds_it(lock):
    """Eight threads add to one number, in a way that loses steps when they meet."""
    total = 0
    start = threading.Barrier(8, timeout=PATIENCE)

    def add() -> None:
        nonlocal total
        start.wait()
        for _ in range(200):
            lock.acquire(PATIENCE)
            seen = total
            threading.Event().wait(0)
            total = seen + 1
            lock.release()

    threads = [threading.Thread(target=add) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert total == 1600


def test_who_gives_up_leaves_the_line(lock):
    lock.acquire(NOW)
    with pytest.raises(TurnNotReached):
        lock.acquire(0.001)
    assert len(lock._waiting) == 0
    order: list[str] = []
    thread = queue_up(lock, lambda: order.append("next"))
    lock.release()
    thread.join(PATIENCE)
    assert order == ["next"]


class LateTurn:
    """A waiter's place whose time runs out; `meanwhile` happens just before."""

    meanwhile: Callable[[], None]

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def acquire(self, timeout: float | None = None) -> bool:
        if timeout is None:
            return self._lock.acquire()
        self.meanwhile()
        return False

    def release(self) -> None:
        self._lock.release()


@pytest.fixture
def late_turns(monkeypatch) -> type[LateTurn]:
    class Late(LateTurn):
        pass

    monkeypatch.setattr(fair_lock, "Lock", Late)
    return Late


def test_a_turn_that_comes_with_the_time_out_is_passed_on(lock, late_turns):
    """The holder hands over after the wait ended and before the waiter says so."""
    lock.acquire(NOW)
    late_turns.meanwhile = staticmethod(lock.release)
    with pytest.raises(TurnNotReached):
        lock.acquire(1.0)
    # Had the turn been lost, nobody would ever get it again.
    lock.acquire(NOW)


def test_a_turn_that_comes_with_the_time_out_goes_to_the_next_in_line(
    lock, monkeypatch
):
    order: list[str] = []

    class Late(LateTurn):
        def meanwhile(self) -> None:
            monkeypatch.undo()
            threads.append(queue_up(lock, lambda: order.append("next")))
            lock.release()

    threads: list[threading.Thread] = []
    lock.acquire(NOW)
    monkeypatch.setattr(fair_lock, "Lock", Late)
    with pytest.raises(TurnNotReached):
        lock.acquire(1.0)
    threads[0].join(PATIENCE)
    assert order == ["next"]
    lock.acquire(NOW)


def test_an_interrupted_wait_leaves_the_line(lock, late_turns):
    def interrupt() -> None:
        raise KeyboardInterrupt

    lock.acquire(NOW)
    late_turns.meanwhile = staticmethod(interrupt)
    with pytest.raises(KeyboardInterrupt):
        lock.acquire(1.0)
    lock.release()
    lock.acquire(NOW)


def test_an_interrupt_at_the_moment_of_the_turn_passes_it_on(lock, late_turns):
    def interrupt() -> None:
        lock.release()
        raise KeyboardInterrupt

    lock.acquire(NOW)
    late_turns.meanwhile = staticmethod(interrupt)
    with pytest.raises(KeyboardInterrupt):
        lock.acquire(1.0)
    lock.acquire(NOW)
