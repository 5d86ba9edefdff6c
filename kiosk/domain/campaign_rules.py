"""The rules of a campaign as data: what a preset says and what is frozen at the start.

Everything here is read from TOML or JSON by `kiosk.domain.campaign_parse` and checked
by `kiosk.domain.campaign_check`. Percent and points are whole numbers unless said.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from kiosk.domain.campaign_kinds import (
    AwardKind,
    Change,
    GateKind,
    PartKind,
    Reading,
    StageKind,
    Tie,
)


@dataclass(frozen=True)
class Words:
    """The same words in both languages."""

    zh: str
    en: str

    def read(self, language: str) -> str:
        """Return the words in a language; Chinese where English is missing."""
        return self.en if language == "en" and self.en else self.zh


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A time in which something is open, first and last day included."""

    key: str
    kind: StageKind
    title: Words
    begins: date
    ends: date


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """One thing a candidate writes about and jurors score."""

    key: str
    title: Words
    points: int
    """Most points, from 1."""


@dataclass(frozen=True, kw_only=True)
class Gate:
    """A condition; which of the numbers it has follows from its kind."""

    kind: GateKind
    reading: Reading | None = None
    """Of satisfaction."""
    at_least: int | None = None
    """Percent, of satisfaction, knowledge and tasks."""
    at_most: int | None = None
    """Complaints upheld."""
    bound: bool = False
    """Whether the lower 95 % bound must reach it, not the rate itself."""
    minimum: int = 0
    """Effective ratings needed, else there is no rate."""
    days: int = 0
    """Days with ratings needed."""
    months: int = 0
    """Calendar months that end with the period; 0: the campaign's own period."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of the composite."""

    kind: PartKind
    weight: int
    """Percent; the parts of an award add up to 100."""


@dataclass(frozen=True, kw_only=True)
class Award:
    """What is awarded: to whom, how many, under which conditions, by which numbers."""

    key: str
    kind: AwardKind
    title: Words
    seats: int
    """Highest number of winners, from 1."""
    may_stay_empty: bool = True
    quota: int = 1
    """Candidates a unit may name; 0: any number."""
    copies: int = 1
    """Copies of the application form, 1 or 3."""
    choose: int = 0
    """Names an elector may choose; 0: as many as there are seats."""
    criteria: tuple[Criterion, ...] = ()
    gates: tuple[Gate, ...] = ()
    parts: tuple[Part, ...] = ()
    ties: tuple[Tie, ...] = (Tie.EFFECTIVE,)
    """In this order; the order of the candidates' numbers is the last resort."""
    change: Change = Change.CARRY
    replace: bool = True
    """Whether a unit may name another one instead of a withdrawn candidate."""
    succeed: bool = False
    """Whether the next in line follows where an award is cancelled."""

    @property
    def choices(self) -> int:
        """Names an elector may choose at most."""
        return self.choose or self.seats

    def has(self, kind: PartKind) -> bool:
        """Whether a part enters the composite."""
        return any(part.kind is kind for part in self.parts)


@dataclass(frozen=True, kw_only=True)
class Electorate:
    """People who vote, and how much their votes weigh together."""

    key: str
    title: Words
    weight: int
    """Percent; those of a campaign add up to 100."""


@dataclass(frozen=True, kw_only=True)
class SheetItem:
    """One thing an inspector looks at."""

    key: str
    title: Words
    deduction: int
    """Points off for each occurrence, from 1; 0: found or not, without points."""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A sheet that inspectors fill in."""

    key: str
    title: Words
    items: tuple[SheetItem, ...]


@dataclass(frozen=True, kw_only=True)
class Task:
    """What every unit has to do by a day."""

    key: str
    title: Words
    due: date


@dataclass(frozen=True, kw_only=True)
class Office:
    """An office outside that is asked before anybody is posted."""

    key: str
    title: Words


@dataclass(frozen=True, kw_only=True)
class Issuer:
    """Who signs, and where questions and objections go; empty until filled in."""

    name: str = ""
    """The issuing office under the notice."""
    address: str = ""
    contact: str = ""
    telephone: str = ""
    """For questions."""
    hotline: str = ""
    """For supervision."""


@dataclass(frozen=True, kw_only=True)
class Rules:
    """A whole campaign."""

    key: str
    title: Words
    purpose: Words
    organiser: Words
    participants: Words
    begins: date
    """First day whose ratings count."""
    ends: date
    """Last day whose ratings count."""
    stages: tuple[Stage, ...]
    awards: tuple[Award, ...]
    electorates: tuple[Electorate, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    tasks: tuple[Task, ...] = ()
    offices: tuple[Office, ...] = ()
    notice_days: int = 5
    """Working days in which objections are taken."""
    ruling_days: int = 5
    """Working days in which an objection is decided."""
    quorum: int = 0
    """Jurors who must have scored a candidate; 0: no jury."""
    principles: tuple[Words, ...] = ()
    issuer: Issuer = field(default_factory=Issuer)

    @property
    def first_day(self) -> date:
        """The day from which nothing of this changes silently."""
        return min(stage.begins for stage in self.stages)

    @property
    def last_day(self) -> date:
        """The last day of the last stage."""
        return max(stage.ends for stage in self.stages)

    def of_kind(self, kind: StageKind) -> tuple[Stage, ...]:
        """Return the stages of a kind, the earliest first."""
        found = (stage for stage in self.stages if stage.kind is kind)
        return tuple(sorted(found, key=lambda stage: (stage.begins, stage.ends)))

    def award(self, key: str) -> Award | None:
        """Return an award by its key, or None."""
        return _named(self.awards, key)

    def stage(self, key: str) -> Stage | None:
        """Return a stage by its key, or None."""
        return _named(self.stages, key)

    def electorate(self, key: str) -> Electorate | None:
        """Return an electorate by its key, or None."""
        return _named(self.electorates, key)


_Named = TypeVar("_Named", Award, Stage, Electorate)


def _named(among: Iterable[_Named], key: str) -> _Named | None:
    return next((each for each in among if each.key == key), None)
