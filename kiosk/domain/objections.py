"""Objections to a posted list: what is taken, who decides, and what comes of it.

Whoever objects need give no name. A candidate is named only after somebody free of
conflict found the objection fit to be looked into; until it is decided, the final
list waits. Practice of public notices 公示; docs/rules.md, "Objections".
"""

from collections.abc import Collection
from datetime import datetime
from enum import IntEnum

from kiosk.domain.errors import RuleBroken, sentence
from kiosk.domain.free_text import clean_text

WORDS_MOST = 1000
"""Characters of an objection."""
NAME_MOST = 60
CONTACT_MOST = 100
RULING_MOST = 1000


class ObjectionState(IntEnum):
    """Where an objection stands."""

    RECEIVED = 0
    ADMITTED = 1
    """It is fit to be looked into: concrete, in time, about the list."""
    REFUSED = 2
    """It is not; why stands in the ruling."""
    UPHELD = 3
    DISMISSED = 4


OPEN = (ObjectionState.RECEIVED, ObjectionState.ADMITTED)
"""The final list waits for these."""


class ObjectionsClosed(RuleBroken):
    """Somebody objects before the list is posted or after its days."""

    code = "objections_closed"
    text = sentence(
        "Objections to this list are not taken now. They are taken while it is posted; "
        "the day and hour of the end stand on it."
    )


class ObjectionEmpty(RuleBroken):
    """An objection without words, or with too many."""

    code = "objection_words"
    text = sentence(
        "Please say what is wrong and how you know, in at most %(most)d characters."
    )


class ObjectionLong(RuleBroken):
    """A name or contact with too many characters."""

    code = "objection_long"
    text = sentence("A name or contact has at most %(most)d characters.")


class NotOnList(RuleBroken):
    """An objection is about somebody who is not on the list."""

    code = "objection_stranger"
    text = sentence("Please choose somebody on the list, or the list as a whole.")


class ObjectionMoved(RuleBroken):
    """An objection is decided that stands elsewhere already."""

    code = "objection_moved"
    text = sentence(
        "Somebody else has dealt with this step already. Please look again."
    )


class Conflict(RuleBroken):
    """Somebody would decide about the own unit."""

    code = "objection_conflict"
    text = sentence(
        "This objection is about a candidate of your own unit, so somebody else "
        "decides."
    )


class DecisionMissing(RuleBroken):
    """A form without a decision."""

    code = "decision_missing"
    text = sentence("Please choose what you decide.")


class RulingMissing(RuleBroken):
    """A decision without its reason."""

    code = "ruling_missing"
    text = sentence(
        "Everybody can read the ruling. Please give its reason in at most %(most)d "
        "characters, without the name of whoever objected."
    )


def check_taken(now: datetime, until: datetime | None, *, final: bool) -> None:
    """Refuse an objection outside the days of the notice. Raises ObjectionsClosed."""
    if until is None or final or now > until:
        raise ObjectionsClosed


def parse_objection(typed: str) -> str:
    """Return the words of an objection. Raises ObjectionEmpty."""
    words = clean_text(typed)
    if not 0 < len(words) <= WORDS_MOST:
        raise ObjectionEmpty(most=WORDS_MOST)
    return words


def parse_objector(name: str, contact: str) -> tuple[str, str]:
    """Return name and contact, each possibly empty. Raises ObjectionLong."""
    found = clean_text(name), clean_text(contact)
    for text, most in zip(found, (NAME_MOST, CONTACT_MOST), strict=True):
        if len(text) > most:
            raise ObjectionLong(most=most)
    return found


def parse_ruling(typed: str) -> str:
    """Return the reason of a decision. Raises RulingMissing."""
    ruling = clean_text(typed)
    if not 0 < len(ruling) <= RULING_MOST:
        raise RulingMissing(most=RULING_MOST)
    return ruling


def check_handler(candidate_units: Collection[int], own_units: Collection[int]) -> None:
    """Refuse somebody of the candidate's unit, or above it. Raises Conflict."""
    if set(candidate_units) & set(own_units):
        raise Conflict
