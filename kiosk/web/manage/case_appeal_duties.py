"""What the start page says of appeals that wait for two people outside the unit."""

from collections.abc import Iterator

from flask import url_for
from flask_babel import gettext

from kiosk.domain.case_appeals import RULE_DAYS
from kiosk.extensions import reading
from kiosk.queries.calendar import work_calendar
from kiosk.queries.case_appeals import appeal_lines
from kiosk.web.access import person
from kiosk.web.manage.case_appeals import hidden_units
from kiosk.web.manage.case_sides import standing
from kiosk.web.manage.duty_lines import Day, Duty


def waiting_appeals(day: Day) -> Iterator[Duty]:
    """Yield how many appeals wait for this person; late after five working days."""
    with reading() as session:
        hidden = hidden_units(standing(session))
        found = appeal_lines(session, day.centre.id, hidden)
        waiting = [line for line in found if line.proposed_by != person().id]
        if not waiting:
            return
        since = waiting[0].filed_at.astimezone(day.centre.zone).date()
        calendar = work_calendar(session, day.centre.id, since, day.today)
    yield Duty(
        symbol="alert",
        name=gettext("Appeals"),
        count=str(len(waiting)),
        what=gettext("Two people outside the unit decide within five working days."),
        href=url_for("manage.appeals"),
        button=gettext("View"),
        due=day.today > calendar.after(since, RULE_DAYS),
    )
