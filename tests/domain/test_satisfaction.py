"""The same ratings under every reading, and how sure a rate is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.campaign_kinds import Reading
from kiosk.domain.satisfaction import lower_bound, satisfaction

LEVELS = (3, 2, 10, 25, 60)


@pytest.mark.parametrize(
    ("reading", "rate"),
    [
        (Reading.TOP2, 85.0),
        (Reading.TOP3, 95.0),
        (Reading.WEIGHTED, 84.25),
        (Reading.FAIR, 85.0),
        (Reading.VERIFIED, 85.0),
    ],
)
def test_the_same_ratings_give_another_rate_under_another_reading(reading, rate):
    assert satisfaction(reading, LEVELS) == pytest.approx(rate)


@pytest.mark.parametrize("reading", Reading)
def test_where_nobody_rated_there_is_no_rate(reading):
    assert satisfaction(reading, (0, 0, 0, 0, 0)) is None


# 95 % Wilson, one side of the two: a bound of 90 needs so many of so many.
@pytest.mark.parametrize(("good", "of"), [(35, 35), (96, 100), (189, 200), (372, 400)])
def test_a_bound_of_ninety_needs_as_many_as_the_tables_say(good, of):
    assert lower_bound(100 * good / of, of) >= 90
    assert lower_bound(100 * (good - 1) / of, of) < 90


@given(st.floats(0, 100), st.floats(0.01, 1e6))
def test_the_bound_lies_under_the_rate_and_over_nothing(rate, effective):
    assert 0 <= lower_bound(rate, effective) <= rate + 1e-9


@given(st.floats(1, 99), st.integers(1, 1000))
def test_more_ratings_make_surer(rate, effective):
    assert lower_bound(rate, effective) < lower_bound(rate, effective + 1)
