"""The organiser's blueprint: what all its pages share before they answer."""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from kiosk.extensions import reading
from kiosk.queries.places import count_windows
from kiosk.web import current
from kiosk.web.access import is_holder
from kiosk.web.security import allow_cdn

blueprint = Blueprint("manage", __name__)


@blueprint.before_request
def prepare() -> Response | None:
    """Allow htmx from the CDN; lead the holder of an empty hall to its set-up."""
    allow_cdn()
    if not request.path.startswith("/manage") or not is_holder():
        return None
    if current.this_installation().is_set_up:
        return None
    with reading() as session:
        # Windows may have come by command already; then there is something to see.
        empty = count_windows(session) == 0
    return redirect(url_for("setup.start")) if empty else None
