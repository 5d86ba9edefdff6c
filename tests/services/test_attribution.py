"""Ratings follow the shifts, one entry each; counts of clerks equal a recount."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import text

from kiosk.domain.intake import RatingState
from kiosk.domain.shifts import Sitting
from kiosk.extensions import reading, recording, transaction, write
from kiosk.models import LedgerEntry
from kiosk.services.attribution import Place, attribute, count_moves
from kiosk.services.duty import clerk_on_duty
from kiosk.services.past_ratings import record_history
from kiosk.services.shifts import Wanted, replace_shift
from tests.engines import ON_POSTGRESQL
from tests.recount import check_tallies
from tests.screens import HALL, keep, pair_screen, past_tap, phone_tap
from tests.staff import (
    at,
    check_clerk_tallies,
    clerks_of_ratings,
    entries,
    make_clerk,
    plan,
    span,
    tallied_clerks,
)


@pytest.fixture
def screen(app, clock):
    clock.now = at("08:00")
    return pair_screen("A001", clock())


@pytest.fixture
def staff(screen):
    return make_clerk("0317", "示例甲"), make_clerk("0318", "示例乙")


def rate_at(screen, clock, *clocks: str) -> None:
    for one in clocks:
        clock.now = at(one)
        screen.rate(5, clock())


def replace(shift_id, wanted, now):
    with recording("account:9", now) as records:
        return replace_shift(records, HALL, shift_id, wanted)


def test_rating_carries_whoever_was_on_duty_up_to_the_very_end(screen, staff, clock):
    first, _ = staff
    plan(first, screen.window_id, span("09:00", "12:00"), clock())
    for one in ("08:59", "09:00", "11:59", "12:00"):
        clock.now = at(one)
        screen.rate(5, clock())
    assert clerks_of_ratings() == [None, first, first, None]
    check_clerk_tallies()


def test_phone_rating_carries_the_clerk_too(screen, staff, clock):
    first, _ = staff
    plan(first, screen.window_id, span("08:00", "12:00"), clock())
    keep(phone_tap(screen.window_id, 1), clock())
    assert clerks_of_ratings() == [first]


def test_late_delivery_takes_the_clerk_of_the_tap(screen, staff, clock):
    first, second = staff
    plan(first, screen.window_id, span("08:00", "10:00"), clock())
    plan(second, screen.window_id, span("10:00", "12:00"), clock())
    body = screen.tap(4, at("09:30"))
    screen.deliver(body, at("11:00"))
    assert clerks_of_ratings() == [first]


def test_doubtful_time_takes_the_clerk_of_the_arrival(screen, staff, clock):
    first, second = staff
    plan(first, screen.window_id, span("08:00", "10:00"), clock())
    plan(second, screen.window_id, span("10:00", "12:00"), clock())
    rate_at(screen, clock, "09:50")
    screen.deliver(screen.tap(4, at("08:30")), at("10:30"))
    assert clerks_of_ratings() == [first, second]


def test_correction_moves_ratings_counts_and_enters_each(screen, staff, clock):
    first, second = staff
    shift = plan(first, screen.window_id, span("09:00", "12:00"), clock())
    rate_at(screen, clock, "08:30", "09:30", "10:30", "12:30")
    wanted = Wanted(second, screen.window_id, span("10:00", "13:00"))
    assert replace(shift, wanted, clock()) == 3
    assert clerks_of_ratings() == [None, None, second, second]
    check_clerk_tallies()
    check_tallies()
    told = [json.loads(body) for body in entries("attribution")]
    assert [(one["from"], one["to"]) for one in told] == [
        (first, None),
        (first, second),
        (None, second),
    ]
    assert {one["by"] for one in told} == {"account:9"}
    assert {one["at"] for one in told} == {"2026-07-16T04:30:00.000000Z"}


def test_entries_name_the_events_and_close_the_act(screen, staff, clock):
    first, second = staff
    shift = plan(first, screen.window_id, span("08:00", "12:00"), clock())
    event = screen.rate(5, clock())
    replace(shift, Wanted(second, screen.window_id, span("08:00", "12:00")), clock())
    assert json.loads(entries("attribution")[0])["rating"] == str(event)
    with reading() as session:
        last = session.query(LedgerEntry).order_by(LedgerEntry.number.desc()).first()
    assert last.kind == "attribution"


def test_repeated_attribution_moves_nothing(screen, staff, clock):
    first, _ = staff
    plan(first, screen.window_id, span("08:00", "12:00"), clock())
    screen.rate(5, clock())
    with recording("test", clock()) as records:
        moved = attribute(records, HALL, [Place(screen.window_id, span("08:00"))])
    assert moved == 0
    assert entries("attribution") == []


def test_ratings_outside_the_places_stay_whatever_the_roster_says(screen, staff, clock):
    first, _ = staff
    rate_at(screen, clock, "09:30", "14:30")
    with transaction() as session:
        session.execute(text("UPDATE rating SET clerk_id = NULL"))
    with recording("test", clock()) as records:
        plan_row = Wanted(first, screen.window_id, span("09:00", "17:00"))
        replace_shift(records, HALL, None, plan_row)
    assert clerks_of_ratings() == [first, first]
    places = [
        Place(screen.window_id, span("09:00", "10:00")),
        Place(screen.window_id, span("15:00", "16:00")),
    ]
    with transaction() as session:
        session.execute(text("UPDATE rating SET clerk_id = NULL"))
        session.execute(text("DELETE FROM tally_clerk"))
    with recording("test", clock()) as records:
        assert attribute(records, HALL, places) == 1
    assert clerks_of_ratings() == [first, None]
    check_clerk_tallies()


def test_merged_ratings_move_too_but_leave_no_counts(screen, staff, clock):
    first, second = staff
    shift = plan(first, screen.window_id, span("08:00", "12:00"), clock())
    screen.rate(5, clock())
    clock.forward(seconds=2)
    screen.rate(5, clock())
    wanted = Wanted(second, screen.window_id, span("08:00", "12:00"))
    assert replace(shift, wanted, clock()) == 2
    assert clerks_of_ratings() == [second, second]
    check_clerk_tallies()
    assert sum(tallied_clerks().values()) == 1


@pytest.mark.parametrize("state", [RatingState.HELD, RatingState.EXCLUDED])
def test_held_and_excluded_ratings_move_in_their_own_counts(
    screen, staff, clock, state
):
    first, second = staff
    shift = plan(first, screen.window_id, span("08:00", "12:00"), clock())
    screen.rate(2, clock())
    with transaction() as session:
        session.execute(text("UPDATE rating SET state = :s"), {"s": int(state)})
        session.execute(text("UPDATE tally_clerk SET state = :s"), {"s": int(state)})
    replace(shift, Wanted(second, screen.window_id, span("08:00", "12:00")), clock())
    check_clerk_tallies()


def test_history_that_names_who_served_keeps_it_and_other_history_follows(
    screen, staff, clock
):
    first, second = staff
    taps = [
        past_tap(screen.window_id, 4, at("08:10"), clerk_label="0317", clerk_id=first),
        past_tap(screen.window_id, 4, at("08:20"), clerk_label="外聘人员"),
        past_tap(screen.window_id, 4, at("08:30")),
    ]
    clock.now = at("09:00")
    write(lambda connection: record_history(connection, taps, HALL, clock(), "test"))
    check_clerk_tallies()
    wanted = Wanted(second, screen.window_id, span("08:00", "12:00"))
    assert replace(None, wanted, clock()) == 1
    assert clerks_of_ratings() == [first, None, second]
    check_clerk_tallies()


def test_count_of_moves_is_what_the_correction_then_moves(screen, staff, clock):
    first, second = staff
    shift = plan(first, screen.window_id, span("09:00", "12:00"), clock())
    rate_at(screen, clock, "09:30", "10:30", "12:30", "13:30")
    wanted = Sitting(screen.window_id, second, span("10:00", "13:00"))
    with reading() as session:
        assert count_moves(session, HALL, shift, wanted) == 3
        assert count_moves(session, HALL, shift, None) == 2
        assert count_moves(session, HALL, None, None) == 0
        late = Sitting(screen.window_id, second, span("13:00", "14:00"))
        assert count_moves(session, HALL, None, late) == 1
    assert entries("attribution") == []
    held = Wanted(wanted.clerk_id, wanted.window_id, wanted.span)
    assert replace(shift, held, clock()) == 3


def test_move_to_another_window_takes_and_gives(screen, staff, clock):
    first, second = staff
    other = pair_screen("A002", clock())
    shift = plan(first, screen.window_id, span("08:00", "12:00"), clock())
    plan(second, other.window_id, span("13:00", "14:00"), clock())
    clock.now = at("09:00")
    screen.rate(5, clock())
    other.rate(1, clock())
    replace(shift, Wanted(first, other.window_id, span("08:00", "12:00")), clock())
    assert clerks_of_ratings() == [None, first]
    check_clerk_tallies()


def test_clerk_counts_sit_apart_by_channel_and_day(screen, staff, clock):
    first, second = staff
    shift = plan(first, screen.window_id, span("08:00", "12:00"), clock())
    screen.rate(5, clock())
    keep(phone_tap(screen.window_id, 2), clock())
    replace(shift, Wanted(second, screen.window_id, span("08:00", "12:00")), clock())
    check_clerk_tallies()
    assert {(key[0], key[3], key[6]) for key in tallied_clerks()} == {
        (second, 0, 5),
        (second, 1, 2),
    }


@ON_POSTGRESQL
def test_ratings_on_their_way_never_keep_a_clerk_that_was_corrected(
    app, screen, staff, clock
):
    """Corrections and taps at once, twenty times: rows and shifts agree after each."""
    first, second = staff
    clock.now = at("09:00")
    shift = plan(first, screen.window_id, span("08:00", "12:00"), clock())
    for turn in range(20):
        barrier = Barrier(3)
        to = (second, first)[turn % 2]

        def meet(act, barrier=barrier):
            barrier.wait()
            with app.app_context():
                return act()

        moment = clock() + timedelta(minutes=turn)
        acts = [
            lambda now=moment: screen.rate(5, now),
            lambda now=moment: keep(phone_tap(screen.window_id, 3), now),
            lambda now=moment, key=shift, clerk=to: replace(
                key, Wanted(clerk, screen.window_id, span("08:00", "12:00")), now
            ),
        ]
        with ThreadPoolExecutor(3) as pool:
            list(pool.map(meet, acts))
        with reading() as session:
            found = session.execute(
                text("SELECT id FROM shift WHERE superseded_at IS NULL")
            )
            shift = found.scalar_one()
        assert set(clerks_of_ratings()) == {to}
    check_clerk_tallies()
    check_tallies()


def test_of_overlapping_old_rows_the_later_start_is_on_duty(screen, staff, clock):
    """Rows from before a rule, or from a restore, are still read one way."""
    first, second = staff
    plan(first, screen.window_id, span("08:00", "12:00"), clock())
    plan(second, screen.window_id, span("13:00", "14:00"), clock())
    with transaction() as session:
        session.execute(
            text("UPDATE shift SET starts_at = :at WHERE clerk_id = :clerk"),
            {"at": at("09:00").strftime("%Y-%m-%d %H:%M:%S.%f"), "clerk": second},
        )
    find = lambda when: write(  # noqa: E731
        lambda connection: clerk_on_duty(connection, screen.window_id, when)
    )
    assert find(at("08:59")) == first
    assert find(at("09:00")) == second
