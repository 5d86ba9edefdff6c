"""Figures of cases: shares that always carry what they are shares of.

Only what is done or due counts: a case whose day has not come yet is neither a
success nor a failure. In time is before the moment due; rules: docs/rules.md,
"Figures of cases".
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from kiosk.domain.cases import Answer, CallOutcome, CaseState, Second, Source


@dataclass(frozen=True)
class Rate:
    """A share: `part` of `whole`, both counts of cases."""

    part: int
    whole: int

    @property
    def percent(self) -> float | None:
        """Share in percent, 0 to 100; None of nothing."""
        return 100 * self.part / self.whole if self.whole else None


@dataclass(frozen=True)
class Amount:
    """Cases, and the ratings that are in them."""

    cases: int
    ratings: int


@dataclass(frozen=True)
class Change:
    """A share beside the same share of the month before 环比."""

    now: Rate
    before: Rate

    @property
    def points(self) -> float | None:
        """Difference in points of percent; None where one of them is of nothing."""
        now, before = self.now.percent, self.before.percent
        return None if now is None or before is None else now - before


@dataclass(frozen=True, kw_only=True)
class CaseFact:
    """What figures need to know of one case: codes and moments, no words."""

    source: Source
    unit_id: int
    cause: int = 0
    ratings: int = 0
    """Ratings that it answers."""
    state: CaseState = CaseState.WAITING
    late: bool = False
    """Whether it was ever overdue and went up a level."""
    paused: bool = False
    accept_due: datetime
    answer_due: datetime
    rectify_due: datetime
    second_due: datetime | None = None
    accepted_at: datetime | None = None
    answered_at: datetime | None = None
    answer: str = ""
    rectified_at: datetime | None = None
    contact: bool = False
    """Whether its citizen left a contact and did not take it back."""
    called_at: datetime | None = None
    call_outcome: str = ""
    second: int | None = None
    reopened: bool = False
    appeals: int = 0
    """Appeals that were made, by either side."""
    appeals_decided: int = 0
    appeals_upheld: int = 0


@dataclass(frozen=True, kw_only=True)
class SecondRatings:
    """What citizens made of answers whose time to be rated is over."""

    content: int
    fairly: int
    not_content: int
    unrated: int
    """Nobody said anything; never taken for contentment."""

    @property
    def rated(self) -> int:
        """How many were rated."""
        return self.content + self.fairly + self.not_content

    @property
    def rate(self) -> Rate:
        """Rated, of all whose time is over."""
        return Rate(self.rated, self.rated + self.unrated)

    @property
    def satisfied(self) -> Rate:
        """Content or fairly content, of the rated."""
        return Rate(self.content + self.fairly, self.rated)


@dataclass(frozen=True, kw_only=True)
class Figures:
    """How a group of cases was handled, at one moment."""

    by_source: Mapping[Source, Amount]
    by_cause: Mapping[int, Amount]
    """By aspect 1 to 4; 0: none was named."""
    accepted: Rate
    """In time, of those accepted or due."""
    answered: Rate
    """In time, of those answered or due."""
    rectified: Rate
    """Done, of those promised that are done or due."""
    rectified_in_time: Rate
    called: Rate
    """Called, of the answered that left a contact and whose call is made or due."""
    unreached: int
    """Called twice in vain; counted as called."""
    second: SecondRatings
    reopened: Rate
    """Of all that were ever answered."""
    raised: Rate
    """Went up a level because it was overdue, of all."""
    appeals: int
    upheld: Rate
    """Appeals upheld, of those decided."""

    @property
    def cases(self) -> int:
        """All cases."""
        return sum(amount.cases for amount in self.by_source.values())

    @property
    def ratings(self) -> int:
        """Ratings in them."""
        return sum(amount.ratings for amount in self.by_source.values())


def case_figures(facts: Iterable[CaseFact], now: datetime) -> Figures:
    """Return the figures of these cases as they stand at `now`."""
    known = list(facts)
    promised = [fact for fact in known if fact.answer == Answer.RECTIFIED]
    return Figures(
        by_source=_by_source(known),
        by_cause=_by_cause(known),
        accepted=_in_time(
            (fact.accepted_at, fact.accept_due, False, now) for fact in known
        ),
        answered=_in_time(
            (fact.answered_at, fact.answer_due, fact.paused, now) for fact in known
        ),
        rectified=_rectified(promised, now),
        rectified_in_time=_in_time(
            (fact.rectified_at, fact.rectify_due, False, now) for fact in promised
        ),
        called=_called(known, now),
        unreached=_count(known, _unreached),
        second=_second_ratings(known, now),
        reopened=_reopened(known),
        raised=Rate(_count(known, lambda fact: fact.late), len(known)),
        appeals=sum(fact.appeals for fact in known),
        upheld=Rate(
            sum(fact.appeals_upheld for fact in known),
            sum(fact.appeals_decided for fact in known),
        ),
    )


Deadline = tuple[datetime | None, datetime, bool, datetime]
"""When it was done, when it is due, whether its clock stands still, and now."""


def figures_by_unit(facts: Iterable[CaseFact], now: datetime) -> dict[int, Figures]:
    """Return the figures of each unit that has a case, by key."""
    groups: dict[int, list[CaseFact]] = {}
    for fact in facts:
        groups.setdefault(fact.unit_id, []).append(fact)
    return {unit: case_figures(group, now) for unit, group in groups.items()}


def _in_time(steps: Iterable[Deadline]) -> Rate:
    part = whole = 0
    for done, due, stands, now in steps:
        if done is not None or (not stands and due <= now):
            whole += 1
            part += done is not None and done < due
    return Rate(part, whole)


def _rectified(promised: list[CaseFact], now: datetime) -> Rate:
    done = _count(promised, lambda fact: fact.rectified_at is not None)
    late = _count(
        promised, lambda fact: fact.rectified_at is None and fact.rectify_due <= now
    )
    return Rate(done, done + late)


def _called(facts: list[CaseFact], now: datetime) -> Rate:
    done = _count(facts, lambda fact: fact.called_at is not None)
    missed = _count(facts, lambda fact: _call_missed(fact, now))
    return Rate(done, done + missed)


def _call_missed(fact: CaseFact, now: datetime) -> bool:
    """Whether somebody who left a contact should have been called by now.

    Whoever rates the answer before the call has said what a call would ask.
    """
    waits = fact.contact and fact.answered_at is not None and fact.called_at is None
    return waits and fact.second is None and _over(fact, now)


def _unreached(fact: CaseFact) -> bool:
    return fact.call_outcome == CallOutcome.NOT_REACHED and fact.called_at is not None


def _over(fact: CaseFact, now: datetime) -> bool:
    """Whether nothing more is waited for after the answer."""
    due = fact.second_due
    return fact.state is CaseState.CLOSED or (due is not None and due <= now)


def _second_ratings(facts: list[CaseFact], now: datetime) -> SecondRatings:
    answered = [fact for fact in facts if fact.answered_at is not None]
    return SecondRatings(
        content=_count(answered, lambda fact: fact.second == Second.CONTENT),
        fairly=_count(answered, lambda fact: fact.second == Second.FAIRLY),
        not_content=_count(answered, lambda fact: fact.second == Second.NOT),
        unrated=_count(answered, lambda fact: fact.second is None and _over(fact, now)),
    )


def _reopened(facts: list[CaseFact]) -> Rate:
    again = _count(facts, lambda fact: fact.reopened)
    once = _count(facts, lambda fact: not fact.reopened and bool(fact.answered_at))
    return Rate(again, again + once)


def _by_source(facts: list[CaseFact]) -> dict[Source, Amount]:
    return {
        source: _amount(fact for fact in facts if fact.source is source)
        for source in Source
    }


def _by_cause(facts: list[CaseFact]) -> dict[int, Amount]:
    causes = sorted({fact.cause for fact in facts})
    return {
        cause: _amount(fact for fact in facts if fact.cause == cause)
        for cause in causes
    }


def _amount(facts: Iterable[CaseFact]) -> Amount:
    ratings = [fact.ratings for fact in facts]
    return Amount(len(ratings), sum(ratings))


def _count(facts: Iterable[CaseFact], holds: Callable[[CaseFact], bool]) -> int:
    return sum(holds(fact) for fact in facts)
