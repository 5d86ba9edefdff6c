"""The screen at the window: pairing, the page, its head, and the taps it sends."""

from datetime import date
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
from kiosk.queries.shifts import OnDuty, on_duty
from kiosk.queries.windows import ClosedWindow, closed_window
from kiosk.services.devices import note_heartbeat, pair_device
from kiosk.services.taps import record_tap
from kiosk.web import current, sessions
from kiosk.web.access import (
    DEVICE_COOKIE,
    current_device,
    device_digest,
    device_only,
    public,
    remember_device,
)
from kiosk.web.tablet.pages import HeadPage, PairPage, RatePage

blueprint = Blueprint("tablet", __name__, url_prefix="/tablet")

_LARGEST_TAP = 8 * 1024


@blueprint.get("")
@device_only
def screen() -> Response:
    device = current_device()
    if device is None:
        return make_response(render_template("tablet/unpaired.html"))
    page = RatePage(
        _place(device.window_id),
        _duty(device.window_id),
        last_sequence=device.last_sequence,
    )
    response = make_response(render_template("tablet/rate.html", page=page))
    # Browsers keep a cookie for 400 days at most; each start renews it.
    remember_device(response, request.cookies[sessions.cookie_name(DEVICE_COOKIE)])
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
    page = HeadPage(_place(device.window_id), _duty(device.window_id))
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
    return render_template(
        "tablet/pair.html", page=PairPage(window_of(window_id), token)
    )


@blueprint.post("/pair/<token>")
@public
def pair(token: str) -> AnyResponse:
    with transaction() as session:
        secret = pair_device(session, token, current.now())
    response = redirect(url_for("tablet.screen"), HTTPStatus.SEE_OTHER)
    remember_device(response, secret)
    return response


def _place(window_id: int) -> WindowView | ClosedWindow:
    """Return the screen's window, as one that is closed where it is."""
    with reading() as session:
        closed = closed_window(session, _today(), window_id=window_id)
    return closed or window_of(window_id)


def window_of(window_id: int) -> WindowView:
    """Return the screen's open window. Raises UnknownWindow."""
    with reading() as session:
        window = window_by_id(session, window_id, _today())
    if window is None:
        raise UnknownWindow
    return window


def _duty(window_id: int) -> OnDuty | None:
    with reading() as session:
        return on_duty(session, window_id, current.now())


def _today() -> date:
    return current.now().astimezone(current.this_centre().zone).date()
