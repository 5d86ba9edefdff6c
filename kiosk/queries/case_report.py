"""What a month's report says beside the cases: ratings, reasons, and examples."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from kiosk.domain.board import Period
from kiosk.domain.case_figures import Figures, case_figures, figures_by_unit
from kiosk.domain.case_texts import TextKind
from kiosk.domain.intake import RatingState
from kiosk.domain.levels import Level
from kiosk.domain.reasons import BAD_REASONS, Aspect, aspect_number
from kiosk.domain.served import Response
from kiosk.domain.small_groups import shown_count
from kiosk.models import (
    Case,
    CaseRating,
    CaseText,
    Placement,
    Rating,
    ServedDay,
    TallyDay,
    TallyReason,
    Window,
)
from kiosk.queries.case_figures import Seen, case_facts
from kiosk.queries.contacts import standing_ratings

_WEEK = timedelta(days=7)
_COUNTS = [getattr(TallyDay, f"c{level}") for level in sorted(Level)]
_WAITING = [getattr(TallyDay, f"p{level}") for level in sorted(Level)]
_BAD = [reason.number for reason in BAD_REASONS] + [
    aspect_number(aspect, bad=True) for aspect in Aspect
]


@dataclass(frozen=True)
class UnitRatings:
    """Counted ratings of a unit's windows in a period."""

    levels: tuple[int, int, int, int, int]
    """By level 1 to 5, those that scores and rates may tell."""
    bad: int
    """Bad ones, as counted at this moment."""
    response: Response
    """Beside the people served, on days on which these were counted."""

    @property
    def shown(self) -> int | None:
        """How many; None where they are too few to be told of."""
        return shown_count(sum(self.levels))

    def __add__(self, other: "UnitRatings") -> "UnitRatings":
        """Return both together."""
        first, second = self.response, other.response
        levels = [a + b for a, b in zip(self.levels, other.levels, strict=True)]
        one, two, three, four, five = levels
        return UnitRatings(
            (one, two, three, four, five),
            self.bad + other.bad,
            Response(first.ratings + second.ratings, first.served + second.served),
        )


NO_RATINGS = UnitRatings((0, 0, 0, 0, 0), 0, Response(0, 0))


@dataclass(frozen=True)
class Example:
    """A matter told again by the writer of the report."""

    number: str
    """Of the case."""
    unit_id: int
    cause: int
    words: str


@dataclass(frozen=True, kw_only=True)
class MonthView:
    """All that a month's report tells, by key of the unit where it is by unit."""

    whole: Figures
    units: Mapping[int, Figures]
    ratings: Mapping[int, UnitRatings]
    in_cases: Mapping[int, int]
    """Counted bad ratings that are in some case."""
    reasons: Sequence[tuple[int, int]]
    examples: Sequence[Example]


def month_view(
    session: Session, centre_id: int, period: Period, seen: Seen, now: datetime
) -> MonthView:
    """Return what a report tells of a period, in eight statements."""
    facts = case_facts(session, centre_id, period, seen)
    return MonthView(
        whole=case_figures(facts, now),
        units=figures_by_unit(facts, now),
        ratings=unit_ratings(session, centre_id, period, seen),
        in_cases=bad_in_cases(session, centre_id, period, seen),
        reasons=bad_reasons(session, centre_id, period, seen),
        examples=examples(session, centre_id, period, seen),
    )


def unit_ratings(
    session: Session, centre_id: int, period: Period, seen: Seen
) -> dict[int, UnitRatings]:
    """Return the counted ratings of a period by unit, in two statements."""
    cells = session.execute(
        select(
            Placement.unit_id,
            *(func.sum(c - p) for c, p in zip(_COUNTS, _WAITING, strict=True)),
            func.sum(_COUNTS[0] + _COUNTS[1]),
        )
        .join(Window, Window.id == TallyDay.window_id)
        .join(Placement, _then(TallyDay.window_id, TallyDay.day))
        .where(
            Window.centre_id == centre_id,
            TallyDay.day.between(period.first, period.last),
            TallyDay.state == int(RatingState.COUNTED),
            seen.holds(Placement.unit_id),
        )
        .group_by(Placement.unit_id)
    )
    responses = _responses(session, centre_id, period, seen)
    return {
        unit: UnitRatings(
            (int(one), int(two), int(three), int(four), int(five)),
            int(bad),
            responses.get(unit, NO_RATINGS.response),
        )
        for unit, one, two, three, four, five, bad in cells
    }


def bad_in_cases(
    session: Session, centre_id: int, period: Period, seen: Seen
) -> dict[int, int]:
    """Return by unit how many counted bad ratings of a period are in some case.

    A case keeps the rating that it was opened with; what counts is the opinion that
    stands for it now. A joined case covers a week, which may begin in another month.
    """
    first, last = period.first - _WEEK, period.last + _WEEK
    stands = standing_ratings(
        select(CaseRating.rating_id.label("id"))
        .join(Case, Case.id == CaseRating.case_id)
        .where(
            Case.centre_id == centre_id,
            Case.received_on.between(first, last),
        )
    )
    rows = session.execute(
        select(Placement.unit_id, func.count(Rating.id.distinct()))
        .join(stands, stands.c.id == Rating.id)
        .join(Placement, _then(Rating.window_id, Rating.day))
        .where(
            Rating.state == int(RatingState.COUNTED),
            Rating.level <= int(Level.DISSATISFIED),
            Rating.day.between(period.first, period.last),
            seen.holds(Placement.unit_id),
        )
        .group_by(Placement.unit_id)
    )
    return dict(rows.tuples().all())


def bad_reasons(
    session: Session, centre_id: int, period: Period, seen: Seen
) -> list[tuple[int, int]]:
    """Return number and count of the bad reasons of a period, the most often first.

    Reasons that fewer than five visitors gave are left out.
    """
    n = func.sum(TallyReason.n)
    rows = session.execute(
        select(TallyReason.reason, n)
        .join(Window, Window.id == TallyReason.window_id)
        .join(Placement, _then(TallyReason.window_id, TallyReason.day))
        .where(
            Window.centre_id == centre_id,
            TallyReason.day.between(period.first, period.last),
            TallyReason.state == int(RatingState.COUNTED),
            TallyReason.reason.in_(_BAD),
            seen.holds(Placement.unit_id),
        )
        .group_by(TallyReason.reason)
        .order_by(n.desc(), TallyReason.reason)
    )
    return [(reason, int(count)) for reason, count in rows if shown_count(int(count))]


def examples(
    session: Session, centre_id: int, period: Period, seen: Seen
) -> Sequence[Example]:
    """Return the examples of the cases of a period, by number of the case.

    Only what a writer told again; the citizens' own words are never among them.
    """
    rows = session.execute(
        select(Case.number, Case.unit_id, Case.cause, CaseText.words)
        .join(Case, Case.id == CaseText.case_id)
        .where(
            Case.centre_id == centre_id,
            Case.received_on.between(period.first, period.last),
            CaseText.kind == str(TextKind.EXAMPLE),
            CaseText.erased_at.is_(None),
            seen.holds(Case.unit_id),
        )
        .order_by(Case.id, CaseText.id)
    )
    return [Example(*row) for row in rows]


def _responses(
    session: Session, centre_id: int, period: Period, seen: Seen
) -> dict[int, Response]:
    counted = (
        select(func.sum(sum(_COUNTS[1:], _COUNTS[0])))
        .where(
            TallyDay.window_id == ServedDay.window_id,
            TallyDay.day == ServedDay.day,
            TallyDay.state == int(RatingState.COUNTED),
        )
        .correlate(ServedDay)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            Placement.unit_id,
            func.sum(func.coalesce(counted, 0)),
            func.sum(ServedDay.n),
        )
        .join(Window, Window.id == ServedDay.window_id)
        .join(Placement, _then(ServedDay.window_id, ServedDay.day))
        .where(
            Window.centre_id == centre_id,
            ServedDay.day.between(period.first, period.last),
            ServedDay.n > 0,
            seen.holds(Placement.unit_id),
        )
        .group_by(Placement.unit_id)
    )
    return {unit: Response(int(ratings), int(n)) for unit, ratings, n in rows}


def _then(window_id: Any, day: Any) -> Any:
    return and_(
        Placement.window_id == window_id,
        Placement.starts_on <= day,
        or_(Placement.ends_on.is_(None), Placement.ends_on > day),
    )
