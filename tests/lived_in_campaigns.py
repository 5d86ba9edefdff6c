"""Rows of a campaign in a hall that has been lived in: at least one in each table."""

import json
from datetime import datetime
from pathlib import Path
from uuid import UUID

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
    Finding,
    Inspection,
    Juror,
    JurySheet,
    Objection,
    Publication,
    UnitTask,
    Vote,
)
from kiosk.services.records import Book

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
        doubt = {"campaign_id": campaign, "receipt": "AAAABBBBCCCC2", "state": 1}
        doubt |= {"words": "名单有误 🙂", "received_at": now, "due": now.date()}
        doubt |= {"handler_id": account}
        records.add(Objection, ORGANISATION, [doubt])
        _add_sheet(records, campaign)
        _add_work(records, campaign, account, clerk, candidate)
    with transaction() as session:
        ballot = {"campaign_id": campaign, "electorate": "cadres", "award": "star"}
        session.add(Vote(key=b"\x00\xff" * 8, choices=f"[{candidate}]", **ballot))


def _add_sheet(records: Book, campaign: int) -> None:
    sheet = {"campaign_id": campaign, "number": 1, "kind": "notice"}
    sheet |= {"archive": "{}", "outcome": "{}", "published_at": records.now}
    records.add(Publication, ORGANISATION, [sheet])


def _add_work(
    records: Book, campaign: int, account: int, clerk: int, candidate: int
) -> None:
    """Add what inspectors, jurors and units did."""
    now = records.now
    about = {"campaign_id": campaign, "unit_id": 1}
    look = about | {"event_id": UUID(int=7), "body_hash": "b" * 64, "sheet": "visit"}
    look |= {"announced": False, "note": "大厅 🙂", "inspector_id": account}
    look |= {"looked_at": now, "received_at": now}
    [inspection] = records.add(Inspection, ORGANISATION, [look])
    find = {"inspection_id": inspection, "item": "dress", "deduction": 1}
    find |= {"clerk_id": clerk, "note": "未佩戴胸牌", "found_at": now}
    records.add(Finding, ORGANISATION, [find])
    seat = {"campaign_id": campaign, "account_id": account, "joined_at": now}
    [juror] = records.add(Juror, ORGANISATION, [seat])
    points = {"juror_id": juror, "candidate_id": candidate, "scored_at": now}
    records.add(JurySheet, ORGANISATION, [points | {"points": '{"smile": 18}'}])
    task = about | {"task": "plan", "person": "叶知秋", "due": now.date()}
    records.add(UnitTask, ORGANISATION, [task | {"entered_at": now, "proof": "方案"}])
