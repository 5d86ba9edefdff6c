"""One way to round, whatever the noise of a sum."""

import math

import pytest

from kiosk.domain.campaign_numbers import six


@pytest.mark.parametrize(
    ("value", "rounded"),
    [
        (1, 1.0),
        (1.23456749, 1.234567),
        # A true five at the seventh decimal, and its neighbours in the last bits.
        (40.4296875, 40.429688),
        (math.nextafter(40.4296875, 0), 40.429688),
        (math.nextafter(40.4296875, 99), 40.429688),
        (-3.5, -3.5),
    ],
)
def test_six_decimals(value, rounded):
    assert six(value) == rounded
    assert type(six(value)) is float


@pytest.mark.parametrize("value", [-0.0, -1e-9])
def test_minus_nothing_is_nothing(value):
    assert math.copysign(1.0, six(value)) == 1.0
