"""Local periods: profiles, a centre's own, and what is refused."""

import pytest

from kiosk.domain.regions import (
    OWN,
    REGIONS,
    PeriodsCrossed,
    PeriodWrong,
    parse_days,
    region_of,
)


@pytest.mark.parametrize("region", REGIONS, ids=lambda region: region.code)
def test_a_profile_keeps_its_name_with_its_own_periods_only(region):
    periods = (region.accept_days, region.answer_days, region.rectify_days)
    assert region_of(*periods, region.code) == region.code
    assert region_of(*periods[:2], periods[2] + 1, region.code) == OWN


def test_the_same_periods_under_another_wish():
    assert region_of(1, 5, 15, "cn-sichuan") == "cn-sichuan"
    assert region_of(1, 5, 15, "nowhere") == OWN


@pytest.mark.parametrize("periods", [(6, 5, 15), (1, 16, 15)])
def test_a_later_step_is_not_due_earlier(periods):
    with pytest.raises(PeriodsCrossed):
        region_of(*periods, "cn")


def test_days_are_whole_and_few():
    assert [parse_days(typed) for typed in ("1", " 60 ")] == [1, 60]
    for typed in ("0", "61", "-1", "1.5", "", "五", "٣", "9" * 9):
        with pytest.raises(PeriodWrong):
            parse_days(typed)
