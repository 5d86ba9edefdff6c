"""Pairing a screen by a one-time link that is opened on it, and its first test tap."""

from http import HTTPStatus

from flask import Response, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from kiosk.domain.errors import LinkSpent
from kiosk.domain.tokens import token_hash
from kiosk.extensions import reading, transaction
from kiosk.queries.devices import pairing_window
from kiosk.services.devices import pair_device
from kiosk.web import current
from kiosk.web.access import (
    current_device,
    device_digest,
    device_only,
    public,
    remember_device,
)
from kiosk.web.tablet.head_page import window_of
from kiosk.web.tablet.pages import FirstTapPage, PairPage
from kiosk.web.tablet.views import blueprint

_LEAVE_AFTER_SECONDS = 300
"""Whoever installs it may walk away; the next visitor must find the faces."""


@blueprint.get("/pair/<token>")
@public
def pairing(token: str) -> str:
    with reading() as session:
        window_id = pairing_window(session, token_hash(token), current.now())
    if window_id is None:
        raise LinkSpent
    return render_template(
        "tablet/pair.html", page=PairPage(window_of(window_id), token)
    )


@blueprint.post("/pair/<token>")
@public
def pair(token: str) -> AnyResponse:
    with transaction() as session:
        secret = pair_device(session, token, current.now(), device_digest())
    response = redirect(url_for("tablet.screen"), HTTPStatus.SEE_OTHER)
    remember_device(response, secret)
    return response


@blueprint.get("/test")
@device_only
def test() -> AnyResponse:
    device = current_device()
    if device is None:
        return redirect(url_for("tablet.screen"), HTTPStatus.SEE_OTHER)
    page = FirstTapPage(window_of(device.window_id), device)
    answer: Response = make_response(render_template("tablet/test.html", page=page))
    where = url_for("tablet.screen")
    answer.headers["Refresh"] = f"{_LEAVE_AFTER_SECONDS}; url={where}"
    return answer
