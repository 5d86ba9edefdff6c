"""What past ratings are read against: every window of a centre by its number."""

from collections import defaultdict

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from kiosk.domain.history import NumberedWindow
from kiosk.models import Window


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
