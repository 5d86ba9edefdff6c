"""Secret ballots: how many voted, at any time; what they chose, after the close."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, case, func, select
from sqlalchemy.orm import Session

from kiosk.domain.ballots import count_votes, parse_ballot_code
from kiosk.domain.campaign_inputs import Votes
from kiosk.domain.campaign_rules import Electorate
from kiosk.domain.tokens import token_hash
from kiosk.models import Candidate, Elector, Vote
from kiosk.queries.campaigns import CampaignView


@dataclass(frozen=True, kw_only=True)
class Turnout:
    """How many of an electorate have voted."""

    electorate: Electorate
    issued: int
    """Codes that were given out and are not void."""
    voted: int
    void: int
    """Codes that were lost, each replaced by one among the issued."""

    @property
    def slips(self) -> int:
        """Slips that were ever made; also the highest number of one."""
        return self.issued + self.void


@dataclass(frozen=True, kw_only=True)
class ElectorView:
    """Whoever holds a code."""

    electorate: str
    spent: bool
    cancelled: bool


def turnout(
    reader: Connection | Session, campaign: CampaignView
) -> tuple[Turnout, ...]:
    """Return the turnout of each electorate, in the order of the rules."""
    void = func.sum(case((Elector.cancelled, 1), else_=0))
    spent = func.sum(case((Elector.spent, 1), else_=0))
    query = (
        select(Elector.electorate, func.count(), spent, void)
        .where(Elector.campaign_id == campaign.id)
        .group_by(Elector.electorate)
    )
    found = {row[0]: row[1:] for row in reader.execute(query).tuples()}
    told = []
    for electorate in campaign.rules.electorates:
        slips, voted, lost = found.get(electorate.key, (0, 0, 0))
        told.append(
            Turnout(electorate=electorate, issued=slips - lost, voted=voted, void=lost)
        )
    return tuple(told)


def ballots_agree(reader: Connection | Session, campaign: CampaignView) -> bool:
    """Whether there are as many ballots as codes were spent, for each award.

    An award that an amendment added in the midst of the voting may have fewer.
    """
    query = (
        select(Vote.electorate, Vote.award, func.count())
        .where(Vote.campaign_id == campaign.id)
        .group_by(Vote.electorate, Vote.award)
    )
    most: Counter[str] = Counter()
    for electorate, _, count in reader.execute(query).tuples():
        most[electorate] = max(most[electorate], count)
    voted = {
        one.electorate.key: one.voted for one in turnout(reader, campaign) if one.voted
    }
    return dict(most) == voted


def elector_by_code(
    reader: Connection | Session, campaign_id: int, code: str
) -> ElectorView | None:
    """Return who holds a code as it was typed, or None. Raises BallotCodeUnknown."""
    query = select(Elector.electorate, Elector.spent, Elector.cancelled).where(
        Elector.campaign_id == campaign_id,
        Elector.code_hash == token_hash(parse_ballot_code(code)),
    )
    row = reader.execute(query).mappings().first()
    return None if row is None else ElectorView(**row)


def ballot_counts(
    reader: Connection | Session, campaign: CampaignView
) -> Mapping[int, Mapping[str, Votes]]:
    """Return the votes of each candidate by electorate; before the close nothing.

    Electorates with fewer than FEWEST_BALLOTS ballots are not in it.
    """
    if campaign.ballot_closed_at is None:
        return {}
    awards = select(Candidate.id, Candidate.award).where(
        Candidate.campaign_id == campaign.id
    )
    votes = select(Vote.electorate, Vote.award, Vote.choices).where(
        Vote.campaign_id == campaign.id
    )
    ballots = [
        (electorate, award, json.loads(choices))
        for electorate, award, choices in reader.execute(votes).tuples()
    ]
    return count_votes(ballots, dict(reader.execute(awards).tuples().all()))
