"""The window's page for a phone: rate, say why, get a receipt. Plain forms."""

from dataclasses import replace
from datetime import date
from http import HTTPStatus

from flask import Blueprint, Response, make_response, redirect, render_template, url_for
from flask_babel import gettext
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response as AnyResponse

from kiosk.domain.errors import IdTaken, UnknownWindow
from kiosk.domain.receipts import format_receipt, receipt_code
from kiosk.extensions import TurnNotReached, reading, write
from kiosk.queries.places import WindowView, window_by_code
from kiosk.queries.shifts import on_duty
from kiosk.queries.windows import ClosedWindow, closed_window, guide_of_window
from kiosk.services.ratings import Hall, record_rating
from kiosk.web import current
from kiosk.web.access import public
from kiosk.web.errors import RETRY_SECONDS
from kiosk.web.phone.form import fresh_token, read_form
from kiosk.web.phone.pages import RatePage

blueprint = Blueprint("phone", __name__)


@blueprint.get("/w/<code>")
@public
def rate(code: str) -> Response:
    closed = _closed(code)
    if closed is not None:
        return _closed_page(closed)
    window = _window(code)
    page = RatePage(window=window, token=fresh_token(window, current.now()))
    return make_response(_rate_page(page))


@blueprint.post("/w/<code>")
@public
def take_rating(code: str) -> AnyResponse:
    closed = _closed(code)
    if closed is not None:
        return _closed_page(closed)
    window = _window(code)
    now = current.now()
    expired = gettext(
        "This page had been open for a long time. Nothing is lost: please send it "
        "once more."
    )
    form = read_form(window, now, expired)
    tap = form.tap
    if tap is None:
        return _form_again(form.page, HTTPStatus.UNPROCESSABLE_ENTITY)
    hall = Hall(window.centre_id, window.zone)
    try:
        kept = write(lambda connection: record_rating(connection, tap, hall, now))
    except IdTaken:
        receipt = format_receipt(receipt_code(tap.event_id))
        page = replace(form.page, kept_receipt=receipt)
        return _form_again(page, HTTPStatus.CONFLICT)
    except (OperationalError, TurnNotReached):
        notice = gettext(
            "Your rating could not be saved just now. Nothing is lost: please send "
            "it once more in a few seconds."
        )
        page = replace(form.page, notice=notice)
        return _form_again(page, HTTPStatus.SERVICE_UNAVAILABLE)
    receipt = format_receipt(kept.receipt)
    return redirect(url_for("public.receipt", code=receipt), HTTPStatus.SEE_OTHER)


def _form_again(page: RatePage, status: HTTPStatus) -> Response:
    response = make_response(_rate_page(page), status)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def _rate_page(page: RatePage) -> str:
    with reading() as session:
        guide = guide_of_window(session, page.window.id)
        duty = on_duty(session, page.window.id, current.now())
    return render_template("phone/rate.html", page=page, guide=guide, duty=duty)


def _closed_page(closed: ClosedWindow) -> Response:
    page = render_template("phone/closed.html", window=closed)
    return make_response(page, HTTPStatus.GONE)


def _closed(code: str) -> ClosedWindow | None:
    with reading() as session:
        return closed_window(session, _today(), code=code)


def _window(code: str) -> WindowView:
    with reading() as session:
        window = window_by_code(session, code, _today())
    if window is None:
        raise UnknownWindow
    return window


def _today() -> date:
    return current.now().astimezone(current.this_centre().zone).date()
