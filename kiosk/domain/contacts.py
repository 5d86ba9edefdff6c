"""Whom to call back: what is taken for a name and a number, and how long it is kept.

Asked for only after the rating is saved, by consent, for one purpose; erased when the
author says so and at the latest 90 days after the call is settled or the case is
closed (PIPL articles 6, 13-16, 19).
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from kiosk.domain.errors import RuleBroken, sentence
from kiosk.domain.free_text import clean_text

NOTICE_VERSION = 1
"""Version of the notice that an author reads before consenting."""
KEEP_DAYS = 90
"""Days that a contact stays after the call is settled."""
OPEN_FOR = timedelta(hours=1)
"""How long one reason shows a contact to the case handler who gave it."""
NAME_MOST = 40
PHONE_MOST = 32
REASON_MOST = 200
_DIGITS_LEAST, _DIGITS_MOST = 7, 15
_MOBILE_DIGITS = 11
_LAST_SHOWN = 2
_PHONE = re.compile(
    r"(\+?[0-9 ().-]+?)(?: ?(?:转|ext\.?|x|#) ?([0-9]{1,6}))?", re.IGNORECASE
)
_NUMBER_INSIDE = re.compile(r"(?:[0-9][ ().-]*){7,}")


class PhoneNotRight(RuleBroken):
    """What was typed is no telephone number that can be called."""

    code = "phone_invalid"
    text = sentence(
        "Please check the telephone number: a mobile one has 11 digits, a landline "
        "is best given with its area code."
    )


class NameTooLong(RuleBroken):
    """A name is longer than what is kept."""

    code = "name_too_long"
    text = sentence("Please give at most %(most)d characters of the name.")


class ConsentMissing(RuleBroken):
    """The box of consent was not ticked; without it nothing is kept."""

    code = "consent_missing"
    text = sentence("Please tick the box: without consent no number is kept.")


class OwnUnknown(RuleBroken):
    """No rating is known under the secret of an author's own page."""

    code = "own_unknown"
    text = sentence("No rating is known under this address so far.")


class ReceiptUnknown(RuleBroken):
    """A receipt code is mistyped, or its rating has not arrived."""

    code = "receipt_unknown"
    text = sentence(
        "There is no rating with this receipt code yet. Please compare it with the "
        "slip; a tablet off line delivers its ratings later."
    )


class ContactThere(RuleBroken):
    """The author of a rating has left a contact already."""

    code = "contact_there"
    text = sentence("A contact was left for this rating already; it is in the list.")


class ContactSettled(RuleBroken):
    """The call was settled; nothing more can be noted of it."""

    code = "contact_settled"
    text = sentence("This call is settled already.")


class ContactGone(RuleBroken):
    """The contact was withdrawn or erased."""

    code = "contact_gone"
    text = sentence("This contact has been erased and cannot be opened any more.")


class CallWaits(RuleBroken):
    """A contact is to be erased while somebody still waits for the call."""

    code = "call_waits"
    text = sentence(
        "This call is not settled. If no call is wanted any more, settle it as that: "
        "the contact is erased at once."
    )


class OpeningNeeded(RuleBroken):
    """A result of a call that nobody can have made."""

    code = "opening_needed"
    text = sentence("Please open the contact before you note how the call went.")


class OpeningReasonWrong(RuleBroken):
    """A contact opens only with a reason, and the reason is read by others."""

    code = "opening_reason_invalid"
    text = sentence(
        "Please say in at most %(most)d characters why you open the contact, without "
        "any telephone number."
    )


class OutcomeUnknown(RuleBroken):
    """None of the results that a call can have."""

    code = "outcome_unknown"
    text = sentence("Please choose how the call went.")


class ContactKeyUnreadable(RuleBroken):
    """The file of the key that seals contacts holds no key of ours."""

    code = "contact_key_unreadable"
    text = sentence(
        "The key of the contacts in %(path)s cannot be read. Bring the file back from "
        "where it was copied to, or move it away: a new one is then made, and "
        "contacts sealed before can no longer be opened."
    )


class SealBroken(RuleBroken):
    """A sealed contact does not open with the key that is here."""

    code = "seal_broken"
    text = sentence(
        "This contact was sealed with another key and cannot be opened here: the key "
        "file of the server it came from is missing."
    )


class Outcome(StrEnum):
    """How a call went; each settles it."""

    REACHED = "reached"
    NOT_REACHED = "not-reached"
    """Tried twice in vain."""
    UNWANTED = "unwanted"
    """Its author wants none any more; the contact goes at once."""
    UNREADABLE = "unreadable"
    """The key that sealed it is gone."""


CALLED = frozenset({Outcome.REACHED, Outcome.NOT_REACHED})
"""Results that somebody can only have who saw the number."""


@dataclass(frozen=True)
class Reach:
    """How to reach somebody, as they gave it."""

    name: str
    """As one wants to be called; may be empty."""
    phone: str


def parse_name(text: str) -> str:
    """Return a name without what nobody can see; may be empty. Raises NameTooLong."""
    name = clean_text(text)
    if len(name) > NAME_MOST:
        raise NameTooLong(most=NAME_MOST)
    return name


def parse_phone(text: str) -> str:
    """Return a telephone number, written as it was typed. Raises PhoneNotRight.

    Seven digits (a landline of the same city) to fifteen (ITU-T E.164), with an
    extension where there is one. A mainland number that begins with 1 is a mobile
    one and has eleven.
    """
    plain = clean_text(unicodedata.normalize("NFKC", text))
    found = _PHONE.fullmatch(plain) if len(plain) <= PHONE_MOST else None
    if found is None:
        raise PhoneNotRight
    digits = _digits(found[1])
    if not _DIGITS_LEAST <= len(digits) <= _DIGITS_MOST:
        raise PhoneNotRight
    home = "+" not in found[1]
    if home and digits.startswith("1") and len(digits) != _MOBILE_DIGITS:
        raise PhoneNotRight
    return plain


def phone_hint(phone: str) -> str:
    """Return the last digits: enough for its owner, too little for anybody else."""
    return _digits(phone)[-_LAST_SHOWN:]


def parse_opening_reason(text: str) -> str:
    """Return why somebody opens a contact. Raises OpeningReasonWrong.

    It stands in the ledger, which forgets nothing: a number has no place in it.
    """
    reason = clean_text(text)
    plain = unicodedata.normalize("NFKC", reason)
    if not 0 < len(reason) <= REASON_MOST or _NUMBER_INSIDE.search(plain):
        raise OpeningReasonWrong(most=REASON_MOST)
    return reason


def parse_outcome(text: str) -> Outcome:
    """Return how a call went. Raises OutcomeUnknown."""
    try:
        return Outcome(text)
    except ValueError as broken:
        raise OutcomeUnknown from broken


def is_open(opened_at: datetime | None, now: datetime) -> bool:
    """Whether a reason given at `opened_at` still shows the contact."""
    return opened_at is not None and opened_at <= now < opened_at + OPEN_FOR


def settled_before(now: datetime) -> datetime:
    """Return the moment up to which settled contacts are to be erased."""
    return now - timedelta(days=KEEP_DAYS)


def kept_until(settled_at: datetime) -> datetime:
    """Return when a settled contact is erased at the latest."""
    return settled_at + timedelta(days=KEEP_DAYS)


def _digits(text: str) -> str:
    return "".join(mark for mark in text if mark.isdecimal())
