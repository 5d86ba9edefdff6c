"""How the numbers of a campaign are rounded, so that every program gets the same."""

_NOISE = 9
"""Sums of floats are noise from the twelfth decimal on."""
_DECIMALS = 6


def six(value: float) -> float:
    """Return a value rounded to six decimals, never minus nothing.

    First to nine: where the true value ends in a five at the seventh decimal, the
    noise of the sum would else decide which way it goes.
    """
    if isinstance(value, int):
        return float(value)
    return round(round(float(value), _NOISE), _DECIMALS) + 0.0
