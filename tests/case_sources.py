"""What cases come from: ratings with words, reasons and contacts, and the inbox."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from kiosk.domain.contacts import Reach
from kiosk.extensions import reading, recording
from kiosk.models import Case, CaseInbox, CaseRating, Rating
from kiosk.services.case_opening import join_bare, open_waiting
from kiosk.services.contacts import give_contact
from kiosk.services.sealing import KEY_BYTES, Sealer
from tests.case_acts import CLOCK
from tests.screens import Screen, keep, phone_tap

SLOW, UNCLEAR = 211, 221
"""Bad reasons: of efficiency and of competence."""
EFFICIENCY, COMPETENCE = 1, 2
SEALER = Sealer(b"k" * KEY_BYTES)
LI = Reach("李女士", "13900005678")


def said(window_id: int, now: datetime, level: int = 1, **more: object) -> int:
    """Let a phone rate, with words as a rule; return the rating's key."""
    told = {"comment": "等了很久"} | more
    return key_of(keep(phone_tap(window_id, level, **told), now).event_id)


def ticked(screen: Screen, now: datetime, *numbers: int, **more: object) -> int:
    """Let somebody rate 1 and tick reasons afterwards; return the rating's key."""
    event = screen.rate(1, now, **more)
    screen.send([screen.reasons(event, list(numbers))], now)
    return key_of(event)


def call_me(secret: str, now: datetime) -> None:
    """Let the holder of a rating's secret ask for a call."""
    with recording("citizen", now) as records:
        give_contact(records, secret, LI, SEALER)


def key_of(event: UUID) -> int:
    with reading() as session:
        return session.scalars(select(Rating.id).where(Rating.event_id == event)).one()


def inbox() -> list[int]:
    with reading() as session:
        query = select(CaseInbox.rating_id).order_by(CaseInbox.rating_id)
        return list(session.scalars(query))


def open_one(rating_id: int, now: datetime) -> int | None:
    with recording("system", now) as records:
        return open_waiting(records, rating_id, CLOCK)


def open_all(now: datetime) -> list[int | None]:
    """Open what waits, one by one; return the cases, None for a rating without."""
    return [open_one(rating_id, now) for rating_id in inbox()]


def join(window_id: int, week: date, now: datetime, least: int = 3) -> int:
    with recording("system", now) as records:
        return join_bare(records, window_id, week, least, CLOCK)


@dataclass(frozen=True)
class Found:
    """A case with the ratings it answers."""

    row: Case
    ratings: list[int]


def cases() -> list[Found]:
    """Return all cases, the first one first."""
    with reading() as session:
        rows = session.scalars(select(Case).order_by(Case.id)).all()
        return [
            Found(
                row,
                list(
                    session.scalars(
                        select(CaseRating.rating_id)
                        .where(CaseRating.case_id == row.id)
                        .order_by(CaseRating.rating_id)
                    )
                ),
            )
            for row in rows
        ]
