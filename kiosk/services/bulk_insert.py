"""Many ratings at once: inserted where their id is new, told apart by the database."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Column,
    Connection,
    String,
    Text,
    bindparam,
    column,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import TypeEngine

from kiosk.models import Rating, table_of

_rating = table_of(Rating)
_GIVEN = [each for each in _rating.columns if each is not _rating.c.id]


def insert_new(
    connection: Connection, rows: Sequence[Mapping[str, Any]]
) -> dict[UUID, int]:
    """Insert rating rows whose `event_id` is new; return the keys of just these.

    `rows` hold every column but the key, and no `event_id` twice. Of two
    transactions that bring one id, the second waits and then leaves it out.
    """
    if connection.dialect.name == "postgresql":
        # One array a column: a statement with a place for each value of each row
        # took its driver longer to read than all the rest of the work.
        arrays = {each.name: [row[each.name] for row in rows] for each in _GIVEN}
        inserted = connection.execute(_FROM_ARRAYS, arrays)
    else:
        inserted = connection.execute(_FROM_ROWS, list(rows))
    return {event_id: rating_id for rating_id, event_id in inserted}


def _from_arrays() -> Any:
    arrays = [bindparam(each.name, type_=ARRAY(_type(each))) for each in _GIVEN]
    given = (
        func.unnest(*arrays)
        .table_valued(*(column(each.name, _type(each)) for each in _GIVEN))
        .render_derived(name="given")
    )
    return (
        postgresql.insert(_rating)
        .from_select([each.name for each in _GIVEN], select(*given.c))
        .on_conflict_do_nothing(index_elements=["event_id"])
        .returning(_rating.c.id, _rating.c.event_id)
    )


def _type(given: Column[Any]) -> TypeEngine[Any]:
    # Text that is too long must fail; a cast to VARCHAR(64) would cut it in silence.
    return Text() if isinstance(given.type, String) else given.type


_FROM_ARRAYS = _from_arrays()
_FROM_ROWS = (
    sqlite.insert(_rating)
    .on_conflict_do_nothing(index_elements=["event_id"])
    .returning(_rating.c.id, _rating.c.event_id)
)
