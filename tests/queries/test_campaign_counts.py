"""Counts of windows and people for a campaign: every counted rating once, no other."""

from datetime import timedelta

import pytest

from kiosk.domain.board import Period
from kiosk.domain.campaign_kinds import Reading
from kiosk.domain.intake import RatingState
from kiosk.extensions import reading, transaction
from kiosk.models import Placement, ServiceType, Window
from kiosk.queries.campaign_counts import rated_people, rated_windows, window_types
from kiosk.queries.campaign_ratings import Ratings
from tests.board_ratings import open_window
from tests.campaign_tallies import tally_clerk, tally_window
from tests.nominations import STAR, day, small_rules
from tests.staff import make_clerk, unit_key
from tests.statements import statements

PERIOD = Period(day(-3), day(0))


@pytest.fixture
def windows(app):
    return open_window("A1", unit="甲", kind="社保"), open_window("A2", kind="医保")


def kind_of(window):
    with reading() as session:
        return window_types(session, PERIOD)[window]


def change(window, **fields):
    with transaction() as session:
        row = session.get_one(Window, window)
        for name, value in fields.items():
            setattr(row, name, value)


def place(window, kind, starts_on):
    with transaction() as session:
        new = ServiceType(centre_id=1, name=kind)
        session.add(new)
        session.flush()
        row = {"window_id": window, "unit_id": unit_key("甲"), "starts_on": starts_on}
        session.add(Placement(service_type_id=new.id, **row))
        return new.id


def counted(types, since=None, period=PERIOD):
    with reading() as session, statements() as said:
        found = rated_windows(session, period, types, since or {})
    assert len(said) == 1
    return found


def test_windows_open_in_the_period_have_the_type_of_its_first_day(windows):
    first, second = windows
    old = kind_of(first)
    assert old != kind_of(second)
    place(first, "公积金", day(-2))
    assert kind_of(first) == old
    on_time = place(second, "公积金窗口", day(-3))
    assert kind_of(second) == on_time


def test_a_window_placed_in_mid_period_has_its_first_type(windows):
    with transaction() as session:
        session.query(Placement).filter_by(window_id=windows[0]).delete()
    late = place(windows[0], "公积金", day(-1))
    place(windows[0], "税务", day(0))
    assert kind_of(windows[0]) == late


@pytest.mark.parametrize(
    ("fields", "there"),
    [
        ({"closed_on": day(-3)}, False),
        ({"closed_on": day(-2)}, True),
        ({"opened_on": day(0)}, True),
        ({"opened_on": day(1)}, False),
    ],
)
def test_windows_closed_before_or_opened_after_are_not_there(windows, fields, there):
    change(windows[0], **fields)
    with reading() as session:
        assert (windows[0] in window_types(session, PERIOD)) is there


def test_every_counted_rating_is_in_its_cell(windows):
    first, second = windows
    tally_window(first, day(-3), 1, 0, 0, 0, 2)
    tally_window(first, day(-3), 0, 0, 0, 3, 0, verified=False, channel=1)
    tally_window(first, day(0), 0, 5, 0, 0, 0)
    tally_window(first, day(-4), 9, 9, 9, 9, 9)
    tally_window(first, day(1), 9, 9, 9, 9, 9)
    tally_window(first, day(-2), 9, 9, 9, 9, 9, state=RatingState.HELD)
    tally_window(second, day(-1), 7, 7, 7, 7, 7)
    found = counted({first: 4})
    assert (found.keys, found.service_types) == ((first,), (4,))
    assert found.counts.shape == (1, 4, 2, 2, 5)
    assert found.counts[0, 0, 1, 0].tolist() == [1, 0, 0, 0, 2]
    assert found.counts[0, 0, 0, 1].tolist() == [0, 0, 0, 3, 0]
    assert found.counts[0, 3, 1, 0].tolist() == [0, 5, 0, 0, 0]
    assert found.counts.sum() == 11


def test_only_days_since_a_change_count_where_it_says_so(windows):
    first, second = windows
    for window in windows:
        tally_window(window, day(-3), 0, 0, 0, 0, 1)
        tally_window(window, day(-2), 0, 0, 0, 0, 2)
    found = counted({first: 1, second: 1}, {first: day(-2)})
    assert found.counts.sum(axis=(1, 2, 3, 4)).tolist() == [2, 3]


def test_without_ratings_all_is_nought(windows):
    found = counted(dict.fromkeys(windows, 1))
    assert found.counts.sum() == 0
    assert found.keys == tuple(sorted(windows))


def test_people_have_the_type_of_most_of_their_ratings(windows):
    first, second = windows
    one, two = make_clerk("0300", unit="甲"), make_clerk("0400", unit="甲")
    tally_clerk(one, first, day(-3), 0, 0, 0, 0, 2)
    tally_clerk(one, second, day(-2), 0, 0, 0, 3, 0, channel=1, verified=False)
    tally_clerk(two, first, day(-2), 5, 0, 0, 0, 0)
    tally_clerk(two, second, day(-2), 9, 0, 0, 0, 0, state=RatingState.EXCLUDED)
    with reading() as session, statements() as said:
        found = rated_people(session, PERIOD, {first: 4, second: 6}, {two: day(-1)})
    assert len(said) == 1
    assert (found.keys, found.service_types) == ((one, two), (6, 4))
    assert found.counts[0].sum() == 5
    assert found.counts[0, 1, 0, 1].tolist() == [0, 0, 0, 3, 0]
    assert found.counts[1].sum() == 0


def test_a_person_at_a_window_without_a_type_has_none(windows):
    one = make_clerk("0300", unit="甲")
    tally_clerk(one, windows[0], day(-1), 0, 0, 0, 0, 2)
    with reading() as session:
        found = rated_people(session, PERIOD, {}, {})
        assert found.service_types == (0,)
        assert rated_people(session, Period(day(5), day(6)), {}, {}).keys == ()


def test_each_period_is_read_once(windows):
    rules = small_rules(STAR)
    with reading() as session:
        ratings = Ratings(session, rules)
        assert ratings.period == Period(rules.begins, rules.ends)
        with statements() as said:
            for reading_ in Reading:
                ratings.reading(reading_, ratings.period, people=False)
                ratings.reading(reading_, ratings.period, people=True)
            ratings.windows(ratings.period)
        # Types, windows and people; never again for another reading.
        assert len(said) == 3
        earlier = Period(rules.begins - timedelta(days=30), rules.ends)
        with statements() as said:
            ratings.windows(earlier)
        assert len(said) == 2
        one = ratings.reading(Reading.TOP2, ratings.period, people=False)
        assert ratings.reading(Reading.TOP2, ratings.period, people=False) is one
