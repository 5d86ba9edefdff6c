"""A clerk's own page: sums of the own ratings, and the days on duty."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import render_template

from kiosk.domain.levels import BEST_FIRST, Level
from kiosk.domain.own_figures import OwnWeeks, joined_weeks
from kiosk.domain.policy import Action
from kiosk.domain.small_groups import SMALLEST_GROUP
from kiosk.extensions import reading
from kiosk.queries.own import OwnClerk, OwnDuty, clerk_of_account, own_days, own_duty
from kiosk.web import access, current
from kiosk.web.access import may
from kiosk.web.filters import LEVEL_WORDS
from kiosk.web.manage.addresses import today
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.shift_pages import times

_WEEKS_BACK = timedelta(weeks=4)
_GROUPS_MOST = 26


@dataclass(frozen=True, kw_only=True)
class MinePage:
    """Own sums of five and more, and own days on duty; nobody else's."""

    clerk: OwnClerk | None
    """None: the account is linked to no clerk."""
    groups: Sequence[OwnWeeks]
    duty: Sequence[OwnDuty]
    zone: ZoneInfo
    least: int = SMALLEST_GROUP
    levels: tuple[tuple[Level, str], ...] = tuple(
        (level, LEVEL_WORDS[level]) for level in BEST_FIRST
    )

    def day(self, duty: OwnDuty) -> str:
        """Return the day of a shift."""
        return duty.span.start.astimezone(self.zone).date().isoformat()

    def times(self, duty: OwnDuty) -> str:
        """Return the times of a shift."""
        day = duty.span.start.astimezone(self.zone).date()
        return times(duty.span, day, self.zone)


@blueprint.get("/manage/mine")
@may(Action.SEE_OWN)
def mine() -> str:
    now, zone = current.now(), current.this_centre().zone
    since = datetime.combine(today() - _WEEKS_BACK, time(), zone)
    with reading() as session:
        clerk = clerk_of_account(session, access.person().id)
        groups = joined_weeks(own_days(session, clerk.id), today()) if clerk else []
        duty = own_duty(session, clerk.id, since, now) if clerk else []
    page = MinePage(clerk=clerk, groups=groups[:_GROUPS_MOST], duty=duty, zone=zone)
    return render_template("manage/mine.html", page=page)
