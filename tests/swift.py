"""What makes thousands of applications and emptied databases cheap.

Each test has an application of its own, and most also an empty database. Made from
nothing each time, these took more of the suite's time than the tests themselves.
Nothing here changes what a test sees.
"""

import functools
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from psycopg import sql
from sqlalchemy import Dialect, Engine
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from kiosk.models import Base

_STATEMENTS = 5_000
_LARGE = 1_000_000  # bytes of a table
_compiled_statements: dict[str, tuple[Dialect, LRUCache]] = {}
_compiled_templates = FileSystemBytecodeCache(tempfile.mkdtemp(prefix="templates-"))


@contextmanager
def unmeasured() -> Iterator[None]:
    """Let what runs here run at full speed: without the tracer of the coverage.

    The tracer makes all Python code three times slower, also that of libraries.
    """
    tracer = sys.gettrace()
    if tracer is None:
        yield
        return
    fresh = [each for each in _cached_functions() if not each.cache_info().currsize]
    sys.settrace(None)
    try:
        yield
    finally:
        # What was worked out unseen would never run again where it is measured.
        for each in fresh:
            each.cache_clear()
        sys.settrace(tracer)


@functools.cache
def _cached_functions() -> list[Any]:
    """Return what remembers its results in the rooms that are measured whole."""
    rooms = [
        module
        for name, module in sys.modules.items()
        if name.startswith(("kiosk.domain.", "kiosk.services."))
    ]
    found = [value for room in rooms for value in vars(room).values()]
    # Of the kind that `functools.cache` makes, as it made this function.
    return [value for value in found if isinstance(value, type(_cached_functions))]


def share_route_builders() -> None:
    """Let applications share the functions that Werkzeug writes for each route.

    They are made from the rule's text and reach everything else through the rule
    that they are called on; compiling them is four fifths of making an application.
    """
    made: dict[tuple[object, ...], object] = {}
    compile_builder = Rule._compile_builder

    @functools.wraps(compile_builder)
    def shared(rule: Rule, append_unknown: bool = True) -> object:
        key = (rule.rule, rule.subdomain, rule.host, str(rule.defaults), append_unknown)
        if key not in made:
            made[key] = compile_builder(rule, append_unknown)
        return made[key]

    Rule._compile_builder = shared


def share_templates(app: Flask) -> None:
    """Let applications share templates as compiled code, by their content."""
    app.jinja_env.bytecode_cache = _compiled_templates


def share_statements(engine: Engine) -> None:
    """Let engines of one kind of database share what they have compiled."""
    if engine.dialect.name not in _compiled_statements:
        with engine.connect():  # the dialect learns whom it speaks to
            compiled = LRUCache(_STATEMENTS)
        _compiled_statements[engine.dialect.name] = (engine.dialect, compiled)
    dialect, compiled = _compiled_statements[engine.dialect.name]
    # A compiled statement is found again by its dialect, the very same object.
    engine.dialect = engine.pool._dialect = dialect
    engine._compiled_cache = compiled


def empty_postgres(url: str) -> None:
    """Empty the tables that hold something, and let keys begin at 1 again."""
    names = [table.name for table in Base.metadata.sorted_tables]
    asked = sql.SQL(" UNION ALL ").join(
        sql.SQL(
            "SELECT {name}, pg_relation_size({name}) WHERE EXISTS (SELECT FROM {table})"
        ).format(name=sql.Literal(name), table=sql.Identifier(name))
        for name in names
    )
    address = url.replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(address) as connection:
        # The ledger's triggers refuse it, as they should, from anybody else.
        connection.execute("SET LOCAL session_replication_role = replica")
        found = connection.execute(asked).fetchall()
        # New files for each emptied table and index cost more than a few dead rows.
        emptied = [
            sql.SQL(
                "TRUNCATE {} CASCADE" if size > _LARGE else "DELETE FROM {}"
            ).format(sql.Identifier(name))
            for name, size in found
        ]
        if emptied:
            connection.execute(sql.SQL("; ").join(emptied))
        connection.execute(
            "SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'"
        )
