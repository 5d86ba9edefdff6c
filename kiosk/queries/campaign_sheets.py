"""What was published of a campaign, as everybody may read it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from kiosk.domain.campaign_reading import read_outcome
from kiosk.domain.campaign_results import Outcome
from kiosk.domain.publications import PublicationKind
from kiosk.models import Objection, Publication


@dataclass(frozen=True, kw_only=True)
class SheetView:
    """A numbered sheet with its numbers."""

    number: int
    kind: PublicationKind
    outcome: Outcome
    approval: str
    """Number of the approval; empty: none."""
    published_at: datetime
    objections_until: datetime | None
    """None where it takes no objections."""


def sheets(reader: Connection | Session, campaign_id: int) -> list[SheetView]:
    """Return every sheet of a campaign, the newest first."""
    rows = reader.execute(
        select(
            Publication.number,
            Publication.kind,
            Publication.outcome,
            Publication.approval,
            Publication.published_at,
            Publication.objections_until,
        )
        .where(Publication.campaign_id == campaign_id)
        .order_by(Publication.number.desc())
    ).mappings()
    return [
        SheetView(
            **{
                **row,
                "kind": PublicationKind(row["kind"]),
                "outcome": read_outcome(row["outcome"]),
            }
        )
        for row in rows
    ]


def sheet_archive(
    reader: Connection | Session, campaign_id: int, number: int
) -> str | None:
    """Return the archive of a sheet exactly as it was frozen, or None."""
    return reader.scalar(
        select(Publication.archive).where(
            Publication.campaign_id == campaign_id, Publication.number == number
        )
    )


def sheet_outcome(
    reader: Connection | Session, campaign_id: int, number: int
) -> str | None:
    """Return the numbers of a sheet exactly as they were frozen, or None."""
    return reader.scalar(
        select(Publication.outcome).where(
            Publication.campaign_id == campaign_id, Publication.number == number
        )
    )


def objections_received(reader: Connection | Session, campaign_id: int) -> int:
    """Return how many objections came in: a total, never about whom."""
    query = select(func.count()).where(Objection.campaign_id == campaign_id)
    return reader.scalar(query) or 0
