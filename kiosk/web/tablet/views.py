"""The screen at the window: its page."""

from flask import Blueprint, Response, make_response, render_template, request

from kiosk.web import sessions
from kiosk.web.access import (
    DEVICE_COOKIE,
    device_only,
    known_screen,
    remember_device,
)
from kiosk.web.tablet.corner import corner
from kiosk.web.tablet.head_page import head_page
from kiosk.web.tablet.own_code import own_code
from kiosk.web.tablet.pages import RatePage

blueprint = Blueprint("tablet", __name__, url_prefix="/tablet")


@blueprint.get("")
@device_only
def screen() -> Response:
    """Return the page of a screen; a withdrawn one's delivers what it still holds."""
    device = known_screen()
    if device is None:
        return make_response(render_template("tablet/unpaired.html"))
    head = head_page(device)
    page = RatePage(
        **vars(head),
        last_sequence=device.last_sequence,
        corner=corner(),
        code=own_code(head.window),
    )
    response = make_response(render_template("tablet/rate.html", page=page))
    # Browsers keep a cookie for 400 days at most; each start renews it.
    remember_device(response, request.cookies[sessions.cookie_name(DEVICE_COOKIE)])
    return response
