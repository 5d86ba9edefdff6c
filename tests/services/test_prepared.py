"""The short road to the driver: the same values, errors and events as the long one."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from sqlalchemy import bindparam, event, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from kiosk.extensions import core_transaction, db, reading
from kiosk.models import Device, Unit, Window, table_of
from kiosk.services.prepared import Prepared
from tests.conftest import NOON
from tests.engines import ON_POSTGRESQL
from tests.screens import pair_screen

_unit = table_of(Unit)
_device = table_of(Device)
_window = table_of(Window)
EVENT = UUID("0b0e6f7c-3b1e-4d57-9a39-0b1f6a1d2c3e")

ADD = Prepared(
    insert(_unit).values(centre_id=1, name=bindparam("called"), parent_id=None)
)
NAMES = Prepared(select(_unit.c.name, _unit.c.parent_id).order_by(_unit.c.name))
NOTE = Prepared(
    update(_device)
    .where(_device.c.id == bindparam("which"))
    .values(
        last_event_id=bindparam("seen"),
        last_tapped_at=bindparam("moment"),
        last_sequence=_device.c.last_sequence + 5,
    )
)
LOOK = Prepared(
    select(
        _device.c.last_event_id,
        _device.c.last_tapped_at,
        _device.c.last_sequence,
        _device.c.revoked_at,
    ).where(_device.c.id == bindparam("which"))
)
OPENED = Prepared(
    select(_window.c.opened_on).where(_window.c.opened_on == bindparam("day"))
)


def names() -> list[str]:
    with reading() as session:
        return list(session.scalars(select(Unit.name).order_by(Unit.name)))


def test_values_keep_their_types_both_ways(app, clock):
    pair_screen("A001", clock())
    moment = datetime(2026, 7, 16, 3, 59, 58, 123456, UTC)
    with core_transaction() as connection:
        NOTE.run(connection, {"which": 1, "seen": EVENT, "moment": moment})
    with core_transaction() as connection:
        assert LOOK.rows(connection, {"which": 1}) == [(EVENT, moment, 5, None)]


def test_a_value_without_its_zone_is_refused_as_ever(app, clock):
    pair_screen("A001", clock())
    given = {"which": 1, "seen": EVENT, "moment": NOON.replace(tzinfo=None)}
    with (
        pytest.raises(ValueError, match="a stored time needs its zone"),
        core_transaction() as connection,
    ):
        NOTE.run(connection, given)


def test_rows_are_all_there_and_none_where_there_are_none(app):
    with core_transaction() as connection:
        assert NAMES.rows(connection, {}) == []
        ADD.run(connection, {"called": "b"}, {"called": "a"}, {"called": "c"})
        ADD.run(connection, {"called": "d"})
        found = NAMES.rows(connection, {})
    assert found == [("a", None), ("b", None), ("c", None), ("d", None)]
    assert names() == ["a", "b", "c", "d"]


def test_without_a_transaction_one_is_begun_and_can_be_undone(app):
    with db.engine.connect() as connection:
        ADD.run(connection, {"called": "a"})
        assert connection.in_transaction()
        connection.rollback()
        ADD.run(connection, {"called": "b"})
        connection.commit()
        ADD.run(connection, {"called": "c"})
    assert names() == ["b"]


def test_a_refusal_of_the_database_is_sqlalchemys_and_tells_no_values(app):
    twice = [{"called": "twice"}] * 2
    with pytest.raises(IntegrityError) as refused, core_transaction() as connection:
        ADD.run(connection, *twice)
    assert isinstance(refused.value.orig, db.engine.dialect.loaded_dbapi.IntegrityError)
    assert "INSERT INTO unit" in str(refused.value)
    assert refused.value.params is None
    assert names() == []


@ON_POSTGRESQL
def test_an_undone_statement_is_known_by_its_state(app):
    """What `write` asks for to know whether to try again."""
    broken = Prepared(
        text("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40P01'; END $$")
    )
    with pytest.raises(OperationalError) as undone, core_transaction() as connection:
        broken.run(connection, {})
    assert undone.value.orig.sqlstate == "40P01"


def test_a_connection_goes_on_after_a_refusal(app):
    """On SQLite; nothing of the failed statement stands in the commit's way."""
    with db.engine.connect() as connection:
        with pytest.raises(DBAPIError):
            Prepared(text("SELECT * FROM nothing")).rows(connection, {})
        connection.rollback()
        ADD.run(connection, {"called": "a"})
        connection.commit()
    assert names() == ["a"]


def name_in(parameters) -> str:
    values = parameters.values() if isinstance(parameters, dict) else parameters
    [name] = [value for value in values if isinstance(value, str)]
    return name


def test_who_watches_statements_sees_these_too(app):
    seen: list[tuple[object, ...]] = []

    def watch(_connection, _cursor, statement, parameters, _context, many) -> None:
        if not statement.startswith("BEGIN"):
            rows = parameters if many else [parameters]
            seen.append((statement.split()[0], [name_in(row) for row in rows], many))

    event.listen(db.engine, "before_cursor_execute", watch)
    with core_transaction() as connection:
        ADD.run(connection, {"called": "a"})
        ADD.run(connection, {"called": "b"}, {"called": "c"})
    event.remove(db.engine, "before_cursor_execute", watch)
    assert seen == [("INSERT", ["a"], False), ("INSERT", ["b", "c"], True)]


def test_what_a_watcher_raises_stays_what_it_is(app):
    def refuse(_connection, _cursor, statement, *_rest) -> None:
        if not statement.startswith("BEGIN"):
            raise ZeroDivisionError

    event.listen(db.engine, "before_cursor_execute", refuse)
    with pytest.raises(ZeroDivisionError), core_transaction() as connection:
        ADD.run(connection, {"called": "a"})
    event.remove(db.engine, "before_cursor_execute", refuse)
    assert names() == []


def test_a_constant_is_converted_once_for_all(app):
    by_name = Prepared(
        select(_device.c.id).where(_device.c.paired_at == NOON, _device.c.id > 0)
    )
    pair_screen("A001", NOON)
    with core_transaction() as connection:
        assert by_name.rows(connection, {}) == [(1,)]


def test_days_come_back_as_days(app, clock):
    pair_screen("A001", clock())
    day = date(2020, 1, 1)
    with core_transaction() as connection:
        assert OPENED.rows(connection, {"day": day}) == [(day,)]
