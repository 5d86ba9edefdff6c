"""Sheets of a campaign: the list posted, the result fixed, an award taken away.

Whatever is published is frozen whole: what the numbers follow from, and the numbers.
The final list is computed from what was posted, never from the tables again, so that
nothing which comes late can move it.
"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.domain.ballots import has_ballot
from kiosk.domain.campaign_archive import archive_text, outcome_text, parse_archive
from kiosk.domain.campaign_inputs import Inputs
from kiosk.domain.campaign_life import CampaignEnded
from kiosk.domain.campaign_outcome import compute
from kiosk.domain.candidates import CandidateState
from kiosk.domain.nominations import parse_reason
from kiosk.domain.policy import NotOpen
from kiosk.domain.publications import (
    NotPosted,
    PostedAlready,
    PublicationKind,
    check_final,
    check_posting,
    parse_approval,
    without,
)
from kiosk.models import ORGANISATION, Campaign, Publication
from kiosk.queries.calendar import work_calendar
from kiosk.queries.campaign_inputs import CentreDays, gather
from kiosk.queries.campaigns import CampaignView, campaign_by_slug
from kiosk.queries.candidates import candidates
from kiosk.queries.objections import open_objections
from kiosk.services.candidate_locks import end_candidate, locked_campaign, standing
from kiosk.services.records import Book

_LOOK_AHEAD = timedelta(days=400)
"""Days of the calendar that are read for the end of a period."""


def post_notice(records: Book, slug: str, centre: CentreDays) -> int:
    """Compute the list, freeze it and post it for objections; return its number.

    Raises NotOpen, CampaignEnded, PostedAlready, NoWorkingDays and what
    `check_posting` raises.
    """
    found = _locked(records.session, slug)
    if found.posted_at is not None:
        raise PostedAlready
    today = centre.day(records.now)
    counted = not has_ballot(found.rules) or found.ballot_closed_at is not None
    check_posting(found.rules, today, ballot_counted=counted)
    inputs = gather(records.session, found, centre, today)
    until = _objections_until(records, found, centre)
    number = _publish(records, found, PublicationKind.NOTICE, inputs, until=until)
    posted = {"posted_at": records.now}
    records.change(Campaign, ORGANISATION, found.id, posted, why="posted")
    return number


def fix_result(records: Book, slug: str, approval: str, centre: CentreDays) -> int:
    """Fix the final list; return the number of its sheet.

    approval: number of the approval; without one, the papers praise and do not
    commend. Raises NotOpen, CampaignEnded, NotPosted, ApprovalTooLong and what
    `check_final` raises.
    """
    given = parse_approval(approval)
    found = _locked(records.session, slug)
    newest = _newest(records.session, found.id)
    if newest is None or newest.objections_until is None:
        raise NotPosted
    check_final(
        found.rules,
        centre.day(records.now),
        now=records.now,
        until=newest.objections_until.astimezone(centre.zone),
        open_objections=open_objections(records.session, found.id),
    )
    inputs = parse_archive(newest.archive)
    number = _publish(records, found, PublicationKind.RESULT, inputs, approval=given)
    final = {"final_at": records.now}
    records.change(Campaign, ORGANISATION, found.id, final, why="final")
    return number


def cancel_award(
    records: Book, slug: str, candidate_id: int, reason: str, centre: CentreDays
) -> int | None:
    """Cancel a candidate for fraud, at any time; return the new sheet's number.

    None where nothing was posted yet: the list will then be made without it. Whoever
    follows on the list before it is final can be objected to as long as the others.
    Raises NotOpen, CandidateEnded, ReasonNeeded, NoWorkingDays.
    """
    why = parse_reason(reason)
    found = campaign_by_slug(records.session, slug)
    if found is None:
        raise NotOpen
    locked_campaign(records.session, found.id)
    among = candidates(records.session, found.id)
    end_candidate(records, standing(among, candidate_id), CandidateState.CANCELLED, why)
    newest = _newest(records.session, found.id)
    if newest is None:
        return None
    posted = parse_archive(newest.archive)
    ended = {candidate_id: CandidateState.CANCELLED.name.lower()}
    inputs = without(posted, compute(posted), ended)
    until = newest.objections_until
    if until is not None and _has_new_names(posted, inputs):
        until = _objections_until(records, found, centre)
    return _publish(
        records,
        found,
        PublicationKind.CANCELLATION,
        inputs,
        approval=newest.approval,
        until=until,
    )


def _locked(session: Session, slug: str) -> CampaignView:
    """Return an announced campaign that is not over, locked.

    Raises NotOpen, CampaignEnded.
    """
    key = session.scalar(select(Campaign.id).where(Campaign.slug == slug))
    if key is None:
        raise NotOpen
    locked_campaign(session, key)
    # Only once it is locked, what it says is what holds.
    found = campaign_by_slug(session, slug)
    if found is None or found.final_at is not None or found.dropped_at is not None:
        raise CampaignEnded
    return found


def _newest(session: Session, campaign_id: int) -> Publication | None:
    return session.scalars(
        select(Publication)
        .where(Publication.campaign_id == campaign_id)
        .order_by(Publication.number.desc())
        .limit(1)
    ).first()


def _objections_until(
    records: Book, found: CampaignView, centre: CentreDays
) -> datetime:
    """Return the close of business at which objections end. Raises NoWorkingDays."""
    today = centre.day(records.now)
    calendar = work_calendar(
        records.session, centre.centre_id, today, today + _LOOK_AHEAD
    )
    return calendar.deadline(records.now, found.rules.notice_days, centre.zone)


def _has_new_names(before: Inputs, after: Inputs) -> bool:
    """Whether somebody is on the list who was not on it before."""
    was = {row.key for award in compute(before).awards for row in award.elected}
    now = {row.key for award in compute(after).awards for row in award.elected}
    return bool(now - was)


def _publish(
    records: Book,
    found: CampaignView,
    kind: PublicationKind,
    inputs: Inputs,
    *,
    approval: str = "",
    until: datetime | None = None,
) -> int:
    """Freeze a sheet under the next number."""
    newest = _newest(records.session, found.id)
    number = 1 if newest is None else newest.number + 1
    sheet = {
        "campaign_id": found.id,
        "number": number,
        "kind": str(kind),
        "archive": archive_text(inputs),
        "outcome": outcome_text(compute(inputs)),
        "approval": approval,
        "published_at": records.now,
        "objections_until": until,
    }
    records.add(Publication, ORGANISATION, [sheet])
    return number
