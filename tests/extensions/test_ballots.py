"""PostgreSQL forgets replaced votes, and says where it cannot; SQLite needs nothing."""

import logging

from sqlalchemy import text

from kiosk.extensions import db
from kiosk.extensions.ballots import forget_old_votes
from tests.applications import open_app
from tests.engines import ON_POSTGRESQL, ON_SQLITE


@ON_SQLITE
def test_sqlite_has_nothing_to_forget(app):
    assert forget_old_votes()


@ON_POSTGRESQL
def test_a_table_that_others_hold_is_left_and_named_in_the_log(
    database_url, tmp_path, clock, caplog
):
    with open_app(tmp_path, database_url, clock, storage_wait_seconds=0.1):
        with db.engine.connect() as other:
            other.execute(text("LOCK TABLE vote IN ACCESS SHARE MODE"))
            with caplog.at_level(logging.ERROR):
                assert not forget_old_votes()
            assert "VACUUM FULL vote" in caplog.text
        assert forget_old_votes()
