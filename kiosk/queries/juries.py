"""Juries of campaigns: members, what they scored, how far they are."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from kiosk.domain.juries import JurorSheet, counted_points, is_scored
from kiosk.domain.policy import Role
from kiosk.models import Account, Candidate, Juror, JurySheet, RoleGrant, Unit
from kiosk.queries.campaigns import CampaignView
from kiosk.queries.candidates import candidates


@dataclass(frozen=True, kw_only=True)
class JurorView:
    """A member of a jury."""

    id: int
    account_id: int
    name: str
    unit_id: int | None
    unit_name: str | None
    joined_at: datetime
    ended_at: datetime | None

    @property
    def sits(self) -> bool:
        """Whether they are on the jury now."""
        return self.ended_at is None


@dataclass(frozen=True, kw_only=True)
class SheetView:
    """What a juror gave a candidate."""

    juror_id: int
    candidate_id: int
    points: dict[str, int]
    abstained: bool
    scored_at: datetime


def jurors(reader: Connection | Session, campaign_id: int) -> list[JurorView]:
    """Return everybody who is or was on a jury, in the order of joining."""
    rows = reader.execute(
        select(
            Juror.id,
            Juror.account_id,
            Account.name,
            Juror.unit_id,
            Unit.name.label("unit_name"),
            Juror.joined_at,
            Juror.ended_at,
        )
        .join(Account, Account.id == Juror.account_id)
        .outerjoin(Unit, Unit.id == Juror.unit_id)
        .where(Juror.campaign_id == campaign_id)
        .order_by(Juror.id)
    ).mappings()
    return [JurorView(**row) for row in rows]


def jury_sheets(
    reader: Connection | Session, campaign_id: int, juror_id: int | None = None
) -> list[SheetView]:
    """Return what jurors who sit now gave; of one juror only where asked for."""
    query = (
        select(
            JurySheet.juror_id,
            JurySheet.candidate_id,
            JurySheet.points,
            JurySheet.abstained,
            JurySheet.scored_at,
        )
        .join(Juror, Juror.id == JurySheet.juror_id)
        .where(Juror.campaign_id == campaign_id, Juror.ended_at.is_(None))
    )
    if juror_id is not None:
        query = query.where(Juror.id == juror_id)
    return [
        SheetView(**{**row, "points": json.loads(row["points"])})
        for row in reader.execute(query).mappings()
    ]


def jury_points(
    reader: Connection | Session, campaign: CampaignView
) -> dict[int, tuple[float, ...]]:
    """Return the points of each juror by candidate, in rising order.

    Without those who abstained, left the jury, or are of the candidate's unit; in two
    statements.
    """
    rows = reader.execute(
        select(
            JurySheet.candidate_id,
            Juror.unit_id,
            Candidate.unit_id,
            JurySheet.points,
            JurySheet.abstained,
        )
        .join(Juror, Juror.id == JurySheet.juror_id)
        .join(Candidate, Candidate.id == JurySheet.candidate_id)
        .where(Juror.campaign_id == campaign.id, Juror.ended_at.is_(None))
    ).tuples()
    sheets = [
        JurorSheet(
            candidate_id=candidate,
            juror_unit=own,
            candidate_unit=unit,
            points=json.loads(points),
            abstained=abstained,
        )
        for candidate, own, unit, points, abstained in rows
    ]
    return counted_points(sheets, related_units(reader))


@dataclass(frozen=True, kw_only=True)
class JurorProgress:
    """A member of a jury and how far they are: never what they gave."""

    juror: JurorView
    scored: int
    abstained: int
    recused: int
    """Candidates of the own unit, whom they do not score."""
    left: int
    """Standing candidates that wait for them."""


def jury_progress(
    reader: Connection | Session, campaign: CampaignView
) -> list[JurorProgress]:
    """Return how far each member is, in the order of joining; in four statements."""
    scored_awards = {award.key for award in campaign.rules.awards if is_scored(award)}
    among = [
        one
        for one in candidates(reader, campaign.id)
        if one.standing and one.award in scored_awards
    ]
    related = related_units(reader)
    sheets = jury_sheets(reader, campaign.id)
    found = []
    for juror in jurors(reader, campaign.id):
        own = related.get(juror.unit_id or 0, frozenset())
        mine = {one.candidate_id: one for one in sheets if one.juror_id == juror.id}
        open_to = [one for one in among if one.unit_id not in own]
        given = [mine[one.id] for one in open_to if one.id in mine]
        found.append(
            JurorProgress(
                juror=juror,
                scored=sum(not one.abstained for one in given),
                abstained=sum(one.abstained for one in given),
                recused=len(among) - len(open_to),
                left=len(open_to) - len(given),
            )
        )
    return found


def possible_jurors(
    reader: Connection | Session, campaign_id: int
) -> list[tuple[int, str]]:
    """Return who has the role of a juror and does not sit, by name."""
    sits = select(Juror.account_id).where(
        Juror.campaign_id == campaign_id, Juror.ended_at.is_(None)
    )
    rows = reader.execute(
        select(Account.id, Account.name)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .where(
            RoleGrant.role == str(Role.JUROR),
            RoleGrant.ended_at.is_(None),
            Account.disabled_at.is_(None),
            Account.id.not_in(sits),
        )
        .distinct()
        .order_by(Account.name, Account.id)
    ).tuples()
    return [(key, name) for key, name in rows]


def related_units(reader: Connection | Session) -> dict[int, frozenset[int]]:
    """Return by unit itself, the units above it and those below it."""
    parents = dict(reader.execute(select(Unit.id, Unit.parent_id)).tuples().all())
    lines = {unit: _line(parents, unit) for unit in parents}
    return {
        unit: line | {other for other, above in lines.items() if unit in above}
        for unit, line in lines.items()
    }


def _line(parents: dict[int, int | None], unit: int) -> frozenset[int]:
    """Return a unit and all above it."""
    found = {unit}
    above = parents.get(unit)
    while above is not None and above not in found:
        found.add(above)
        above = parents.get(above)
    return frozenset(found)
