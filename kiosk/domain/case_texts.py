"""What is written in a case, and who reads it."""

from enum import StrEnum

from kiosk.domain.policy import NotOpen


class TextKind(StrEnum):
    """What a text in a case is."""

    VOICE = "voice"
    """A citizen's own words, with numbers hidden."""
    REPLY = "reply"
    """What the citizen is told."""
    MEASURE = "measure"
    """What was done, or is promised, to put it right."""
    FINDING = "finding"
    """What the check found: for the unit and those outside who decide."""
    PAUSE = "pause"
    """Why the clock stands still."""
    RESULT = "result"
    """How a look-back came out."""
    NOTE = "note"
    """Between the unit and the handlers, such as why a case was sent back."""
    STATEMENT = "statement"
    """How the clerk concerned saw it."""
    APPEAL = "appeal"
    RULING = "ruling"
    """What two people outside decided about an appeal, and why."""
    CALL = "call"
    """What came of a call-back: for handlers."""
    EXAMPLE = "example"
    """The matter told again by the writer of a report, who names nobody."""


class Reader(StrEnum):
    """As whom somebody reads a case."""

    CITIZEN = "citizen"
    CLERK = "clerk"
    """The clerk whom it concerns, who never learns who complained."""
    UNIT = "unit"
    OUTSIDE = "outside"


_CITIZEN = frozenset(
    {
        TextKind.VOICE,
        TextKind.REPLY,
        TextKind.PAUSE,
        TextKind.MEASURE,
        TextKind.RESULT,
    }
)
_UNIT = frozenset(TextKind) - {TextKind.CALL, TextKind.APPEAL}
READ: dict[Reader, frozenset[TextKind]] = {
    Reader.CITIZEN: _CITIZEN,
    # Words of a citizen may tell the one who served them who it was.
    Reader.CLERK: frozenset(
        {TextKind.REPLY, TextKind.MEASURE, TextKind.FINDING, TextKind.STATEMENT}
    ),
    Reader.UNIT: _UNIT,
    Reader.OUTSIDE: frozenset(TextKind),
}
"""Kinds of texts by who reads them; appeals and rulings go to those they concern."""


def readable(reader: Reader, kind: TextKind) -> bool:
    """Whether somebody may read a kind of text."""
    return kind in READ[reader]


def check_readable(reader: Reader, kind: TextKind) -> None:
    """Raise NotOpen where somebody may not read a kind of text."""
    if not readable(reader, kind):
        raise NotOpen
