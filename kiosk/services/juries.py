"""Juries: who sits, and the points that each gives until the stage ends."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.domain.campaign_kinds import StageKind
from kiosk.domain.campaign_stages import check_open
from kiosk.domain.juries import (
    AlreadyJuror,
    NoJurorChosen,
    NotOnJury,
    Recused,
    is_recused,
    is_scored,
    parse_points,
)
from kiosk.domain.policy import NotOpen, Role
from kiosk.models import ORGANISATION, Account, Juror, JurySheet, RoleGrant, Unit
from kiosk.queries.juries import related_units
from kiosk.services.candidate_locks import running_campaign, standing
from kiosk.services.records import Book


@dataclass(frozen=True, kw_only=True)
class Scoring:
    """What a juror gives a candidate, as it was typed."""

    campaign_id: int
    candidate_id: int
    account_id: int
    abstains: bool = False
    points: Mapping[str, str] = field(default_factory=dict)
    """By criterion."""


def add_juror(
    records: Book, campaign_id: int, account_id: int, unit_id: int | None
) -> None:
    """Put somebody on the jury; whoever had left sits again.

    unit_id: where they come from. Raises NotOpen, CampaignClosed, NoJurorChosen,
    AlreadyJuror.
    """
    session = records.session
    running_campaign(session, campaign_id)
    name = _juror_name(session, account_id)
    if unit_id is not None and session.get(Unit, unit_id) is None:
        raise NotOpen
    there = session.scalar(
        select(Juror).where(
            Juror.campaign_id == campaign_id, Juror.account_id == account_id
        )
    )
    if there is None:
        row: dict[str, object] = {"campaign_id": campaign_id, "joined_at": records.now}
        row |= {"account_id": account_id, "unit_id": unit_id}
        records.add(Juror, ORGANISATION, [row])
        return
    if there.ended_at is None:
        raise AlreadyJuror(name=name)
    again = {"ended_at": None, "unit_id": unit_id}
    records.change(Juror, ORGANISATION, there.id, again)


def end_juror(records: Book, campaign_id: int, juror_id: int) -> None:
    """Let somebody leave the jury: what they gave does not count any more.

    Raises NotOpen, CampaignClosed.
    """
    running_campaign(records.session, campaign_id)
    found = records.session.get(Juror, juror_id)
    if found is None or found.campaign_id != campaign_id or found.ended_at is not None:
        raise NotOpen
    records.change(Juror, ORGANISATION, juror_id, {"ended_at": records.now})


def score(records: Book, scoring: Scoring, today: date) -> None:
    """Keep a juror's points, or others in their place, until the stage ends.

    Raises NotOpen, CampaignClosed, NotOpenYet, OverAlready, NoSuchStage, NotOnJury,
    CandidateEnded, Recused, PointsWrong.
    """
    session = records.session
    running = running_campaign(session, scoring.campaign_id)
    check_open(running.rules, StageKind.JURY, today)
    juror = session.scalar(
        select(Juror).where(
            Juror.campaign_id == scoring.campaign_id,
            Juror.account_id == scoring.account_id,
            Juror.ended_at.is_(None),
        )
    )
    if juror is None:
        raise NotOnJury
    candidate = standing(running.among, scoring.candidate_id)
    award = running.award(candidate.award)
    if not is_scored(award):
        raise NotOpen
    related = related_units(session).get(juror.unit_id or 0, frozenset())
    if is_recused(juror.unit_id, candidate.unit_id, related):
        raise Recused(name=candidate.name)
    points = {} if scoring.abstains else parse_points(award, scoring.points)
    row = {"points": json.dumps(points, sort_keys=True), "scored_at": records.now}
    row |= {"abstained": scoring.abstains}
    there = session.scalar(
        select(JurySheet.id).where(
            JurySheet.juror_id == juror.id, JurySheet.candidate_id == candidate.id
        )
    )
    if there is None:
        key = {"juror_id": juror.id, "candidate_id": candidate.id}
        records.add(JurySheet, ORGANISATION, [key | row])
    else:
        records.change(JurySheet, ORGANISATION, there, row)


def _juror_name(session: Session, account_id: int) -> str:
    """Return the name of an account that can be a juror. Raises NoJurorChosen."""
    name = session.scalar(
        select(Account.name)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .where(
            Account.id == account_id,
            Account.disabled_at.is_(None),
            RoleGrant.role == str(Role.JUROR),
            RoleGrant.ended_at.is_(None),
        )
        .limit(1)
    )
    if name is None:
        raise NoJurorChosen
    return name
