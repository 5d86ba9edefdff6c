"""Cases in a hall whose every word is hostile: each string in each of their texts."""

from datetime import datetime
from uuid import uuid4

from kiosk.domain.case_texts import TextKind
from kiosk.domain.cases import CaseState
from kiosk.models import (
    Case,
    CaseAppeal,
    CaseOpening,
    CaseText,
    ReplyTemplate,
)
from kiosk.services.records import Book

WORDS = {
    "case_appeal": {"reason"},
    "case_opening": {"reason"},
    "case_text": {"words"},
    "reply_template": {"name", "words"},
}
"""Columns of their tables that people write."""
CODES = {
    "case": {"number", "source", "road", "answer", "call_outcome", "closed_by"},
    "case_appeal": {"side"},
    "case_text": {"kind"},
    # Sent as plain text, and made of our own words.
    "mail_message": {"about", "subject", "body", "trouble"},
}


def add_cases(
    records: Book,
    centre: int,
    places: tuple[list[int], list[int], list[int]],
    strings: tuple[str, ...],
    now: datetime,
) -> dict[str, list[int]]:
    """Open a case with each string; return keys by kind.

    places: keys of the windows, units and accounts, one for each string.
    """
    rows = [
        _case(centre, nth, window, unit, now)
        for nth, (window, unit) in enumerate(zip(*places[:2], strict=True), 1)
    ]
    cases = records.add(Case, centre, rows)
    session = records.session
    appealed = []
    for case, account, words in zip(cases, places[2], strings, strict=True):
        texts = [
            CaseText(
                case_id=case, kind=str(kind), words=words, salt=b"s" * 32,
                account_id=account, written_at=now,
            )
            for kind in TextKind
        ]  # fmt: skip
        session.add_all(texts)
        session.add(
            CaseOpening(case_id=case, account_id=account, opened_at=now, reason=words)
        )
        session.flush()
        [said] = [each.id for each in texts if each.kind == TextKind.APPEAL]
        appealed.append((case, said, words))
    appeals = [
        {"case_id": case, "text_id": said, "side": "citizen", "filed_at": now}
        | {"state": 2, "reason": words[:200], "decided_at": now}
        for case, said, words in appealed
    ]
    replies = [
        {"centre_id": centre, "cause": 1, "name": words[:60], "words": words}
        for words in strings
    ]
    return {
        "case": cases,
        "appeal": records.add(CaseAppeal, centre, appeals),
        "reply": records.add(ReplyTemplate, centre, replies),
    }


def _case(
    centre: int, nth: int, window: int, unit: int, now: datetime
) -> dict[str, object]:
    return {
        "centre_id": centre,
        "number": f"2026-{nth:04}",
        "event_id": uuid4(),
        "source": "complaint",
        "road": "desk",
        "unit_id": unit,
        "window_id": window,
        "received_at": now,
        "received_on": now.date(),
        "accept_due": now,
        "answer_due": now,
        "rectify_due": now,
        "answered_at": now,
        "answer": "explained",
        "second_due": now,
        "state": int(CaseState.ANSWERED),
    }
