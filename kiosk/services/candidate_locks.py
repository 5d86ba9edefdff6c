"""A campaign whose names may change, locked, and its candidates as they stand."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.domain.campaign_rules import Award, Rules
from kiosk.domain.candidates import CandidateState
from kiosk.domain.nominations import CampaignClosed, CandidateEnded
from kiosk.domain.policy import NotOpen
from kiosk.models import ORGANISATION, Campaign, CampaignVersion, Candidate
from kiosk.queries.campaigns import read_rules
from kiosk.queries.candidates import CandidateView, candidates
from kiosk.services.records import Book


@dataclass(frozen=True, kw_only=True)
class Running:
    """A campaign whose names can still change, locked against other acts."""

    id: int
    rules: Rules
    among: list[CandidateView]

    def award(self, key: str) -> Award:
        """Return an award by its key. Raises NotOpen."""
        found = self.rules.award(key)
        if found is None:
            raise NotOpen
        return found


def locked_campaign(session: Session, campaign_id: int) -> Campaign:
    """Return an announced campaign, locked: acts on its names follow each other.

    Raises NotOpen, also for a draft.
    """
    found = session.scalar(
        select(Campaign)
        .where(Campaign.id == campaign_id)
        # Votes and codes point at the campaign meanwhile, and do not wait.
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if found is None or found.announced_at is None:
        raise NotOpen
    return found


def running_campaign(session: Session, campaign_id: int) -> Running:
    """Return a campaign that is neither posted nor given up, locked.

    Raises NotOpen, also for a draft, and CampaignClosed.
    """
    found = locked_campaign(session, campaign_id)
    if found.posted_at is not None or found.dropped_at is not None:
        raise CampaignClosed
    text = session.scalars(
        select(CampaignVersion.rules).where(
            CampaignVersion.campaign_id == campaign_id,
            CampaignVersion.number == found.version,
        )
    ).one()
    among = candidates(session, campaign_id)
    return Running(id=campaign_id, rules=read_rules(text), among=among)


def standing(among: list[CandidateView], key: int) -> CandidateView:
    """Return a standing candidate. Raises NotOpen and CandidateEnded."""
    found = next((each for each in among if each.id == key), None)
    if found is None:
        raise NotOpen
    if not found.standing:
        raise CandidateEnded(name=found.name)
    return found


def end_candidate(
    records: Book, found: CandidateView, state: CandidateState, why: str
) -> None:
    """Let a candidate take no part any more, for a reason that is kept."""
    ended = {"state": int(state), "ended_at": records.now, "reason": why}
    records.change(Candidate, ORGANISATION, found.id, ended)
