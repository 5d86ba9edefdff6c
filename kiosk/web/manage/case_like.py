"""Like cases at the same window, the look-back side by side, and the example."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol

from sqlalchemy.orm import Session

from kiosk.domain.board import Period
from kiosk.domain.case_examples import EXAMPLE_MOST
from kiosk.domain.case_periods import Clock
from kiosk.domain.cases import Side
from kiosk.domain.cause_counts import (
    LIKE_DAYS,
    NO_COUNT,
    CauseCount,
    like_period,
    look_back_periods,
    middle_share,
)
from kiosk.domain.policy import Action
from kiosk.domain.small_groups import SMALLEST_GROUP
from kiosk.queries.case_like import cause_counts, example_of
from kiosk.web import current
from kiosk.web.access import allowed
from kiosk.web.case_words import cause_words
from kiosk.web.forms import Form
from kiosk.web.manage.case_sides import standing

EXAMPLE = "example"
"""Name of the field."""


class KnownCase(Protocol):
    """What is needed of a case; the columns of kiosk.models.Case."""

    @property
    def id(self) -> int:
        """Key of the case."""

    @property
    def centre_id(self) -> int:
        """Key of the centre."""

    @property
    def unit_id(self) -> int:
        """Whose it is to answer."""

    @property
    def window_id(self) -> int | None:
        """Where it came from."""

    @property
    def cause(self) -> int:
        """Aspect, or 0."""

    @property
    def answered_at(self) -> datetime | None:
        """Since when its answer stands."""

    @property
    def look_back_on(self) -> date | None:
        """When the measure is looked at again."""


@dataclass(frozen=True)
class Reading:
    """A count of some days as the person may see it."""

    period: Period
    count: CauseCount | None
    """None: so few that a unit is not shown them."""


@dataclass(frozen=True, kw_only=True)
class LikePart:
    """What else was said at the window of a case, and how reports tell of the case."""

    case_id: int
    cause: str
    """In words; "" where none was named, and bad ratings are counted."""
    here: Reading | None
    """The last days at this window; None for a case of no window."""
    middle: float | None
    """Median of the centre's windows in these days, times in a hundred ratings."""
    before: Reading | None = None
    """Before the answer; None where no look-back is planned."""
    since: Reading | None = None
    form: Form
    """The example, to be written or changed."""
    may_write: bool = False
    example_most: int = EXAMPLE_MOST
    smallest: int = SMALLEST_GROUP
    days: int = LIKE_DAYS


def like_part(session: Session, case: KnownCase, clock: Clock) -> LikePart:
    """Return what a case's page shows of like cases, in at most seven statements.

    Raises NotOpen for whoever has no side in the case.
    """
    unit_side = standing(session).side(case.unit_id) is Side.UNIT
    about = LikePart(
        case_id=case.id,
        cause=cause_words(case.cause) if case.cause else "",
        here=None,
        middle=None,
        form=Form({EXAMPLE: example_of(session, case.id)}, (EXAMPLE,)),
        may_write=allowed(Action.WORK_CASES),
    )
    if case.window_id is None:
        return about
    today = clock.day(current.now())
    period = like_period(today)
    counts = cause_counts(session, case.centre_id, case.cause, period)
    here = counts.get(case.window_id, NO_COUNT)
    before, since = _look_back(session, case, clock, unit_side=unit_side)
    return replace(
        about,
        here=_reading(period, here, unit_side=unit_side),
        middle=middle_share(counts.values()),
        before=before,
        since=since,
    )


def _look_back(
    session: Session, case: KnownCase, clock: Clock, *, unit_side: bool
) -> tuple[Reading | None, Reading | None]:
    if case.answered_at is None or case.look_back_on is None:
        return None, None
    answered_on, today = clock.day(case.answered_at), clock.day(current.now())
    before, since = look_back_periods(answered_on, case.look_back_on, today)

    def read(period: Period) -> Reading:
        found = cause_counts(
            session, case.centre_id, case.cause, period, case.window_id
        )
        count = next(iter(found.values()), NO_COUNT)
        return _reading(period, count, unit_side=unit_side)

    return read(before), None if since is None else read(since)


def _reading(period: Period, count: CauseCount, *, unit_side: bool) -> Reading:
    hidden = unit_side and not count.is_shown
    return Reading(period, None if hidden else count)
