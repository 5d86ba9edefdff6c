"""Ratings for boards: days of history at once, and who is on the board."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta

from sqlalchemy import event

from kiosk.domain.board import board_period
from kiosk.domain.intake import Channel
from kiosk.extensions import db, reading, transaction, write
from kiosk.queries.board import Board, BoardRow, compute_board
from kiosk.queries.places import only_centre
from kiosk.services.past_ratings import record_history
from tests.builders import make_window
from tests.screens import HALL, ZONE, past_tap

WHOLE_DAY = (5,) * 8
"""Ratings of a good day; six such days list a window."""


def open_window(number: str, **more: str) -> int:
    """Open a window and return its key."""
    with transaction() as session:
        return make_window(session, number, **more).id


def past_day(
    window_id: int,
    day: date,
    levels: Sequence[int] = WHOLE_DAY,
    channel: Channel = Channel.TABLET,
) -> None:
    """Keep one rating for each level, a minute apart from ten o'clock."""
    ten = datetime.combine(day, time(10), ZONE)
    taps = [
        past_tap(window_id, level, ten + timedelta(minutes=nth), channel=channel)
        for nth, level in enumerate(levels)
    ]
    write(lambda connection: record_history(connection, taps, HALL, ten, "test"))


def past_days(
    window_id: int,
    today: date,
    levels: Sequence[int] = WHOLE_DAY,
    days: Sequence[int] = range(1, 7),
) -> None:
    """Keep the same day again and again, so many days before today each."""
    for ago in days:
        past_day(window_id, today - timedelta(days=ago), levels)


def listed_window(number: str, today: date, bad: int = 0, **more: str) -> int:
    """Open a window that is listed; each of its six days has `bad` 4s among the 5s."""
    window_id = open_window(number, **more)
    past_days(window_id, today, (4,) * bad + (5,) * (len(WHOLE_DAY) - bad))
    return window_id


def board_at(now: datetime) -> Board:
    with reading() as session:
        return compute_board(session, only_centre(session), now)


def rows_at(now: datetime) -> dict[str, BoardRow]:
    """Return the board's rows by window number."""
    return {row.window: row for row in board_at(now).rows}


def first_day(now: datetime) -> date:
    return board_period(now.astimezone(ZONE).date()).first


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect the SELECTs that reach the database meanwhile."""
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        if statement.lstrip().startswith("SELECT"):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
