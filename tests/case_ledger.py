"""A second way to the figures of cases: from the entries of the ledger alone."""

import json
from collections import defaultdict
from datetime import date, datetime
from typing import Any

from kiosk.domain.board import Period
from kiosk.domain.case_figures import CaseFact
from kiosk.domain.cases import CaseState, Source
from tests.staff import entries

_MOMENTS = (
    *("accept_due", "answer_due", "rectify_due", "second_due"),
    *("accepted_at", "answered_at", "rectified_at", "called_at"),
)


def facts_from_entries(period: Period) -> list[CaseFact]:
    """Return the cases of a period as their entries have left them, by key.

    Each rating belongs to the case that the last entry about it names. Contacts of
    cases of ratings only; nothing is read but `ledger_entry`.
    """
    rows: dict[int, dict[str, Any]] = {}
    for body in map(json.loads, entries("case")):
        rows[body["key"]] = body["after"]
    belongs: dict[str, int] = {}
    for body in map(json.loads, entries("case-rating")):
        belongs[body["rating"]] = body["case"]
    contacts: dict[int, bool] = defaultdict(bool)
    for body in map(json.loads, entries("contact")):
        if body["what"] in {"given", "withdrawn", "erased"}:
            key = body["case"] if "case" in body else belongs.get(body["rating"], 0)
            contacts[key] = body["what"] == "given"
    appeals: dict[int, dict[str, Any]] = {}
    for body in map(json.loads, entries("appeal")):
        appeals[body["key"]] = body["after"]
    return [
        _fact(row, list(belongs.values()).count(key), contacts[key], appeals)
        for key, row in sorted(rows.items())
        if period.first <= date.fromisoformat(row["received_on"]) <= period.last
    ]


def _fact(
    row: dict[str, Any],
    ratings: int,
    contact: bool,
    appeals: dict[int, dict[str, Any]],
) -> CaseFact:
    states = [a["state"] for a in appeals.values() if a["case_id"] == row["id"]]
    moments: dict[str, Any] = {
        name: row[name] and datetime.fromisoformat(row[name]) for name in _MOMENTS
    }
    return CaseFact(
        source=Source(row["source"]),
        unit_id=row["unit_id"],
        cause=row["cause"],
        ratings=ratings,
        state=CaseState(row["state"]),
        late=row["late"],
        paused=row["paused_at"] is not None,
        answer=row["answer"],
        contact=contact,
        call_outcome=row["call_outcome"],
        second=row["second"],
        reopened=row["reopened_at"] is not None,
        appeals=len(states),
        appeals_decided=sum(state != 0 for state in states),
        appeals_upheld=states.count(1),
        **moments,
    )
