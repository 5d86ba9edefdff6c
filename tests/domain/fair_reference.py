"""The fair score a second time, in plain loops straight from docs/rules.md.

Slow and without NumPy on purpose: it shares nothing with kiosk.domain but the table
of settings, so that a slip in one of the two shows as a difference.
"""

import math
from dataclasses import dataclass, field
from statistics import NormalDist, fmean, median, variance

from kiosk.domain.ranking import FairSettings, Gate

POINTS = (0, 25, 50, 75, 100)
PHI = NormalDist().cdf


@dataclass
class Window:
    """One window on its way through the steps."""

    kind: int
    cells: list[list[list[int]]]
    area: list[float] = field(default_factory=list)
    weights: list[list[float]] = field(default_factory=list)
    y: float = math.nan
    expectation: float = math.nan
    uncertainty: float = 0.0
    values: dict[str, float] = field(default_factory=dict)

    @property
    def effective(self) -> float:
        return sum(self.area)


def reference_board(counts, kinds, settings: FairSettings) -> list[dict[str, float]]:
    """Return one dictionary of published numbers for each window."""
    windows = [
        Window(kind, cells.tolist()) for cells, kind in zip(counts, kinds, strict=True)
    ]
    for window in windows:
        weigh_days(window, settings)
    passing = [100 * (level >= settings.lowest_passing_level) for level in range(1, 6)]
    centre, _ = to_scale(windows, passing, settings)
    for window in windows:
        if window.effective > 0:
            window.values["fair_satisfaction"] = score_of(
                window, window.y, centre, settings
            )
    centre, gap = to_scale(windows, POINTS, settings)
    rated = [window for window in windows if window.effective > 0]
    add_scores(rated, centre, gap, settings)
    order = sorted(rated, key=standing)
    add_ranges(order, ("rank", "low", "high"), settings)
    for window in windows:
        window.values["listed"] = is_listed(window, settings)
    listed = [window for window in order if window.values["listed"]]
    add_ranges(listed, ("place", "place_low", "place_high"), settings)
    return [window.values for window in windows]


def standing(window: Window) -> tuple[float, float]:
    return -round(window.values["score"], 6), -round(window.effective, 6)


def weigh_days(window: Window, settings: FairSettings) -> None:
    """Steps 1, 2 and 4."""
    window.weights = [[0.0] * len(window.cells) for _ in range(2)]
    for channel in range(2):
        sizes = [sum(day[channel]) for day in window.cells]
        busy = [size for size in sizes if size]
        top = max(
            settings.day_ceiling_floor,
            settings.day_ceiling_factor * median(busy) if busy else 0,
        )
        for day, size in enumerate(sizes):
            b = min(size, top)
            a = b / (1 + settings.day_correlation * (b - 1)) if b > 1 else b
            window.weights[channel][day] = a
    tablet, phone = (sum(weights) for weights in window.weights)
    if tablet > 0:
        share = settings.phone_share
        phone = min(phone, share / (1 - share) * tablet)
    window.area = [tablet, phone]


def moments(window: Window, channel: int, worth):
    """Yield weight, mean and mean square of each day of a channel."""
    for day, cell in enumerate(window.cells):
        size = sum(cell[channel])
        if size:
            pairs = list(zip(cell[channel], worth, strict=True))
            yield (
                window.weights[channel][day],
                sum(n * x for n, x in pairs) / size,
                sum(n * x * x for n, x in pairs) / size,
            )


def channel_mean(window: Window, channel: int, worth) -> float:
    """Step 3."""
    days = list(moments(window, channel, worth))
    if not days:
        return 0.0
    return sum(a * y for a, y, _ in days) / sum(a for a, _, _ in days)


def to_scale(windows, worth, settings: FairSettings) -> tuple[float, float]:
    """Steps 3 to 9; sets y and E of each window, returns M and g."""
    means = [[channel_mean(window, c, worth) for c in (0, 1)] for window in windows]
    both = [
        phone - tablet
        for window, (tablet, phone) in zip(windows, means, strict=True)
        if min(round(area, 6) for area in window.area) >= settings.gap_effective
    ]
    gap = median(both) if len(both) >= settings.gap_windows else 0.0
    for window, (tablet, mean) in zip(windows, means, strict=True):
        phone = mean
        if round(window.area[0], 6) >= settings.clamp_effective and window.area[1]:
            lowest = tablet + gap - settings.clamp_points
            phone = min(max(phone, lowest), lowest + 2 * settings.clamp_points)
        window.values |= {"mean_tablet": tablet, "mean_phone": phone}
        if window.effective > 0:
            window.y = (
                window.area[0] * tablet + window.area[1] * (phone - gap)
            ) / window.effective
    return set_expectations(windows, settings), gap


def reference(windows, settings: FairSettings) -> list[Window]:
    """Step 8."""
    rated = [window for window in windows if window.effective > 0]
    enough = [
        window
        for window in rated
        if round(window.effective, 6) >= settings.reference_effective
    ]
    return enough if len(enough) >= settings.reference_windows else rated


def set_expectations(windows, settings: FairSettings) -> float:
    """Steps 8 and 9."""
    chosen = reference(windows, settings)
    centre = fmean(window.y for window in chosen) if chosen else math.nan
    for window in windows:
        window.expectation, window.uncertainty = centre, 0.0
    kinds = {window.kind for window in windows}
    groups = {
        kind: [window.y for window in chosen if window.kind == kind] for kind in kinds
    }
    groups = {k: ys for k, ys in groups.items() if len(ys) >= settings.type_windows}
    if len(groups) < settings.types_needed:
        return centre
    inside = fmean(variance(ys) for ys in groups.values())
    gaps = {kind: fmean(ys) - centre for kind, ys in groups.items()}
    noise = fmean(inside / len(ys) for ys in groups.values())
    between = max(0.0, variance(gaps.values()) - noise)
    for window in windows:
        if window.kind not in groups:
            window.uncertainty = between
            continue
        size = len(groups[window.kind])
        total = size * between + inside
        f = size * between / total if total else 0.0
        window.expectation = centre + f * gaps[window.kind]
        window.uncertainty = f * inside / size
    return centre


def held(points: float, settings: FairSettings) -> float:
    return min(max(points, settings.edge), 100 - settings.edge)


def odds(points: float, settings: FairSettings) -> float:
    return held(points, settings) / (100 - held(points, settings))


def score_of(window: Window, mean: float, centre: float, settings) -> float:
    """Steps 9 and 11."""
    factor = odds(centre, settings) / odds(window.expectation, settings)
    h = factor * odds(mean, settings)
    return 100 * h / (1 + h)


def add_scores(rated, centre: float, gap: float, settings: FairSettings) -> None:
    """Steps 10 to 12 and 15."""
    squares = {}
    for window in rated:
        squares[id(window)] = sum(
            a * (q - 2 * u * y + u * u)
            for channel, u in enumerate((window.y, window.y + gap))
            for a, y, q in moments(window, channel, POINTS)
        )
    chosen = reference(rated, settings)
    beyond = sum(window.effective - 1 for window in chosen)
    pooled = 2500.0
    if round(beyond, 6) > 0:
        pooled = round(sum(squares[id(window)] for window in chosen) / beyond, 6)
    m, lean = settings.prior_ratings, settings.prior_spread
    for window in rated:
        area, expected = window.effective, window.expectation
        shrunk = (area * window.y + m * expected) / (area + m)
        score = score_of(window, shrunk, centre, settings)
        own = (squares[id(window)] + lean * pooled) / (area + lean)
        r, e = held(shrunk, settings), held(expected, settings)
        slope = score * (100 - score) / (r * (100 - r))
        kind = score * (100 - score) / (e * (100 - e))
        sd = math.sqrt(slope**2 * own / (area + m) + window.uncertainty * kind**2)
        z = (window.y - expected) / math.sqrt(pooled / area) if pooled else 0.0
        window.values |= {
            "effective": area,
            "mean": window.y,
            "shrunk": shrunk,
            "score": score,
            "sd": sd,
            "funnel_z": z,
        }


def add_ranges(order, names: tuple[str, str, str], settings: FairSettings) -> None:
    """Step 13 with the decisions on rounding and on a range's own place."""
    for place, window in enumerate(order, start=1):
        expected = []
        for z in (settings.interval_z, -settings.interval_z):
            own = max(window.values["sd"], 1e-6)
            limit = window.values["score"] + z * own
            others = (
                PHI((other.values["score"] - limit) / max(other.values["sd"], 1e-6))
                for other in order
                if other is not window
            )
            expected.append(round(1 + sum(others), 9))
        low = max(1, math.floor(expected[0]))
        high = min(len(order), math.ceil(expected[1]))
        bounds = (place, min(low, place), max(high, place))
        window.values |= dict(zip(names, bounds, strict=True))


def is_listed(window: Window, settings: FairSettings) -> bool:
    """Step 14."""
    if window.effective <= 0:
        return False
    levels = [
        sum(day[channel][level] for day in window.cells for channel in (0, 1))
        for level in range(5)
    ]
    satisfaction = window.values["fair_satisfaction"]
    if settings.gate is Gate.RAW:
        good = sum(levels[settings.lowest_passing_level - 1 :])
        satisfaction = 100 * good / sum(levels)
    days = sum(any(map(sum, day)) for day in window.cells)
    return (
        round(window.effective, 6) >= settings.listed_effective
        and days >= settings.listed_days
        and round(satisfaction, 6) >= settings.gate_percent
    )
