"""What a phone's page is about: a window, and the code that led to it."""

from dataclasses import dataclass
from datetime import timedelta

from flask import url_for

from kiosk.domain.codes import SEND_WITHIN
from kiosk.domain.intake import Origin
from kiosk.queries.places import WindowView
from kiosk.services.rights import Right

FORM_LIFE = timedelta(hours=2)
"""How long a page may stay open before it is sent."""


@dataclass(frozen=True)
class Place:
    """Where a form was opened, and what its rating may claim."""

    window: WindowView
    token: str = ""
    """The visit's code as it stands in the address; "" for the printed one."""
    right: Right | None = None
    origin: Origin = Origin.PRINTED

    @property
    def life(self) -> timedelta:
        """How long the page may stay open."""
        return SEND_WITHIN if self.origin is Origin.ROTATING else FORM_LIFE

    @property
    def name(self) -> str:
        """What the form's signature binds it to."""
        return self.token or self.window.code

    def address(self, view: str | None) -> str:
        """Return where the form is sent, and where its page is."""
        if self.token:
            return url_for("phone.visit", token=self.token, view=view)
        return url_for("phone.rate", code=self.window.code, view=view)


def printed(place: Place) -> Place:
    """Return the same window by its printed code, which needs no right."""
    return Place(place.window)
