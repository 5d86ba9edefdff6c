"""The page that a visit's own code opens: a ticket's, or one of the window's screen."""

from http import HTTPStatus

from flask import Response, make_response, render_template
from werkzeug.wrappers import Response as AnyResponse

from kiosk.domain.codes import (
    CodeForged,
    CodeOver,
    RotatingCode,
    read_token,
)
from kiosk.domain.errors import RuleBroken
from kiosk.domain.intake import Origin
from kiosk.domain.tickets import (
    TicketCancelled,
    TicketExpired,
    TicketUsed,
    refuse_spent,
)
from kiosk.extensions import reading
from kiosk.queries.visits import VisitView, visit_by_code
from kiosk.services.rights import SlotRight, TicketRight
from kiosk.web import current
from kiosk.web.access import public
from kiosk.web.errors import refusal_sentence
from kiosk.web.phone.place import Place
from kiosk.web.phone.views import (
    blueprint,
    closed_page,
    open_form,
    take_form,
    window_of,
)


@blueprint.get("/t/<token>")
@public
def visit(token: str) -> Response:
    try:
        window, code = _read(token)
        closed = closed_page(window)
        if closed is not None:
            return closed
        _refuse_over(code)
    except CodeForged:
        return _unknown()
    except (CodeOver, TicketUsed, TicketCancelled, TicketExpired) as refusal:
        return _over(window, refusal)
    return open_form(_place(window, code, token))


@blueprint.post("/t/<token>")
@public
def take_visit(token: str) -> AnyResponse:
    try:
        window, code = _read(token)
    except CodeForged:
        return _unknown()
    return closed_page(window) or take_form(_place(window, code, token))


def _read(token: str) -> tuple[str, VisitView | RotatingCode]:
    """Return the window's code, and what the address means. Raises CodeForged."""
    code = read_token(token, current.settings().secret_key)
    if isinstance(code, RotatingCode):
        return code.window, code
    with reading() as session:
        found = visit_by_code(session, code.ticket, current.now())
    if found is None:
        raise CodeForged
    return found.window_code, found


def _place(window: str, code: VisitView | RotatingCode, token: str) -> Place:
    """Return what the form may claim. Raises UnknownWindow."""
    if isinstance(code, RotatingCode):
        right = SlotRight(code.slot, code.nonce)
        return Place(window_of(window), token, right, Origin.ROTATING)
    return Place(window_of(window), token, TicketRight(code.ticket_id), Origin.TICKET)


def _refuse_over(code: VisitView | RotatingCode) -> None:
    """Refuse a code that opens nothing now.

    Raises CodeOver, TicketUsed, TicketCancelled, TicketExpired.
    """
    if isinstance(code, VisitView):
        refuse_spent(code.state)
    elif not code.opens(current.now()):
        raise CodeOver


def _unknown() -> Response:
    words = refusal_sentence(CodeForged())
    page = render_template("phone/over.html", words=words, window="")
    return make_response(page, HTTPStatus.NOT_FOUND)


def _over(window: str, refusal: RuleBroken) -> Response:
    words = refusal_sentence(refusal)
    page = render_template("phone/over.html", words=words, window=window)
    return make_response(page, HTTPStatus.GONE)
