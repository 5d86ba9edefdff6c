from dataclasses import FrozenInstanceError, fields

import pytest

from kiosk.domain.fair_settings import DEFAULTS, FairSettings, FairSettingsError, Gate


def test_defaults_are_the_published_ones():
    values = {field.name: getattr(DEFAULTS, field.name) for field in fields(DEFAULTS)}
    assert values == {
        "day_ceiling_floor": 5,
        "day_ceiling_factor": 2,
        "day_correlation": 0.02,
        "phone_share": 0.3,
        "gap_effective": 10,
        "gap_windows": 5,
        "clamp_effective": 30,
        "clamp_points": 5,
        "reference_effective": 30,
        "reference_windows": 3,
        "type_windows": 3,
        "types_needed": 2,
        "prior_ratings": 30,
        "prior_spread": 50,
        "edge": 0.5,
        "interval_z": 1.645,
        "exact_windows": 500,
        "grid_points": 1001,
        "listed_effective": 30,
        "listed_days": 5,
        "gate": Gate.FAIR,
        "gate_percent": 90,
        "lowest_passing_level": 4,
        "funnel_possibly": 1.96,
        "funnel_clearly": 3.09,
    }


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"day_correlation": 1.0}, "day_correlation must lie between 0 and 0.99"),
        ({"day_correlation": -0.1}, "but -0.1 was given"),
        ({"prior_ratings": float("nan")}, "prior_ratings must lie"),
        ({"prior_ratings": float("inf")}, "prior_ratings must lie"),
        ({"lowest_passing_level": 1}, "lowest_passing_level must lie between 2 and 5"),
        ({"lowest_passing_level": 6}, "lowest_passing_level must lie between 2 and 5"),
        ({"type_windows": 1}, "type_windows must lie"),
        ({"type_windows": 2.5}, "type_windows must be a whole number"),
        ({"edge": 0.0}, "edge must lie"),
        ({"funnel_clearly": 1.9}, "must not be smaller than funnel_possibly"),
    ],
)
def test_settings_without_meaning_are_refused(values, message):
    with pytest.raises(FairSettingsError, match=message):
        FairSettings(**values)


@pytest.mark.parametrize(
    ("name", "taken", "refused"),
    [
        ("day_ceiling_floor", 1.0, 0.9),
        ("day_correlation", 0.0, -0.01),
        ("day_correlation", 0.99, 1.0),
        ("phone_share", 0.99, 1.0),
        ("gap_windows", 1, 0),
        ("reference_windows", 1, 0),
        ("type_windows", 2, 1),
        ("types_needed", 2, 1),
        ("edge", 0.001, 0.0009),
        ("edge", 25.0, 25.1),
        ("grid_points", 2, 1),
        ("grid_points", 100_000, 100_001),
        ("gate_percent", 0.0, -1.0),
        ("gate_percent", 100.0, 100.1),
        ("lowest_passing_level", 2, 1),
        ("lowest_passing_level", 5, 6),
        ("funnel_clearly", 1.96, 1.95),
    ],
)
def test_the_ends_of_a_range_are_taken_and_what_lies_beyond_is_not(
    name, taken, refused
):
    assert getattr(FairSettings(**{name: taken}), name) == taken
    with pytest.raises(FairSettingsError):
        FairSettings(**{name: refused})


def test_settings_cannot_change_afterwards():
    with pytest.raises(FrozenInstanceError):
        DEFAULTS.prior_ratings = 1
