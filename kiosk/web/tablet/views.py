"""The screen at the window: pairing, the page, its head, and the taps it sends."""

from datetime import timedelta
from http import HTTPStatus

from flask import (
    Blueprint,
    Response,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from kiosk.domain.errors import DeviceUnknown, LinkSpent, UnknownWindow
from kiosk.domain.receipts import format_receipt
from kiosk.domain.tokens import token_hash
from kiosk.extensions import reading, transaction, write
from kiosk.queries.devices import pairing_window
from kiosk.queries.places import WindowView, window_by_id
from kiosk.services.devices import note_heartbeat, pair_device
from kiosk.services.taps import record_tap
from kiosk.web import current
from kiosk.web.access import (
    DEVICE_COOKIE,
    current_device,
    device_digest,
    device_only,
    public,
)
from kiosk.web.tablet.pages import HeadPage, PairPage, RatePage

blueprint = Blueprint("tablet", __name__, url_prefix="/tablet")

_COOKIE_LIFE = timedelta(days=400)
_LARGEST_TAP = 8 * 1024


@blueprint.get("")
@device_only
def screen() -> Response:
    device = current_device()
    if device is None:
        return make_response(render_template("tablet/unpaired.html"))
    page = RatePage(_window(device.window_id), last_sequence=device.last_sequence)
    response = make_response(render_template("tablet/rate.html", page=page))
    # Browsers keep a cookie for 400 days at most; each start renews it.
    _remember(response, request.cookies[DEVICE_COOKIE])
    return response


@blueprint.get("/head")
@device_only
def head() -> Response:
    device = current_device()
    if device is None:
        # htmx goes there: the page for a screen without a window.
        return Response(headers={"HX-Redirect": url_for("tablet.screen")})
    with transaction() as session:
        note_heartbeat(session, device.id, current.now())
    page = HeadPage(_window(device.window_id))
    return make_response(render_template("tablet/_head.html", page=page))


@blueprint.post("/ratings")
@device_only
def take_rating() -> Response:
    request.max_content_length = _LARGEST_TAP
    digest = device_digest()
    if digest is None:
        raise DeviceUnknown
    body = request.get_json()
    tap = body if isinstance(body, dict) else {}
    now = current.now()
    kept = write(lambda connection: record_tap(connection, digest, tap, now))
    return jsonify(id=str(kept.event_id), receipt=format_receipt(kept.receipt))


@blueprint.get("/pair/<token>")
@public
def pairing(token: str) -> str:
    with reading() as session:
        window_id = pairing_window(session, token_hash(token), current.now())
    if window_id is None:
        raise LinkSpent
    return render_template("tablet/pair.html", page=PairPage(_window(window_id), token))


@blueprint.post("/pair/<token>")
@public
def pair(token: str) -> AnyResponse:
    with transaction() as session:
        secret = pair_device(session, token, current.now())
    response = redirect(url_for("tablet.screen"), HTTPStatus.SEE_OTHER)
    _remember(response, secret)
    return response


def _window(window_id: int) -> WindowView:
    today = current.now().astimezone(current.this_centre().zone).date()
    with reading() as session:
        window = window_by_id(session, window_id, today)
    if window is None:
        raise UnknownWindow
    return window


def _remember(response: AnyResponse, secret: str) -> None:
    response.set_cookie(
        DEVICE_COOKIE,
        secret,
        max_age=_COOKIE_LIFE,
        path="/tablet",
        httponly=True,
        samesite="Strict",
        secure=current.settings().secure_cookies,
    )
