"""A campaign whose pages are all there, for the table of who may call what."""

import json
from dataclasses import asdict, replace
from datetime import datetime

from kiosk.domain.campaign_kinds import PartKind
from kiosk.domain.campaign_rules import Electorate, Part, Words
from kiosk.domain.candidates import CandidateState
from kiosk.extensions import recording
from kiosk.models import ORGANISATION, Candidate, Publication
from kiosk.services.ballots import issue_codes
from tests.campaign_sheets import outcome, row
from tests.nominations import STAR, TODAY, open_campaign, small_rules

SLUG = "small"


def make_selection(unit: int, clerk: object, now: datetime) -> dict[str, object]:
    """Open a campaign that takes names and votes, with a candidate and a code.

    No rules that were checked let both be open; an answer tells who may all the more.
    """
    star = replace(STAR, parts=(Part(kind=PartKind.BALLOT, weight=100),))
    voters = Electorate(key="cadres", title=Words("干部", "Cadres"), weight=100)
    rules = replace(small_rules(star, vote=(-1, 1)), electorates=(voters,))
    campaign = open_campaign(rules, SLUG)
    named = {"campaign_id": campaign, "award": "star", "number": 1, "name": "王芳"}
    named |= {"unit_id": unit, "clerk_id": clerk, "put_at": now}
    named |= {"state": int(CandidateState.STANDING)}
    found = json.dumps(asdict(outcome(row(1, 1))), ensure_ascii=False)
    sheet = {"campaign_id": campaign, "number": 1, "kind": "notice", "archive": "{}"}
    sheet |= {"outcome": found, "published_at": now}
    with recording("test", now) as records:
        records.add(Publication, ORGANISATION, [sheet])
        [candidate] = records.add(Candidate, ORGANISATION, [named])
        [slip] = issue_codes(records, SLUG, "cadres", 1, 0, TODAY)
    return {
        "slug": SLUG,
        "award": "star",
        "number": 1,
        "/manage/campaigns/ key": candidate,
        "/campaigns/ code": slip.code,
    }
