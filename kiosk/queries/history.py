"""What past ratings are read against: a centre's windows by number, and its clerks."""

from collections import defaultdict

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from kiosk.domain.history import NumberedWindow
from kiosk.domain.history_clerks import KnownClerk, KnownClerks
from kiosk.models import Clerk, Window


def numbered_windows(
    reader: Connection | Session, centre_id: int
) -> dict[str, list[NumberedWindow]]:
    """Return the windows that bear or bore each number, the open one last."""
    rows = reader.execute(
        select(Window.number, Window.id, Window.closed_on)
        .where(Window.centre_id == centre_id)
        # Engines disagree on where NULL sorts.
        .order_by(Window.closed_on.is_(None), Window.closed_on, Window.id)
    )
    windows = defaultdict(list)
    for number, window_id, closed_on in rows:
        windows[number].append(NumberedWindow(window_id, closed_on))
    return dict(windows)


def known_clerks(reader: Connection | Session, centre_id: int) -> KnownClerks:
    """Return all clerks of the centre, those who have left too."""
    rows = reader.execute(
        select(
            Clerk.id, Clerk.name, Clerk.badge, Clerk.started_on, Clerk.ended_on
        ).where(Clerk.centre_id == centre_id)
    )
    return KnownClerks(KnownClerk(*row) for row in rows)
