"""What a device can and cannot do, in words, and the page that says how to mend it.

Open to everybody: a tablet is looked at before it is bought and before it is paired.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import render_template, url_for
from markupsafe import Markup

from kiosk.services import qr
from kiosk.web import current
from kiosk.web.access import public
from kiosk.web.tablet.check_lines import CHECKS, CheckLine
from kiosk.web.tablet.views import blueprint


@dataclass(frozen=True, kw_only=True)
class CheckPage:
    """The self-test before its script has looked."""

    codes: Mapping[str, Markup]
    """Section of the help page: QR code that leads there; empty where none can."""
    checks: tuple[CheckLine, ...] = CHECKS


@blueprint.get("/check")
@public
def check() -> str:
    return render_template("tablet/check.html", page=CheckPage(codes=_codes()))


@blueprint.get("/help")
@public
def help_page() -> str:
    return render_template("tablet/help.html")


def _codes() -> dict[str, Markup]:
    base = current.base_url()
    if not qr.reaches_phones(base):
        return {}
    page = f"{base}{url_for('tablet.help_page')}"
    return {
        # Made of numbers by us; no word of anybody is in it.
        name: Markup(qr.svg(f"{page}#{name}", clean=True))  # noqa: S704
        for name in dict.fromkeys(line.section for line in CHECKS)
    }
