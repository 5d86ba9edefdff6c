"""Tickets: opened when a service has ended, looked at, taken back."""

from datetime import timedelta
from http import HTTPStatus

from sqlalchemy.orm import Session

from kiosk.domain.codes import TicketCode, token_of
from kiosk.domain.integrations import ApiScope
from kiosk.domain.ticket_requests import UnknownTicket, parse_request_key
from kiosk.extensions import reading, transaction
from kiosk.queries.tickets import ticket_of
from kiosk.services.tickets import Asked, Sender, cancel_ticket, open_ticket
from kiosk.web import current
from kiosk.web.api.endpoints import Answer, Call, Endpoint, serve
from kiosk.web.api.schemas import NewTicket, TicketHeaders, TicketPath, TicketTold
from kiosk.web.callers import caller

_GONE = frozenset({HTTPStatus.NOT_FOUND})
_TAKEN = frozenset({HTTPStatus.CONFLICT})


@serve(
    Endpoint(
        method="POST",
        rule="/tickets",
        summary="Open the ticket of one service; it gives one right to rate.",
        scope=ApiScope.WRITE_TICKETS,
        body=NewTicket,
        headers=TicketHeaders,
        answer=TicketTold,
        statuses={
            HTTPStatus.CREATED: "The new ticket.",
            HTTPStatus.OK: "The ticket that the same request opened before.",
        },
        refused=_TAKEN,
    )
)
def open_a_ticket(call: Call) -> Answer:
    now, settings = current.now(), current.settings()
    lasts = timedelta(hours=settings.ticket_hours)
    key = parse_request_key(call.headers.get("request_key"))
    with transaction() as session:
        opened = open_ticket(session, _sender(), Asked(**call.body), key, now, lasts)
        told = _told(session, opened.code)
    return (HTTPStatus.CREATED if opened.new else HTTPStatus.OK), told


@serve(
    Endpoint(
        method="GET",
        rule="/tickets/{code}",
        summary="What became of a ticket that this system opened.",
        scope=ApiScope.READ_TICKETS,
        path=TicketPath,
        answer=TicketTold,
        refused=_GONE,
    )
)
def ticket(_call: Call, code: str) -> Answer:
    with reading() as session:
        return HTTPStatus.OK, _told(session, code)


@serve(
    Endpoint(
        method="POST",
        rule="/tickets/{code}/cancel",
        summary="Take a ticket back; its person is no longer counted as served.",
        scope=ApiScope.WRITE_TICKETS,
        path=TicketPath,
        answer=TicketTold,
        refused=_GONE | _TAKEN,
    )
)
def cancel_a_ticket(_call: Call, code: str) -> Answer:
    with transaction() as session:
        cancel_ticket(session, _sender(), code, current.now())
        return HTTPStatus.OK, _told(session, code)


def _sender() -> Sender:
    return Sender(caller().id, caller().centre_id)


def _told(session: Session, code: str) -> dict[str, object]:
    """Return a ticket of the calling system. Raises UnknownTicket."""
    found = ticket_of(session, caller().id, code, current.now())
    if found is None:
        raise UnknownTicket
    token = token_of(TicketCode(found.code), current.settings().secret_key)
    told = {name: getattr(found, name) for name in found.__slots__}
    return told | {"rating_url": f"{current.base_url()}/t/{token}"}
