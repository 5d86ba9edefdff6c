from datetime import date

import numpy as np
import pytest

from kiosk.domain.board import Period, Reason, board_period, places_moved
from kiosk.domain.listing import Unlisted
from kiosk.domain.ranking import FairSettings


def test_board_looks_back_ninety_days_with_today():
    period = board_period(date(2026, 7, 16))
    assert period == Period(date(2026, 4, 18), date(2026, 7, 16))
    assert period.days == 90


def test_period_of_one_day():
    assert Period(date(2026, 7, 16), date(2026, 7, 16)).days == 1


def test_places_moved():
    before = np.array([3, 1, 2, 0, 4, 0])
    after = np.array([1, 2, 2, 3, 0, 0])
    assert places_moved(before, after) == [2, -1, 0, None, None, None]


@pytest.mark.parametrize(
    ("why", "missing", "words"),
    [
        (Unlisted.NO_RATINGS, 30.0, "no ratings yet"),
        (Unlisted.TOO_FEW, 11.2, "12 ratings to go"),
        (Unlisted.TOO_FEW, 12.0, "12 ratings to go"),
        # Sums of effective ratings differ in their last bits from day to day.
        (Unlisted.TOO_FEW, 12.0000000001, "12 ratings to go"),
        (Unlisted.TOO_FEW, 12.00001, "13 ratings to go"),
        (Unlisted.TOO_FEW_DAYS, 2.0, "not yet 5 days"),
        (Unlisted.BELOW_GATE, 0.4, "satisfaction not yet 90%"),
    ],
)
def test_reason_in_words(why, missing, words):
    text, values = Reason(why, missing).words()
    assert text % values == words


def test_reason_names_the_settings_it_was_judged_by():
    settings = FairSettings(listed_days=3, gate_percent=85.0)
    text, values = Reason(Unlisted.TOO_FEW_DAYS, 1.0).words(settings)
    assert text % values == "not yet 3 days"
    text, values = Reason(Unlisted.BELOW_GATE, 1.0).words(settings)
    assert text % values == "satisfaction not yet 85%"


def test_reason_for_machines():
    assert Reason(Unlisted.TOO_FEW_DAYS, 2.0).code == "too_few_days"
