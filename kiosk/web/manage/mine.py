"""A clerk's own page: who was served, sums of own ratings, the days on duty."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from http import HTTPStatus
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from flask import Response, make_response, render_template, request
from flask_babel import gettext

from kiosk.domain.errors import sentence
from kiosk.domain.levels import BEST_FIRST, Level
from kiosk.domain.own_figures import OwnWeeks, joined_weeks
from kiosk.domain.policy import Action
from kiosk.domain.small_groups import SMALLEST_GROUP
from kiosk.extensions import reading
from kiosk.queries.case_clerk import OwnCase, own_cases
from kiosk.queries.counter import last_visit
from kiosk.queries.own import OwnClerk, OwnDuty, clerk_of_account, own_days, own_duty
from kiosk.queries.served import Counter, counter_of
from kiosk.web import access, current
from kiosk.web.access import may
from kiosk.web.case_words import cause_words, state_words
from kiosk.web.filters import LEVEL_WORDS
from kiosk.web.manage.addresses import today
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.shift_pages import times
from kiosk.web.manage.visits import ShownVisit, shown_visit

_WEEKS_BACK = timedelta(weeks=4)
_GROUPS_MOST = 26
DONE = {
    "counted": sentence("Counted."),
    "again": sentence("This press was counted before; nothing was added."),
    "back": sentence("The last one is taken back."),
}


@dataclass(frozen=True, kw_only=True)
class MinePage:
    """The counter, own sums of five and more, own days on duty; nobody else's."""

    clerk: OwnClerk | None
    """None: the account is linked to no clerk."""
    groups: Sequence[OwnWeeks]
    duty: Sequence[OwnDuty]
    cases: Sequence[OwnCase]
    """About the clerk, without who they came from."""
    zone: ZoneInfo
    counter: Counter | None
    """None: the clerk is on duty nowhere now."""
    visit: ShownVisit | None
    """The visitor counted last, as long as their code is shown."""
    press: UUID
    """One-time id of the counter's next press."""
    done: str = ""
    refusal: str = ""
    """Why nothing was counted."""
    least: int = SMALLEST_GROUP
    levels: tuple[tuple[Level, str], ...] = tuple(
        (level, LEVEL_WORDS[level]) for level in BEST_FIRST
    )

    def day(self, duty: OwnDuty) -> date:
        """Return the day of a shift."""
        return duty.span.start.astimezone(self.zone).date()

    def times(self, duty: OwnDuty) -> str:
        """Return the times of a shift."""
        return times(duty.span, self.day(duty), self.zone)

    def cause(self, case: OwnCase) -> str:
        """Return what a case is about."""
        return cause_words(case.cause)

    def case_state(self, case: OwnCase) -> str:
        """Return where a case stands."""
        return state_words(case.state)


@blueprint.get("/manage/mine")
@may(Action.SEE_OWN)
def mine() -> Response:
    return own_page()


def own_page(refusal: str = "") -> Response:
    """Answer with the own page; `refusal` says why nothing was counted."""
    now, day, zone = current.now(), today(), current.this_centre().zone
    since = datetime.combine(day - _WEEKS_BACK, time(), zone)
    with reading() as session:
        clerk = clerk_of_account(session, access.person().id)
        groups = joined_weeks(own_days(session, clerk.id), day) if clerk else []
        duty = own_duty(session, clerk.id, since, now) if clerk else []
        cases = own_cases(session, access.person().id)
        counter = counter_of(session, clerk.id, now, day) if clerk else None
        visit = last_visit(session, clerk.id, day, now) if clerk else None
    done = DONE.get(request.args.get("done", ""), "")
    page = MinePage(
        clerk=clerk,
        groups=groups[:_GROUPS_MOST],
        duty=duty,
        cases=cases,
        zone=zone,
        counter=counter,
        visit=shown_visit(visit) if visit else None,
        press=uuid4(),
        done=gettext(done) if done else "",
        refusal=refusal,
    )
    status = HTTPStatus.CONFLICT if refusal else HTTPStatus.OK
    return make_response(render_template("manage/mine.html", page=page), status)
