"""What the start page says of people who wait for a call."""

from collections.abc import Iterator

from flask import url_for
from flask_babel import gettext

from kiosk.extensions import reading
from kiosk.queries.case_calls import waiting_case_calls
from kiosk.queries.contacts import waiting
from kiosk.web.manage.calls import own_units
from kiosk.web.manage.duty_lines import Day, Duty


def waiting_calls(day: Day) -> Iterator[Duty]:
    """Yield how many people wait for a call; late ones first.

    Late is who has an answer and was not called in time, or has no case and has
    waited since an earlier day.
    """
    with reading() as session:
        hidden = own_units(session)
        others = waiting(session, day.centre.id, hidden)
        cases = waiting_case_calls(session, day.centre.id, hidden)
    count = others.count + cases.count
    if not count:
        return
    since = others.oldest
    late = since is not None and since.astimezone(day.centre.zone).date() < day.today
    overdue = cases.oldest is not None and cases.oldest <= day.now
    yield Duty(
        symbol="alert",
        name=gettext("Calls"),
        count=str(count),
        what=gettext("People who want to be called, or to be asked about an answer."),
        href=url_for("manage.calls"),
        button=gettext("View"),
        due=late or overdue,
        main=since is not None and not late and not overdue,
    )
