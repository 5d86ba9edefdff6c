"""The migrations make exactly the tables of the models, and never half of them."""

import shutil
from collections.abc import Iterator

import pytest
from alembic import command
from alembic.config import Config
from flask import Flask
from sqlalchemy import inspect, text

from kiosk.app import create_app
from kiosk.extensions import core_transaction, db, migrate, transaction
from kiosk.models import Base
from tests.builders import make_window
from tests.engines import ON_SQLITE
from tests.house.project import TOP
from tests.screens import keep, phone_tap

ADDED = '''"""{words}."""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{before}"


def upgrade():
    {act}
'''
RECREATE = """with op.batch_alter_table("{table}", recreate="always") as batch:
        batch.add_column(sa.Column("added", sa.Integer()))"""


@pytest.fixture
def config(app) -> Config:
    return migrate.get_config()


def tables() -> set[str]:
    return set(inspect(db.engine).get_table_names())


def test_migrations_and_models_agree(config):
    command.check(config)


def test_the_way_down_leaves_nothing_and_up_again_everything(config):
    everything = tables()
    assert everything == {*Base.metadata.tables, "alembic_version"}
    command.downgrade(config, "base")
    assert tables() == {"alembic_version"}
    command.upgrade(config, "head")
    assert tables() == everything
    command.check(config)


def test_upgrading_twice_is_upgrading_once(config):
    command.upgrade(config, "head")
    command.upgrade(config, "head")
    command.check(config)


@pytest.fixture
def later(app, tmp_path) -> Iterator:
    """Add a migration to a copy of ours and run it."""
    folder = tmp_path / "migrations"
    shutil.copytree(TOP / "migrations", folder)
    made = create_app(app.extensions["kiosk"]["settings"])

    def run(act: str) -> None:
        head = max((folder / "versions").glob("*.py")).name[:4]
        (folder / "versions" / "9999_later.py").write_text(
            ADDED.format(words="later", revision="9999", before=head, act=act)
        )
        with made.app_context():
            config = migrate.get_config(directory=str(folder))
            command.upgrade(config, "head")

    yield run
    with made.app_context():
        db.engine.dispose()


def add_rating(app: Flask, clock) -> None:
    with transaction() as session:
        window = make_window(session, "A001").id
    keep(phone_tap(window, 5, comment="words"), clock())


def test_a_migration_that_fails_half_way_leaves_nothing(later):
    before = tables()
    act = (
        'op.create_table("half", sa.Column("id", sa.Integer()))\n    raise LookupError'
    )
    with pytest.raises(LookupError):
        later(act)
    assert tables() == before
    with core_transaction() as connection:
        version = connection.scalar(text("SELECT version_num FROM alembic_version"))
    assert version != "9999"


@ON_SQLITE
@pytest.mark.parametrize("table", ["window", "rating", "device", "centre"])
def test_a_table_with_rows_that_others_point_at_can_be_made_anew(
    later, app, clock, table
):
    """SQLite changes a table by making another and dropping the first."""
    add_rating(app, clock)
    with core_transaction() as connection:
        query = f"SELECT count(*) FROM {table}"
        rows = connection.scalar(text(query))
    later(RECREATE.format(table=table))
    with core_transaction() as connection:
        assert connection.scalar(text(f"SELECT count(added) FROM {table}")) == 0
        assert connection.scalar(text(query)) == rows
        broken = connection.execute(text("PRAGMA foreign_key_check")).all()
        assert broken == []
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1


@ON_SQLITE
def test_a_migration_that_loses_a_row_others_point_at_is_taken_back(later, app, clock):
    """With the keys off, nothing else would notice before the next write."""
    add_rating(app, clock)
    with pytest.raises(RuntimeError, match="keys to nothing"):
        later('op.execute("DELETE FROM rating")')
    with core_transaction() as connection:
        assert connection.scalar(text("SELECT count(*) FROM rating")) == 1
