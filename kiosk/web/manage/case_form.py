"""The form of a case's page: all that may be written there, on either side."""

from collections.abc import Mapping

from kiosk.web.forms import Form

FIELDS = (
    "answer",
    "reply",
    "measure",
    "done",
    "finding",
    "pause",
    "rectified",
    "result",
    "note",
    "agreed",
    "grounds",
    "grade",
    "thanks",
    "award",
    "reopening",
    "outcome",
    "called",
    "opening",
)
"""Names of all fields; each is on the page once at most, so that it is its own id."""


def case_form(typed: Mapping[str, str] | None = None) -> Form:
    """Return the form as typed, or empty."""
    return Form(typed or {}, FIELDS)
