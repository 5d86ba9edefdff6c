"""Statements of the tap path: compiled once, then sent by the driver itself.

What SQLAlchemy does around one execution costs ten times the statement; over the
nine statements of a tap that was half of its CPU. Types, transactions, errors and
events stay SQLAlchemy's; only the road between is shorter.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Dialect, Executable
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

Values = Mapping[str, Any]
_Convert = Callable[[Any], Any]


@dataclass(frozen=True)
class _Plan:
    """A statement in the words and the style of one driver."""

    words: str
    order: tuple[str, ...]
    """Names of the values by place; empty where the driver takes names."""
    constants: Values
    converters: tuple[tuple[str, _Convert], ...]
    results: tuple[_Convert | None, ...]

    def parameters(self, values: Values) -> Any:
        """Return `values` as the driver wants them."""
        ready = {**values, **self.constants}
        for name, convert in self.converters:
            ready[name] = convert(ready[name])
        return tuple([ready[name] for name in self.order]) if self.order else ready

    def row(self, given: Sequence[Any]) -> tuple[Any, ...]:
        """Return what the driver gave in the types of the columns."""
        return tuple(
            [
                value if convert is None else convert(value)
                for convert, value in zip(self.results, given, strict=True)
            ]
        )


class Prepared:
    """A statement whose every value is a named parameter or a constant."""

    def __init__(self, statement: Executable) -> None:
        """Take a Core statement or text with typed parameters."""
        self._statement = statement
        self._plans: dict[str, _Plan] = {}

    def run(self, connection: Connection, *rows: Values) -> None:
        """Execute it for each row of values, in their order."""
        plan = self._plan(connection.dialect)
        _sent(connection, plan.words, [plan.parameters(row) for row in rows]).close()

    def rows(self, connection: Connection, values: Values) -> list[tuple[Any, ...]]:
        """Execute it; return all its rows, with the types of its columns."""
        plan = self._plan(connection.dialect)
        cursor = _sent(connection, plan.words, [plan.parameters(values)])
        found = cursor.fetchall()
        # An open cursor would keep its transaction from ending.
        cursor.close()
        return [plan.row(row) for row in found]

    def _plan(self, dialect: Dialect) -> _Plan:
        # Two threads may compile the same at once; both results are the same.
        plan = self._plans.get(dialect.name)
        if plan is None:
            plan = self._plans[dialect.name] = _planned(self._statement, dialect)
        return plan


def _planned(statement: Executable, dialect: Dialect) -> _Plan:
    compiled: SQLCompiler = statement.compile(dialect=dialect)  # type: ignore[attr-defined]
    given, constants = {}, {}
    for name, bind in compiled.binds.items():
        convert = _kind(bind.type, dialect).bind_processor(dialect)
        if bind.required:
            given[name] = convert
        else:
            constants[name] = bind.value if convert is None else convert(bind.value)
    columns = getattr(statement, "exported_columns", ())
    return _Plan(
        words=str(compiled),
        order=tuple(compiled.positiontup or ()),
        constants=constants,
        converters=tuple((name, convert) for name, convert in given.items() if convert),
        results=tuple(
            _kind(column.type, dialect).result_processor(dialect, None)
            for column in columns
        ),
    )


def _kind(kind: TypeEngine[Any], dialect: Dialect) -> TypeEngine[Any]:
    return kind.dialect_impl(dialect)


def _sent(connection: Connection, words: str, rows: list[Any]) -> DBAPICursor:
    """Execute on a cursor of the connection's transaction, begun if there is none."""
    if not connection.in_transaction():
        connection.begin()
    cursor = connection.connection.cursor()
    many = len(rows) > 1
    parameters = rows if many else rows[0]
    try:
        for watch in connection.dispatch.before_cursor_execute:
            watch(connection, cursor, words, parameters, None, many)
        if many:
            cursor.executemany(words, parameters)
        else:
            cursor.execute(words, parameters)
    except Exception as broken:
        cursor.close()
        _raise_as_usual(broken, words, connection.dialect)
        raise
    return cursor


def _raise_as_usual(broken: Exception, words: str, dialect: Dialect) -> None:
    """Raise a driver's error as the class that SQLAlchemy makes of it."""
    base = dialect.loaded_dbapi.Error
    if isinstance(broken, base):
        # Values stay out of it: messages reach logs, and ratings belong in none.
        usual = DBAPIError.instance(words, None, broken, base, dialect=dialect)
        raise usual from broken
