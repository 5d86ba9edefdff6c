"""How many statements an act costs, counted where they reach the driver."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from kiosk.extensions import db

_SURROUNDINGS = ("BEGIN", "PRAGMA")


@contextmanager
def statements() -> Iterator[list[str]]:
    """Yield a list that fills with the statements of the body."""
    said: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        if not statement.startswith(_SURROUNDINGS):
            said.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
