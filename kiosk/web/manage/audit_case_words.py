"""Cases in the audit: their kinds of entries, fields and values, in words."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext

from kiosk.domain.case_texts import TextKind
from kiosk.domain.errors import sentence
from kiosk.web.case_words import (
    ANSWER_WORDS,
    APPEAL_WORDS,
    APPELLANT_WORDS,
    SOURCE_WORDS,
    STATE_WORDS,
    cause_words,
)

CASE_KINDS = {
    "case": sentence("Case"),
    "case-rating": sentence("Rating taken into a case"),
    "case-second": sentence("Answer rated by a citizen"),
    "case-text": sentence("Text in a case"),
}
CASE_FIELDS = {
    "accept_due": sentence("To be accepted by"),
    "accepted_at": sentence("Accepted"),
    "answer": sentence("Answer"),
    "answer_due": sentence("To be answered by"),
    "answered_at": sentence("Answered"),
    "call_outcome": sentence("Result of the call"),
    "call_tries": sentence("Calls tried"),
    "called_at": sentence("Called back"),
    "case": sentence("Case"),
    "case_id": sentence("Case"),
    "cause": sentence("Cause"),
    "closed_at": sentence("Closed"),
    "closed_by": sentence("Closed by"),
    "decided_by": sentence("Decided by"),
    "event_id": sentence("Came from"),
    "filed_at": sentence("Filed"),
    "grade": sentence("Grade"),
    "half": sentence("Half of the day"),
    "late": sentence("Was overdue"),
    "look_back_on": sentence("To be looked at again on"),
    "looked_back_at": sentence("Looked at again"),
    "part": sentence("Part of the week"),
    "paused_at": sentence("Clock stopped"),
    "proposed_by": sentence("Proposed by"),
    "proposed_state": sentence("Proposed ruling"),
    "raised": sentence("Gone up by"),
    "received_at": sentence("Received"),
    "received_on": sentence("About the day"),
    "rectified_at": sentence("Put right"),
    "rectify_due": sentence("To be put right by"),
    "reopened_at": sentence("Opened again"),
    "second": sentence("Rating of the answer"),
    "second_due": sentence("Answer can be rated until"),
    "side": sentence("Side"),
    "text": sentence("Text no."),
    "text_id": sentence("Text no."),
    "verified": sentence("Service verified"),
    "week": sentence("Week from"),
    "words": sentence("Words"),
}
_SECONDS = {
    1: sentence("Not content"),
    2: sentence("Fairly content"),
    3: sentence("Content"),
}
_HALVES = {1: sentence("morning"), 2: sentence("afternoon")}
_TEXTS = {
    TextKind.VOICE: sentence("The citizen’s words"),
    TextKind.REPLY: sentence("Reply to the citizen"),
    TextKind.MEASURE: sentence("What was done or promised"),
    TextKind.FINDING: sentence("What the check found"),
    TextKind.PAUSE: sentence("The clock was stopped"),
    TextKind.RESULT: sentence("Look-back"),
    TextKind.NOTE: sentence("Note"),
    TextKind.STATEMENT: sentence("Statement of the clerk"),
    TextKind.APPEAL: sentence("Appeal"),
    TextKind.RULING: sentence("Ruling"),
    TextKind.CALL: sentence("Call-back"),
    TextKind.EXAMPLE: sentence("Told again for the report"),
}
_SIDES = {
    "unit": sentence("The unit"),
    "outside": sentence("Somebody outside the unit"),
    "citizen": sentence("A citizen"),
    "clock": sentence("The clock"),
}
_CODES: dict[tuple[str, str], Mapping[Any, str]] = {
    ("case", "answer"): {str(key): words for key, words in ANSWER_WORDS.items()},
    ("case", "closed_by"): _SIDES,
    ("case", "half"): _HALVES,
    ("case", "second"): _SECONDS,
    ("case", "source"): {str(key): words for key, words in SOURCE_WORDS.items()},
    ("case", "state"): {int(key): words for key, words in STATE_WORDS.items()},
    ("case-second", "second"): _SECONDS,
    ("case-text", "kind"): {str(key): words for key, words in _TEXTS.items()},
    ("appeal", "side"): {str(key): words for key, words in APPELLANT_WORDS.items()},
    ("appeal", "state"): {int(key): words for key, words in APPEAL_WORDS.items()},
    ("appeal", "proposed_state"): {
        int(key): words for key, words in APPEAL_WORDS.items()
    },
}
"""Values of ours, by kind of entry and field."""


def case_value_words(kind: str, field: str, value: object) -> str | None:
    """Return a value of a case as people say it; None where it is no code of cases."""
    if field == "cause" and isinstance(value, int):
        return cause_words(value)
    words = _CODES.get((kind, field), {}).get(value)
    return None if words is None else str(gettext(words))
