"""What was typed into a form, and what is wrong with it, field by field."""

from collections.abc import Callable, Mapping

from flask import request

from kiosk.domain.errors import FieldMissing, RuleBroken
from kiosk.domain.free_text import clean_text
from kiosk.domain.time_zones import parse_zone
from kiosk.web.errors import refusal_sentence


class Form:
    """Typed values as they came, and a sentence for each field that is wrong.

    A refused form is shown again with both, so that nothing is typed twice.
    """

    def __init__(self, typed: Mapping[str, str], names: tuple[str, ...]) -> None:
        """Take the fields called `names`; what is missing counts as empty."""
        self.values = {name: typed.get(name, "") for name in names}
        self.errors: dict[str, str] = {}

    def text(self, name: str, most: int) -> str:
        """Return a required line of text of at most `most` characters."""
        text = clean_text(self.values[name])
        if not 0 < len(text) <= most:
            self.refuse(name, FieldMissing(most=most))
        return text

    def zone(self, name: str) -> str:
        """Return the name of a time zone that exists."""
        text = self.values[name].strip()
        self.attempt(name, lambda: parse_zone(text))
        return text

    def attempt(self, name: str, act: Callable[[], object]) -> None:
        """Do something with a field; what it refuses is noted there."""
        try:
            act()
        except RuleBroken as refusal:
            self.refuse(name, refusal)

    def refuse(self, name: str, refusal: RuleBroken) -> None:
        """Note a refusal beside the field it is about."""
        self.errors[name] = refusal_sentence(refusal)


def only_looks() -> bool:
    """Whether htmx has a field looked at before its form is sent; nothing is done.

    The view then answers with its page as it would look, and with status 200: htmx
    takes the row of the field out of it.
    """
    return request.headers.get("HX-Request") == "true"
