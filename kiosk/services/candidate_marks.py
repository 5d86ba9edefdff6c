"""Numbers entered about candidates, such as the rate of a knowledge test."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from kiosk.domain.campaign_stages import check_open
from kiosk.domain.candidates import REASON_MOST, MarkKind
from kiosk.domain.free_text import clean_text
from kiosk.domain.nominations import MARK_STAGES, parse_rate, uses_mark
from kiosk.domain.policy import NotOpen
from kiosk.models import ORGANISATION
from kiosk.models import CandidateMark as Mark
from kiosk.services.candidate_locks import running_campaign, standing
from kiosk.services.records import Book


@dataclass(frozen=True, kw_only=True)
class RateDraft:
    """A number about a candidate, as it was typed."""

    kind: MarkKind
    rate: str
    """Percent."""
    note: str = ""


def enter_mark(
    records: Book,
    campaign_id: int,
    candidate_id: int,
    draft: RateDraft,
    today: date,
) -> None:
    """Enter a number about a candidate, or another one in its place.

    Raises NotOpen (also where the award reads no such number), CampaignClosed,
    NotOpenYet, OverAlready, NoSuchStage, CandidateEnded and RateWrong.
    """
    running = running_campaign(records.session, campaign_id)
    found = standing(running.among, candidate_id)
    if not uses_mark(running.award(found.award), draft.kind):
        raise NotOpen
    check_open(running.rules, MARK_STAGES[draft.kind], today)
    row = {
        "value": parse_rate(draft.rate),
        "note": clean_text(draft.note)[:REASON_MOST],
        "entered_at": records.now,
    }
    there = records.session.scalar(
        select(Mark.id).where(
            Mark.candidate_id == found.id, Mark.kind == draft.kind.value
        )
    )
    if there is not None:
        records.change(Mark, ORGANISATION, there, row)
        return
    row |= {"candidate_id": found.id, "kind": draft.kind.value}
    records.add(Mark, ORGANISATION, [row])
