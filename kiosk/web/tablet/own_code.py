"""The window's own code on its screen, where another evaluator asks the visitors."""

from dataclasses import dataclass

from markupsafe import Markup

from kiosk.queries.places import WindowView
from kiosk.queries.windows import ClosedWindow
from kiosk.services import qr
from kiosk.web import current


@dataclass(frozen=True)
class OwnCode:
    """The code that leads to the window's phone page."""

    address: str
    picture: Markup
    """The address as an SVG element."""
    reaches: bool
    """Whether phones can open the address."""


def own_code(window: WindowView | ClosedWindow) -> OwnCode | None:
    """Return what a screen shows instead of faces; None: it asks as usual."""
    if isinstance(window, ClosedWindow) or not window.code_only:
        return None
    base = current.base_url()
    address = qr.window_address(base, window.code)
    # Drawn by us from our own address and a random code.
    picture = Markup(qr.svg(address))  # noqa: S704
    return OwnCode(address, picture, qr.reaches_phones(base))
