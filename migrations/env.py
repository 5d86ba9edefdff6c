"""How Alembic reaches our tables and database; run by `flask init` and `flask db`."""

from contextlib import nullcontext

from alembic import context
from flask import current_app

from kiosk.extensions import db
from kiosk.models.base import UTCDateTime


def _render(kind, value, _autogen):
    # A migration must not change its meaning when a model does.
    if kind == "type" and isinstance(value, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def _without_keys(connection):
    # SQLite changes a table by dropping it, which keys that point at it refuse. The
    # pragma is deaf inside a transaction, so the driver is told before one begins;
    # and a connection like that must never go back to the pool.
    connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
    connection.detach()


def _check_keys(connection):
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        raise RuntimeError(f"the migration leaves keys to nothing: {broken[:5]}")


def _triggers(connection):
    query = "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'"
    rows = connection.exec_driver_sql(query)
    return {name: (table, words) for name, table, words in rows}


def _restore_triggers(connection, before):
    # Making a table anew drops its triggers without a word; those of the ledger are
    # a promise. A table that is gone for good takes its own along.
    there = connection.exec_driver_sql("SELECT name FROM sqlite_master").scalars().all()
    for name, (table, words) in before.items():
        if table in there and name not in there:
            connection.exec_driver_sql(words)


def _run():
    on_sqlite = db.engine.dialect.name == "sqlite"
    # A new beginning migrates inside its own transaction and hands it over.
    given = context.config.attributes.get("connection")
    with db.engine.connect() if given is None else nullcontext(given) as connection:
        if on_sqlite and given is None:
            _without_keys(connection)
        # DDL and the version row belong to one transaction, taken at once.
        writing = connection.execution_options(kiosk_writes=True)
        context.configure(
            connection=writing,
            target_metadata=db.metadata,
            render_as_batch=on_sqlite,
            # Alembic does not expect it of SQLite; our explicit BEGIN makes it so.
            transactional_ddl=True,
            compare_type=True,
            render_item=_render,
        )
        with context.begin_transaction():
            before = context.get_context().get_current_heads()
            triggers = _triggers(writing) if on_sqlite else {}
            context.run_migrations()
            if triggers:
                _restore_triggers(writing, triggers)
            if on_sqlite and context.get_context().get_current_heads() != before:
                _check_keys(writing)


if context.is_offline_mode():
    raise SystemExit("Migrations run against a database, never as a script.")
with current_app.app_context():
    _run()
