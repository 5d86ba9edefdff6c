"""Candidates of a campaign as they stand."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from kiosk.domain.candidates import CandidateState
from kiosk.models import Candidate, Unit


@dataclass(frozen=True, kw_only=True)
class CandidateView:
    """A candidate, with its unit as it is called today."""

    id: int
    award: str
    number: int
    unit_id: int
    unit_name: str
    window_id: int | None
    clerk_id: int | None
    case_id: int | None
    name: str
    statement: Mapping[str, str]
    """Words by criterion."""
    state: CandidateState
    put_at: datetime
    ended_at: datetime | None
    reason: str
    replaces_id: int | None
    counts_from: date | None

    @property
    def standing(self) -> bool:
        """Whether it takes part."""
        return self.state is CandidateState.STANDING


_COLUMNS = (
    Candidate.id,
    Candidate.award,
    Candidate.number,
    Candidate.unit_id,
    Unit.name.label("unit_name"),
    Candidate.window_id,
    Candidate.clerk_id,
    Candidate.case_id,
    Candidate.name,
    Candidate.statement,
    Candidate.state,
    Candidate.put_at,
    Candidate.ended_at,
    Candidate.reason,
    Candidate.replaces_id,
    Candidate.counts_from,
)


def candidates(
    reader: Connection | Session, campaign_id: int, award: str | None = None
) -> list[CandidateView]:
    """Return a campaign's candidates, or one award's, by award and number."""
    query = (
        select(*_COLUMNS)
        .join(Unit, Unit.id == Candidate.unit_id)
        .where(Candidate.campaign_id == campaign_id)
        .order_by(Candidate.award, Candidate.number)
    )
    if award is not None:
        query = query.where(Candidate.award == award)
    return [
        CandidateView(
            **{
                **row,
                "statement": json.loads(row["statement"]),
                "state": CandidateState(row["state"]),
            }
        )
        for row in reader.execute(query).mappings()
    ]
