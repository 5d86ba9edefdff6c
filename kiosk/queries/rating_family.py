"""Ratings that are one visitor's: a tap, what corrected it, what was merged into it."""

from collections.abc import Sequence

from sqlalchemy import Connection, Select, and_, or_, select
from sqlalchemy.orm import Session, aliased

from kiosk.domain.intake import RatingState
from kiosk.models import Rating


def rating_family(
    reader: Connection | Session, roots: Select[tuple[int]]
) -> Sequence[int]:
    """Return the keys of all ratings that are one opinion with those of `roots`.

    Both ways: a receipt may be that of the correction, and the case that of the tap.
    """
    first = roots.subquery()
    kin = (
        select(Rating.id, Rating.event_id, Rating.revises, Rating.state)
        .join(first, first.c.id == Rating.id)
        .cte("family", recursive=True)
    )
    other = aliased(Rating)
    replaced = or_(
        kin.c.state == RatingState.MERGED, other.state == RatingState.REVISED
    )
    kin = kin.union(
        select(other.id, other.event_id, other.revises, other.state).join(
            kin,
            or_(
                other.revises == kin.c.event_id,
                and_(other.event_id == kin.c.revises, replaced),
            ),
        )
    )
    return reader.execute(select(kin.c.id).order_by(kin.c.id)).scalars().all()
