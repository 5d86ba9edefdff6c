"""What the start page says of held ratings that wait for reviewers."""

from collections.abc import Iterator

from flask import url_for
from flask_babel import gettext

from kiosk.domain.holds import DECIDE_DAYS
from kiosk.extensions import reading
from kiosk.queries.calendar import work_calendar
from kiosk.queries.hold_reviews import hold_lines
from kiosk.web.access import person
from kiosk.web.manage.calls import own_units
from kiosk.web.manage.duty_lines import Day, Duty


def waiting_holds(day: Day) -> Iterator[Duty]:
    """Yield how many heaps wait for this person; late after five working days."""
    with reading() as session:
        found = hold_lines(session, day.centre.id, own_units(session))
        waiting = [line for line in found if line.proposed_by != person().id]
        if not waiting:
            return
        since = waiting[0].made_at.astimezone(day.centre.zone).date()
        calendar = work_calendar(session, day.centre.id, since, day.today)
    yield Duty(
        symbol="alert",
        name=gettext("Held ratings"),
        count=str(len(waiting)),
        what=gettext("Two people decide within five working days whether they count."),
        href=url_for("manage.holds"),
        button=gettext("View"),
        due=day.today > calendar.after(since, DECIDE_DAYS),
    )
