"""Objections to a posted list: totals for everybody, the rest for who decides."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, func, or_, select
from sqlalchemy.orm import Session

from kiosk.domain.objections import OPEN, ObjectionState
from kiosk.models import Campaign, Candidate, Objection, Unit


@dataclass(frozen=True, kw_only=True)
class ObjectionView:
    """One objection, without who made it."""

    id: int
    slug: str
    campaign: str
    """Title, in Chinese."""
    receipt: str
    candidate: str | None
    """Name of whom it is about; None: the list as a whole."""
    unit_id: int | None
    unit_name: str | None
    words: str
    state: ObjectionState
    received_at: datetime
    due: date
    ruling: str
    decided_at: datetime | None
    left_contact: bool


def objections(
    reader: Connection | Session, hidden: Collection[int]
) -> list[ObjectionView]:
    """Return every objection, open ones first, the earliest due first.

    hidden: units about whose candidates the reader decides nothing and reads nothing.
    """
    about_others = or_(
        Candidate.unit_id.is_(None), Candidate.unit_id.not_in(sorted(hidden))
    )
    query = _views().where(about_others).order_by(Objection.due, Objection.id)
    found = [_view(row) for row in reader.execute(query).mappings()]
    return sorted(found, key=lambda one: one.state not in OPEN)


def objection_by_key(
    reader: Connection | Session, key: int, hidden: Collection[int]
) -> ObjectionView | None:
    """Return an objection that the reader may decide, or None."""
    row = reader.execute(_views().where(Objection.id == key)).mappings().first()
    if row is None or row["unit_id"] in hidden:
        return None
    return _view(row)


def objection_by_receipt(
    reader: Connection | Session, campaign_id: int, receipt: str
) -> ObjectionView | None:
    """Return an objection to whoever holds its receipt, or None."""
    query = _views().where(
        Objection.campaign_id == campaign_id, Objection.receipt == receipt
    )
    row = reader.execute(query).mappings().first()
    return None if row is None else _view(row)


def _views() -> Select[Any]:
    return (
        select(
            Objection.id,
            Campaign.slug,
            Campaign.title.label("campaign"),
            Objection.receipt,
            Candidate.name.label("candidate"),
            Candidate.unit_id,
            Unit.name.label("unit_name"),
            Objection.words,
            Objection.state,
            Objection.received_at,
            Objection.due,
            Objection.ruling,
            Objection.decided_at,
            (Objection.contact != "").label("left_contact"),
        )
        .join(Campaign, Campaign.id == Objection.campaign_id)
        .outerjoin(Candidate, Candidate.id == Objection.candidate_id)
        .outerjoin(Unit, Unit.id == Candidate.unit_id)
    )


def _view(row: RowMapping) -> ObjectionView:
    values = dict(row) | {"state": ObjectionState(row["state"])}
    return ObjectionView(**values)


def open_objections(reader: Connection | Session, campaign_id: int) -> int:
    """Return how many objections are not decided."""
    query = select(func.count()).where(
        Objection.campaign_id == campaign_id,
        Objection.state.in_([int(state) for state in OPEN]),
    )
    return reader.scalar(query) or 0


def objection_totals(
    reader: Connection | Session, campaign_id: int
) -> dict[ObjectionState, int]:
    """Return how many objections there are in each state: never about whom."""
    rows = reader.execute(
        select(Objection.state, func.count())
        .where(Objection.campaign_id == campaign_id)
        .group_by(Objection.state)
    ).tuples()
    found = {ObjectionState(state): count for state, count in rows}
    return {state: found.get(state, 0) for state in ObjectionState}


def on_hold(reader: Connection | Session, campaign_id: int) -> frozenset[int]:
    """Return the candidates that an admitted objection is open against."""
    return frozenset(
        key
        for key in reader.scalars(
            select(Objection.candidate_id).where(
                Objection.campaign_id == campaign_id,
                Objection.state == int(ObjectionState.ADMITTED),
            )
        )
        if key is not None
    )
