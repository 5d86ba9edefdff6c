"""Broken rules: each carries a machine's code and a sentence for a person."""

from typing import Any


def sentence(text: str) -> str:
    """Mark an English sentence for translation; the edge translates it."""
    return text


class RuleBroken(Exception):
    """A refusal: what is wrong and what to do, for the person who asked.

    `code` is stable and meant for machines. `text` is an English sentence with
    `%(name)s` places, filled from `values`, and is translated at the edge.
    """

    code = "refused"
    text = sentence("This is not possible.")

    def __init__(self, **values: Any) -> None:
        super().__init__(self.text % values)
        self.values = values


class NotALevel(RuleBroken):
    """The level is missing or is none of the five."""

    code = "level_invalid"
    text = sentence("Please choose one of the five levels.")


class NotAnEventId(RuleBroken):
    """The id of an event is not a UUID of version 4."""

    code = "id_invalid"
    text = sentence("The id of a rating must be a UUID of version 4.")


class NotAMoment(RuleBroken):
    """A time is missing, has no zone, or is none at all."""

    code = "time_invalid"
    text = sentence("The time must be given in full with its time zone.")


class NotASequence(RuleBroken):
    """The sequence number of a device is not a whole number from 1."""

    code = "sequence_invalid"
    text = sentence("The sequence number must be a whole number from 1.")


class CommentTooLong(RuleBroken):
    """A comment exceeds what is kept."""

    code = "comment_too_long"
    text = sentence(
        "Your words are too long: %(length)d characters, and %(most)d fit. "
        "Please shorten them; nothing has been lost."
    )


class UnknownWindow(RuleBroken):
    """No open window has this code or number."""

    code = "window_unknown"
    text = sentence("This window does not exist or has been closed.")


class IdTaken(RuleBroken):
    """An id came again with another body; the first stays."""

    code = "id_conflict"
    text = sentence(
        "A rating with this id is already kept with other content; the first one stays."
    )


class NotYours(RuleBroken):
    """A correction names a rating of another device or window."""

    code = "revises_other"
    text = sentence("Only the screen that took a rating can correct it.")


class LinkSpent(RuleBroken):
    """A one-time link was used, is too old, or never existed."""

    code = "link_spent"
    text = sentence(
        "This link has been used already or is too old. Please ask for a new one."
    )


class DeviceUnknown(RuleBroken):
    """The screen is not paired, or its pairing was withdrawn."""

    code = "device_unknown"
    text = sentence("This screen is not paired with a window.")


class NotTheOrganiser(RuleBroken):
    """A page of the organiser was asked for by somebody else."""

    code = "not_the_organiser"
    text = sentence(
        "This page opens only in the browser where the organiser's one-time link was "
        "used. A new link: flask --app wsgi init, on the computer that runs the server."
    )


class AlreadySetUp(RuleBroken):
    """Set-up was asked for a second time."""

    code = "already_set_up"
    text = sentence("This installation has been set up already.")


class FieldMissing(RuleBroken):
    """A required field of a form is empty or too long."""

    code = "field_invalid"
    text = sentence("Please fill in this field with at most %(most)d characters.")


class UnknownTimeZone(RuleBroken):
    """A time zone name the system does not know."""

    code = "time_zone_unknown"
    text = sentence("This time zone is not known. Please choose one from the list.")
