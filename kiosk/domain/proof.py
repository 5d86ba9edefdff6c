"""What can be wrong with a ledger, and the walk along a chain that finds it."""

import re
from dataclasses import dataclass, field
from typing import Any

from kiosk.domain.chain import commitment, first_tip, joined
from kiosk.domain.errors import sentence
from kiosk.domain.notes import Note, parse_note

_BEGINS = re.compile(r"^[ \t\ufeff]*(?=window-kiosk/)", re.MULTILINE)

FLAWS = {
    "entry_missing": sentence("The entry is missing."),
    "commitment_differs": sentence("Its body is not the one that was committed to."),
    "hash_differs": sentence("Its hash does not follow from the entry before it."),
    "head_differs": sentence(
        "The head of the chain says %(head)d entries, or another last hash."
    ),
    "checkpoint_differs": sentence(
        "A checkpoint holds another hash for the entry with this number."
    ),
    "checkpoint_ahead": sentence(
        "A checkpoint says that there were %(size)d entries; the end was cut off."
    ),
    "checkpoint_untold": sentence(
        "A checkpoint of this size was not entered when it is said to have been made."
    ),
    "key_untold": sentence("A key that signs checkpoints was not entered."),
    "signature_wrong": sentence(
        "The signature of a checkpoint of this size is not ours."
    ),
    "erased_silently": sentence("Its body is gone and no entry says that it was."),
    "unreadable": sentence("Its body cannot be read."),
    "rating_gone": sentence("The rating that it tells of is gone."),
    "rating_differs": sentence(
        "The rating that it tells of differs now in: %(names)s."
    ),
    "rating_twice": sentence("The rating that it tells of was entered before."),
    "rating_unknown": sentence("It names a rating that no entry before it tells of."),
    "rating_not_entered": sentence(
        "The rating %(event)s of window %(window)s on %(day)s is in no entry."
    ),
    "comment_differs": sentence("The comment is not the one that was committed to."),
    "comment_gone": sentence("The comment is gone and no entry says that it was."),
    "comment_added": sentence("The comment came later, past the ledger."),
    "record_before": sentence(
        "What it says was before (%(kind)s %(key)s) is not what was entered last."
    ),
    "record_differs": sentence(
        "The %(kind)s %(key)s that it tells of differs now in: %(names)s."
    ),
    "record_gone": sentence("The %(kind)s %(key)s that it tells of is gone."),
    "record_not_entered": sentence("The %(kind)s %(key)s is in no entry."),
    "record_elsewhere": sentence("The %(kind)s %(key)s belongs to another chain."),
    "tally_day": sentence("The counts of window %(window)s on %(day)s are not right."),
    "tally_clerk": sentence(
        "The counts of clerk %(clerk)s at window %(window)s on %(day)s are not right."
    ),
    "tally_bucket": sentence(
        "The ten-minute counts of window %(window)s on %(day)s are not right."
    ),
    "tally_reason": sentence(
        "The counts of reasons of window %(window)s on %(day)s are not right."
    ),
    "reasons_differ": sentence("The reasons that it tells of are not those kept."),
    "reasons_not_entered": sentence(
        "Reasons of %(count)d ratings are kept that no entry tells of."
    ),
    "tally_shown": sentence(
        "More of the counts of window %(window)s are held back than can be."
    ),
    "ticket_astray": sentence(
        "Ticket %(ticket)s of window %(window)s was used for a rating that it cannot "
        "stand behind."
    ),
    "ticket_missing": sentence(
        "A rating of window %(window)s on %(day)s is marked as verified, and no ticket "
        "stands behind it."
    ),
    "case_text_differs": sentence(
        "The text in a case that it tells of is not the one that was committed to."
    ),
    "case_text_gone": sentence("The text in a case that it tells of is gone."),
    "case_text_not_entered": sentence(
        "A text in case %(case)s is kept that no entry tells of."
    ),
    "case_rating_differs": sentence(
        "The rating that it tells of stands in another case now."
    ),
    "case_rating_gone": sentence(
        "The rating that it tells of stands in no case any more."
    ),
    "case_rating_not_entered": sentence(
        "Case %(case)s holds a rating that no entry tells of."
    ),
    "case_second_differs": sentence(
        "What the citizen made of the answer is not what it says."
    ),
    "case_second_not_entered": sentence(
        "A view of the answer in case %(case)s is kept that no entry tells of."
    ),
    "case_contact_differs": sentence(
        "The contact of the case is not kept, or erased, as it says."
    ),
    "case_contact_not_entered": sentence(
        "A contact of case %(case)s is kept that no entry tells of."
    ),
}
"""Sentences by code. What has a number is said of the entry with that number."""
BREAKS = frozenset(
    {
        "entry_missing",
        "commitment_differs",
        "hash_differs",
        "head_differs",
        "checkpoint_differs",
        "checkpoint_ahead",
        "erased_silently",
        "unreadable",
    }
)
"""What is wrong with the chain itself, whatever the database holds beside it."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something that is wrong, and with which entry."""

    code: str
    number: int | None = None
    """Number of the entry; None where what is wrong is in no entry."""
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """What is wrong, as an English sentence."""
        return FLAWS[self.code] % self.values

    @property
    def order(self) -> tuple[bool, bool, int]:
        """Sort key: breaks of the chain first, then by number, then what has none.

        What an entry out of place would have said is missed further up: that
        follows from the break and is not the first thing wrong.
        """
        return self.number is None, self.code not in BREAKS, self.number or 0


class Walk:
    """Follows a chain entry by entry and says what is wrong with each."""

    def __init__(self, origin: str) -> None:
        """Stand before the first entry."""
        self.number = 0
        self.tip = first_tip(origin)

    def step(
        self, number: int, day: str, kind: str, sealed: bytes, stored: bytes
    ) -> str | None:
        """Go on to the next stored entry; return the code of a flaw, or None.

        `day` is ISO text, `sealed` the commitment, `stored` the hash. The walk goes
        on from what is stored, so a flaw is told once and not of all that follow.
        """
        follows = number == self.number + 1
        right = follows and joined(self.tip, number, day, kind, sealed) == stored
        self.number, self.tip = number, stored
        if right:
            return None
        return "hash_differs" if follows else "entry_missing"


def sealed_body(salt: bytes, body: str, sealed: bytes) -> bool:
    """Whether a commitment is that of this salt and body."""
    return commitment(salt, body) == sealed


def notes_in(text: str) -> list[Note]:
    """Return the checkpoints of a file that holds one or many, in their order.

    Raises NotACheckpoint or SignatureCut when one of them cannot be read.
    """
    places = [found.start() for found in _BEGINS.finditer(text)] or [0]
    places[0] = 0
    ends = [*places[1:], len(text)]
    return [
        parse_note(text[begin:end]) for begin, end in zip(places, ends, strict=True)
    ]
