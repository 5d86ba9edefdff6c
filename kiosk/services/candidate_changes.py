"""Candidates that move, leave or close while a campaign runs: the rule is applied.

The rule was made known before the campaign began; whoever applies it sees no scores.
"""

from datetime import date

from kiosk.domain.candidate_changes import (
    CandidateChange,
    NothingToSettle,
    Settlement,
    settlement,
)
from kiosk.domain.candidates import CandidateState
from kiosk.domain.nominations import parse_reason
from kiosk.models import ORGANISATION, Candidate
from kiosk.queries.candidates import CandidateView
from kiosk.queries.nominations import candidate_changes
from kiosk.services.candidate_locks import (
    Running,
    end_candidate,
    running_campaign,
    standing,
)
from kiosk.services.records import Book


def settle_change(
    records: Book, campaign_id: int, candidate_id: int, reason: str, today: date
) -> Settlement:
    """Apply the award's rule to a candidate that moved, left or closed.

    Raises NotOpen, CampaignClosed, CandidateEnded, NothingToSettle and ReasonNeeded.
    """
    running = running_campaign(records.session, campaign_id)
    found = standing(running.among, candidate_id)
    why = parse_reason(reason)
    change = candidate_changes(records.session, campaign_id, today).get(found.id)
    if change is None:
        raise NothingToSettle
    outcome = settlement(running.award(found.award).change, change)
    if outcome in (Settlement.CARRIES, Settlement.DONE):
        raise NothingToSettle
    if outcome is Settlement.GOES_ON and _stands(running, found, change):
        outcome = Settlement.WITHDRAWN
    if outcome is Settlement.WITHDRAWN:
        end_candidate(records, found, CandidateState.WITHDRAWN, why)
        return outcome
    values: dict[str, object] = {"counts_from": change.day}
    if outcome is Settlement.GOES_ON:
        values["window_id"] = change.successor_id
    records.change(Candidate, ORGANISATION, found.id, values, why=why)
    return outcome


def _stands(running: Running, found: CandidateView, change: CandidateChange) -> bool:
    """Whether the window that follows stands for the award already."""
    return any(
        each.standing
        and each.award == found.award
        and each.window_id == change.successor_id
        for each in running.among
    )
