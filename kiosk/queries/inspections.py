"""What inspectors saw in a campaign, and the points that it costs."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from kiosk.domain.inspections import Deductions, FindFact, FindingState, deducted
from kiosk.models import Account, Candidate, Clerk, Finding, Inspection, Unit, Window
from kiosk.queries.campaigns import CampaignView

__all__ = ["Deductions", "FindingView", "LookView", "deductions", "findings", "looks"]


@dataclass(frozen=True, kw_only=True)
class LookView:
    """One look."""

    id: int
    sheet: str
    unit_id: int
    unit_name: str
    window_id: int | None
    window_number: str | None
    announced: bool
    note: str
    inspector_id: int
    inspector: str
    looked_at: datetime


@dataclass(frozen=True, kw_only=True)
class FindingView:
    """One find, with the look that it belongs to."""

    id: int
    sheet: str
    item: str
    deduction: int
    unit_id: int
    unit_name: str
    window_number: str | None
    clerk_name: str | None
    note: str
    found_at: datetime
    received_at: datetime
    announced: bool
    inspector_id: int
    state: FindingState
    objection: str
    objected_at: datetime | None
    ruling: str
    ruled_at: datetime | None
    case_id: int | None


_FINDING = (
    Finding.id,
    Inspection.sheet,
    Finding.item,
    Finding.deduction,
    Inspection.unit_id,
    Unit.name.label("unit_name"),
    Window.number.label("window_number"),
    Clerk.name.label("clerk_name"),
    Finding.note,
    Finding.found_at,
    Inspection.received_at,
    Inspection.announced,
    Inspection.inspector_id,
    Finding.state,
    Finding.objection,
    Finding.objected_at,
    Finding.ruling,
    Finding.ruled_at,
    Finding.case_id,
)


def looks(reader: Connection | Session, campaign_id: int) -> list[LookView]:
    """Return every look of a campaign, the newest first."""
    rows = reader.execute(
        select(
            Inspection.id,
            Inspection.sheet,
            Inspection.unit_id,
            Unit.name.label("unit_name"),
            Inspection.window_id,
            Window.number.label("window_number"),
            Inspection.announced,
            Inspection.note,
            Inspection.inspector_id,
            Account.name.label("inspector"),
            Inspection.looked_at,
        )
        .join(Unit, Unit.id == Inspection.unit_id)
        .outerjoin(Window, Window.id == Inspection.window_id)
        .join(Account, Account.id == Inspection.inspector_id)
        .where(Inspection.campaign_id == campaign_id)
        .order_by(Inspection.looked_at.desc(), Inspection.id.desc())
    ).mappings()
    return [LookView(**row) for row in rows]


def findings(
    reader: Connection | Session,
    campaign_id: int,
    units: Collection[int] | None = None,
) -> list[FindingView]:
    """Return every find of a campaign, the newest first; of some units only."""
    query = (
        select(*_FINDING)
        .join(Inspection, Inspection.id == Finding.inspection_id)
        .join(Unit, Unit.id == Inspection.unit_id)
        .outerjoin(Window, Window.id == Inspection.window_id)
        .outerjoin(Clerk, Clerk.id == Finding.clerk_id)
        .where(Inspection.campaign_id == campaign_id)
        .order_by(Finding.found_at.desc(), Finding.id.desc())
    )
    if units is not None:
        query = query.where(Inspection.unit_id.in_(sorted(units)))
    return [
        FindingView(**{**row, "state": FindingState(row["state"])})
        for row in reader.execute(query).mappings()
    ]


def deductions(reader: Connection | Session, campaign: CampaignView) -> Deductions:
    """Return the points off in a campaign, in three statements."""
    seen = reader.execute(
        select(Inspection.unit_id, Inspection.window_id).where(
            Inspection.campaign_id == campaign.id
        )
    ).tuples()
    finds = reader.execute(
        select(
            Inspection.unit_id,
            Inspection.window_id,
            Finding.clerk_id,
            Finding.deduction,
        )
        .join(Inspection, Inspection.id == Finding.inspection_id)
        .where(
            Inspection.campaign_id == campaign.id,
            Finding.state != int(FindingState.DROPPED),
        )
    ).mappings()
    people = reader.execute(
        select(Candidate.clerk_id, Candidate.unit_id).where(
            Candidate.campaign_id == campaign.id, Candidate.clerk_id.is_not(None)
        )
    ).tuples()
    return deducted(
        [(unit, window) for unit, window in seen],
        [FindFact(**row) for row in finds],
        {clerk: unit for clerk, unit in people if clerk is not None},
    )
