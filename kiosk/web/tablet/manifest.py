"""What makes the rating page an application of a tablet: its manifest and icons."""

from functools import cache
from http import HTTPStatus

from flask import Response, abort, jsonify, url_for
from flask_babel import gettext

from kiosk.config import ROOT
from kiosk.services.icons import GROUND, icon_png, parse_mark
from kiosk.web.access import public
from kiosk.web.language import LANGUAGES, language
from kiosk.web.tablet.views import blueprint

PAPER = "#FAF8F3"
"""Ground of the pages: shown while one is being loaded."""
ICONS = {
    "192": (192, 0.72, "any"),
    "512": (512, 0.72, "any"),
    "maskable": (512, 0.56, "maskable"),
}
"""Name: pixels a side, share of the mark, purpose."""


@blueprint.get("/manifest.webmanifest")
@public
def manifest() -> Response:
    answer = jsonify(
        name=gettext("Window Kiosk: rating screen"),
        short_name=gettext("Window Kiosk"),
        lang=LANGUAGES[language()],
        start_url=url_for("tablet.screen"),
        scope=url_for("tablet.screen", lang=None),
        id=url_for("tablet.screen", lang=None),
        display="fullscreen",
        orientation="any",
        background_color=PAPER,
        theme_color=GROUND,
        icons=[
            {
                "src": url_for("tablet.icon", name=name, lang=None),
                "sizes": f"{side}x{side}",
                "type": "image/png",
                "purpose": purpose,
            }
            for name, (side, _, purpose) in ICONS.items()
        ],
    )
    answer.mimetype = "application/manifest+json"
    return answer


@blueprint.get("/icon-<name>.png")
@public
def icon(name: str) -> Response:
    if name not in ICONS:
        abort(HTTPStatus.NOT_FOUND)
    return Response(_drawn(name), mimetype="image/png")


@cache
def _drawn(name: str) -> bytes:
    side, share, _ = ICONS[name]
    mark = parse_mark((ROOT / "static" / "img" / "mark.svg").read_text("utf-8"))
    return icon_png(mark, side, share=share)
