"""What the start page says at the beginning of a month: the last one's report."""

from collections.abc import Iterator

from flask import url_for
from flask_babel import gettext

from kiosk.domain.months import month_of
from kiosk.extensions import reading
from kiosk.queries.case_figures import Seen, has_cases
from kiosk.web.manage.case_report_pages import month_words
from kiosk.web.manage.case_sides import standing
from kiosk.web.manage.duty_lines import Day, Duty

DAYS_TOLD = 7
"""Days of a month on which the report of the last one is pointed at."""


def ready_report(day: Day) -> Iterator[Duty]:
    """Yield the report of the month that is just over, where it had cases."""
    if day.today.day > DAYS_TOLD:
        return
    month = month_of(day.today).before
    with reading() as session:
        who = standing(session)
        seen = Seen(who.units, who.hidden)
        there = has_cases(session, day.centre.id, month.period, seen)
    if there:
        yield Duty(
            symbol="print",
            name=gettext("Monthly report"),
            what=gettext(
                "The report on cases of %(month)s is ready.", month=month_words(month)
            ),
            href=url_for("manage.cases_report", month=str(month)),
            button=gettext("View"),
        )
