"""Acts that wait together are committed together, and each gets its own answer."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import OperationalError

from kiosk.extensions import (
    TurnNotReached,
    core_transaction,
    database,
    db,
    group_commit,
    reading,
    write,
)
from kiosk.extensions.sqlite import writers
from kiosk.models import Unit
from tests.applications import locked_by_another_process, open_app
from tests.engines import ON_SQLITE
from tests.waiting import PATIENCE, until

pytestmark = ON_SQLITE
WAIT = 0.3


class Refused(Exception):
    """An act's own refusal."""


class Caller(threading.Thread):
    """A thread of a server that writes once and keeps what came of it."""

    def __init__(self, app, act: Callable) -> None:
        super().__init__()
        self._app, self._act = app, act
        self.result: object = None
        self.failure: BaseException | None = None
        self.start()

    def run(self) -> None:
        with self._app.app_context():
            try:
                self.result = write(self._act)
            except BaseException as failure:  # noqa: BLE001 - told where it is asserted
                self.failure = failure


@pytest.fixture
def app(database_url, tmp_path, clock) -> Iterator:
    with open_app(tmp_path, database_url, clock) as app:
        yield app


@pytest.fixture
def hasty(database_url, tmp_path, clock) -> Iterator:
    with open_app(tmp_path, database_url, clock, storage_wait_seconds=WAIT) as app:
        yield app


def units() -> list[str]:
    with reading() as session:
        return list(session.scalars(select(Unit.name).order_by(Unit.id)))


def adding(name: str, refuse: Exception | None = None) -> Callable:
    def act(connection) -> str:
        words = text("INSERT INTO unit (centre_id, name) VALUES (1, :name)")
        connection.execute(words, {"name": name})
        if refuse is not None:
            raise refuse
        return f"{name} kept"

    return act


def group() -> group_commit.GroupCommit:
    return database._group(db.engine)


def wait_in_line(app, *acts: Callable) -> list[Caller]:
    """Start a caller for each act, one after another; all stand in the queue."""
    callers = []
    for number, act in enumerate(acts, 1):
        callers.append(Caller(app, act))
        until(lambda number=number: len(group()._waiting) == number)
    return callers


def together(app, *acts: Callable) -> list[Caller]:
    """Let all acts wait for the same writers' turn, then give it."""
    writers.acquire(0)
    callers = wait_in_line(app, *acts)
    writers.release()
    for caller in callers:
        caller.join(PATIENCE)
    return callers


@pytest.fixture
def commits(app) -> Iterator[list[object]]:
    made: list[object] = []

    def note(connection) -> None:
        made.append(connection)

    event.listen(db.engine, "commit", note)
    yield made
    event.remove(db.engine, "commit", note)


def test_who_is_alone_is_committed_at_once(commits):
    assert write(adding("one")) == "one kept"
    assert write(adding("two")) == "two kept"
    assert (units(), len(commits)) == (["one", "two"], 2)


def test_who_waits_together_is_committed_together_in_order(app, commits):
    names = [f"unit {n}" for n in range(12)]
    callers = together(app, *map(adding, names))
    assert [caller.result for caller in callers] == [f"{name} kept" for name in names]
    assert units() == names
    assert len(commits) == 1


def test_a_refusal_is_its_own_and_leaves_nothing(app):
    """Also where it comes first, and where two of a group are refused."""
    callers = together(
        app,
        adding("no", Refused("first")),
        adding("yes"),
        adding("neither", Refused("third")),
        adding("too"),
    )
    assert [caller.result for caller in callers] == [None, "yes kept", None, "too kept"]
    assert [str(caller.failure or "") for caller in callers] == [
        "first",
        "",
        "third",
        "",
    ]
    assert units() == ["yes", "too"]


def test_a_refusal_alone_is_raised_as_it_is(app):
    ran: list[object] = []

    def act(connection) -> None:
        ran.append(connection)
        adding("no", Refused())(connection)

    with pytest.raises(Refused):
        write(act)
    assert (units(), len(ran)) == ([], 1)


def test_a_commit_that_fails_is_nobodys_success_and_tried_once(app):
    tried: list[object] = []

    def full(connection) -> None:
        tried.append(connection)
        raise OperationalError("COMMIT", None, RuntimeError("disk full"))

    event.listen(db.engine, "commit", full)
    callers = together(app, adding("one"), adding("two"))
    event.remove(db.engine, "commit", full)
    assert [type(caller.failure) for caller in callers] == [OperationalError] * 2
    assert (units(), len(tried)) == ([], 1)
    assert write(adding("three")) == "three kept"


def test_storage_that_ends_while_a_group_is_sorted_out_fails_the_rest(app):
    """One act each, until the first that the database itself refuses."""
    broken = OperationalError("INSERT", None, RuntimeError("disk full"))
    turns: list[str] = []

    def second_time_broken(connection) -> str:
        turns.append("broken")
        if len(turns) > 1:
            raise broken
        return "not kept"

    def counted(connection) -> None:
        turns.append("last")

    callers = together(
        app,
        adding("kept"),
        second_time_broken,
        adding("no", Refused()),
        counted,
    )
    assert callers[0].result == "kept kept"
    assert [caller.failure for caller in callers[1:]] == [broken] * 3
    assert (units(), turns) == (["kept"], ["broken", "broken"])


def test_who_waited_too_long_is_refused_and_never_runs(hasty):
    holding, go_on = threading.Event(), threading.Event()

    def hold(_connection) -> str:
        holding.set()
        assert go_on.wait(PATIENCE)
        return "held"

    first = Caller(hasty, hold)
    assert holding.wait(PATIENCE)
    with pytest.raises(TurnNotReached):
        write(adding("too late"))
    go_on.set()
    first.join(PATIENCE)
    assert (first.result, units()) == ("held", [])
    assert write(adding("next")) == "next kept"


def test_who_cannot_begin_fails_with_all_who_wait_with_it(hasty):
    """The writers' turn never comes: nobody is left standing in the queue."""
    writers.acquire(0)
    callers = wait_in_line(hasty, adding("one"), adding("two"))
    for caller in callers:
        caller.join(PATIENCE)
    writers.release()
    assert [type(caller.failure) for caller in callers] == [TurnNotReached] * 2
    assert write(adding("three")) == "three kept"


def test_a_database_that_another_process_holds_is_told_as_it_is(hasty, database_url):
    database = Path(database_url.removeprefix("sqlite:///"))
    with locked_by_another_process(database), pytest.raises(OperationalError):
        write(adding("one"))
    assert write(adding("three")) == "three kept"


def test_a_thread_that_ends_before_it_begins_frees_the_next(app):
    def stop(_connection) -> None:
        raise KeyboardInterrupt

    event.listen(db.engine, "begin", stop)
    callers = together(app, adding("one"), adding("two"))
    event.remove(db.engine, "begin", stop)
    assert [type(caller.failure) for caller in callers] == [
        KeyboardInterrupt,
        TurnNotReached,
    ]
    assert write(adding("three")) == "three kept"
    assert units() == ["three"]


def test_the_end_of_a_leading_thread_refuses_its_group_and_frees_the_next(app):
    """A worker that is told to stop takes nobody with it."""
    callers = together(app, adding("one"), adding("two", KeyboardInterrupt()))
    assert [type(caller.failure) for caller in callers] == [
        KeyboardInterrupt,
        TurnNotReached,
    ]
    assert units() == []
    assert write(adding("three")) == "three kept"


class LateCall:
    """A waiter's call whose time runs out; `meanwhile` happens just before."""

    meanwhile: Callable[[], None]

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        if timeout == -1:
            return self._lock.acquire(blocking)
        self.meanwhile()
        return False

    def release(self) -> None:
        self._lock.release()


def late_call(app, monkeypatch, meanwhile: Callable[[], None]) -> Caller:
    """Let the next caller's time run out at the moment when `meanwhile` ends."""

    class Late(LateCall):
        pass

    Late.meanwhile = staticmethod(meanwhile)
    monkeypatch.setattr(group_commit, "Lock", Late)
    late = Caller(app, adding("late"))
    late.join(PATIENCE)
    monkeypatch.undo()
    return late


@pytest.fixture
def leader(app) -> Iterator[Caller]:
    """A caller that is under way, waiting for its turn, until `writers` is free."""
    write(adding("first"))
    writers.acquire(0)
    [caller] = wait_in_line(app, adding("leader"))
    yield caller
    caller.join(PATIENCE)


def test_who_is_taken_along_as_its_time_ends_gets_the_answer(app, leader, monkeypatch):
    def taken() -> None:
        writers.release()
        leader.join(PATIENCE)

    late = late_call(app, monkeypatch, taken)
    assert (late.result, late.failure) == ("late kept", None)
    assert units() == ["first", "leader", "late"]


@pytest.mark.parametrize("others", [0, 1])
def test_a_lead_that_comes_as_its_time_ends_is_handed_on(app, monkeypatch, others):
    """The leader calls the next after its wait ended and before it says so."""
    holding, go_on = threading.Event(), threading.Event()

    def hold(_connection) -> None:
        holding.set()
        assert go_on.wait(PATIENCE)

    first = Caller(app, hold)
    assert holding.wait(PATIENCE)
    behind: list[Caller] = []

    def called() -> None:
        monkeypatch.undo()
        behind.extend(Caller(app, adding("behind")) for _ in range(others))
        until(lambda: len(group()._waiting) == 1 + others)
        go_on.set()
        first.join(PATIENCE)

    late = late_call(app, monkeypatch, called)
    assert isinstance(late.failure, TurnNotReached)
    for caller in behind:
        caller.join(PATIENCE)
    # Had the lead been lost, nobody would ever be committed again.
    assert write(adding("next")) == "next kept"
    assert units() == ["behind"] * others + ["next"]


def test_an_interrupted_wait_leaves_the_queue(app, leader, monkeypatch):
    def interrupt() -> None:
        raise KeyboardInterrupt

    late = late_call(app, monkeypatch, interrupt)
    assert isinstance(late.failure, KeyboardInterrupt)
    writers.release()
    leader.join(PATIENCE)
    assert write(adding("next")) == "next kept"
    assert units() == ["first", "leader", "next"]


def test_databases_do_not_share_a_queue(app, hasty):
    with hasty.app_context():
        other = group()
    with app.app_context():
        assert group() is not other
        assert group() is group()


def test_an_act_sees_what_came_before_it_in_its_group(app):
    def count(connection) -> object:
        return connection.scalar(text("SELECT count(*) FROM unit"))

    callers = together(app, adding("one"), count, adding("two"), count)
    assert [caller.result for caller in callers] == ["one kept", 1, "two kept", 2]


def test_a_transaction_of_its_own_waits_for_a_group(app):
    with core_transaction() as connection:
        adding("alone")(connection)
        callers = wait_in_line(app, adding("one"), adding("two"))
    for caller in callers:
        caller.join(PATIENCE)
    assert units() == ["alone", "one", "two"]
