"""The codes that a screen shows now: each opens the rating page for one visitor."""

from datetime import datetime

from markupsafe import Markup

from kiosk.domain.codes import RIGHTS, RotatingCode, slot_at, token_of
from kiosk.services.qr import reaches_phones, thin_svg, visit_address
from kiosk.web import current


def rotating_codes(window_code: str, now: datetime) -> tuple[Markup, ...]:
    """Return the pictures of this half minute's codes; none where phones reach nothing.

    The style sheet shows them in turn, ten seconds each.
    """
    base = current.base_url()
    if not reaches_phones(base):
        return ()
    key, slot = current.settings().secret_key, slot_at(now)
    tokens = (
        token_of(RotatingCode(window_code, slot, nonce), key) for nonce in range(RIGHTS)
    )
    return tuple(
        # Drawn from our own numbers: nothing of it came from outside.
        Markup(thin_svg(visit_address(base, token)))  # noqa: S704
        for token in tokens
    )
