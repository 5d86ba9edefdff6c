"""The ledger's triggers are there after every migration, those to come included."""

import pytest
from alembic import command
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from kiosk.extensions import core_transaction, db, migrate
from tests.engines import ON_SQLITE
from tests.house.test_migrations import RECREATE, later  # noqa: F401 - a fixture

ON_BOTH = {
    "ledger_entry_stays",
    "ledger_entry_no_delete",
    "checkpoint_no_update",
    "checkpoint_no_delete",
    "signing_key_no_update",
    "signing_key_no_delete",
}
ON_POSTGRESQL_TOO = {
    "ledger_entry_no_truncate",
    "checkpoint_no_truncate",
    "signing_key_no_truncate",
}
# A DELETE without WHERE is SQLite's truncation, and a DELETE like any other.


def triggers() -> set[str]:
    if db.engine.dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    with core_transaction() as connection:
        return set(connection.scalars(text(query)))


def expected() -> set[str]:
    sqlite = db.engine.dialect.name == "sqlite"
    return ON_BOTH if sqlite else ON_BOTH | ON_POSTGRESQL_TOO


def test_the_newest_tables_have_their_triggers(app):
    assert triggers() == expected()


def test_down_and_up_again_they_are_there_once(app):
    config = migrate.get_config()
    command.downgrade(config, "0001")
    assert triggers() == set()
    command.upgrade(config, "head")
    assert triggers() == expected()


@ON_SQLITE
@pytest.mark.parametrize("table", ["ledger_entry", "checkpoint", "signing_key"])
def test_a_table_made_anew_has_its_triggers_back(app, later, table):  # noqa: F811
    """SQLite makes another table, and drops the triggers with the first."""
    later(RECREATE.format(table=table))
    assert triggers() == ON_BOTH
    with (
        pytest.raises(DatabaseError, match="what is written here stays"),
        core_transaction() as connection,
    ):
        connection.execute(text("DELETE FROM ledger_entry"))
