"""Rows of a campaign in a hall that has been lived in: at least one in each table."""

import json
from datetime import datetime
from pathlib import Path

from kiosk.domain.campaign_parse import parse_preset, plain_rules
from kiosk.extensions import recording, transaction
from kiosk.models import (
    ORGANISATION,
    Campaign,
    CampaignVersion,
    Candidate,
    CandidateMark,
    Clearance,
    Elector,
    Objection,
    Publication,
    Vote,
)

PRESET = Path("kiosk/presets/s1-smile-service-star.toml")


def add_campaign(account: int, clerk: int, now: datetime) -> None:
    """Add a campaign with everything that can hang on one."""
    with recording("test", now) as records:
        row = {"slug": "star", "title": "微笑服务之星", "created_at": now}
        row |= {"announced_at": now, "posted_at": now}
        [campaign] = records.add(Campaign, ORGANISATION, [row])
        rules = plain_rules(parse_preset(PRESET.read_bytes(), 2026))
        version = {"campaign_id": campaign, "number": 1, "made_at": now}
        version["rules"] = json.dumps(rules, ensure_ascii=False)
        records.add(CampaignVersion, ORGANISATION, [version])
        named = {"campaign_id": campaign, "award": "star", "number": 1}
        named |= {"unit_id": 1, "clerk_id": clerk, "name": "王1", "state": 1}
        named |= {"statement": '{"smile": "六个一"}', "put_at": now}
        [candidate] = records.add(Candidate, ORGANISATION, [named])
        about = {"candidate_id": candidate}
        mark = about | {"kind": "knowledge", "value": 9500, "entered_at": now}
        records.add(CandidateMark, ORGANISATION, [mark])
        asked = about | {"office": "petitions", "stands": False, "answered_at": now}
        records.add(Clearance, ORGANISATION, [asked])
        elector = {"campaign_id": campaign, "electorate": "cadres", "number": 1}
        records.add(Elector, ORGANISATION, [elector | {"code_hash": b"e" * 32}])
        sheet = {"campaign_id": campaign, "number": 1, "kind": "notice"}
        sheet |= {"archive": "{}", "outcome": "{}", "published_at": now}
        records.add(Publication, ORGANISATION, [sheet])
        doubt = {"campaign_id": campaign, "receipt": "AAAABBBBCCCC2", "state": 1}
        doubt |= {"words": "名单有误 🙂", "received_at": now, "due": now.date()}
        doubt |= {"handler_id": account}
        records.add(Objection, ORGANISATION, [doubt])
    with transaction() as session:
        ballot = {"campaign_id": campaign, "electorate": "cadres", "award": "star"}
        session.add(Vote(key=b"\x00\xff" * 8, choices=f"[{candidate}]", **ballot))
