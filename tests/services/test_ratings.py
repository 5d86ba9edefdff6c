"""The one intake: an id is kept once, corrections move, nothing counts twice."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from kiosk.domain.errors import IdTaken, NotYours
from kiosk.domain.intake import RatingState
from kiosk.domain.levels import Level
from kiosk.domain.receipts import receipt_code
from kiosk.extensions import db, reading, transaction, write
from kiosk.models import Comment, Rating, Window
from kiosk.services.past_ratings import record_history
from kiosk.services.rating_rows import conflicting
from kiosk.services.ratings import Acknowledgement, record_rating
from tests.conftest import NOON
from tests.recount import (
    check_tallies,
    counted_levels,
    ratings,
    shown_levels,
    tallied_days,
    version,
)
from tests.screens import (
    FAR_APART,
    HALL,
    Screen,
    another_screen,
    keep,
    pair_screen,
    past_tap,
    phone_tap,
)

YESTERDAY = NOON - timedelta(days=1)


@pytest.fixture
def window(app, clock) -> int:
    return pair_screen("A001", clock()).window_id


@pytest.fixture
def screen(app, clock) -> Screen:
    return pair_screen("B001", clock())


def states() -> list[tuple[int, str]]:
    """Return (level, state) of every row, oldest first."""
    return [(row.level, RatingState(row.state).name) for row in ratings()]


def whole_rows() -> list[tuple[object, ...]]:
    with reading() as session:
        return [tuple(row) for row in session.execute(select(Rating.__table__))]


def words() -> list[str]:
    with reading() as session:
        return list(session.scalars(select(Comment.words).order_by(Comment.rating_id)))


# Kept once


def test_a_rating_is_kept_as_it_was_given(window, clock):
    tap = phone_tap(window, 4, comment="很快\n谢谢")
    assert keep(tap, clock()) == Acknowledgement(
        tap.event_id, receipt_code(tap.event_id)
    )
    [row] = ratings()
    kept = {name: getattr(row, name) for name in Rating.__table__.columns.keys()}  # noqa: SIM118 - a column collection is no dict
    del kept["id"]
    assert kept == {
        "event_id": tap.event_id,
        "digest": tap.digest(),
        "receipt": receipt_code(tap.event_id),
        "window_id": window,
        "device_id": None,
        "channel": 1,
        "level": 4,
        "state": 0,
        "verified": False,
        "sequence": None,
        "revises": None,
        "tapped_at": NOON,
        "claimed_at": None,
        "received_at": NOON,
        "day": date(2026, 7, 16),
        "bucket": 72,
        "time_uncertain": False,
        "clerk_id": None,
        "clerk_label": "",
        "device_label": "",
        "origin": tap.origin,
        "hold_id": None,
    }
    assert row.tapped_at.tzinfo is UTC
    assert words() == ["很快\n谢谢"]
    check_tallies()


def test_the_same_body_is_acknowledged_for_ever_and_kept_once(window, clock):
    tap = phone_tap(window, 2, comment="太慢")
    first = keep(tap, clock())
    before = (whole_rows(), version())
    for later in (0, 1, 3600, 400 * 86400):
        assert keep(tap, NOON + timedelta(seconds=later)) == first
    assert (whole_rows(), version()) == before
    assert words() == ["太慢"]
    check_tallies()


@pytest.mark.parametrize(
    "other",
    [{"level": Level(1)}, {"comment": "else"}, {"comment": ""}, {"tapped_at": NOON}],
    ids=str,
)
def test_another_body_is_refused_and_the_first_stays(window, clock, other):
    first = phone_tap(window, 5, comment="好")
    keep(first, clock())
    before = whole_rows()
    said = {"event_id": first.event_id, "comment": "好"} | other
    with pytest.raises(IdTaken):
        keep(phone_tap(window, said.pop("level", 5), **said), clock())
    assert whole_rows() == before
    assert words() == ["好"]
    check_tallies()


def test_an_id_is_one_for_all_windows(window, screen, clock):
    first = phone_tap(window, 5)
    keep(first, clock())
    with pytest.raises(IdTaken):
        keep(phone_tap(screen.window_id, 5, event_id=first.event_id), clock())
    assert counted_levels(window) == [0, 0, 0, 0, 1]
    assert counted_levels(screen.window_id) == [0] * 5


def test_text_that_only_one_engine_could_keep_is_the_same_on_both(window, clock):
    """NUL cannot be stored by PostgreSQL: it must be gone before it gets there."""
    keep(phone_tap(window, 3, comment="🫨\U00031350'; DROP TABLE rating; --"), clock())
    assert words() == ["🫨\U00031350'; DROP TABLE rating; --"]


def test_each_rating_raises_the_version_by_one(window, clock):
    before = version()
    versions = []
    for level in (5, 1, 3):
        keep(phone_tap(window, level), clock())
        versions.append(version() - before)
    assert versions == [1, 2, 3]


# Corrections


def test_a_correction_takes_one_away_and_adds_one(screen, clock):
    before = version()
    first = screen.rate(5, clock())
    screen.rate(2, clock.forward(seconds=3), revises=str(first))
    assert states() == [(5, "REVISED"), (2, "COUNTED")]
    assert counted_levels(screen.window_id) == [0, 1, 0, 0, 0]
    assert version() == before + 2
    check_tallies()


def test_a_correction_to_the_same_level_changes_no_count(screen, clock):
    first = screen.rate(5, clock())
    screen.rate(5, clock.forward(seconds=9), revises=str(first))
    assert states() == [(5, "REVISED"), (5, "COUNTED")]
    assert counted_levels(screen.window_id) == [0, 0, 0, 0, 1]
    check_tallies()


def test_a_correction_sent_twice_corrects_once(screen, clock):
    first = screen.rate(5, clock())
    body = screen.tap(2, clock.forward(seconds=3), revises=str(first))
    kept = screen.deliver(body, clock())
    assert screen.deliver(body, clock.forward(days=1)) == kept
    assert states() == [(5, "REVISED"), (2, "COUNTED")]
    check_tallies()


def test_the_first_tap_sent_again_after_its_correction_changes_nothing(screen, clock):
    first = screen.tap(5, clock())
    screen.deliver(first, clock())
    screen.rate(2, clock.forward(seconds=3), revises=first["id"])
    screen.deliver(first, clock.forward(seconds=3))
    assert states() == [(5, "REVISED"), (2, "COUNTED")]
    check_tallies()


@pytest.mark.parametrize(
    "names",
    [
        # Which earlier event each correction names; 0 is the first tap.
        [0, 1, 2, 3],
        [0, 0, 0, 0],
        [0, 0, 1],
        [0, 0, 1, 0, 2],
        [0, 1, 0, 1, 0, 2, 5],
    ],
    ids=str,
)
def test_one_visitor_counts_once_whatever_their_corrections_name(screen, clock, names):
    events = [screen.rate(5, clock())]
    for level, named in enumerate(names):
        at = clock.forward(seconds=7)
        events.append(screen.rate(1 + level % 5, at, revises=str(events[named])))
    *others, last = states()
    assert {state for _, state in others} == {"REVISED"}
    assert last == (1 + (len(names) - 1) % 5, "COUNTED")
    check_tallies()


def test_a_correction_of_a_merged_tap_replaces_what_it_was_merged_into(screen, clock):
    screen.rate(5, clock())
    merged = screen.rate(5, clock.forward(seconds=2))
    screen.rate(1, clock.forward(seconds=2), revises=str(merged))
    assert states() == [(5, "REVISED"), (5, "MERGED"), (1, "COUNTED")]
    screen.rate(2, clock.forward(seconds=2), revises=str(merged))
    assert states()[2:] == [(1, "REVISED"), (2, "COUNTED")]
    check_tallies()


def test_a_merged_tap_and_its_first_are_one_for_corrections(screen, clock):
    first = screen.rate(5, clock())
    merged = screen.rate(5, clock.forward(seconds=2))
    screen.rate(1, clock.forward(seconds=2), revises=str(merged))
    screen.rate(2, clock.forward(seconds=2), revises=str(first))
    assert [state for _, state in states()] == [
        "REVISED",
        "MERGED",
        "REVISED",
        "COUNTED",
    ]
    check_tallies()


def test_a_correction_before_its_first_tap_stands(screen, clock):
    first = screen.tap(5, clock())
    screen.rate(2, clock.forward(seconds=9), revises=first["id"])
    assert states() == [(2, "COUNTED")]
    screen.deliver(first, clock.forward(seconds=9))
    assert states() == [(2, "COUNTED"), (5, "REVISED")]
    assert counted_levels(screen.window_id) == [0, 1, 0, 0, 0]
    check_tallies()


def test_two_corrections_before_their_first_tap_are_one_opinion(screen, clock):
    first = screen.tap(5, clock())
    one = screen.tap(1, clock.forward(seconds=9), revises=first["id"])
    two = screen.tap(2, clock.forward(seconds=9), revises=first["id"])
    for body in (one, two, one, first, two):
        screen.deliver(body, clock.forward(seconds=1))
    assert states() == [(1, "REVISED"), (2, "COUNTED"), (5, "REVISED")]
    check_tallies()


def test_links_of_a_chain_may_arrive_in_any_order(screen, clock):
    a = screen.tap(5, clock())
    b = screen.tap(4, clock.forward(seconds=9), revises=a["id"])
    c = screen.tap(1, clock.forward(seconds=9), revises=b["id"])
    for body in (a, c, b):
        screen.deliver(body, clock.forward(seconds=1))
    assert states() == [(5, "REVISED"), (1, "COUNTED"), (4, "REVISED")]
    check_tallies()


@pytest.mark.parametrize("place", ["another window", "the same window"])
def test_only_the_screen_that_took_a_rating_can_correct_it(screen, clock, place):
    first = screen.rate(5, clock())
    other = second_screen(screen, place, clock())
    before = whole_rows()
    with pytest.raises(NotYours):
        other.rate(1, clock.forward(seconds=3), revises=str(first))
    assert whole_rows() == before
    check_tallies()


def test_a_rating_by_phone_cannot_be_corrected_from_a_screen(screen, clock):
    tap = phone_tap(screen.window_id, 5)
    keep(tap, clock())
    with pytest.raises(NotYours):
        screen.rate(1, clock.forward(seconds=3), revises=str(tap.event_id))
    assert states() == [(5, "COUNTED")]


@pytest.mark.parametrize("place", ["another window", "the same window"])
def test_another_screens_early_correction_does_not_take_a_rating_away(
    screen, clock, place
):
    """It names an id that has not arrived yet; when it does, it must count."""
    other = second_screen(screen, place, clock())
    first = screen.tap(1, clock())
    early = other.tap(5, clock.forward(seconds=3), revises=first["id"])
    kept = other.deliver(early, clock())
    screen.deliver(first, clock.forward(seconds=3))
    assert states() == [(5, "COUNTED"), (1, "COUNTED")]
    # It was kept, so its acknowledgement stays the same for ever.
    assert other.deliver(early, clock.forward(seconds=3)) == kept
    assert states() == [(5, "COUNTED"), (1, "COUNTED")]
    check_tallies()


def second_screen(screen: Screen, place: str, now: datetime) -> Screen:
    if place == "another window":
        return pair_screen("C001", now)
    with transaction() as session:
        window = session.get_one(Window, screen.window_id)
        return another_screen(session, window, now)


@pytest.mark.parametrize("length", [1, 2, 3, 30])
def test_a_forged_ring_of_corrections_ends(screen, clock, length):
    ids = [str(uuid4()) for _ in range(length)]
    ring = [
        screen.tap(4, clock.forward(seconds=9), id=own, revises=ids[place - 1])
        for place, own in enumerate(ids)
    ]
    for body in ring:
        screen.deliver(body, clock())
    outside = screen.tap(2, clock.forward(seconds=9), revises=ids[0])
    screen.deliver(outside, clock())
    assert len(ratings()) == length + 1
    assert sum(counted_levels(screen.window_id)) <= 1 + (length == 30)
    check_tallies()


@pytest.mark.parametrize("state", [RatingState.HELD, RatingState.EXCLUDED])
def test_what_is_held_or_excluded_does_not_come_back_by_a_correction(
    screen, clock, state
):
    first = screen.rate(1, clock())
    with transaction() as session:
        session.execute(update(Rating).values(state=int(state)))
        session.execute(db.text("DELETE FROM tally_day"))
        session.execute(db.text("DELETE FROM tally_bucket"))
        session.execute(
            db.text(
                "INSERT INTO tally_day SELECT window_id, day, channel, verified, :to,"
                " 1, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM rating"
            ),
            {"to": int(state)},
        )
        session.execute(
            db.text(
                "INSERT INTO tally_bucket"
                " SELECT window_id, day, bucket, channel, :to, 1 FROM rating"
            ),
            {"to": int(state)},
        )
    check_tallies()
    screen.rate(5, clock.forward(seconds=3), revises=str(first))
    assert states() == [(1, "REVISED"), (5, state.name)]
    assert counted_levels(screen.window_id) == [0] * 5
    check_tallies()


def test_a_correction_on_the_next_day_moves_both_days(screen, clock):
    clock.now = datetime(2026, 7, 16, 15, 59, 58, tzinfo=UTC)
    first = screen.rate(5, clock())
    screen.rate(2, clock.forward(seconds=4), revises=str(first))
    assert [(cell.day.day, cell.level, n) for cell, n in tallied_days().items()] == [
        (17, 2, 1)
    ]
    check_tallies()


def test_a_correction_brings_no_new_rating_to_a_step(screen, clock):
    first = screen.rate(5, clock())
    for _ in range(3):
        screen.rate(4, clock.forward(seconds=9))
    screen.rate(1, clock.forward(seconds=9), revises=str(first))
    assert counted_levels(screen.window_id) == [1, 0, 0, 3, 0]
    assert shown_levels(screen.window_id) == [0] * 5
    screen.rate(3, clock.forward(seconds=9))
    assert shown_levels(screen.window_id) == [1, 0, 1, 3, 0]


# History


def history(window: int) -> list:
    return [
        past_tap(window, 5, YESTERDAY, comment="快", clerk_label="c1"),
        past_tap(window, 1, YESTERDAY + timedelta(minutes=10)),
        past_tap(window, 3, YESTERDAY - timedelta(days=1), comment="一般"),
    ]


def take(taps, now=NOON) -> int:
    return write(lambda connection: record_history(connection, taps, HALL, now, "test"))


def test_a_batch_of_history_repeated_changes_nothing(window):
    batch = history(window)
    assert take(batch) == 3
    before = (whole_rows(), version())
    assert take(batch) == 0
    assert take(batch[::-1], NOON + FAR_APART) == 0
    assert (whole_rows(), version()) == before
    assert sorted(words()) == sorted(["快", "一般"])
    check_tallies()


def test_a_batch_that_is_half_known_adds_the_other_half(window):
    batch = history(window)
    assert take(batch[:1]) == 1
    assert take(batch) == 2
    assert sorted(words()) == sorted(["快", "一般"])
    assert [cell.day.day for cell in sorted(tallied_days())] == [14, 15, 15]
    check_tallies()


def test_an_empty_batch_is_no_batch(window):
    before = version()
    assert take([]) == 0
    assert version() == before


def test_one_conflicting_row_takes_the_whole_batch_back(window):
    batch = history(window)
    take(batch[:1])
    before = whole_rows()
    other = past_tap(window, 1, YESTERDAY, event_id=batch[0].event_id)
    with pytest.raises(IdTaken) as refused:
        take([*batch[1:], other])
    assert refused.value.values == {"id": batch[0].event_id}
    assert whole_rows() == before
    check_tallies()


def test_two_bodies_of_one_id_in_a_batch_are_refused(window):
    first = past_tap(window, 5, YESTERDAY)
    other = past_tap(window, 1, YESTERDAY, event_id=first.event_id)
    with pytest.raises(IdTaken) as refused:
        take([first, other])
    assert refused.value.values == {"id": first.event_id}
    assert ratings() == []


def test_a_row_twice_in_a_batch_is_one_rating_with_its_words(window):
    first = past_tap(window, 5, YESTERDAY, comment="快")
    assert take([first, first]) == 1
    assert words() == ["快"]
    check_tallies()


def test_a_large_batch_is_found_again_row_by_row(window):
    """More than one look-up and more than a smallint of a step: 1,201 rows."""
    batch = [
        past_tap(window, 1 + n % 5, YESTERDAY + timedelta(seconds=n))
        for n in range(1201)
    ]
    assert take(batch) == 1201
    changed = past_tap(window, 5, NOON, event_id=batch[-1].event_id)
    with reading() as session:
        connection = session.connection()
        assert conflicting(connection, batch) == []
        assert conflicting(connection, [*batch[:-1], changed]) == [changed]
    assert take(batch) == 0
    assert shown_levels(window) == [241, 240, 240, 240, 240]
    check_tallies()


def test_history_and_live_ratings_share_one_road(window, clock):
    tap = past_tap(window, 5, YESTERDAY)
    take([tap])
    assert write(
        lambda connection: record_rating(connection, tap, HALL, clock())
    ) == Acknowledgement(tap.event_id, receipt_code(tap.event_id))
    assert len(ratings()) == 1


def test_an_id_is_an_uuid_on_both_engines(window, clock):
    tap = phone_tap(window, 5)
    keep(tap, clock())
    with reading() as session:
        found = session.execute(
            select(Rating.event_id, Rating.revises, Rating.digest).where(
                Rating.event_id == tap.event_id
            )
        ).one()
    assert tuple(found) == (tap.event_id, None, tap.digest())
    assert isinstance(found.event_id, UUID)
