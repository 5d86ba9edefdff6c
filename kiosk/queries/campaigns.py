"""Campaigns as they stand, with the rules in force, and every version of these."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, select
from sqlalchemy.orm import Session

from kiosk.domain.campaign_parse import parse_rules
from kiosk.domain.campaign_rules import Rules
from kiosk.models import Campaign, CampaignVersion


@dataclass(frozen=True, kw_only=True)
class CampaignView:
    """A campaign and the rules that hold."""

    id: int
    slug: str
    version: int
    rules: Rules
    created_at: datetime
    announced_at: datetime | None
    ballot_closed_at: datetime | None
    posted_at: datetime | None
    final_at: datetime | None
    dropped_at: datetime | None

    @property
    def public(self) -> bool:
        """Whether everybody may see it."""
        return self.announced_at is not None


@dataclass(frozen=True, kw_only=True)
class VersionView:
    """Rules as they stood at a time."""

    number: int
    rules: Rules
    reason: str
    made_at: datetime


_IN_FORCE = (CampaignVersion.campaign_id == Campaign.id) & (
    CampaignVersion.number == Campaign.version
)


def campaigns(
    reader: Connection | Session, *, drafts: bool = False
) -> list[CampaignView]:
    """Return all campaigns, the newest first; drafts only where asked for."""
    query = _campaigns().order_by(Campaign.id.desc())
    if not drafts:
        query = query.where(Campaign.announced_at.is_not(None))
    return [_view(row) for row in reader.execute(query).mappings()]


def campaign_by_slug(reader: Connection | Session, slug: str) -> CampaignView | None:
    """Return a campaign by its public address, a draft too, or None."""
    row = reader.execute(_campaigns().where(Campaign.slug == slug)).mappings().first()
    return None if row is None else _view(row)


def rule_versions(reader: Connection | Session, campaign_id: int) -> list[VersionView]:
    """Return every version of a campaign's rules, the newest first."""
    query = (
        select(
            CampaignVersion.number,
            CampaignVersion.rules,
            CampaignVersion.reason,
            CampaignVersion.made_at,
        )
        .where(CampaignVersion.campaign_id == campaign_id)
        .order_by(CampaignVersion.number.desc())
    )
    return [
        VersionView(number=number, rules=read_rules(text), reason=reason, made_at=at)
        for number, text, reason, at in reader.execute(query).tuples()
    ]


def read_rules(text: str) -> Rules:
    """Return rules out of the JSON they are kept in."""
    # Kept rules have whole days: the year is never needed.
    return parse_rules(json.loads(text), year=1)


def _campaigns() -> Select[Any]:
    return select(
        Campaign.id,
        Campaign.slug,
        Campaign.version,
        Campaign.created_at,
        Campaign.announced_at,
        Campaign.ballot_closed_at,
        Campaign.posted_at,
        Campaign.final_at,
        Campaign.dropped_at,
        CampaignVersion.rules,
    ).join(CampaignVersion, _IN_FORCE)


def _view(row: RowMapping) -> CampaignView:
    return CampaignView(**{**row, "rules": read_rules(row["rules"])})
