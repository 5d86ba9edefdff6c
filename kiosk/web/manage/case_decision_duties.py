"""What the start page says of cases whose units ask for a decision."""

from collections.abc import Iterator

from flask import url_for
from flask_babel import gettext

from kiosk.extensions import reading
from kiosk.queries.case_decisions import waiting_decisions
from kiosk.web.manage.case_sides import standing
from kiosk.web.manage.duty_lines import Day, Duty


def asked_decisions(day: Day) -> Iterator[Duty]:
    """Yield how many decisions are asked of the person; late ones are overdue."""
    with reading() as session:
        found = waiting_decisions(session, day.centre.id, standing(session).own)
    if found.first is None or found.due is None:
        return
    yield Duty(
        symbol="alert",
        name=gettext("Decisions about cases"),
        count=str(found.count),
        what=gettext("Units hold a case for unfounded; somebody outside decides."),
        href=url_for("manage.case_page", key=found.first),
        button=gettext("Decide"),
        due=found.due <= day.now,
    )
