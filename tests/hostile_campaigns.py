"""Campaigns whose every word is hostile: each string in each of their texts."""

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from kiosk.domain.campaign_parse import parse_preset, plain_rules
from kiosk.domain.campaign_rules import Issuer, Rules, Words
from kiosk.domain.candidates import CandidateState
from kiosk.models import (
    ORGANISATION,
    Account,
    Campaign,
    CampaignVersion,
    Candidate,
    CandidateMark,
    Clearance,
    Finding,
    Inspection,
    Objection,
    Publication,
    UnitTask,
)
from kiosk.services.records import Book
from tests.campaign_sheets import failed, outcome, row

PRESET = Path("kiosk/presets/s1-smile-service-star.toml")
WORDS = {
    "campaign": {"title"},
    "campaign_version": {"rules", "reason"},
    "candidate": {"name", "statement", "reason"},
    "candidate_mark": {"note"},
    "clearance": {"note"},
    "finding": {"note", "objection", "ruling"},
    "inspection": {"note"},
    "objection": {"words", "name", "ruling"},
    "publication": {"outcome", "approval"},
    "unit_task": {"problem", "measure", "person", "proof", "remark"},
}
"""Columns of their tables that people write, or that hold what they wrote."""
CODES = {
    "campaign": {"slug"},
    "candidate": {"award"},
    "candidate_mark": {"kind"},
    "clearance": {"office"},
    "elector": {"electorate"},
    "finding": {"item"},
    "inspection": {"sheet", "body_hash"},
    "jury_sheet": {"points"},
    "objection": {"receipt", "contact"},
    # Handed out as a file, never shown.
    "publication": {"kind", "archive"},
    "unit_task": {"task"},
    "vote": {"electorate", "award", "choices"},
}


def add_campaigns(
    records: Book, units: Sequence[int], strings: Sequence[str], now: datetime
) -> dict[str, list[str]]:
    """Make a campaign of each string; return their addresses."""
    rules = parse_preset(PRESET.read_bytes(), now.year)
    slugs = [f"hostile-{number}" for number in range(len(strings))]
    made = records.add(Campaign, ORGANISATION, [
        {"slug": slug, "title": words[:120], "created_at": now, "announced_at": now}
        | {"version": 2, "posted_at": now}
        for slug, words in zip(slugs, strings, strict=True)
    ])  # fmt: skip
    for key, unit, words in zip(made, units, strings, strict=True):
        _versions(records, key, _hostile(rules, words), words, now)
        _candidate(records, key, unit, words, now)
        _papers(records, key, words, now)
        _work(records, key, unit, words)
    return {"campaign": slugs}


def _hostile(rules: Rules, words: str) -> Rules:
    both = Words(words, words)
    award = rules.awards[0]
    criteria = tuple(replace(each, title=both) for each in award.criteria)
    return replace(
        rules,
        title=both,
        purpose=both,
        organiser=both,
        participants=both,
        principles=(both,),
        stages=tuple(replace(each, title=both) for each in rules.stages),
        electorates=tuple(replace(each, title=both) for each in rules.electorates),
        awards=(replace(award, title=both, criteria=criteria),),
        issuer=Issuer(
            name=words, address=words, contact=words, telephone=words, hotline=words
        ),
    )


def _versions(records: Book, key: int, rules: Rules, words: str, now: datetime) -> None:
    text = json.dumps(plain_rules(rules), ensure_ascii=False)
    about = {"campaign_id": key, "rules": text, "made_at": now}
    for number, reason in enumerate(("", words), 1):
        version = about | {"number": number, "reason": reason}
        records.add(CampaignVersion, ORGANISATION, [version])


def _candidate(records: Book, key: int, unit: int, words: str, now: datetime) -> None:
    named = {"campaign_id": key, "award": "star", "unit_id": unit, "put_at": now}
    named |= {"name": words, "statement": json.dumps({"smile": words})}
    ended = {"ended_at": now, "reason": words, "state": int(CandidateState.CANCELLED)}
    [first] = records.add(
        Candidate,
        ORGANISATION,
        [named | {"number": 1, "state": int(CandidateState.STANDING)}],
    )
    records.add(Candidate, ORGANISATION, [named | {"number": 2} | ended])
    about = {"candidate_id": first, "note": words}
    mark = about | {"kind": "knowledge", "value": 9000, "entered_at": now}
    records.add(CandidateMark, ORGANISATION, [mark])
    asked = about | {"office": "petitions", "stands": True, "answered_at": now}
    records.add(Clearance, ORGANISATION, [asked])


def _papers(records: Book, key: int, words: str, now: datetime) -> None:
    called = {"name": words, "unit_name": words}
    lost = replace(failed(2, 2, None, 1.0), ended=words, checks=(), **called)
    found = outcome(replace(row(1, 1), **called), lost)
    sheet = {"campaign_id": key, "number": 1, "kind": "notice", "archive": "{}"}
    sheet |= {"outcome": json.dumps(asdict(found)), "approval": words[:60]}
    records.add(Publication, ORGANISATION, [sheet | {"published_at": now}])
    doubt = {"campaign_id": key, "receipt": f"R{key:012}", "state": 1, "words": words}
    doubt |= {"name": words[:60], "ruling": words, "received_at": now}
    records.add(Objection, ORGANISATION, [doubt | {"due": now.date()}])


def _work(records: Book, key: int, unit: int, words: str) -> None:
    """Add a look, a find and a line of a self-check."""
    now, about = records.now, {"campaign_id": key, "unit_id": unit}
    inspector = records.session.scalars(select(Account.id).limit(1)).one()
    look = about | {"event_id": UUID(int=key), "body_hash": "b" * 64, "sheet": "visit"}
    look |= {"announced": True, "note": words, "inspector_id": inspector}
    look |= {"looked_at": now, "received_at": now}
    [inspection] = records.add(Inspection, ORGANISATION, [look])
    find = {"inspection_id": inspection, "item": "dress", "deduction": 1, "state": 3}
    find |= {"note": words, "objection": words, "ruling": words, "found_at": now}
    records.add(Finding, ORGANISATION, [find])
    task = about | {"problem": words, "measure": words, "person": words[:60]}
    task |= {"proof": words, "remark": words, "due": now.date(), "entered_at": now}
    records.add(UnitTask, ORGANISATION, [task])
