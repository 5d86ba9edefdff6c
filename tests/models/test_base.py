"""Times and ids come back as they went in, on both engines and on every road."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import StatementError

from kiosk.extensions import core_transaction, transaction
from kiosk.models import Installation, OrganiserLink, table_of
from tests.engines import ON_POSTGRESQL

links = table_of(OrganiserLink)
MOMENTS = [
    datetime(2026, 7, 16, 4, 0, 0, 123456, tzinfo=UTC),
    datetime(2026, 7, 16, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai")),
    datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=ZoneInfo("Europe/Berlin")),
    datetime(1970, 1, 1, tzinfo=UTC),
    datetime(2, 1, 1, tzinfo=timezone(timedelta(hours=23, minutes=59))),
    datetime(9998, 12, 31, 23, 59, tzinfo=timezone(-timedelta(hours=23, minutes=59))),
]


def made(moment: datetime) -> dict[str, object]:
    return {"token_hash": uuid4().bytes, "created_at": moment}


@pytest.mark.parametrize("moment", MOMENTS, ids=str)
def test_a_time_comes_back_in_utc_from_every_kind_of_statement(app, moment):
    utc = moment.astimezone(UTC)
    with core_transaction() as connection:
        inserted = connection.scalar(
            insert(links).returning(links.c.created_at), made(moment)
        )
        updated = connection.scalar(
            update(links).values(used_at=moment).returning(links.c.used_at)
        )
        selected = connection.execute(select(links.c.created_at, links.c.used_at)).one()
        found = connection.scalar(select(links.c.id).where(links.c.used_at == moment))
    times = [inserted, updated, *selected]
    assert times == [utc] * 4
    assert {time.tzinfo for time in times} == {UTC}
    assert found is not None
    with transaction() as session:
        row = session.scalars(select(OrganiserLink)).one()
        assert (row.created_at, row.created_at.tzinfo) == (utc, UTC)


@ON_POSTGRESQL
def test_a_server_in_another_zone_changes_nothing(app):
    for zone in ("Asia/Shanghai", "America/St_Johns", "UTC"):
        with core_transaction() as connection:
            connection.execute(text(f"SET LOCAL TIME ZONE '{zone}'"))
            for moment in MOMENTS:
                back = connection.scalar(
                    insert(links).returning(links.c.created_at), made(moment)
                )
                assert (back, back.tzinfo) == (moment.astimezone(UTC), UTC)


def test_times_are_compared_as_moments_not_as_words(app):
    noon = MOMENTS[1]
    with core_transaction() as connection:
        connection.execute(insert(links), made(noon))
        query = select(links.c.id)
        tick = timedelta(microseconds=1)
        shanghai = ZoneInfo("Asia/Shanghai")
        found = [
            connection.scalar(query.where(links.c.created_at > moment)) is not None
            for moment in (noon - tick, noon.astimezone(UTC), noon + tick)
        ]
        assert found == [True, False, False]
        assert connection.scalar(
            query.where(links.c.created_at == noon.astimezone(shanghai))
        )


def test_a_time_without_a_zone_is_refused(app):
    naive = MOMENTS[0].replace(tzinfo=None)
    with pytest.raises(StatementError, match="needs its zone"), core_transaction() as c:
        c.execute(insert(links), made(naive))


def test_no_time_is_no_time(app, clock):
    with core_transaction() as connection:
        row = connection.execute(
            insert(links).returning(links.c.used_at, links.c.holder_hash), made(clock())
        ).one()
    assert tuple(row) == (None, None)


def test_an_uuid_is_an_uuid_on_both_engines(app):
    table = table_of(Installation)
    event = UUID("5f0c9f6e-3a52-4a3e-9c1d-7be1f0a4d2c6")
    with core_transaction() as connection:
        back = connection.scalar(
            update(table).values(identity=event).returning(table.c.identity)
        )
        found = connection.scalar(
            select(table.c.id).where(table.c.identity.in_([event]))
        )
    assert (back, type(back), found) == (event, UUID, 1)
