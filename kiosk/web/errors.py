"""Broken rules and HTTP errors as pages, fragments or JSON for people to read."""

import logging
from http import HTTPStatus

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask_babel import gettext
from sqlalchemy.exc import (
    DataError,
    InterfaceError,
    OperationalError,
    SQLAlchemyError,
)
from werkzeug.exceptions import BadRequest, HTTPException

from kiosk.domain.accounts import LastOrganiser, RoleAbove
from kiosk.domain.case_calls import CalledBefore, CallTooEarly, NobodyToCall
from kiosk.domain.case_desk import SlipTaken
from kiosk.domain.cases import NotNow, NotRectified, OutsideOnly, ReopenedBefore
from kiosk.domain.contacts import (
    ContactGone,
    ContactKeyUnreadable,
    ContactSettled,
    ContactThere,
)
from kiosk.domain.errors import (
    DeviceUnknown,
    IdTaken,
    LinkSpent,
    NotTheOrganiser,
    NotYours,
    RuleBroken,
    UnknownWindow,
    sentence,
)
from kiosk.domain.integrations import (
    IntegrationNameTaken,
    IntegrationRevoked,
    KeyReplaced,
)
from kiosk.domain.mail import MailNotSent
from kiosk.domain.notes import LedgerBusy
from kiosk.domain.policy import NotOpen
from kiosk.domain.throttle import TooManyToday, TooManyTries
from kiosk.domain.webhooks import (
    WebhookInDemonstration,
    WebhookScopeMissing,
    WebhookThere,
)
from kiosk.extensions import TurnNotReached
from kiosk.web import current
from kiosk.web.campaign_refusals import CAMPAIGN_STATUS
from kiosk.web.security import INTERFACE
from kiosk.web.sessions import FormStale, UploadTooLarge, answer_stale_form

RETRY_SECONDS = 5
log = logging.getLogger(__name__)
_STATUS: dict[type[RuleBroken], HTTPStatus] = {
    CallTooEarly: HTTPStatus.CONFLICT,
    CalledBefore: HTTPStatus.CONFLICT,
    ContactGone: HTTPStatus.GONE,
    ContactKeyUnreadable: HTTPStatus.SERVICE_UNAVAILABLE,
    ContactSettled: HTTPStatus.CONFLICT,
    ContactThere: HTTPStatus.CONFLICT,
    DeviceUnknown: HTTPStatus.UNAUTHORIZED,
    FormStale: HTTPStatus.FORBIDDEN,
    IdTaken: HTTPStatus.CONFLICT,
    IntegrationNameTaken: HTTPStatus.CONFLICT,
    IntegrationRevoked: HTTPStatus.CONFLICT,
    KeyReplaced: HTTPStatus.CONFLICT,
    LastOrganiser: HTTPStatus.CONFLICT,
    LedgerBusy: HTTPStatus.SERVICE_UNAVAILABLE,
    LinkSpent: HTTPStatus.GONE,
    NobodyToCall: HTTPStatus.GONE,
    MailNotSent: HTTPStatus.CONFLICT,
    NotNow: HTTPStatus.CONFLICT,
    NotOpen: HTTPStatus.NOT_FOUND,
    NotRectified: HTTPStatus.CONFLICT,
    NotTheOrganiser: HTTPStatus.FORBIDDEN,
    NotYours: HTTPStatus.CONFLICT,
    OutsideOnly: HTTPStatus.FORBIDDEN,
    ReopenedBefore: HTTPStatus.CONFLICT,
    RoleAbove: HTTPStatus.FORBIDDEN,
    SlipTaken: HTTPStatus.CONFLICT,
    TooManyToday: HTTPStatus.TOO_MANY_REQUESTS,
    TooManyTries: HTTPStatus.TOO_MANY_REQUESTS,
    UnknownWindow: HTTPStatus.NOT_FOUND,
    WebhookInDemonstration: HTTPStatus.CONFLICT,
    WebhookScopeMissing: HTTPStatus.CONFLICT,
    WebhookThere: HTTPStatus.CONFLICT,
    UploadTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    **CAMPAIGN_STATUS,
}
_SENTENCES = {
    400: sentence("Something in this request could not be understood."),
    403: sentence("This page is not open to you."),
    404: NotOpen.text,
    405: sentence("This address does not take that kind of request."),
    413: sentence("That was too much at once. Please send less."),
    500: sentence("Something went wrong on our side. It has been written down."),
    503: sentence(
        "Nothing can be saved at the moment. Please try again in a few seconds; "
        "what you gave has not been taken yet."
    ),
}


def register_errors(app: Flask) -> None:
    """Answer every refusal and failure in words."""
    app.register_error_handler(RuleBroken, answer_refusal)
    app.register_error_handler(HTTPException, answer_http)
    for storage in (OperationalError, InterfaceError, TurnNotReached):
        app.register_error_handler(storage, answer_storage)
    app.register_error_handler(DataError, answer_unstorable)
    app.register_error_handler(RecursionError, answer_too_deep)


def refusal_sentence(refusal: RuleBroken) -> str:
    """Return the refusal in the language of the request."""
    text: str = gettext(refusal.text)
    return text % refusal.values if refusal.values else text


def refusal_status(refusal: RuleBroken) -> HTTPStatus:
    """Return the HTTP status a broken rule is answered with."""
    return _STATUS.get(type(refusal), HTTPStatus.UNPROCESSABLE_ENTITY)


def answer_refusal(refusal: RuleBroken) -> Response:
    """Answer a broken rule."""
    if isinstance(refusal, FormStale) and not _wants_json():
        return answer_stale_form()
    response = _answer(refusal_status(refusal), refusal.code, refusal_sentence(refusal))
    if isinstance(refusal, TooManyTries):
        response.headers["Retry-After"] = str(refusal.wait_seconds)
    return response


def answer_http(error: HTTPException) -> Response:
    """Answer an HTTP error; redirects and made answers pass as they are."""
    if error.response is not None or error.code is None:
        return make_response(error.get_response())
    status = HTTPStatus(error.code)
    words = _SENTENCES.get(error.code, _SENTENCES[400])
    response = _answer(status, status.phrase.lower().replace(" ", "_"), gettext(words))
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            response.headers[name] = value
    return response


def answer_unstorable(error: DataError) -> Response:
    """Answer a value that the database cannot hold, such as a NUL in an address."""
    log.warning("a value cannot be stored: %s", error.orig)
    return answer_http(BadRequest())


def answer_too_deep(_error: RecursionError) -> Response:
    """Answer JSON that is nested deeper than Python reads; nothing of ours is deep."""
    log.warning("a request is nested too deeply: %s", request.path)
    return answer_http(BadRequest())


def answer_storage(error: Exception) -> Response:
    """Answer that the database is locked, full or away: never a 2xx without a row."""
    # The driver's words alone: the statement would bring ratings into the log.
    reason = getattr(error, "orig", error)
    log.warning("storage unavailable: %s %s", type(error).__name__, reason)
    response = _answer(
        HTTPStatus.SERVICE_UNAVAILABLE, "storage_unavailable", gettext(_SENTENCES[503])
    )
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def _answer(status: HTTPStatus, code: str, words: str) -> Response:
    if _wants_json():
        return make_response(jsonify(error=code, message=words), status)
    page = render_template(
        "errors/error.html",
        status=status.value,
        words=words,
        demonstration=_in_a_demonstration(status),
    )
    return make_response(page, status)


def _wants_json() -> bool:
    asked = request.accept_mimetypes.best == "application/json"
    return request.is_json or asked or request.path.startswith(INTERFACE)


def _in_a_demonstration(status: HTTPStatus) -> bool:
    """Whether the page is marked as demonstration; a failure of ours asks nothing."""
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return False
    try:
        return current.this_installation().demonstration
    except (RuntimeError, SQLAlchemyError):
        return False
