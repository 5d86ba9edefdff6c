"""Corrections: a visitor's later opinion takes the place of the earlier one.

Whatever arrives first, and whichever of their taps a correction names, one visitor
counts once. Only the screen that took a rating can correct it.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, select, update

from kiosk.domain.errors import NotYours
from kiosk.domain.intake import TALLIED, RatingState, Tap
from kiosk.models import Rating, table_of
from kiosk.services.prepared import Prepared
from kiosk.services.rights import hand_over

_rating = table_of(Rating)
# A visitor changes their mind a few times; a forged ring of corrections ends.
_CHAIN_MOST = 20
_PLACES = ("revises", "state", "hold_id", "verified")
"""Columns in which a correction steps into the place of what it corrects."""


def first_state(
    connection: Connection, tap: Tap, *, merged: bool, held: bool
) -> RatingState:
    """Return the state in which a tap is kept before it replaces anything.

    `merged` says that it repeats the one before it. A correction may have overtaken
    the tap; then the tap is what it corrects. `held`: it comes from a screen whose
    pairing was withdrawn.
    """
    if merged:
        return RatingState.MERGED
    if tap.device_id is not None and _correction_of(connection, tap, tap.event_id):
        return RatingState.REVISED
    return RatingState.HELD if held else RatingState.COUNTED


def may_replace(state: int, revised: int) -> bool:
    """Whether a correction in one state may replace a rating in another.

    What is held, because its screen was withdrawn, must not take away what counts.
    """
    return state != RatingState.HELD or revised == RatingState.HELD


def rating_to_revise(connection: Connection, tap: Tap) -> Row[Any] | None:
    """Return the tallied rating that a correction replaces, locked; or None.

    A correction may name a rating that was itself corrected or merged: the one
    that counts now is replaced. Unknown ids are no error: the first tap may
    still be on its way, and it will find this correction when it arrives.
    Raises NotYours.
    """
    wanted = tap.revises
    for _ in range(_CHAIN_MOST):
        if wanted is None or wanted == tap.event_id:
            return None
        row = connection.execute(_FOR_REVISION, {"event": wanted}).one_or_none()
        if row is not None:
            if (row.device_id, row.window_id) != (tap.device_id, tap.window_id):
                raise NotYours
            if row.state in TALLIED:
                return row
        if row is not None and row.state == RatingState.MERGED:
            wanted = row.revises
        else:
            wanted = _correction_of(connection, tap, wanted)
    return None


def take_place(
    connection: Connection, rating_id: int, row: dict[str, Any], revised: Row[Any]
) -> dict[str, Any]:
    """Let a correction replace a rating; return what the correction's row becomes.

    It points at the rating it really replaced, so that the next correction of any
    of them finds it; and what was held or excluded does not come back by being
    corrected.
    """
    takes_over = row["state"] == RatingState.COUNTED
    connection.execute(_REVISE, {"rating": revised.id})
    place = {
        "revises": revised.event_id,
        "state": revised.state if takes_over else row["state"],
        "hold_id": revised.hold_id if takes_over else row["hold_id"],
        "verified": hand_over(connection, revised, rating_id),
    }
    if place != {name: row[name] for name in place}:
        connection.execute(
            _PLACE,
            {"rating": rating_id} | {f"new_{name}": place[name] for name in place},
        )
    return place


def _correction_of(connection: Connection, tap: Tap, event_id: UUID) -> UUID | None:
    """Return the newest other event of the same screen that corrects this one."""
    found = _CORRECTION_OF.rows(
        connection,
        {
            "event": event_id,
            "own": tap.event_id,
            "device": tap.device_id,
        },
    )
    return found[0][0] if found else None


_FOR_REVISION = (
    select(_rating).where(_rating.c.event_id == bindparam("event")).with_for_update()
)
_CORRECTION_OF = Prepared(
    select(_rating.c.event_id)
    .where(
        _rating.c.revises == bindparam("event"),
        _rating.c.event_id != bindparam("own"),
        # Anybody may name an id that is still on its way; only its own screen counts.
        _rating.c.device_id == bindparam("device"),
        _rating.c.state != RatingState.MERGED,
    )
    .order_by(_rating.c.id.desc())
    .limit(1)
)
_REVISE = (
    update(_rating)
    .where(_rating.c.id == bindparam("rating"))
    .values(state=int(RatingState.REVISED))
)
_PLACE = (
    update(_rating)
    .where(_rating.c.id == bindparam("rating"))
    .values(
        {name: bindparam(f"new_{name}", type_=_rating.c[name].type) for name in _PLACES}
    )
)
