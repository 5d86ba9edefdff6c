"""What the numbers of a campaign come to: conditions, parts, totals, places, seats."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from kiosk.domain.campaign_kinds import GateKind, PartKind, Reading


class Why(StrEnum):
    """Why a condition is met or not, or why a candidate is not ranked."""

    MET = "met"
    BELOW = "below"
    """The number is under what is needed."""
    ABOVE = "above"
    """There are more than may be."""
    TOO_FEW = "too-few"
    """Too few effective ratings."""
    TOO_FEW_DAYS = "too-few-days"
    NO_DATA = "no-data"
    """Nothing was entered or nobody rated."""
    VETOED = "vetoed"
    OBJECTED = "objected"
    """An office that was asked stands against it."""
    SILENT = "silent"
    """An office that was asked has not answered."""


@dataclass(frozen=True, kw_only=True)
class Checked:
    """One condition of the award, looked at for one candidate."""

    kind: GateKind
    passed: bool
    why: Why
    value: float | None
    """The number that was compared, rounded to six decimals."""
    needed: float | None
    reading: Reading | None = None
    effective: float | None = None
    """Effective ratings behind it."""
    days: int | None = None


@dataclass(frozen=True, kw_only=True)
class Input:
    """A number that a part was made of, by its name."""

    name: str
    """Such as `cadres.votes`, `cadres.ballots`, `deductions`, `jurors`, `spread`."""
    value: float


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """One part of a total."""

    kind: PartKind
    weight: int
    """Percent."""
    raw: float | None
    """0 to 100, rounded to six decimals; None: nothing was entered, counts as 0."""
    weighted: float
    """raw times weight / 100, rounded to six decimals."""
    inputs: tuple[Input, ...] = ()
    low: int | None = None
    """Of the ratings alone: the best place that luck could give."""
    high: int | None = None


@dataclass(frozen=True, kw_only=True)
class Ranked:
    """One candidate of an award."""

    key: int
    number: int
    name: str
    unit: int
    unit_name: str
    admitted: bool
    """Whether it takes part and meets every condition."""
    ended: str
    """Why it takes no part; empty while it does."""
    checks: tuple[Checked, ...]
    parts: tuple[Weighed, ...]
    """Empty where it is not admitted."""
    total: float | None
    """Sum of the weighted parts, rounded to six decimals."""
    place: int | None
    """From 1 among those admitted; those that no rule tells apart share one."""
    band: int | None
    """From 1: places of one band cannot be told apart by the ratings' luck."""
    elected: bool
    tie: str = ""
    """By which rule it stands before the next one of the same total; empty: none."""


@dataclass(frozen=True, kw_only=True)
class AwardOutcome:
    """One award."""

    key: str
    seats: int
    rows: tuple[Ranked, ...]
    """The first place first, then those not admitted by number."""
    undecided: tuple[int, ...] = ()
    """Keys of candidates between whom the last seats cannot be given by any rule."""

    @property
    def elected(self) -> Sequence[Ranked]:
        """Who is to be awarded, the first place first."""
        return [row for row in self.rows if row.elected]

    @property
    def empty(self) -> int:
        """Seats that nobody takes."""
        return self.seats - len(self.elected)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A whole campaign."""

    awards: tuple[AwardOutcome, ...]
    """In the order of the rules."""

    def award(self, key: str) -> AwardOutcome | None:
        """Return the outcome of an award, or None."""
        return next((each for each in self.awards if each.key == key), None)
