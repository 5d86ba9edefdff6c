"""Reasons that visitors ticked, as their entries tell them, against the rows."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, select, text

from kiosk.domain.proof import Flaw
from kiosk.models import FollowUp, Rating, RatingReason, table_of
from kiosk.services.prepared import Prepared

_rating = table_of(Rating)
_follow_up = table_of(FollowUp)
_reason = table_of(RatingReason)


class ReasonReplay:
    """Takes the entries of kind `reasons` of all chains; counts them by chain."""

    def __init__(self, connection: Connection) -> None:
        """Begin before the first entry."""
        self._connection = connection
        self._entered: Counter[int] = Counter()

    def entry(self, chain: int, number: int, body: Mapping[str, Any]) -> Flaw | None:
        """Compare an entry with what is kept of the follow-up that it tells of."""
        self._entered[chain] += 1
        kept = _KEPT.rows(self._connection, {"rating": UUID(body["rating"])})
        told = (UUID(body["event"]), body["list"])
        numbers = sorted(row[2] for row in kept if row[2] is not None)
        if kept and kept[0][:2] == told and numbers == body["reasons"]:
            return None
        return Flaw("reasons_differ", number)

    def not_entered(self) -> Iterator[tuple[int, Flaw]]:
        """Yield the chains that keep more follow-ups than they have entries."""
        for chain, count in self._connection.execute(_COUNTED):
            if count > self._entered[chain]:
                more = {"count": count - self._entered[chain]}
                yield chain, Flaw("reasons_not_entered", None, more)


_KEPT = Prepared(
    select(_follow_up.c.event_id, _follow_up.c.list_version, _reason.c.reason)
    .join(_rating, _rating.c.id == _follow_up.c.rating_id)
    .outerjoin(_reason, _reason.c.rating_id == _follow_up.c.rating_id)
    .where(_rating.c.event_id == bindparam("rating"))
)
_COUNTED = text(
    "SELECT w.centre_id, count(*) FROM follow_up f "
    "JOIN rating r ON r.id = f.rating_id "
    'JOIN "window" w ON w.id = r.window_id GROUP BY w.centre_id'
)
