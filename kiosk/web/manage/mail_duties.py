"""What the start page says of notices that do not leave."""

from collections.abc import Iterator
from datetime import timedelta

from flask import url_for
from flask_babel import gettext

from kiosk.extensions import reading
from kiosk.queries.mail import mail_state
from kiosk.web import current
from kiosk.web.manage.duty_lines import Day, Duty

PATIENCE = timedelta(hours=1)
"""A mail server that was restarted has been tried again by then."""
_RECENT = timedelta(days=7)


def stuck_mail(day: Day) -> Iterator[Duty]:
    """Yield the notices that wait too long or were given up; nothing as a rule."""
    if not current.settings().smtp_host:
        return
    with reading() as session:
        state = mail_state(session, day.now - _RECENT)
    waits = state.since is not None and state.since <= day.now - PATIENCE
    if not waits and not state.given_up:
        return
    yield Duty(
        symbol="alert",
        name=gettext("Notices by e-mail"),
        count=str(state.given_up + (state.waiting if waits else 0)),
        what=gettext("Notices do not leave. See what the mail server says."),
        href=url_for("manage.mail"),
        button=gettext("View"),
        due=waits,
    )
