"""The interface's addresses, and its refusals as JSON with their statuses."""

from http import HTTPStatus

from flask import Blueprint, Response, jsonify, make_response

from kiosk.domain.errors import RuleBroken, UnknownWindow
from kiosk.domain.interface import (
    KeyUnknown,
    ScopeLacking,
    TooManyCalls,
)
from kiosk.domain.ticket_requests import RequestKeyTaken, TicketRated, UnknownTicket
from kiosk.web.errors import refusal_sentence, refusal_status

PREFIX = "/api/v1"
blueprint = Blueprint("api", __name__, url_prefix=PREFIX)
_STATUS: dict[type[RuleBroken], HTTPStatus] = {
    KeyUnknown: HTTPStatus.UNAUTHORIZED,
    RequestKeyTaken: HTTPStatus.CONFLICT,
    ScopeLacking: HTTPStatus.FORBIDDEN,
    TicketRated: HTTPStatus.CONFLICT,
    TooManyCalls: HTTPStatus.TOO_MANY_REQUESTS,
    UnknownTicket: HTTPStatus.NOT_FOUND,
    # It is named inside a request; the address itself is right.
    UnknownWindow: HTTPStatus.UNPROCESSABLE_ENTITY,
}


@blueprint.errorhandler(RuleBroken)
def answer_refusal(refusal: RuleBroken) -> Response:
    """Answer a broken rule in words, and in the asker's language."""
    status = _STATUS.get(type(refusal)) or refusal_status(refusal)
    body = jsonify(error=refusal.code, message=refusal_sentence(refusal))
    response = make_response(body, status)
    if isinstance(refusal, KeyUnknown):
        response.headers["WWW-Authenticate"] = 'Bearer realm="window-kiosk"'
    if isinstance(refusal, TooManyCalls):
        response.headers["Retry-After"] = str(refusal.wait_seconds)
    return response
