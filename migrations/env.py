"""How Alembic reaches our tables and database; run by `flask init` and `flask db`."""

from alembic import context
from flask import current_app

from kiosk.extensions import db
from kiosk.models.base import UTCDateTime


def _render(kind, value, _autogen):
    # A migration must not change its meaning when a model does.
    if kind == "type" and isinstance(value, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def _run():
    with db.engine.connect() as connection:
        # DDL and the version row belong to one transaction, taken at once.
        writing = connection.execution_options(kiosk_writes=True)
        context.configure(
            connection=writing,
            target_metadata=db.metadata,
            render_as_batch=db.engine.dialect.name == "sqlite",
            compare_type=True,
            render_item=_render,
        )
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    raise SystemExit("Migrations run against a database, never as a script.")
with current_app.app_context():
    _run()
