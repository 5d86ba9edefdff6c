"""Everything that the numbers of a campaign follow from, as plain values.

`kiosk.queries.campaign_inputs` gathers it, `kiosk.domain.campaign_outcome` computes
from it, `kiosk.domain.campaign_archive` writes it down for strangers: whatever is not
in here cannot move a place.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from kiosk.domain.campaign_rules import Rules


@dataclass(frozen=True, kw_only=True)
class WindowDays:
    """Counted ratings of one window in the period of the campaign."""

    key: int
    service_type: int
    """0: none."""
    days: tuple[tuple[int, int, int, int, int, int, int], ...]
    """Day from 0 for the first of the period, channel (0 tablet, 1 phone), then
    ratings by level 1 to 5. In the order of day and channel, each at most once."""


@dataclass(frozen=True, kw_only=True)
class PersonRatings:
    """Counted ratings of one person in the period: no days, since days tell shifts."""

    key: int
    service_type: int
    """Of most of their ratings; 0: none."""
    effective: float
    """Effective ratings A (docs/rules.md, step 7), rounded to six decimals."""
    mean: float
    """Mean points y, 0 to 100, rounded to six decimals."""
    variance: float
    """Sum of squares v about the mean (step 12), rounded to six decimals."""


@dataclass(frozen=True, kw_only=True)
class Satisfaction:
    """What one satisfaction gate of the award reads about a candidate."""

    rate: float | None
    """Percent, rounded to six decimals; None: nobody rated."""
    levels: tuple[int, int, int, int, int] | None
    """Ratings by level 1 to 5 behind it; None for people, and for the fair reading."""
    effective: float
    """Effective ratings, rounded to six decimals."""
    days: int
    """Days with ratings."""


@dataclass(frozen=True, kw_only=True)
class Votes:
    """What one electorate did about a candidate."""

    votes: int
    """Ballots that name the candidate."""
    ballots: int
    """Valid ballots for the award, also those that name nobody."""


@dataclass(frozen=True, kw_only=True)
class CandidateInputs:
    """What is known of a candidate when the numbers are computed."""

    key: int
    award: str
    number: int
    name: str
    unit: int
    unit_name: str
    window: int | None = None
    """Key among the windows, for awards to windows."""
    person: int | None = None
    """Key among the people, for awards to people."""
    windows: tuple[int, ...] = ()
    """Keys of the unit's windows, for awards to units and brands."""
    standing: bool = True
    """Whether it takes part; False: withdrawn, replaced or cancelled."""
    ended: str = ""
    """Why it takes no part; empty while it does."""
    vacates: bool = False
    """Whether the seat it held on the posted list stays empty: it was taken off, and
    the rules name nobody to follow."""
    unverified: float = 1.0
    """Share of its ratings that no service stands behind, 0 to 1, rounded to six
    decimals; 1 where nobody rated."""
    satisfaction: tuple[Satisfaction, ...] = ()
    """One for each satisfaction gate of the award, in the order of the rules."""
    knowledge: float | None = None
    """Percent; None: no result was entered."""
    complaints: int = 0
    """Complaints upheld in the period."""
    tasks_done: int = 0
    tasks_set: int = 0
    unit_vetoed: bool = False
    """Whether the unit left a task undone."""
    clearances: Mapping[str, bool] = field(default_factory=dict)
    """Whether an office stands against it, by the office's key; silent ones are not
    in here."""
    deductions: int | None = None
    """Points off by inspection; None: nobody inspected it."""
    jury: tuple[float, ...] = ()
    """Points of each juror, of as many as the criteria have together, in rising
    order: whose they are is not told."""
    votes: Mapping[str, Votes] = field(default_factory=dict)
    """By electorate; electorates with fewer than five ballots are not in here."""
    appraisal: float | None = None
    """Mean of the democratic appraisal, 0 to 100."""


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """A campaign at the moment its numbers are computed."""

    slug: str
    version: int
    """Of the rules."""
    rules: Rules
    day: date
    """The centre's day on which it is computed."""
    working_days: int
    """Days of the period that the centre works."""
    windows: tuple[WindowDays, ...]
    """Every window that was open in the period, by key: scores compare them all."""
    people: tuple[PersonRatings, ...]
    """Everybody who was rated in the period, by key."""
    candidates: tuple[CandidateInputs, ...]
    """By key."""
