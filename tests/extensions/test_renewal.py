"""Leaving the demonstration: everything or nothing, and never for a real hall."""

from uuid import uuid4

import pytest
from sqlalchemy import func, inspect, select, text

from kiosk.domain.demonstration_errors import InstallationReal
from kiosk.domain.intake import Channel, Tap
from kiosk.domain.levels import Level
from kiosk.domain.renewal import NotADemonstration
from kiosk.domain.tokens import token_hash
from kiosk.extensions import db, reading, renewal, transaction, write
from kiosk.extensions.renewal import leave_demonstration
from kiosk.models import Base, Rating
from kiosk.queries.installation import holds_organiser_link, installation
from kiosk.queries.places import only_centre
from kiosk.services.demonstration import load_demonstration
from kiosk.services.installation import (
    begin_demonstration,
    make_organiser_link,
    open_organiser_link,
)
from kiosk.services.rating_rows import Hall
from kiosk.services.ratings import record_rating
from tests.builders import make_device, make_window

EMPTY_BUT_BEGUN = {
    "installation": 1,
    "organiser_link": 1,
    "centre": 1,
    "chain": 2,
    # Both chains begin, and the organisation's tells of the centre.
    "ledger_entry": 3,
}


@pytest.fixture
def full(app, clock) -> str:
    """A window with a screen and a rating with words; return a holder's secret."""
    with transaction() as session:
        window = make_window(session, "A001")
        make_device(session, window, clock())
        hall = only_centre(session)
        tap = Tap(
            event_id=uuid4(),
            window_id=window.id,
            channel=Channel.PHONE,
            level=Level.SATISFIED,
            tapped_at=None,
            comment="谢谢",
        )
        record_rating(session.connection(), tap, Hall(hall.id, hall.zone), clock())
        link = make_organiser_link(session, clock())
        session.flush()
        return open_organiser_link(session, link, clock())


def rows() -> dict[str, int]:
    with reading() as session:
        counts = {
            table.name: session.scalar(select(func.count()).select_from(table))
            for table in Base.metadata.sorted_tables
        }
    return {name: count for name, count in counts.items() if count}


def revision() -> str:
    with reading() as session:
        return session.scalar(text("SELECT version_num FROM alembic_version"))


def columns() -> dict[str, list[str]]:
    found = inspect(db.engine)
    return {
        name: [column["name"] for column in found.get_columns(name)]
        for name in sorted(found.get_table_names())
    }


def test_leaving_a_demonstration_leaves_nothing_of_it(full, clock):
    with transaction() as session:
        begin_demonstration(session, clock())
    with reading() as session:
        before = installation(session).identity
    shape, version = columns(), revision()
    holder = leave_demonstration(clock())
    assert rows() == EMPTY_BUT_BEGUN
    assert (columns(), revision()) == (shape, version)
    with reading() as session:
        after = installation(session)
        assert holds_organiser_link(session, token_hash(holder))
        assert not holds_organiser_link(session, token_hash(full))
    assert after.identity != before
    assert (after.demonstration, after.is_set_up) == (False, False)


def test_new_database_takes_ratings_again(full, clock):
    with transaction() as session:
        begin_demonstration(session, clock())
    leave_demonstration(clock())
    with transaction() as session:
        window = make_window(session, "A001")
        make_device(session, window, clock())
    assert rows()["window"] == 1


def test_a_real_installation_is_never_dropped(full, clock):
    kept = rows()
    with pytest.raises(NotADemonstration):
        leave_demonstration(clock())
    assert rows() == kept
    assert kept["rating"] == 1


def test_pressed_twice_the_second_finds_a_real_installation(full, clock):
    with transaction() as session:
        begin_demonstration(session, clock())
    leave_demonstration(clock())
    with pytest.raises(NotADemonstration):
        leave_demonstration(clock())
    assert rows() == EMPTY_BUT_BEGUN


def test_loader_of_another_process_never_fills_the_new_installation(app, clock):
    def leave_after_the_first_batch(_progress: object) -> None:
        leave_demonstration(clock())
        with transaction() as session:
            for number in range(60):
                make_window(session, f"A{number:03}")

    with pytest.raises(InstallationReal):
        load_demonstration(write, clock(), leave_after_the_first_batch)
    assert rows()["window"] == 60
    assert "rating" not in rows()


def test_a_failure_on_the_way_keeps_the_demonstration_whole(full, clock, monkeypatch):
    with transaction() as session:
        begin_demonstration(session, clock())
    kept, shape = rows(), columns()

    def full_disk(*_args: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(renewal, "ensure_installation", full_disk)
    with pytest.raises(OSError, match="no space"):
        leave_demonstration(clock())
    assert (rows(), columns()) == (kept, shape)
    with reading() as session:
        assert session.scalar(select(func.count(Rating.id))) == 1


def test_tables_of_somebody_else_in_the_database_stay(full, clock):
    with db.engine.begin() as connection:
        connection.execute(text("CREATE TABLE guest (n integer)"))
    try:
        with transaction() as session:
            begin_demonstration(session, clock())
        leave_demonstration(clock())
        assert "guest" in columns()
    finally:
        with db.engine.begin() as connection:
            connection.execute(text("DROP TABLE guest"))
