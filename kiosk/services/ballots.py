"""Secret ballots: codes are made, ballots cast and counted, without a way between.

A cast ballot marks its code as spent and adds rows with random keys; the ledger tells
the first and not the second. At the close all rows of the campaign are written anew
with new keys, so that neither their order nor what a database keeps of their making
leads back to the order in which codes were spent.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from kiosk.domain.ballots import (
    BallotClosed,
    BallotCodeCancelled,
    BallotCodeSpent,
    BallotCodeUnknown,
    BallotNotAnnounced,
    BallotStillOpen,
    CodesMadeMeanwhile,
    ElectorateUnknown,
    NoSuchSlip,
    ballot_awards,
    check_choices,
    new_ballot_code,
    new_vote_key,
    parse_ballot_code,
)
from kiosk.domain.campaign_kinds import StageKind
from kiosk.domain.campaign_stages import (
    NoSuchStage,
    OverAlready,
    check_open,
    is_over,
)
from kiosk.domain.policy import NotOpen
from kiosk.domain.tokens import token_hash
from kiosk.models import ORGANISATION, Campaign, Elector, Vote
from kiosk.queries.campaigns import CampaignView, campaign_by_slug
from kiosk.queries.candidates import candidates
from kiosk.services.records import Book


@dataclass(frozen=True)
class NewSlip:
    """A code that was made just now; nobody can look it up later."""

    number: int
    """Within its electorate."""
    code: str


def issue_codes(
    records: Book, slug: str, electorate: str, count: int, seen: int, today: date
) -> list[NewSlip]:
    """Make codes of an electorate: `count` of them, from 1 to CODES_MOST.

    `seen`: how many slips there were on the page it was asked on, so that a form that
    is sent twice makes nothing the second time. Raises NotOpen, NoBallot,
    BallotNotAnnounced, BallotClosed, NoSuchStage, OverAlready, ElectorateUnknown,
    CodesMadeMeanwhile.
    """
    campaign = _issuing(records.session, slug, electorate, today)
    last = _last_number(records.session, campaign.id, electorate)
    if last != seen:
        raise CodesMadeMeanwhile
    return _make(records, campaign.id, electorate, range(last + 1, last + 1 + count))


def reissue_code(
    records: Book, slug: str, electorate: str, number: int, today: date
) -> NewSlip:
    """Void a lost slip and make another one in its place, with the next number.

    Raises what `issue_codes` raises, NoSuchSlip, BallotCodeSpent, BallotCodeCancelled.
    """
    campaign = _issuing(records.session, slug, electorate, today)
    lost = records.session.scalars(
        select(Elector)
        .where(
            Elector.campaign_id == campaign.id,
            Elector.electorate == electorate,
            Elector.number == number,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if lost is None:
        raise NoSuchSlip
    _check_usable(lost)
    records.change(Elector, ORGANISATION, lost.id, {"cancelled": True}, why="lost")
    following = _last_number(records.session, campaign.id, electorate) + 1
    [slip] = _make(records, campaign.id, electorate, [following])
    return slip


def cast_ballot(
    records: Book,
    slug: str,
    code: str,
    choices: Mapping[str, Collection[int]],
    today: date,
) -> None:
    """Hand in a ballot: candidates' keys by award; awards left out name nobody.

    A code does it once, whatever comes at the same time. Raises NotOpen,
    BallotCodeUnknown, BallotCodeSpent, BallotCodeCancelled, NoBallot, BallotClosed,
    NoSuchStage, NotOpenYet, OverAlready, TooManyNames, NotOnBallot.
    """
    session = records.session
    campaign = _held(session, slug, alone=False)
    elector = _usable(session, campaign.id, code)
    _check_taken(campaign, today)
    named = _named(session, campaign, choices)
    records.change(Elector, ORGANISATION, elector.id, {"spent": True})
    _write(
        session,
        campaign.id,
        [(elector.electorate, award, chosen) for award, chosen in named.items()],
    )


def close_ballot(records: Book, slug: str, today: date) -> bool:
    """Close the ballot after its last day and write all its votes anew.

    Return whether this did it; the same once more does nothing. Raises NotOpen,
    NoBallot, BallotStillOpen.
    """
    session = records.session
    campaign = _held(session, slug, alone=True)
    ballot_awards(campaign.rules)
    if campaign.ballot_closed_at is not None:
        return False
    if not is_over(campaign.rules, StageKind.VOTE, today):
        ends = (stage.ends for stage in campaign.rules.of_kind(StageKind.VOTE))
        raise BallotStillOpen(day=max(ends))
    mine = Vote.campaign_id == campaign.id
    cast = session.execute(
        select(Vote.electorate, Vote.award, Vote.choices).where(mine)
    )
    rows = list(cast.tuples())
    session.execute(delete(Vote).where(mine))
    _write(session, campaign.id, rows)
    closed = {"ballot_closed_at": records.now}
    records.change(Campaign, ORGANISATION, campaign.id, closed, why="ballot closed")
    return True


def _held(session: Session, slug: str, *, alone: bool) -> CampaignView:
    """Return a campaign that nobody changes meanwhile. Raises NotOpen.

    Ballots hold it together, whoever makes codes or closes the ballot alone.
    """
    locked = session.scalar(
        select(Campaign.id).where(Campaign.slug == slug).with_for_update(read=not alone)
    )
    found = None if locked is None else campaign_by_slug(session, slug)
    if found is None:
        raise NotOpen
    return found


def _issuing(session: Session, slug: str, electorate: str, today: date) -> CampaignView:
    campaign = _held(session, slug, alone=True)
    ballot_awards(campaign.rules)
    if campaign.announced_at is None:
        raise BallotNotAnnounced
    _check_not_closed(campaign)
    stages = campaign.rules.of_kind(StageKind.VOTE)
    if not stages:
        raise NoSuchStage
    if is_over(campaign.rules, StageKind.VOTE, today):
        raise OverAlready(day=max(stage.ends for stage in stages))
    if campaign.rules.electorate(electorate) is None:
        raise ElectorateUnknown
    return campaign


def _check_taken(campaign: CampaignView, today: date) -> None:
    """Refuse ballots where none is taken at the moment."""
    ballot_awards(campaign.rules)
    _check_not_closed(campaign)
    check_open(campaign.rules, StageKind.VOTE, today)


def _check_not_closed(campaign: CampaignView) -> None:
    if campaign.ballot_closed_at is not None or campaign.dropped_at is not None:
        raise BallotClosed


def _usable(session: Session, campaign_id: int, code: str) -> Elector:
    """Return whoever holds a code, locked until the commit."""
    found = session.scalars(
        select(Elector)
        .where(
            Elector.campaign_id == campaign_id,
            Elector.code_hash == token_hash(parse_ballot_code(code)),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if found is None:
        raise BallotCodeUnknown
    _check_usable(found)
    return found


def _check_usable(elector: Elector) -> None:
    if elector.spent:
        raise BallotCodeSpent
    if elector.cancelled:
        raise BallotCodeCancelled


def _named(
    session: Session, campaign: CampaignView, choices: Mapping[str, Collection[int]]
) -> dict[str, str]:
    """Return what a ballot chooses for each award, as it is kept."""
    there = [each for each in candidates(session, campaign.id) if each.standing]
    named = {}
    for award in ballot_awards(campaign.rules):
        standing = {each.id for each in there if each.award == award.key}
        chosen = check_choices(award, choices.get(award.key, ()), standing)
        named[award.key] = json.dumps(chosen)
    return named


def _last_number(session: Session, campaign_id: int, electorate: str) -> int:
    """Return the highest number of an electorate's slips, 0 where there is none."""
    query = select(func.max(Elector.number)).where(
        Elector.campaign_id == campaign_id, Elector.electorate == electorate
    )
    return session.scalar(query) or 0


def _make(
    records: Book, campaign_id: int, electorate: str, numbers: Iterable[int]
) -> list[NewSlip]:
    slips = [NewSlip(number, new_ballot_code()) for number in numbers]
    about = {"campaign_id": campaign_id, "electorate": electorate}
    rows = [
        {**about, "number": slip.number, "code_hash": token_hash(slip.code)}
        for slip in slips
    ]
    records.add(Elector, ORGANISATION, rows)
    return slips


def _write(
    session: Session, campaign_id: int, votes: Iterable[tuple[str, str, str]]
) -> None:
    """Add votes under fresh keys and in the order of these: it tells nothing."""
    fresh = sorted((new_vote_key(), vote) for vote in votes)
    rows = [
        {
            "key": key,
            "campaign_id": campaign_id,
            "electorate": electorate,
            "award": award,
            "choices": choices,
        }
        for key, (electorate, award, choices) in fresh
    ]
    if rows:
        session.execute(insert(Vote), rows)
