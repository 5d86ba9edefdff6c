"""Counts move with every rating and equal a recount; scores move in steps of five."""

import threading
from datetime import date, timedelta
from uuid import uuid4

import numpy as np
import pytest
from sqlalchemy import event

from kiosk.domain.errors import NotYours
from kiosk.domain.intake import Channel
from kiosk.extensions import core_transaction, db
from kiosk.services.past_ratings import record_history
from kiosk.services.ratings import record_rating
from kiosk.services.tallies import STEP, Move, move_tallies
from tests.conftest import NOON
from tests.engines import ON_POSTGRESQL
from tests.recount import (
    Cell,
    check_tallies,
    counted_levels,
    levels,
    shown_levels,
    tallied_buckets,
    tallied_days,
    version,
)
from tests.screens import HALL, keep, pair_screen, past_tap, phone_tap

TODAY = date(2026, 7, 16)
PATIENCE = 30
JOINS_THE_CHAIN = {
    "sqlite": ["SELECT chain", "INSERT INTO ledger_entry", "UPDATE chain"],
    "postgresql": ["WITH head"],
}


@pytest.fixture
def window(app, clock) -> int:
    return pair_screen("A001", clock()).window_id


def move(window: int, level: int = 5, by: int = 1, **other) -> Move:
    values = {
        "window_id": window,
        "day": TODAY,
        "bucket": 72,
        "channel": 0,
        "verified": False,
        "state": 0,
        "level": level,
        "clerk_id": 0,
        "by": by,
    }
    return Move(**(values | other))


def make(moves, new) -> None:
    with core_transaction() as connection:
        move_tallies(connection, moves, new)


# Cells


def test_a_move_into_an_empty_cell_makes_it_and_the_next_adds(window):
    make([move(window, 5)], {window: 1})
    make([move(window, 5), move(window, 2)], {window: 2})
    cell = Cell(window, TODAY, 0, False, 0, 5)
    assert tallied_days() == {cell: 2, cell._replace(level=2): 1}
    assert tallied_buckets() == {(window, TODAY, 72, 0, 0): 3}


def test_every_part_of_the_key_is_a_cell_of_its_own(window):
    others = [
        {"day": TODAY - timedelta(days=1)},
        {"channel": 1},
        {"verified": True},
        {"state": 1},
        {"bucket": 73},
    ]
    make([move(window), *(move(window, **other) for other in others)], {window: 6})
    assert sorted(tallied_days().values()) == [1, 1, 1, 1, 2]
    # Buckets do not part the verified from the others: 2 + 1 + 1 + 1 + 1.
    assert sorted(tallied_buckets().values()) == [1, 1, 1, 1, 2]


def test_what_enters_and_leaves_together_leaves_no_row(window):
    make([move(window), move(window, by=-1)], {window: 0})
    assert (tallied_days(), tallied_buckets()) == ({}, {})
    with core_transaction() as connection:
        for table in ("tally_day", "tally_bucket"):
            query = db.text(f"SELECT count(*) FROM {table}")
            assert connection.scalar(query) == 0


def test_no_moves_write_nothing(window):
    make([], {})
    assert (tallied_days(), levels(window).waiting) == ({}, 0)


def test_the_version_rises_by_one_with_each_rating(window, clock):
    before = version()
    keep(phone_tap(window, 5), clock())
    keep(phone_tap(window, 1), clock())
    assert version() == before + 2


# Steps of five


def test_scores_follow_at_every_fifth_rating(window, clock):
    shown = []
    for _ in range(11):
        keep(phone_tap(window, 5), clock())
        shown.append(shown_levels(window)[4])
    assert shown == [0, 0, 0, 0, 5, 5, 5, 5, 5, 10, 10]
    assert counted_levels(window) == [0, 0, 0, 0, 11]
    assert levels(window).waiting == 1


def test_windows_wait_for_their_own_steps(app, window, clock):
    other = pair_screen("B001", clock()).window_id
    for _ in range(4):
        keep(phone_tap(window, 5), clock())
        keep(phone_tap(other, 1), clock())
    keep(phone_tap(other, 1), clock())
    assert shown_levels(window) == [0, 0, 0, 0, 0]
    assert shown_levels(other) == [5, 0, 0, 0, 0]


def test_a_step_shows_all_days_that_changed_since_the_last_one(window, clock):
    for _ in range(3):
        keep(phone_tap(window, 5), clock())
    for _ in range(2):
        keep(phone_tap(window, 1), clock.forward(days=1))
    assert shown_levels(window) == [2, 0, 0, 0, 3]
    assert tallied_days("p") == {}


def test_a_change_on_an_older_day_is_shown_with_the_next_step(window, clock):
    """After a step, a correction of last week waits like everything else."""
    old = TODAY - timedelta(days=7)
    make([move(window, day=old)] * 5, {window: 5})
    assert shown_levels(window) == [0, 0, 0, 0, 5]
    make([move(window, 5, by=-1, day=old), move(window, 1)], {window: 0})
    assert shown_levels(window) == [0, 0, 0, 0, 5]
    for _ in range(5):
        keep(phone_tap(window, 4), clock())
    assert shown_levels(window) == [1, 0, 0, 5, 4]


def test_a_history_is_shown_at_once_however_long(window):
    make([move(window)], {window: 1_000_000})
    assert shown_levels(window) == [0, 0, 0, 0, 1]
    assert levels(window).waiting == 0


@pytest.mark.parametrize("state", [1, 2])
def test_what_is_held_or_excluded_never_waits_to_be_shown(window, state):
    make([move(window, state=state)], {window: 1})
    assert list(tallied_days().values()) == [1]
    assert tallied_days("p") == {}


# A recount


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_tallies_equal_a_recount_after_anything(app, clock, seed):
    chance = np.random.default_rng(seed)
    screens = [pair_screen(number, clock()) for number in ("A001", "A002", "B001")]
    windows = [screen.window_id for screen in screens]
    shown = {window: [0] * 5 for window in windows}
    new = dict.fromkeys(windows, 0)
    undelivered = []
    before = {window: levels(window) for window in windows}
    for _ in range(100):
        screen = screens[chance.integers(3)]
        clock.forward(seconds=float(chance.choice([1, 4, 7, 600, 40_000])))
        _something(chance, screen, screens, undelivered, clock)
        after = {window: levels(window) for window in windows}
        for window in windows:
            came = sum(after[window].counted) - sum(before[window].counted)
            new[window] += max(0, came)
            if new[window] >= STEP:
                new[window] = 0
                shown[window] = after[window].counted
        assert {w: after[w].shown for w in windows} == shown
        assert {w: after[w].waiting for w in windows} == new
        before = after
    check_tallies()
    assert min(map(sum, shown.values())) > 0


def _something(chance, screen, screens, undelivered, clock) -> None:
    """Do one of the things that happen in a hall, or that somebody forges."""
    act = chance.choice(
        ["tap", "tap", "phone", "correct", "late", "early", "resend", "forge", "file"]
    )
    level, now = int(chance.integers(1, 6)), clock()
    window = screen.window_id
    if act == "phone":
        keep(phone_tap(window, level, comment="words"), now)
    elif act == "file":
        batch = [past_tap(window, level, now - timedelta(days=n)) for n in range(3)]
        with core_transaction() as connection:
            record_history(connection, batch, HALL, now, "test")
    elif act == "late":
        undelivered.append((screen, screen.tap(level, now)))
    elif act == "early":
        first = screen.tap(level, now, id=str(uuid4()))
        screen.deliver(screen.tap(6 - level, now, revises=first["id"]), now)
        undelivered.append((screen, first))
    elif act == "resend" and undelivered:
        sender, body = undelivered[chance.integers(len(undelivered))]
        sender.deliver(body, now)
    elif act in {"correct", "forge"} and screen.sent:
        named = screen.sent[chance.integers(len(screen.sent))]["id"]
        sender = screen if act == "correct" else screens[chance.integers(3)]
        body = sender.tap(level, now, revises=named)
        try:
            sender.deliver(body, now)
        except NotYours:
            assert sender is not screen
    else:
        screen.rate(level, now)


# Order of writing


def test_writes_go_in_one_order_so_that_writers_never_wait_in_a_circle(window, clock):
    """Also what a tap costs: twelve statements, fourteen when a step is full.

    PostgreSQL joins the chain in one of them instead of three.
    """
    for _ in range(4):
        keep(phone_tap(window, 5), clock())
    screen = pair_screen("B001", clock())
    for _ in range(4):
        screen.rate(5, clock.forward(seconds=9))
    said: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        words = statement.split()
        verb = words[0] if words[0] != "INSERT" else "INSERT INTO"
        table = words[words.index({"SELECT": "FROM"}.get(verb, verb.split()[-1])) + 1]
        said.append(f"{verb} {table}")

    event.listen(db.engine, "before_cursor_execute", note)
    screen.rate(5, clock.forward(seconds=9))
    full = [line for line in said if line.split()[0] not in {"BEGIN", "PRAGMA"}]
    said.clear()
    screen.rate(5, clock.forward(seconds=9))
    event.remove(db.engine, "before_cursor_execute", note)
    usual = [line for line in said if line.split()[0] not in {"BEGIN", "PRAGMA"}]
    assert usual == [
        "SELECT device",
        "SELECT rating",
        "SELECT shift",
        "INSERT INTO rating",
        "SELECT ticket",
        "INSERT INTO window_step",
        "INSERT INTO tally_day",
        "INSERT INTO tally_bucket",
        "UPDATE device",
        *JOINS_THE_CHAIN[db.engine.dialect.name],
    ]
    assert full == [
        *usual[:6],
        "UPDATE window_step",
        *usual[6:8],
        "UPDATE tally_day",
        *usual[8:],
    ]


def test_cells_are_written_in_the_order_of_their_keys(app, clock):
    windows = [pair_screen(number, clock()).window_id for number in ("C", "B", "A")]
    given: list[object] = []

    def note(_connection, _cursor, statement, parameters, *_rest) -> None:
        if "INTO tally_day" in statement or "INTO window_step" in statement:
            given.append(parameters)

    moves = [move(w, channel=c) for w in reversed(windows) for c in (1, 0)]
    event.listen(db.engine, "before_cursor_execute", note)
    make(moves, dict.fromkeys(windows, 2))
    event.remove(db.engine, "before_cursor_execute", note)

    def keys(row) -> tuple[object, ...]:
        values = tuple(row.values()) if isinstance(row, dict) else tuple(row)
        return values[:3]

    *steps, cells = given
    assert [keys(step)[0] for step in steps] == sorted(windows)
    assert [keys(row) for row in cells] == sorted(keys(row) for row in cells)
    assert len(cells) == 6


class Interleaving:
    """Two writers; `other` waits before a window's step until `fifth` shows it."""

    def __init__(self, app) -> None:
        self.app = app
        self.fifth_shows = threading.Event()
        self.other_waits = threading.Event()
        self.failures: list[BaseException] = []

    def hold_back(self, _connection, _cursor, statement, *_rest) -> None:
        name = threading.current_thread().name
        if name == "other" and "INTO window_step" in statement:
            self.other_waits.set()
            assert self.fifth_shows.wait(PATIENCE)
        if name == "fifth" and statement.startswith("UPDATE tally_day"):
            self.fifth_shows.set()

    def rate(self, tap) -> None:
        try:
            with self.app.app_context(), core_transaction() as connection:
                record_rating(connection, tap, HALL, NOON)
        except BaseException as failed:  # noqa: BLE001 - told where it is asserted
            self.failures.append(failed)
        finally:
            self.fifth_shows.set()


@ON_POSTGRESQL
def test_a_phone_and_a_screen_at_one_window_never_deadlock(app, window, clock):
    """The fifth rating shows every day of its window while another writes one.

    The other stops just before it takes the window's step and goes on when the
    fifth is about to show. Were the step not the first thing taken, each would
    now hold what the other needs.
    """
    keep(phone_tap(window, 1, channel=Channel.TABLET), clock())
    for _ in range(3):
        keep(phone_tap(window, 5), clock())
    two = Interleaving(app)
    screen = phone_tap(window, 2, channel=Channel.TABLET)
    other = threading.Thread(target=two.rate, args=[screen], name="other")
    fifth = threading.Thread(target=two.rate, args=[phone_tap(window, 5)], name="fifth")
    event.listen(db.engine, "before_cursor_execute", two.hold_back)
    other.start()
    assert two.other_waits.wait(PATIENCE)
    fifth.start()
    for thread in (fifth, other):
        thread.join(PATIENCE)
    event.remove(db.engine, "before_cursor_execute", two.hold_back)
    assert two.failures == []
    assert shown_levels(window) == [1, 0, 0, 0, 4]
    check_tallies()
