"""Many ratings in one statement: only new ids go in, and nothing is cut short."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy.exc import DataError

from kiosk.extensions import transaction, write
from kiosk.models import Rating
from kiosk.services.bulk_insert import insert_new
from tests.builders import make_window
from tests.conftest import NOON
from tests.recount import ratings


@pytest.fixture
def window(app) -> int:
    with transaction() as session:
        return make_window(session).id


def row(window_id: int, **changes: object) -> dict[str, object]:
    return {
        "event_id": uuid4(),
        "digest": b"\x00\xff" * 16,
        "receipt": "ABCDEFGHJKLMN",
        "window_id": window_id,
        "device_id": None,
        "channel": 1,
        "level": 5,
        "state": 0,
        "verified": False,
        "sequence": None,
        "revises": None,
        "tapped_at": NOON - timedelta(microseconds=1),
        "claimed_at": None,
        "received_at": NOON,
        "day": NOON.date(),
        "bucket": 72,
        "time_uncertain": True,
        "clerk_id": None,
        "clerk_label": "张三，'\"{}\\",
        "device_label": "",
        "origin": 0,
        "hold_id": None,
    } | changes


def insert(rows: list[dict[str, object]]) -> dict[UUID, int]:
    return write(lambda connection: insert_new(connection, rows))


def test_rows_are_kept_as_they_are_given(window):
    given = [row(window), row(window, sequence=2**40, revises=uuid4(), level=1)]
    kept = insert(given)
    stored = {rating.id: rating for rating in ratings()}
    assert len(kept) == len(stored) == 2
    for each in given:
        found = stored[kept[each["event_id"]]]
        names = [column.name for column in Rating.__table__.columns]
        assert {name: getattr(found, name) for name in names} == each | {"id": found.id}


def test_only_new_ids_go_in_and_are_told(window):
    first, second = row(window), row(window)
    insert([first])
    assert set(insert([first | {"level": 2}, second])) == {second["event_id"]}
    assert insert([first, second]) == {}
    assert [rating.level for rating in ratings()] == [5, 5]


# SQLite keeps text of any length.
@pytest.mark.postgresql
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_text_that_is_too_long_is_an_error_and_not_cut(window):
    with pytest.raises(DataError):
        insert([row(window, clerk_label="名" * 65)])
    assert ratings() == []
