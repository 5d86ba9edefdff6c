"""Follow-ups: the reasons a visitor ticks after the tap, and the counts of them."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, insert, select
from sqlalchemy.dialects import sqlite

from kiosk.domain.chain import canonical
from kiosk.domain.errors import IdTaken, NotYours, RuleBroken, sentence
from kiosk.domain.intake import TALLIED
from kiosk.domain.levels import Level
from kiosk.domain.reasons import parse_reasons
from kiosk.models import FollowUp, Rating, RatingReason, TallyReason, table_of
from kiosk.services.case_inbox import queue_rating
from kiosk.services.ledger import Draft
from kiosk.services.prepared import Prepared
from kiosk.services.upsert import as_text

_follow_up = table_of(FollowUp)
_rating = table_of(Rating)
_reason = table_of(RatingReason)
_tally = table_of(TallyReason)


class RatingMissing(RuleBroken):
    """A follow-up names a rating that is not kept."""

    code = "rating_missing"
    text = sentence("The rating that these reasons belong to is not kept here.")


class FollowedUp(RuleBroken):
    """A rating has its reasons already."""

    code = "followed_up"
    text = sentence("The reasons for this rating are kept already.")


@dataclass(frozen=True, kw_only=True)
class Ticked:
    """A follow-up as the screen sent it, not yet believed."""

    event_id: UUID
    device_id: int | None
    """Screen that brings it; None for a phone, whose form is one act."""
    rating: UUID
    reasons: object
    list_version: int

    def digest(self) -> bytes:
        """Return SHA-256 of everything said: equal means the same follow-up."""
        said = [str(self.rating), self.reasons, self.list_version]
        return sha256(json.dumps(said).encode()).digest()


def keep_follow_up(
    connection: Connection, ticked: Ticked, now: datetime
) -> Draft | None:
    """Keep the reasons of a rating and count them; return the ledger's entry.

    None where this very follow-up was kept already. A rating has one, and only the
    screen that took it brings it. Raises RatingMissing, NotYours, ReasonUnknown,
    FollowedUp, and IdTaken for the same id with other reasons.
    """
    rating = connection.execute(
        select(_rating).where(_rating.c.event_id == ticked.rating).with_for_update()
    ).one_or_none()
    if rating is None:
        raise RatingMissing
    if rating.device_id != ticked.device_id:
        raise NotYours
    numbers = parse_reasons(ticked.reasons, Level(rating.level))
    row = {
        "rating_id": rating.id,
        "event_id": ticked.event_id,
        "digest": ticked.digest(),
        "list_version": ticked.list_version,
        "received_at": now,
    }
    if not connection.execute(_INSERT_ONCE, row).first():
        _refuse_another(connection, ticked, rating.id)
        return None
    if numbers:
        rows = [{"rating_id": rating.id, "reason": number} for number in numbers]
        connection.execute(insert(_reason), rows)
        if Level(rating.level).bad:
            queue_rating(connection, rating.id)
    _count(connection, rating, numbers, 1, rating.state)
    told = canonical(_told(ticked, numbers, now))
    return Draft("reasons", told, rating.id)


def take_reasons_back(connection: Connection, rating: Row[Any]) -> None:
    """Take the reasons of a rating, about to change its state, out of the counts."""
    numbers = _numbers(connection, rating)
    _count(connection, rating, numbers, -1, rating.state)


def count_reasons(connection: Connection, rating: Row[Any], state: int) -> None:
    """Count the reasons of a rating in the state that it has now."""
    _count(connection, rating, _numbers(connection, rating), 1, state)


def _numbers(connection: Connection, rating: Row[Any]) -> list[int]:
    return sorted(
        connection.scalars(
            select(_reason.c.reason).where(_reason.c.rating_id == rating.id)
        )
    )


def _count(
    connection: Connection,
    rating: Row[Any],
    numbers: Iterable[int],
    by: int,
    state: int,
) -> None:
    """Move the counts of reasons, in the order of their keys."""
    if state not in TALLIED:
        return
    day: date = rating.day
    rows = [
        {
            "window_id": rating.window_id,
            "day": day,
            "state": state,
            "reason": number,
            "n": by,
        }
        for number in numbers
    ]
    if rows:
        _ADD.run(connection, *rows)


def _told(ticked: Ticked, numbers: tuple[int, ...], now: datetime) -> dict[str, Any]:
    return {
        "event": ticked.event_id,
        "list": ticked.list_version,
        "rating": ticked.rating,
        "reasons": list(numbers),
        "received": now,
    }


def _refuse_another(connection: Connection, ticked: Ticked, rating_id: int) -> None:
    kept = connection.execute(
        select(_follow_up).where(_follow_up.c.event_id == ticked.event_id)
    ).one_or_none()
    if kept is None:
        raise FollowedUp
    if kept.rating_id != rating_id or kept.digest != ticked.digest():
        raise IdTaken


def _add_counts() -> sqlite.Insert:
    statement = sqlite.insert(_tally)
    keys = [column.name for column in _tally.primary_key]
    return statement.on_conflict_do_update(
        index_elements=keys, set_={"n": _tally.c.n + statement.excluded.n}
    )


_INSERT_ONCE = as_text(
    _follow_up,
    sqlite.insert(_follow_up)
    .on_conflict_do_nothing()
    .returning(_follow_up.c.rating_id),
    _follow_up.c.rating_id,
)
_ADD = Prepared(as_text(_tally, _add_counts()))
