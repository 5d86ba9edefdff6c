"""Every number of the fair score that a hall may set, with its default and range."""

import math
from dataclasses import dataclass, fields
from enum import StrEnum


class Gate(StrEnum):
    """Which satisfaction the listing gate reads."""

    FAIR = "fair"
    RAW = "raw"


class FairSettingsError(ValueError):
    """A setting of the fair score lies where its formulas have no meaning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FairSettings:
    """The formula's constants; the defaults are those of docs/rules.md.

    "Effective" always means effective ratings: ratings after the day share. Points
    run from 0 to 100. A campaign stores these values before it starts and prints
    them with its result.
    """

    day_ceiling_floor: float = 5.0
    """Ratings a day that count in full at the least, whatever the median day."""
    day_ceiling_factor: float = 2.0
    """Median days that one day may count for at most."""
    day_correlation: float = 0.02
    """How alike ratings of one day are (rho); a day never outweighs 1 / rho."""
    phone_share: float = 0.30
    """Largest part of a window's weight that phones may hold beside a tablet."""
    gap_effective: float = 10.0
    """Effective ratings on both channels that let a window speak on the gap."""
    gap_windows: int = 5
    """Windows needed before a channel gap is corrected at all."""
    clamp_effective: float = 30.0
    """Effective tablet ratings from which a window's phone mean is held."""
    clamp_points: float = 5.0
    """Points a phone mean may stray from tablet mean + channel gap."""
    reference_effective: float = 30.0
    """Effective ratings that make a window part of the centre's average."""
    reference_windows: int = 3
    """Fewer such windows than this, and every window with a rating takes part."""
    type_windows: int = 3
    """Reference windows a service type needs for an expectation of its own."""
    types_needed: int = 2
    """Such types needed before types are told apart at all."""
    prior_ratings: float = 30.0
    """Average ratings of its type that every window starts with (m)."""
    prior_spread: float = 50.0
    """Weight of the pooled variance beside a window's own."""
    edge: float = 0.5
    """Points from 0 and 100 at which means are held before odds are taken."""
    interval_z: float = 1.645
    """Standard errors to either side of a score: 1.645 makes 90 %."""
    exact_windows: int = 500
    """Windows up to which rank ranges are summed pair by pair."""
    grid_points: int = 1001
    """Points of the grid that rank ranges are read from above that."""
    listed_effective: float = 30.0
    """Effective ratings a window needs to be listed."""
    listed_days: int = 5
    """Days with a rating that a window needs to be listed."""
    gate: Gate = Gate.FAIR
    """Whether the gate reads the fair or the raw satisfaction."""
    gate_percent: float = 90.0
    """Satisfaction a window needs to be listed, in percent."""
    lowest_passing_level: int = 4
    """Lowest level that counts as satisfied at the gate."""
    funnel_possibly: float = 1.96
    """Standard errors from its type's expectation that make a difference possible."""
    funnel_clearly: float = 3.09
    """Standard errors that make it clear (99.8 %)."""

    def __post_init__(self) -> None:
        """Refuse, with the field's name, what the formulas cannot take."""
        for field in fields(self):
            if field.name == "gate":
                continue
            low, high = _RANGES[field.name]
            value = getattr(self, field.name)
            # Written so that NaN, which compares false, is refused too.
            if not low <= value <= high or not math.isfinite(value):
                raise FairSettingsError(
                    f"{field.name} must lie between {low:g} and {high:g}, "
                    f"but {value} was given."
                )
            if field.type is int and value != int(value):
                raise FairSettingsError(
                    f"{field.name} must be a whole number, but {value} was given."
                )
        if self.funnel_clearly < self.funnel_possibly:
            raise FairSettingsError(
                "funnel_clearly must not be smaller than funnel_possibly."
            )


_ANY = (0.0, math.inf)
_BELOW_ONE = (0.0, 0.99)
_RANGES: dict[str, tuple[float, float]] = {
    "day_ceiling_floor": (1.0, math.inf),
    "day_ceiling_factor": _ANY,
    "day_correlation": _BELOW_ONE,
    "phone_share": _BELOW_ONE,
    "gap_effective": _ANY,
    "gap_windows": (1, math.inf),
    "clamp_effective": _ANY,
    "clamp_points": _ANY,
    "reference_effective": _ANY,
    "reference_windows": (1, math.inf),
    # A variance inside a type and one between types need two values each.
    "type_windows": (2, math.inf),
    "types_needed": (2, math.inf),
    "prior_ratings": _ANY,
    "prior_spread": _ANY,
    "edge": (0.001, 25.0),
    "interval_z": _ANY,
    "exact_windows": _ANY,
    "grid_points": (2, 100_000),
    "listed_effective": _ANY,
    "listed_days": _ANY,
    "gate_percent": (0.0, 100.0),
    "lowest_passing_level": (2, 5),
    "funnel_possibly": _ANY,
    "funnel_clearly": _ANY,
}

DEFAULTS = FairSettings()
"""The fair score as published."""
