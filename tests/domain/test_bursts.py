"""What is usual, and the limits above it: worked numbers, both sides of each bound."""

from datetime import time

import numpy as np
import pytest

from kiosk.domain.bursts import (
    BUCKETS,
    PAST_DAYS,
    Usual,
    burst_limit,
    closed_buckets,
    excess_buckets,
    expected,
    in_bursts,
    minute_limit,
    ten_minute_limit,
    volume_limit,
)
from kiosk.domain.working_days import Span


def by_bucket(**counts: int) -> np.ndarray:
    found = np.zeros(BUCKETS, np.int64)
    for name, n in counts.items():
        found[int(name[1:])] = n
    return found


def test_the_mean_is_drawn_to_the_windows_own():
    # 10 days, 480 ratings: one in each of 48 ten minutes a day; 60 of them at ten.
    counts = by_bucket(b60=60, b70=420)
    mean = expected(counts, 10)
    assert mean[60] == (60 + 5 * 1) / 15
    assert mean[70] == (420 + 5 * 1) / 15
    assert mean[0] == 5 / 15


def test_on_the_first_day_nothing_is_expected():
    assert not expected(by_bucket(), 0).any()
    assert burst_limit(expected(by_bucket(), 0))[60] == 8


def test_the_mean_of_many_windows_is_that_of_each():
    both = np.stack([by_bucket(b60=60), by_bucket(b61=30)])
    assert (expected(both, 10) == [expected(each, 10) for each in both]).all()


@pytest.mark.parametrize(
    ("mean", "limit"), [(0.0, 8.0), (0.18, 8.0), (0.5, 10.5), (2.0, 18.0), (8.0, 36.0)]
)
def test_worked_limits_of_the_burst_rule(mean, limit):
    assert burst_limit(np.array([mean]))[0] == pytest.approx(limit)


@pytest.mark.parametrize(
    ("an_hour", "minute", "ten"),
    [
        (0.0, 5, 9),
        (6.0, 5, 9),
        (6.1, 6, 10),
        (15.0, 6, 14),
        (22.5, 7, 17),
        (30.0, 8, 19),
        (60.0, 10, 29),
        (90.0, 12, 37),
        (120.0, 13, 45),
        (120.1, 14, 46),
        (240.0, 20, 76),
    ],
)
def test_limits_of_moving_spans(an_hour, minute, ten):
    assert minute_limit(np.array([an_hour]))[0] == minute
    assert ten_minute_limit(np.array([an_hour]))[0] == ten


def test_a_serial_window_has_its_own_limit():
    rates = np.array([0.0, 120.0])
    assert minute_limit(rates, serial=True).tolist() == [3, 3]


@pytest.mark.parametrize(
    ("times", "marked"),
    [
        ([0, 20, 59], [True, True, True]),
        ([0, 20, 60], [False, False, False]),
        ([0, 50, 100, 109], [False, True, True, True]),
        ([0, 0, 0], [True, True, True]),
        ([], []),
    ],
)
def test_times_in_bursts(times, marked):
    found = np.array(times, np.int64)
    assert in_bursts(found, np.full(found.size, 3), 60).tolist() == marked


def test_a_day_is_held_against_the_days_before():
    steady = np.full(PAST_DAYS, 40)
    assert volume_limit(steady) == pytest.approx(40 + 4 * 40**0.5)
    uneven = np.array([20, 60] * 20)
    deviation = 20 * (40 / 39) ** 0.5
    assert volume_limit(uneven) == pytest.approx(40 + 4 * deviation)


def test_eight_on_a_quiet_day_are_not_too_many():
    assert volume_limit(np.full(PAST_DAYS, 1)) == 8


def test_few_days_tell_nothing():
    assert volume_limit(np.full(9, 40)) == np.inf
    assert volume_limit(np.full(10, 40)) < np.inf


def test_the_excess_is_where_most_is_unusual():
    counts = by_bucket(b50=10, b60=12, b70=12, b80=3)
    mean = by_bucket(b50=1, b60=10, b70=1) * 1.0
    assert excess_buckets(counts, mean, 37) == []
    assert excess_buckets(counts, mean, 36) == [70]
    assert excess_buckets(counts, mean, 25) == [70]
    assert excess_buckets(counts, mean, 24) == [50, 70]
    assert excess_buckets(counts, mean, 0) == [50, 60, 70, 80]


def test_of_equal_ones_the_earlier_goes_first():
    assert excess_buckets(by_bucket(b50=5, b60=5), np.zeros(BUCKETS), 5) == [50]


def test_closed_is_what_lies_wholly_outside():
    spans = (Span(time(9), time(12)), Span(time(13, 30), time(17)))
    closed = closed_buckets(spans)
    # 8:40 to 8:50 holds 8:45; 12:10 to 12:20 holds 12:15.
    assert closed[[51, 52, 53]].tolist() == [True, False, False]
    assert closed[[72, 73, 74]].tolist() == [False, False, True]
    # 13:00 to 13:10 is outside, 13:10 to 13:20 holds 13:15.
    assert closed[[78, 79]].tolist() == [True, False]
    assert closed[[102, 103, 104]].tolist() == [False, False, True]
    assert closed_buckets(()).all()


def test_what_is_usual_counts_its_days():
    usual = Usual(by_bucket(b60=48), np.array([24, 24]))
    assert usual.expected[60] == (48 + 5 * 0.5) / 7
