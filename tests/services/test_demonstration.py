"""Loading the demonstration: never twice, never beside real data, never half."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from uuid import uuid4

import numpy as np
import pytest
from sqlalchemy import func, select, update

from kiosk.domain.demonstration import demonstration
from kiosk.domain.demonstration_errors import InstallationReal, WindowsThere
from kiosk.domain.demonstration_hall import CENTRE, NEW_WINDOW, ORGANISATION
from kiosk.domain.ranking import fair_scores
from kiosk.extensions import reading, recording, transaction, write
from kiosk.models import Clerk, Installation, Rating, Shift, Window
from kiosk.queries.demonstration import DemonstrationProgress, demonstration_progress
from kiosk.queries.places import only_centre, open_windows
from kiosk.queries.shifts import on_duty
from kiosk.services import demonstration as loading
from kiosk.services.demonstration import load_demonstration
from kiosk.services.installation import begin_demonstration, set_up
from tests.builders import make_window
from tests.conftest import NOON
from tests.recount import check_tallies, ratings, tallied_days, version
from tests.screens import ZONE
from tests.staff import check_clerk_tallies, entries

TOTAL = demonstration(NOON, ZONE).total
BATCH = 200
"""A batch is a batch at any size; two thousand ratings take their time."""
WHOLE_BATCH = loading.BATCH


@pytest.fixture(autouse=True)
def small_batches(monkeypatch) -> None:
    monkeypatch.setattr(loading, "BATCH", BATCH)


class PowerCut(Exception):
    """What a killed process looks like to the transaction that was open."""


def cut_off_in(call: int):
    """Return a `write` whose n-th act is done and then lost."""
    calls = iter(range(1, call + 1))

    def failing(act):
        def lose(connection):
            act(connection)
            raise PowerCut

        return write(lose if next(calls) == call else act)

    return failing


def load_until(call: int) -> None:
    with pytest.raises(PowerCut):
        load_demonstration(cut_off_in(call), NOON, lambda _: None)


def progress() -> DemonstrationProgress | None:
    with reading() as session:
        return demonstration_progress(session)


def pretend_loaded(rows: int) -> None:
    with transaction() as session:
        session.execute(update(Installation).values(demonstration_rows=rows))


def listed_windows() -> int:
    with reading() as session:
        windows = open_windows(session, only_centre(session).id, NOON.date())
    order = {window.id: place for place, window in enumerate(windows)}
    counts = np.zeros((len(windows), 90, 2, 5), np.int64)
    for sign, kind in ((1, "c"), (-1, "p")):
        for cell, count in tallied_days(kind).items():
            day = (cell.day - date(2026, 4, 18)).days
            where = (order[cell.window_id], day, cell.channel, cell.level - 1)
            counts[where] += sign * count
    board = fair_scores(counts, [window.service_type_id for window in windows])
    return int(board.listed.sum())


@pytest.mark.unmeasured
def test_interrupted_loading_goes_on_and_takes_nothing_twice(app):
    load_until(4)
    assert progress() == DemonstrationProgress(2 * BATCH, TOTAL)
    heard = []

    def stop_after_the_second(come: DemonstrationProgress) -> None:
        heard.append(come.done)
        if len(heard) == 2:
            raise PowerCut

    with pytest.raises(PowerCut):
        load_demonstration(write, NOON + timedelta(days=3), stop_after_the_second)
    assert heard == [3 * BATCH, 4 * BATCH]
    assert progress() == DemonstrationProgress(4 * BATCH, TOTAL)
    assert len(ratings()) == 4 * BATCH
    check_tallies()


# The whole takes its time; what differs between the engines is tested in parts.
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.unmeasured
def test_whole_demonstration_is_on_the_board_and_is_not_loaded_again(app, monkeypatch):
    monkeypatch.setattr(loading, "BATCH", WHOLE_BATCH)
    heard = []
    load_demonstration(write, NOON, heard.append)
    assert heard[-1] == progress() == DemonstrationProgress(TOTAL, TOTAL)
    before = version()
    load_demonstration(write, NOON + timedelta(hours=9), lambda _: None)
    assert version() == before
    with reading() as session:
        kept, last = session.execute(
            select(func.count(Rating.id), func.max(Rating.tapped_at))
        ).one()
    assert kept == TOTAL
    assert NOON - timedelta(minutes=10) < last <= NOON
    assert listed_windows() == 57


@pytest.mark.unmeasured
def test_hall_is_made_whole_or_not_at_all(app):
    load_until(1)
    with reading() as session:
        assert session.scalars(select(Window)).all() == []
    assert progress() is None
    load_until(2)
    assert progress() == DemonstrationProgress(0, TOTAL)
    whole = demonstration(NOON, ZONE)
    with reading() as session:
        centre = only_centre(session)
        organisation = session.scalars(select(Installation.organisation)).one()
        windows = open_windows(session, centre.id, NOON.date())
        opened = dict(session.execute(select(Window.number, Window.opened_on)).all())
    assert (organisation, centre.name) == (ORGANISATION, CENTRE)
    assert [
        (w.number, w.name, w.unit, w.service_type, w.location, w.phone) for w in windows
    ] == [
        (w.number, w.name, w.unit, w.service_type, w.location, w.phone)
        for w in whole.windows
    ]
    assert [w.id for w in windows] == sorted(w.id for w in windows)
    assert opened.pop(NEW_WINDOW) == date(2026, 7, 13)
    assert set(opened.values()) == {date(2026, 4, 18)}


@pytest.mark.unmeasured
def test_ratings_reach_the_windows_they_were_made_for(app):
    load_until(3)
    whole = demonstration(NOON, ZONE)
    with reading() as session:
        windows = open_windows(session, only_centre(session).id, NOON.date())
    expected = whole.taps([window.id for window in windows], 0, BATCH)
    load_until(4)
    assert [(r.event_id, r.window_id, r.level) for r in ratings()][:BATCH] == [
        (tap.event_id, tap.window_id, tap.level) for tap in expected
    ]


def test_demonstration_that_was_only_begun_gets_its_hall(app):
    with transaction() as session:
        begin_demonstration(session, NOON)
    assert progress() == DemonstrationProgress(0, TOTAL)
    load_until(3)
    with reading() as session:
        assert len(session.scalars(select(Window)).all()) == 60
        assert only_centre(session).name == CENTRE


def test_windows_made_by_hand_in_the_demonstration_take_no_ratings(app):
    load_until(2)
    with transaction() as session:
        own = make_window(session, "A00").id
    pretend_loaded(TOTAL - 100)
    load_demonstration(write, NOON, lambda _: None)
    assert len(ratings()) == 100
    assert own not in {rating.window_id for rating in ratings()}


def test_real_installation_is_refused(app):
    with recording("test", NOON) as records:
        set_up(records, "市政务局", "市政务大厅", "Asia/Shanghai")
    with pytest.raises(InstallationReal):
        load_demonstration(write, NOON, lambda _: None)
    with reading() as session:
        assert session.scalars(select(Window)).all() == []
    assert progress() is None


def test_installation_with_windows_is_refused_and_stays_open(app):
    with transaction() as session:
        make_window(session, "A001")
    with pytest.raises(WindowsThere):
        load_demonstration(write, NOON, lambda _: None)
    with reading() as session:
        row = session.get_one(Installation, 1)
        assert (row.set_up_at, row.demonstration) == (None, False)


def test_demonstration_that_is_left_meanwhile_is_filled_no_further(app):
    def leave(_):
        with transaction() as session:
            session.execute(update(Installation).values(identity=uuid4()))

    with pytest.raises(InstallationReal):
        load_demonstration(write, NOON, leave)
    assert len(ratings()) == BATCH


@pytest.mark.unmeasured
def test_two_workers_share_the_loading(app):
    load_until(2)
    pretend_loaded(TOTAL - 3 * BATCH)
    heard: list[list[DemonstrationProgress]] = [[], []]

    def load(worker: int) -> None:
        with app.app_context():
            load_demonstration(write, NOON, heard[worker].append)

    with ThreadPoolExecutor(2) as workers:
        list(workers.map(load, range(2)))
    done = [came.done for came in heard[0] + heard[1] if came.done < TOTAL]
    assert sorted(done) == [TOTAL - 2 * BATCH, TOTAL - BATCH]
    assert len(ratings()) == 3 * BATCH
    check_tallies()


@pytest.mark.unmeasured
def test_clerks_serve_today_and_their_ratings_carry_them(app):
    load_until(4)
    with reading() as session:
        clerks = session.scalars(select(Clerk).order_by(Clerk.id)).all()
        [window] = session.scalars(select(Window).where(Window.number == "A01"))
        shown = on_duty(session, window.id, NOON)
        planned = session.scalar(select(func.count(Shift.id)))
    assert [clerk.badge for clerk in clerks] == [str(1001 + n) for n in range(60)]
    assert all(clerk.pin_hash.startswith("$argon2id$") for clerk in clerks)
    assert shown is not None
    assert planned > 60 * 60
    by_key = {clerk.id: clerk for clerk in clerks}
    kept = ratings()
    assert len(kept) == 2 * BATCH
    for rating in kept[::5]:
        with reading() as session:
            there = on_duty(session, rating.window_id, rating.tapped_at)
        assert by_key[rating.clerk_id].badge == there.badge
    check_clerk_tallies()


@pytest.mark.unmeasured
def test_demonstration_clerks_are_those_of_the_ledger(app):
    load_until(2)
    assert len(entries("clerk")) == len(entries("posting")) == 60
    with reading() as session:
        planned = session.scalar(select(func.count(Shift.id)))
    assert len(entries("shift")) == planned
