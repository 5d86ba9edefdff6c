"""Campaigns with candidates and electors, made without going through the pages."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from kiosk.domain.campaign_kinds import Tie
from kiosk.domain.campaign_parse import parse_preset, plain_rules
from kiosk.domain.campaign_rules import Award, Rules
from kiosk.domain.candidates import CandidateState
from kiosk.extensions import reading, recording
from kiosk.models import (
    ORGANISATION,
    Campaign,
    CampaignVersion,
    Candidate,
    Unit,
    Vote,
)
from kiosk.queries.campaigns import CampaignView, campaign_by_slug
from kiosk.services.ballots import NewSlip, cast_ballot, close_ballot, issue_codes

PRESET = Path("kiosk/presets/s1-smile-service-star.toml")
SLUG = "star-2026"
DAY = date(2026, 9, 2)
"""In the midst of the days of voting, which begin on 1 and end on 3 September."""
VOTING = datetime(2026, 9, 2, 2, 0, tzinfo=UTC)
"""Ten o'clock in Shanghai on that day."""
AFTER = date(2026, 9, 4)


def star_rules(*more: Award, seats: int = 2) -> Rules:
    """Return the preset's rules with few seats; `more`: awards after the first."""
    rules = parse_preset(PRESET.read_bytes(), 2026)
    first = replace(rules.awards[0], seats=seats, quota=0)
    return replace(rules, awards=(first, *more))


def with_tie(rules: Rules) -> Award:
    """Return a second award that is voted about for its ties only."""
    return replace(rules.awards[0], key="second", seats=1, parts=(), ties=(Tie.BALLOT,))


def make_ballot(
    rules: Rules,
    names: Mapping[str, int],
    now: datetime,
    *,
    announced: bool = True,
    slug: str = SLUG,
) -> dict[str, list[int]]:
    """Make a campaign with so many candidates by award; return their keys."""
    with recording("test", now) as records:
        row = {"slug": slug, "title": rules.title.zh, "created_at": now}
        row["announced_at"] = now if announced else None
        [campaign] = records.add(Campaign, ORGANISATION, [row])
        version = {"campaign_id": campaign, "number": 1, "made_at": now}
        version["rules"] = json.dumps(plain_rules(rules), ensure_ascii=False)
        records.add(CampaignVersion, ORGANISATION, [version])
        [unit] = records.add(Unit, 1, [{"centre_id": 1, "name": f"教务处 {slug}"}])
        about = {"campaign_id": campaign, "unit_id": unit, "put_at": now}
        about["state"] = int(CandidateState.STANDING)
        return {
            award: records.add(
                Candidate,
                ORGANISATION,
                [
                    {**about, "award": award, "number": n, "name": f"候选{award}{n}"}
                    for n in range(1, count + 1)
                ],
            )
            for award, count in names.items()
        }


def the_campaign() -> CampaignView:
    """Return it as it stands."""
    with reading() as session:
        found = campaign_by_slug(session, SLUG)
    assert found is not None
    return found


def give_codes(electorate: str, count: int, now: datetime = VOTING) -> list[NewSlip]:
    """Make the first codes of an electorate."""
    with recording("account:1", now) as records:
        return issue_codes(records, SLUG, electorate, count, 0, DAY)


def vote(
    code: str,
    choices: Mapping[str, Collection[int]],
    day: date = DAY,
    now: datetime = VOTING,
) -> None:
    """Hand in a ballot."""
    with recording("elector", now) as records:
        cast_ballot(records, SLUG, code, choices, day)


def close(day: date = AFTER, now: datetime = VOTING) -> bool:
    """Close the ballot."""
    with recording("system", now) as records:
        return close_ballot(records, SLUG, day)


def votes_there() -> Sequence[Vote]:
    """Return all rows of votes."""
    with reading() as session:
        return session.query(Vote).all()
