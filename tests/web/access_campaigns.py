"""A campaign whose pages are all there, for the table of who may call what."""

import json
from dataclasses import asdict, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from kiosk.domain.campaign_kinds import PartKind
from kiosk.domain.campaign_rules import Electorate, Part, Words
from kiosk.domain.candidates import CandidateState
from kiosk.domain.receipts import receipt_code
from kiosk.extensions import recording
from kiosk.models import (
    ORGANISATION,
    Account,
    Candidate,
    Finding,
    Inspection,
    Juror,
    Objection,
    Publication,
    UnitTask,
)
from kiosk.services.ballots import issue_codes
from kiosk.services.records import Book
from tests.campaign_sheets import outcome, row
from tests.nominations import STAR, TODAY, open_campaign, small_rules

SLUG = "small"


def make_selection(unit: int, clerk: object, now: datetime) -> dict[str, object]:
    """Open a campaign that takes names and votes, with a candidate and a code.

    No rules that were checked let both be open; an answer tells who may all the more.
    """
    star = replace(
        STAR,
        parts=(
            Part(kind=PartKind.BALLOT, weight=50),
            Part(kind=PartKind.JURY, weight=50),
        ),
    )
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
        work = _work(records, campaign, unit, candidate)
    return work | {
        "slug": SLUG,
        "award": "star",
        "number": 1,
        "/manage/campaigns/ key": candidate,
        "/campaigns/ code": slip.code,
    }


def _work(records: Book, campaign: int, unit: int, candidate: int) -> dict[str, object]:
    """Add a juror, a task, a find and an objection; return what addresses hold."""
    now, about = records.now, {"campaign_id": campaign}
    account = records.session.scalars(
        select(Account.id).where(Account.login == "juror")
    ).one()
    seat = about | {"account_id": account, "joined_at": now}
    [juror] = records.add(Juror, ORGANISATION, [seat])
    task = about | {"unit_id": unit, "task": "plan", "due": TODAY, "entered_at": now}
    [task_key] = records.add(UnitTask, ORGANISATION, [task])
    line = task | {"task": "", "problem": "灯不亮"}
    [line_key] = records.add(UnitTask, ORGANISATION, [line])
    look = about | {"unit_id": unit, "event_id": UUID(int=1), "body_hash": "b" * 64}
    look |= {"sheet": "visit", "announced": False, "inspector_id": account}
    look |= {"looked_at": now, "received_at": now}
    [inspection] = records.add(Inspection, ORGANISATION, [look])
    find = {"inspection_id": inspection, "item": "dress", "deduction": 1}
    [find_key] = records.add(Finding, ORGANISATION, [find | {"found_at": now}])
    doubt = about | {"receipt": receipt_code(UUID(int=1)), "words": "不实", "state": 0}
    doubt |= {"candidate_id": candidate, "received_at": now, "due": TODAY}
    [doubt_key] = records.add(Objection, ORGANISATION, [doubt])
    return {
        "sheet": "visit",
        "unit": unit,
        "/manage/campaigns/<slug>/jury key": juror,
        "/manage/campaigns/<slug>/tasks key": task_key,
        "/manage/tasks/ key": line_key,
        "/manage/jury/ key": candidate,
        "/manage/findings/ key": find_key,
        "/manage/objections/ key": doubt_key,
        "/campaigns/ receipt": doubt["receipt"],
    }
