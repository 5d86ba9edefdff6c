"""Insert-or-update statements in a form that is compiled once, not at each tap.

SQLAlchemy 2.0 caches what it compiles, except statements with ON CONFLICT: those
it compiles at every execution, which was half of a tap's CPU. As text they are
cached like the others. SQLite and PostgreSQL read the same words here.
"""

from typing import Any

from sqlalchemy import Column, Executable, Insert, Table, bindparam, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql.dml import ReturningInsert


def as_text(
    table: Table, statement: Insert | ReturningInsert[Any], *returned: Column[Any]
) -> Executable:
    """Return an insert as text that keeps the types of its values and rows.

    It takes a value for each column of `table` except the key that the database
    itself counts; `returned` are the columns of its RETURNING clause.
    """
    counted = table.autoincrement_column
    given = [column for column in table.columns if column is not counted]
    named = statement.compile(
        dialect=sqlite.dialect(paramstyle="named"),
        column_keys=[column.key for column in given],
    )
    words = text(str(named)).bindparams(
        *(bindparam(column.key, type_=column.type) for column in given)
    )
    return words.columns(*returned) if returned else words
