"""What other offices answered about candidates."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from kiosk.models import Candidate, Clearance


@dataclass(frozen=True, kw_only=True)
class ClearanceView:
    """The answer of one office about one candidate."""

    candidate_id: int
    office: str
    """Key of the office in the rules."""
    stands: bool
    """Whether the office stands against the candidate."""
    note: str
    answered_at: datetime


def clearance_answers(
    reader: Connection | Session, campaign_id: int
) -> list[ClearanceView]:
    """Return every answer about a campaign's candidates, in one statement."""
    rows = reader.execute(
        select(
            Clearance.candidate_id,
            Clearance.office,
            Clearance.stands,
            Clearance.note,
            Clearance.answered_at,
        )
        .join(Candidate, Candidate.id == Clearance.candidate_id)
        .where(Candidate.campaign_id == campaign_id)
        .order_by(Clearance.candidate_id, Clearance.office)
    ).mappings()
    return [ClearanceView(**row) for row in rows]


def clearances(
    reader: Connection | Session, campaign_id: int
) -> Mapping[int, Mapping[str, bool]]:
    """Return whether offices stand against candidates, by candidate and office.

    An office that has not answered is not in it.
    """
    found: dict[int, dict[str, bool]] = defaultdict(dict)
    for each in clearance_answers(reader, campaign_id):
        found[each.candidate_id][each.office] = each.stands
    return dict(found)
