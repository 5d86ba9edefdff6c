import numpy as np
import pytest

from kiosk.domain.fair_settings import FairSettings, Gate
from kiosk.domain.listing import Unlisted, list_windows, passing_worth, share_of


def verdict(effective=30.0, days=5, fair=90.0, raw=90.0, **rules):
    listing = list_windows(
        np.array([effective]),
        np.array([days]),
        np.array([fair]),
        np.array([raw]),
        FairSettings(**rules),
    )
    assert listing.listed[0] == (listing.reason[0] == Unlisted.NONE)
    return Unlisted(listing.reason[0]), round(float(listing.missing[0]), 6)


def test_a_window_on_every_limit_is_listed():
    assert verdict() == (Unlisted.NONE, 0)


@pytest.mark.parametrize(
    ("window", "reason", "missing"),
    [
        ({"effective": 1.0}, Unlisted.TOO_FEW, 29),
        ({"effective": 29.5}, Unlisted.TOO_FEW, 0.5),
        ({"days": 4}, Unlisted.TOO_FEW_DAYS, 1),
        ({"fair": 89.75}, Unlisted.BELOW_GATE, 0.25),
        ({"effective": 0.0, "days": 0, "fair": np.nan}, Unlisted.NO_RATINGS, 30),
        ({"effective": 29.5, "days": 4, "fair": 1.0}, Unlisted.TOO_FEW, 0.5),
        ({"days": 3, "fair": 1.0}, Unlisted.TOO_FEW_DAYS, 2),
    ],
)
def test_first_reason_and_what_is_missing(window, reason, missing):
    assert verdict(**window) == (reason, missing)


def test_gate_reads_what_the_rules_say():
    assert verdict(fair=95.0, raw=80.0) == (Unlisted.NONE, 0)
    assert verdict(fair=95.0, raw=80.0, gate=Gate.RAW) == (Unlisted.BELOW_GATE, 10)
    assert verdict(fair=80.0, raw=95.0, gate=Gate.RAW) == (Unlisted.NONE, 0)


def test_no_ratings_are_never_listed():
    free = {"listed_effective": 0, "listed_days": 0, "gate_percent": 0}
    assert verdict(effective=0.0, days=0, fair=np.nan, **free)[0] == Unlisted.NO_RATINGS


def test_passing_levels():
    assert passing_worth().tolist() == [0, 0, 0, 100, 100]
    assert passing_worth(FairSettings(lowest_passing_level=3)).tolist() == [
        *(0, 0, 100, 100, 100)
    ]


def test_share_of_no_ratings_is_unknown():
    totals = np.array([[1.0, 0, 0, 0, 3], [0, 0, 0, 0, 0]])
    shares = share_of(totals, passing_worth())
    assert shares[0] == 75
    assert np.isnan(shares[1])
