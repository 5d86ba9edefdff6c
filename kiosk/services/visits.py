"""A citizen's form as one act: rating, reasons, words, and the key of the own page."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import Connection

from kiosk.domain.intake import Origin, Tap
from kiosk.domain.limits import PHONE_MOST, PHONE_RULE, PRINTED_RULE
from kiosk.domain.reasons import LIST_VERSION
from kiosk.services.follow_ups import Ticked, keep_follow_up
from kiosk.services.hold_rows import Heap, join_heap
from kiosk.services.ledger import append
from kiosk.services.limits import count_phone, printed_today
from kiosk.services.own_keys import keep_own_key
from kiosk.services.rating_rows import Hall
from kiosk.services.ratings import Acknowledgement, Standing, keep_rating
from kiosk.services.rights import Right, TicketRight

_REASONS = UUID("7b0c4a52-6f5e-4d67-9f0a-0c5a6f8e2d11")


@dataclass(frozen=True, kw_only=True)
class Visit:
    """What a phone sent."""

    tap: Tap
    own: str
    """Secret of the author's own page."""
    reasons: tuple[int, ...] = ()
    right: Right | None = None
    """What the code brought; None for the printed one."""
    cookie: bytes | None = None
    """Hash of the phone's cookie of the day."""
    printed_most: int = 0
    """Ratings by printed code that count at a window in a day."""


def record_visit(
    connection: Connection, visit: Visit, hall: Hall, now: datetime
) -> Acknowledgement:
    """Keep what a phone sent, all of it or nothing.

    The same form again changes nothing. Raises IdTaken for another one under the
    same id, and what the right refuses: CodeUsed, TicketUsed, TicketCancelled,
    TicketExpired.
    """
    attempt = connection.begin_nested()
    heap = _heap(connection, visit, hall, now)
    held = None if heap is None else join_heap(connection, heap, now)
    standing = Standing(held=held is not None, hold_id=held, right=visit.right)
    kept = keep_rating(connection, visit.tap, hall, now, standing)
    if kept.draft is None or kept.draft.rating_id is None:
        # Kept before: what was counted for it a second time is taken back.
        attempt.rollback()
        return kept.acknowledgement
    attempt.commit()
    drafts = [kept.draft]
    if visit.reasons:
        told = keep_follow_up(connection, _ticked(visit), now)
        drafts += [told] if told else []
    keep_own_key(connection, kept.draft.rating_id, visit.own)
    append(connection, hall.centre_id, drafts, now)
    return kept.acknowledgement


def _heap(
    connection: Connection, visit: Visit, hall: Hall, now: datetime
) -> Heap | None:
    """Return what a rating is held with that is one too many; None for the others.

    A visit's own code stands for a service, so it is never one too many.
    """
    if isinstance(visit.right, TicketRight):
        return None
    tap, day = visit.tap, now.astimezone(hall.zone).date()
    rule = ""
    if visit.cookie is not None:
        given = count_phone(connection, visit.cookie, tap.window_id, day)
        rule = PHONE_RULE if given > PHONE_MOST else ""
    if not rule and tap.origin is Origin.PRINTED:
        kept = printed_today(connection, tap.window_id, day)
        rule = PRINTED_RULE if kept >= visit.printed_most else ""
    if not rule:
        return None
    return Heap(hall.centre_id, tap.window_id, day, int(tap.channel), rule)


def _ticked(visit: Visit) -> Ticked:
    event = visit.tap.event_id
    return Ticked(
        event_id=uuid5(_REASONS, str(event)),
        device_id=None,
        rating=event,
        reasons=list(visit.reasons),
        list_version=LIST_VERSION,
    )
