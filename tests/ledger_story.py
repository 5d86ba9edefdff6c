"""A busy hall whose ledger tests prove, and an attacker who writes past it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, func, select, update

from kiosk.domain.intake import Channel
from kiosk.domain.notes import Note
from kiosk.domain.policy import Role
from kiosk.domain.proof import Flaw
from kiosk.domain.shifts import Span
from kiosk.domain.window_list import WindowRow
from kiosk.extensions import db, reading, recording, write
from kiosk.models import (
    CalendarDay,
    Chain,
    Clerk,
    Device,
    LedgerEntry,
    Rating,
    Shift,
    Window,
)
from kiosk.queries.ledger import begin_snapshot
from kiosk.services.attribution import Place, attribute
from kiosk.services.past_ratings import record_history
from kiosk.services.places import import_windows
from kiosk.services.records import Book
from kiosk.services.verify import Verdict, verify_ledger
from tests.people import make_account
from tests.screens import (
    FAR_APART,
    HALL,
    Screen,
    keep,
    pair_screen,
    past_tap,
    phone_tap,
)

CENTRE = 1
LIST = (
    WindowRow(unit="公安局", number="A001", name="户籍", service_type="户籍"),
    WindowRow(unit="公安局", number="A009", name="出入境", service_type="出入境"),
)


@dataclass
class Story:
    """What happened, by name, for tests to point at."""

    screen: Screen
    first: UUID
    """A counted rating of the screen, level 5."""
    merged: UUID
    corrected: UUID
    """Replaced by `correction`."""
    correction: UUID
    said: UUID
    """By phone, level 2, with a comment."""
    clerks: tuple[int, int]
    """Who was on duty as the roster had it, and who really was."""
    end: datetime


def busy_day(now: datetime) -> Story:
    """Fill the only centre with everything that the ledger tells of so far."""
    screen = pair_screen("A001", now)
    make_account("zhang", Role.ORGANISER, now)
    first_clerk, second_clerk, shift = _roster(screen.window_id, now)
    first = screen.rate(5, now)
    merged = screen.rate(5, now + timedelta(seconds=2))
    corrected = screen.rate(4, now + FAR_APART)
    correction = screen.rate(1, now + FAR_APART, revises=str(corrected))
    late = screen.tap(3, now + 2 * FAR_APART)
    overtaking = screen.tap(5, now + 2 * FAR_APART, revises=str(late["id"]))
    screen.deliver(overtaking, now + 3 * FAR_APART)
    screen.deliver(late, now + 3 * FAR_APART)
    said = keep(phone_tap(screen.window_id, 2, comment="等了很久"), now).event_id
    for nth in range(6):
        keep(phone_tap(screen.window_id, 1 + nth % 5), now + timedelta(minutes=nth))
    _history(screen.window_id, now)
    _correct_roster(screen.window_id, shift, second_clerk, now)
    _move(screen.window_id, now)
    clerks = (first_clerk, second_clerk)
    end = now + timedelta(minutes=10)
    return Story(screen, first, merged, corrected, correction, said, clerks, end)


def _roster(window: int, now: datetime) -> tuple[int, int, int]:
    with recording("test", now) as records:
        clerks = [
            {
                "centre_id": CENTRE,
                "name": f"王{badge}",
                "badge": badge,
                "named": False,
                "started_on": date(2026, 1, 1),
            }
            for badge in ("001", "002")
        ]
        first, second = records.add(Clerk, CENTRE, clerks)
        [shift] = records.add(Shift, CENTRE, [_shift(window, first, now)])
        day = {"centre_id": CENTRE, "day": date(2026, 10, 1), "working": False}
        records.add(CalendarDay, CENTRE, [day | {"name": "国庆节"}] * 1)
        exchanged = {"centre_id": CENTRE, "day": date(2026, 10, 10), "working": True}
        [struck] = records.add(CalendarDay, CENTRE, [exchanged | {"name": "调休"}])
    with recording("test", now) as records:
        records.strike(CalendarDay, CENTRE, struck)
    return first, second, shift


def _shift(window: int, clerk: int, now: datetime) -> dict[str, Any]:
    return {
        "centre_id": CENTRE,
        "clerk_id": clerk,
        "window_id": window,
        "starts_at": now - timedelta(hours=1),
        "ends_at": now + timedelta(hours=1),
        "source": "roster",
        "made_at": now,
    }


def _history(window: int, now: datetime) -> None:
    taps = [
        past_tap(
            window,
            1 + nth % 5,
            now - timedelta(days=1, minutes=nth),
            channel=Channel.TABLET,
            comment="好" if nth == 3 else "",
            clerk_label="李",
        )
        for nth in range(8)
    ]
    write(lambda connection: record_history(connection, taps, HALL, now, "test"))


def _correct_roster(window: int, shift: int, clerk: int, now: datetime) -> None:
    """The other clerk sat there: a new shift, and the ratings follow it."""
    with recording("test", now) as records:
        [right] = records.add(Shift, CENTRE, [_shift(window, clerk, now)])
        told = {"superseded_at": now, "superseded_by_id": right}
        records.change(Shift, CENTRE, shift, told)
        hour = timedelta(hours=1)
        moved = attribute(records, HALL, [Place(window, Span(now - hour, now + hour))])
    assert moved > 5


def _move(window: int, now: datetime) -> None:
    with recording("test", now) as records:
        import_windows(records, CENTRE, LIST, date(2026, 7, 16))
        records.change(Window, CENTRE, window, {"promises": "首问负责"})
        device = records.session.scalars(select(Device.id)).first()
        records.change(Device, CENTRE, device, {"revoked_at": now}, why="lost")
        records.note(CENTRE, "export", {"bodies": True})


def hold(records: Book, event: UUID, state: int) -> None:
    """Set a rating's state as a decision about it does: row, and entry by kind.

    The counts are moved by the caller.
    """
    records.session.execute(
        update(Rating).where(Rating.event_id == event).values(state=state)
    )
    kind = {0: "release", 1: "hold", 2: "exclude"}[state]
    records.note(CENTRE, kind, {"rating": event, "state": state})


def verified(notes: Sequence[Note] = ()) -> Verdict:
    """Prove the ledger of the application context."""
    with reading() as session:
        connection = session.connection()
        begin_snapshot(connection)
        return verify_ledger(connection, notes)


def told(verdict: Verdict) -> list[tuple[str, int | None]]:
    """Return what is wrong: code and number, chain by chain, the first first."""
    return [(f.code, f.number) for chain in verdict.chains for f in chain.flaws]


def entry_of(event: UUID) -> int:
    """Return the number of a rating's entry."""
    with reading() as session:
        return number_of(session.connection(), event)


def size(chain: int = CENTRE) -> int:
    """Return how many entries a chain has."""
    with reading() as session:
        return session.get_one(Chain, chain).number


def last_entry(kind: str, chain: int = CENTRE) -> int:
    """Return the number of the newest entry of a kind."""
    query = select(func.max(LedgerEntry.number)).where(
        LedgerEntry.kind == kind, LedgerEntry.chain_id == chain
    )
    with reading() as session:
        return session.scalars(query).one()


def number_of(connection: Connection, event: UUID) -> int:
    return connection.scalars(
        select(LedgerEntry.number)
        .join(Rating, Rating.id == LedgerEntry.rating_id)
        .where(Rating.event_id == event)
    ).one()


def uuid_sql(connection: Connection, event: UUID) -> str:
    plain = event.hex if connection.dialect.name == "sqlite" else str(event)
    return f"'{plain}'"


class Attacker:
    """Owns the database: drops its triggers and keys, then writes past the product.

    Everything happens in one transaction that the test takes back.
    """

    def __init__(self, connection: Connection, story: Story) -> None:
        self.connection = connection
        self.story = story
        self.sqlite = connection.dialect.name == "sqlite"
        if not self.sqlite:
            # Neither triggers nor foreign keys hold in this role.
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            return
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        names = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        for (name,) in connection.exec_driver_sql(names).all():
            connection.exec_driver_sql(f"DROP TRIGGER {name}")

    def run(self, *statements: str) -> None:
        for statement in statements:
            done = self.connection.exec_driver_sql(statement)
            assert done.rowcount, f"nothing was changed by {statement}"

    def verified(self, notes: Sequence[Note] = ()) -> Verdict:
        return verify_ledger(self.connection, notes)

    def told(self, notes: Sequence[Note] = ()) -> list[tuple[str, int | None]]:
        return told(self.verified(notes))

    def first(self, notes: Sequence[Note] = (), chain: int = CENTRE) -> Flaw:
        """Return the first flaw of a chain."""
        return self.verified(notes).chains[chain].flaws[0]

    def size(self, chain: int = CENTRE) -> int:
        query = select(Chain.number).where(Chain.id == chain)
        return self.connection.scalars(query).one()

    def number(self, event: UUID) -> int:
        return number_of(self.connection, event)

    def uuid(self, event: UUID) -> str:
        """Return a UUID as the engine's SQL writes it."""
        return uuid_sql(self.connection, event)

    def blob(self, data: bytes) -> str:
        """Return bytes as the engine's SQL writes them."""
        plain = data.hex()
        return f"x'{plain}'" if self.sqlite else f"'\\x{plain}'::bytea"

    def forge(self, like: UUID) -> UUID:
        """Insert a copy of a rating under another id; return that."""
        table = Rating.__table__
        query = select(table).where(table.c.event_id == like)
        row = dict(self.connection.execute(query).mappings().one())
        del row["id"]
        row |= {"event_id": uuid4(), "receipt": "FORGED"}
        self.connection.execute(table.insert(), row)
        return row["event_id"]

    def rebuild(self, chain: int = CENTRE) -> None:
        """Hash a chain anew from its first entry, as whoever knows the rules can.

        Written out here and not taken from the product: an attacker would, too.
        """
        heads, entries = Chain.__table__, LedgerEntry.__table__
        origin = self.connection.scalar(select(Chain.origin).where(Chain.id == chain))
        tip, number = sha256(b"\x02" + origin.encode()).digest(), 0
        query = select(entries).where(entries.c.chain_id == chain)
        for row in self.connection.execute(query.order_by(entries.c.number)).all():
            number += 1
            sealed = sha256(row.salt + row.body.encode()).digest()
            words = f"{number}\n{row.day.isoformat()}\n{row.kind}\n".encode()
            tip = sha256(b"\x00" + tip + words + sealed).digest()
            self.connection.execute(
                entries.update()
                .where(entries.c.chain_id == chain, entries.c.number == row.number)
                .values(number=number, commitment=sealed, hash=tip)
            )
        self.connection.execute(
            heads.update().where(heads.c.id == chain).values(number=number, tip=tip)
        )


def until_somebody_waits() -> None:
    """Return as soon as a session of the PostgreSQL server waits for a lock."""
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    with db.engine.connect() as connection:
        while not connection.exec_driver_sql(waiting).scalar():
            connection.rollback()
