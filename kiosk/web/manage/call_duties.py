"""What the start page says of people who wait for a call."""

from collections.abc import Iterator

from flask import url_for
from flask_babel import gettext

from kiosk.extensions import reading
from kiosk.queries.contacts import waiting
from kiosk.web.manage.calls import own_units
from kiosk.web.manage.duty_lines import Day, Duty


def waiting_calls(day: Day) -> Iterator[Duty]:
    """Yield how many people wait for a call; late ones from an earlier day."""
    with reading() as session:
        found = waiting(session, day.centre.id, own_units(session))
    if found.oldest is not None:
        since = found.oldest.astimezone(day.centre.zone).date()
        yield Duty(
            symbol="alert",
            name=gettext("Calls"),
            count=str(found.count),
            what=gettext("People who gave a bad rating and want to be called."),
            href=url_for("manage.calls"),
            button=gettext("View"),
            due=since < day.today,
            main=since == day.today,
        )
