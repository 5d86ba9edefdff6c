"""A system outside that is told of bad ratings, and a visitor whom a clerk counted."""

from datetime import date, datetime, timedelta
from uuid import UUID

from kiosk.extensions import transaction
from kiosk.services.counter import call_next
from kiosk.services.served import Press
from tests.webhooks import make_hook, make_system, queue

PRESS = UUID(int=7, version=4)


def make_systems(clerk: object, window: int, now: datetime) -> dict[str, object]:
    """Return the system, its address, a message to it, and the clerk's last press."""
    system = make_system(now=now)
    hook = make_hook(system, now=now).id
    [message] = queue(hook, now=now, next_try_at=None, trouble="timeout")
    with transaction() as session:
        press = Press(PRESS, int(str(clerk)), window, _day(now))
        call_next(session, press, now, timedelta(days=5))
    return {
        "/manage/integrations key": system,
        "hook": hook,
        "message": message,
        "press": PRESS,
    }


def _day(now: datetime) -> date:
    """Return the day in Shanghai, which has no summer time."""
    return (now + timedelta(hours=8)).date()
