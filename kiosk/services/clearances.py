"""What other offices answer about candidates, entered until the list is posted."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from kiosk.domain.campaign_kinds import StageKind
from kiosk.domain.campaign_stages import check_open
from kiosk.domain.free_text import clean_text
from kiosk.domain.policy import NotOpen
from kiosk.models import ORGANISATION, Clearance
from kiosk.services.candidate_locks import running_campaign, standing
from kiosk.services.records import Book

NOTE_MOST = 200
"""Characters of the number or day of a letter."""


@dataclass(frozen=True, kw_only=True)
class AnswerDraft:
    """What an office answered about a candidate."""

    candidate_id: int
    office: str
    stands: bool
    """Whether it stands against the candidate."""
    note: str = ""


def enter_answers(
    records: Book, campaign_id: int, drafts: list[AnswerDraft], today: date
) -> int:
    """Enter answers, or others in their place; return how many were new or changed.

    All or none. Raises NotOpen (also for an office that the rules do not name),
    CampaignClosed, NotOpenYet, OverAlready, NoSuchStage, CandidateEnded.
    """
    running = running_campaign(records.session, campaign_id)
    check_open(running.rules, StageKind.CLEARANCE, today)
    offices = {office.key for office in running.rules.offices}
    for draft in drafts:
        standing(running.among, draft.candidate_id)
        if draft.office not in offices:
            raise NotOpen
    return sum(_enter(records, draft) for draft in drafts)


def _enter(records: Book, draft: AnswerDraft) -> bool:
    there = records.session.execute(
        select(Clearance.id, Clearance.stands, Clearance.note).where(
            Clearance.candidate_id == draft.candidate_id,
            Clearance.office == draft.office,
        )
    ).first()
    note = clean_text(draft.note)[:NOTE_MOST]
    row = {"stands": draft.stands, "note": note, "answered_at": records.now}
    if there is None:
        row |= {"candidate_id": draft.candidate_id, "office": draft.office}
        records.add(Clearance, ORGANISATION, [row])
        return True
    if (there.stands, there.note) == (draft.stands, note):
        return False
    records.change(Clearance, ORGANISATION, there.id, row)
    return True
