"""The sweep: what came in is looked at, held, joined, and left alone once decided."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta
from threading import Barrier

import pytest
from sqlalchemy import event, func, select, text, update

from kiosk.domain.hold_states import HoldState
from kiosk.domain.holds import Rule
from kiosk.domain.intake import Channel, Origin
from kiosk.domain.policy import Role
from kiosk.extensions import db, reading, recording, transaction
from kiosk.extensions.holds import HoldSweep
from kiosk.models import LedgerEntry, OpeningHours, Rating, ServedDay
from kiosk.services.devices import revoke_device
from tests.builders import make_window
from tests.held import (
    FIRST,
    SECOND,
    burst,
    decide,
    give,
    holds,
    sound,
    states,
)
from tests.people import make_account
from tests.recount import check_tallies, ratings
from tests.screens import keep, pair_screen, past_tap
from tests.waiting import until


@pytest.fixture
def sweep(app) -> HoldSweep:
    return HoldSweep(app, every=0.01)


@pytest.fixture
def window_id(app) -> int:
    with transaction() as session:
        return make_window(session).id


@pytest.fixture
def reviewers(app, clock) -> None:
    for key in (FIRST, SECOND):
        assert make_account(f"reviewer{key}", Role.INSPECTOR, clock()) == key


def test_a_burst_is_held_whole_and_entered(sweep, window_id, clock):
    give(window_id, burst(clock))
    assert sweep.look(clock()) == 9
    [hold] = holds()
    assert (hold.window_id, hold.day, hold.bucket, hold.channel) == (
        window_id,
        clock().date(),
        72,
        Channel.PHONE,
    )
    assert (hold.rule, hold.state, hold.n) == (Rule.BURST, HoldState.OPEN, 9)
    assert states() == [0, 9, 0]
    assert {rating.hold_id for rating in ratings()} == {hold.id}
    with reading() as session:
        told = session.scalars(
            select(LedgerEntry.body).where(LedgerEntry.kind == "hold")
        ).all()
    assert [json.loads(body)["rating"] for body in told] == [
        str(rating.event_id) for rating in ratings()
    ]
    assert json.loads(told[0]) | {"rating": "", "at": ""} == {
        "at": "",
        "by": "system",
        "hold": hold.id,
        "rating": "",
        "rule": "burst",
        "state": 1,
    }
    sound()


@pytest.mark.parametrize("level", [1, 5])
def test_good_and_bad_are_held_alike(sweep, window_id, clock, level):
    give(window_id, burst(clock), level)
    assert sweep.look(clock()) == 9


def test_what_is_no_burst_counts(sweep, window_id, clock):
    give(window_id, burst(clock, 8))
    assert sweep.look(clock()) == 0
    assert states() == [8, 0, 0]


def test_who_comes_later_into_a_held_ten_minutes_joins(sweep, window_id, clock):
    give(window_id, burst(clock))
    sweep.look(clock())
    give(window_id, [clock() + timedelta(minutes=9)])
    assert sweep.look(clock()) == 1
    [hold] = holds()
    assert (hold.n, states()) == (10, [0, 10, 0])
    sound()


def test_the_same_look_once_more_holds_nothing_and_writes_nothing(
    app, sweep, window_id, clock
):
    give(window_id, burst(clock))
    sweep.look(clock())
    with reading() as session:
        before = session.scalar(select(func.max(LedgerEntry.number)))
    assert sweep.look(clock()) == 0
    # Another worker, that has not looked yet.
    assert HoldSweep(app).look(clock()) == 0
    with reading() as session:
        assert session.scalar(select(func.max(LedgerEntry.number))) == before
    assert len(holds()) == 1


def test_while_nothing_comes_in_one_look_is_two_reads(sweep, window_id, clock):
    give(window_id, burst(clock, 3))
    sweep.look(clock())
    said = []

    def listen(_conn, _cursor, statement, *_rest):
        said.append(statement)

    event.listen(db.engine, "before_cursor_execute", listen)
    try:
        sweep.look(clock())
    finally:
        event.remove(db.engine, "before_cursor_execute", listen)
    assert len([each for each in said if each.startswith("SELECT")]) == 2


def test_two_looks_at_once_hold_once(app, window_id, clock):
    give(window_id, burst(clock))
    both = Barrier(2)

    def look(_worker):
        both.wait()
        return HoldSweep(app).look(clock())

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(look, range(2)))
    assert sorted(found) == [0, 9]
    [hold] = holds()
    assert (hold.n, states()) == (9, [0, 9, 0])
    sound()


def test_released_ratings_count_and_are_not_held_again(
    sweep, window_id, clock, reviewers
):
    give(window_id, burst(clock))
    sweep.look(clock())
    assert decide(clock, HoldState.RELEASED) == 9
    assert states() == [9, 0, 0]
    give(window_id, [clock() + timedelta(minutes=9)] * 8)
    assert sweep.look(clock()) == 0
    assert states() == [17, 0, 0]
    give(window_id, [clock() + timedelta(minutes=9)])
    assert sweep.look(clock()) == 9
    assert [hold.n for hold in holds()] == [9, 9]
    sound()


def test_excluded_ratings_never_count(sweep, window_id, clock, reviewers):
    give(window_id, burst(clock), 1)
    sweep.look(clock())
    assert decide(clock, HoldState.EXCLUDED) == 9
    assert states() == [0, 0, 9]
    give(window_id, [clock() + timedelta(minutes=9)])
    assert sweep.look(clock()) == 0
    assert states() == [1, 0, 9]
    sound()


def test_past_ratings_of_a_file_are_not_looked_at(sweep, window_id, clock):
    for moment in burst(clock, 30):
        keep(past_tap(window_id, 5, moment, origin=Origin.HISTORY), clock())
    assert sweep.look(clock()) == 0


def test_what_is_usual_there_is_not_held(sweep, window_id, clock):
    for back in range(1, 21):
        for moment in burst(clock, 12):
            past = moment - timedelta(days=back)
            keep(past_tap(window_id, 5, past, origin=Origin.HISTORY), past)
    give(window_id, burst(clock, 20))
    assert sweep.look(clock()) == 0
    give(window_id, burst(clock, 15))
    assert sweep.look(clock()) == 35


def test_a_queue_delivered_at_once_is_judged_by_its_taps(sweep, app, clock):
    screen = pair_screen("A001", clock())
    since = clock()
    taps = [screen.tap(5, since + timedelta(minutes=12 * each)) for each in range(30)]
    clock.forward(hours=7)
    screen.send(taps, clock())
    assert sweep.look(clock()) == 0


def test_a_doubtful_queue_is_judged_by_its_taps(sweep, app, clock):
    """Its taps count for the ten minutes of their arrival, all of them."""
    screen = pair_screen("A001", clock())
    screen.rate(5, clock())
    since = clock() - timedelta(days=3)
    taps = [screen.tap(5, since + timedelta(minutes=12 * each)) for each in range(30)]
    screen.send(taps, clock())
    assert [r.time_uncertain for r in ratings()] == [False] + [True] * 30
    assert sweep.look(clock()) == 0


def test_ratings_of_a_withdrawn_screen_get_a_hold(sweep, clock, reviewers):
    screen = pair_screen("A001", clock())
    with recording("test", clock()) as records:
        revoke_device(records, screen.device_id)
    for minutes in range(3):
        moment = clock.forward(minutes=minutes)
        rating = screen.rate(1, moment)
        screen.send([screen.reasons(rating, [231])], moment)
    assert sweep.look(clock()) == 3
    [hold] = holds()
    assert (hold.rule, hold.bucket, hold.n) == (Rule.WITHDRAWN, None, 3)
    assert {rating.hold_id for rating in ratings()} == {hold.id}
    sound()
    decide(clock, HoldState.RELEASED)
    assert states() == [3, 0, 0]
    sound()


def test_at_night_ratings_are_held_and_by_day_they_are_not(sweep, window_id, clock):
    with transaction() as session:
        session.add(
            OpeningHours(centre_id=1, weekday=3, opens=time(9), closes=time(17))
        )
    night = datetime(2026, 7, 16, 10, 0, tzinfo=UTC)
    give(window_id, [clock(), night])
    assert sweep.look(night) == 1
    assert [(hold.rule, hold.bucket) for hold in holds()] == [(Rule.CLOSED, 108)]


def test_more_verified_than_served_holds_the_newest(sweep, window_id, clock):
    give(window_id, burst(clock, 5))
    with transaction() as session:
        session.execute(update(Rating).values(verified=True))
        session.execute(text("UPDATE tally_day SET verified = true"))
        session.add(ServedDay(window_id=window_id, day=clock().date(), n=3))
    assert sweep.look(clock()) == 2
    [hold] = holds()
    assert (hold.rule, hold.n) == (Rule.SERVED, 2)
    assert [rating.state for rating in ratings()] == [0, 0, 0, 1, 1]
    check_tallies()


def test_a_day_far_above_the_others_is_one_hold(sweep, window_id, clock, reviewers):
    for back in range(1, 21):
        for each in range(9):
            past = clock() - timedelta(days=back, minutes=20 * each)
            keep(past_tap(window_id, 5, past, origin=Origin.HISTORY), past)
    # 9 + 4 x 3 = 21 may come; these are spread over the whole day.
    times = [
        clock() + timedelta(minutes=10 * b + s) for b in range(8) for s in (1, 4, 8)
    ]
    give(window_id, times)
    assert sweep.look(clock()) == 3
    [hold] = holds()
    assert (hold.rule, hold.bucket, hold.n) == (Rule.VOLUME, None, 3)
    decide(clock, HoldState.RELEASED)
    give(window_id, [clock() + timedelta(minutes=85 + each) for each in range(3)])
    assert sweep.look(clock()) == 0


def test_it_looks_again_and_again_and_outlives_a_failure(app, window_id, clock, caplog):
    give(window_id, burst(clock))
    with app.app_context():
        sweep = HoldSweep(app, every=0.01)
        with db.engine.begin() as connection:
            connection.execute(text("ALTER TABLE rating RENAME TO gone"))
        assert sweep.look(clock()) == 0
        assert "it is tried again" in caplog.text
        with db.engine.begin() as connection:
            connection.execute(text("ALTER TABLE gone RENAME TO rating"))
    sweep.start()
    until(holds)
    sweep.stop()
    sweep.join()
    assert states() == [0, 9, 0]
