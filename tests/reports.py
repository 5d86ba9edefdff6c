"""Months of cases worked out by hand, and the figures told anew from the ledger."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from kiosk.domain.case_figures import CaseFact
from kiosk.domain.cases import Answer, CaseState, Road, Source
from kiosk.extensions import reading, recording
from kiosk.models import Case, LedgerEntry, Unit
from tests.screens import ZONE

DUE = datetime(2026, 6, 10, 10, 0, tzinfo=UTC)
"""A Wednesday, 18:00 in Shanghai: the close of business."""
RECEIVED = date(2026, 6, 9)
"""The day on which the cases of these tests were received."""
_DAY = timedelta(days=1)
_MOMENTS = (
    "accept_due",
    "answer_due",
    "rectify_due",
    "second_due",
    "accepted_at",
    "answered_at",
    "rectified_at",
    "called_at",
)


def case_row(unit_id: int, number: int, **values: Any) -> dict[str, Any]:
    """Return a row of a case that waits, received on RECEIVED."""
    row = {
        "centre_id": 1,
        "number": f"2026-{number:04d}",
        "event_id": uuid4(),
        "source": str(Source.RATING),
        "road": str(Road.PHONE),
        "unit_id": unit_id,
        "received_at": DUE - _DAY,
        "received_on": RECEIVED,
        "accept_due": DUE,
        "answer_due": DUE + 6 * _DAY,
        "rectify_due": DUE + 20 * _DAY,
    }
    return row | values


def put_cases(rows: list[dict[str, Any]], now: datetime) -> list[int]:
    """Enter cases, one by one as they may differ in their columns; return the keys."""
    with recording("test", now) as records:
        return [key for row in rows for key in records.add(Case, 1, [row])]


def told_facts() -> list[CaseFact]:
    """Return the cases as the ledger alone tells them, without ratings and contacts.

    The last entry about a case is how it stands; appeals are entries of their own.
    """
    cases = _last("case")
    facts = {key: _fact(row) for key, row in cases.items()}
    return [facts[key] for key in sorted(facts)]


def unit_id(name: str) -> int:
    with reading() as session:
        return session.scalars(select(Unit.id).where(Unit.name == name)).one()


def answered(at: datetime, answer: Answer = Answer.EXPLAINED, **values: Any):
    """Return what changes in a row that was accepted and answered."""
    return {
        "state": int(CaseState.ANSWERED),
        "accepted_at": DUE - _DAY,
        "answered_at": at,
        "answer": str(answer),
        "second_due": at + 14 * _DAY,
    } | values


def shanghai(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE)


def _last(kind: str) -> dict[int, dict[str, Any]]:
    with reading() as session:
        bodies = session.scalars(
            select(LedgerEntry.body)
            .where(LedgerEntry.kind == kind)
            .order_by(LedgerEntry.number)
        ).all()
    told = [json.loads(body) for body in bodies]
    return {body["key"]: body["after"] for body in told}


def _fact(row: dict[str, Any]) -> CaseFact:
    appeals = [
        each for each in _last("appeal").values() if each["case_id"] == row["id"]
    ]
    moments = {
        name: row[name] and datetime.fromisoformat(row[name]) for name in _MOMENTS
    }
    plain = ("unit_id", "cause", "late", "answer", "call_outcome", "second")
    return CaseFact(
        source=Source(row["source"]),
        state=CaseState(row["state"]),
        paused=row["paused_at"] is not None,
        reopened=row["reopened_at"] is not None,
        appeals=len(appeals),
        appeals_decided=sum(each["state"] > 0 for each in appeals),
        appeals_upheld=sum(each["state"] == 1 for each in appeals),
        **moments,
        **{name: row[name] for name in plain},
    )
