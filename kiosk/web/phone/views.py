"""The window's page for a phone: rate, say why, get a receipt. Plain forms."""

from dataclasses import replace
from datetime import date, datetime
from http import HTTPStatus

from flask import (
    Blueprint,
    Response,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response as AnyResponse

from kiosk.domain.codes import CodeOver, CodeUsed
from kiosk.domain.errors import IdTaken, RuleBroken, UnknownWindow
from kiosk.domain.intake import Origin
from kiosk.domain.limits import WAIT, TooManyHere, WaitABit
from kiosk.domain.receipts import format_receipt, receipt_code
from kiosk.domain.tickets import TicketCancelled, TicketExpired, TicketUsed
from kiosk.extensions import TurnNotReached, reading, write
from kiosk.queries.places import WindowView, window_by_code
from kiosk.queries.shifts import on_duty
from kiosk.queries.windows import ClosedWindow, closed_window, guide_of_window
from kiosk.services.rating_rows import Hall
from kiosk.services.visits import Visit, record_visit
from kiosk.web import current
from kiosk.web.access import public
from kiosk.web.errors import RETRY_SECONDS, refusal_sentence
from kiosk.web.phone.form import Pass, Submission, fresh_pass, own_secret, read_form
from kiosk.web.phone.pages import RatePage
from kiosk.web.phone.place import Place, printed
from kiosk.web.phone.sender import let_through, remember, with_cookie

LARGEST_FORM = 8 * 1024
_MINUTE = 60
_SPENT = (CodeUsed, TicketUsed, TicketCancelled, TicketExpired)
blueprint = Blueprint("phone", __name__)


@blueprint.get("/w/<code>")
@public
def rate(code: str) -> Response:
    return closed_page(code) or open_form(Place(window_of(code)))


@blueprint.post("/w/<code>")
@public
def take_rating(code: str) -> AnyResponse:
    return closed_page(code) or take_form(Place(window_of(code)))


def open_form(place: Place) -> Response:
    """Answer with an empty form."""
    elder = request.args.get("view") == "elder"
    token = fresh_pass(current.now()).token(place)
    page = RatePage(place=place, token=token, elder=elder)
    return make_response(_rate_page(page))


def take_form(place: Place) -> AnyResponse:
    """Keep what was sent, or answer with the form and what is wrong with it."""
    request.max_content_length = LARGEST_FORM
    now = current.now()
    expired = gettext(
        "This page had been open for a long time. Nothing is lost: please send it "
        "once more."
    )
    form = read_form(place, now, expired)
    if form.given is None and place.origin is Origin.ROTATING:
        return as_printed(form.page, CodeOver())
    if form.visit is None or form.given is None:
        return form_again(form.page, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        let_through(now, form.given.waited(now))
        return _keep(form.visit, form.page, now)
    except (WaitABit, TooManyHere) as busy:
        return _busy(form, form.given, busy)
    except _SPENT as spent:
        return as_printed(form.page, spent)
    except (OperationalError, TurnNotReached):
        notice = gettext(
            "Your rating could not be saved just now. Nothing is lost: please send "
            "it once more in a few seconds."
        )
        page = replace(form.page, notice=notice)
        return form_again(page, HTTPStatus.SERVICE_UNAVAILABLE, RETRY_SECONDS)


def form_again(page: RatePage, status: HTTPStatus, seconds: int = 0) -> Response:
    """Answer with a form that keeps what was typed; `seconds`: until the next try."""
    response = make_response(_rate_page(page), status)
    if seconds:
        response.headers["Retry-After"] = str(seconds)
    return response


def as_printed(page: RatePage, refusal: RuleBroken) -> Response:
    """Say why a visit's code does not do; what was typed can still rate the window."""
    place = printed(page.place)
    notice = refusal_sentence(refusal)
    token = fresh_pass(current.now()).token(place)
    again = replace(page, place=place, token=token, notice=notice)
    return form_again(again, HTTPStatus.CONFLICT)


def closed_page(code: str) -> Response | None:
    """Return the page of a closed window, or None where it is open."""
    with reading() as session:
        closed: ClosedWindow | None = closed_window(session, _today(), code=code)
    if closed is None:
        return None
    page = render_template("phone/closed.html", window=closed)
    return make_response(page, HTTPStatus.GONE)


def window_of(code: str) -> WindowView:
    """Return the open window of a code. Raises UnknownWindow."""
    with reading() as session:
        window = window_by_code(session, code, _today())
    if window is None:
        raise UnknownWindow
    return window


def _keep(visit: Visit, page: RatePage, now: datetime) -> AnyResponse:
    hall = Hall(page.window.centre_id, page.window.zone)
    known, cookie = with_cookie(visit)
    try:
        write(lambda connection: record_visit(connection, known, hall, now))
    except IdTaken:
        receipt = format_receipt(receipt_code(visit.tap.event_id))
        return form_again(replace(page, kept_receipt=receipt), HTTPStatus.CONFLICT)
    secret = own_secret(visit.tap.event_id)
    where = url_for("phone.mine", secret=secret, view=page.view)
    answer = make_response(redirect(where, HTTPStatus.SEE_OTHER))
    remember(answer, cookie)
    return answer


def _busy(form: Submission, given: Pass, busy: RuleBroken) -> Response:
    page = replace(form.page, notice=refusal_sentence(busy))
    if isinstance(busy, TooManyHere):
        return form_again(page, HTTPStatus.TOO_MANY_REQUESTS, _MINUTE)
    asked = given.asked_to_wait or current.now()
    token = replace(given, asked_to_wait=asked).token(page.place)
    seconds = int(WAIT.total_seconds())
    return form_again(replace(page, token=token), HTTPStatus.TOO_MANY_REQUESTS, seconds)


def _rate_page(page: RatePage) -> str:
    with reading() as session:
        guide = guide_of_window(session, page.window.id)
        duty = on_duty(session, page.window.id, current.now())
    return render_template("phone/rate.html", page=page, guide=guide, duty=duty)


def _today() -> date:
    return current.now().astimezone(current.this_centre().zone).date()
