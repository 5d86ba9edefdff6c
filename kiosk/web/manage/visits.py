"""A visitor's own code: on the clerk's page, and as a slip to print."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from flask import Response, render_template, request
from markupsafe import Markup

from kiosk.domain.codes import TicketCode, token_of
from kiosk.domain.policy import Action, NotOpen
from kiosk.extensions import reading
from kiosk.queries.counter import CountedVisit, counted_visit
from kiosk.queries.own import clerk_of_account
from kiosk.services import qr
from kiosk.services.slips import CALL, CALL_ENGLISH, Slip, slip_pdf
from kiosk.web import access, current
from kiosk.web.access import may
from kiosk.web.manage.addresses import base_url
from kiosk.web.manage.blueprint import blueprint

WIDTHS = (58, 80)
"""Of the rolls of receipt printers, in millimetres."""
_NOON = 12


@dataclass(frozen=True)
class ShownVisit:
    """A visit whose code is shown, and whether its press can still be taken back."""

    visit: CountedVisit
    address: str
    code: Markup
    """Its QR code."""
    can_be_taken_back: bool
    widths: tuple[int, ...] = WIDTHS
    call: str = CALL
    call_english: str = CALL_ENGLISH


@dataclass(frozen=True)
class SlipPage:
    """A slip as it prints, in one of two widths."""

    press: UUID
    slip: Slip
    code: Markup
    width: int
    widths: tuple[int, ...] = WIDTHS
    call: str = CALL
    call_english: str = CALL_ENGLISH


def shown_visit(visit: CountedVisit) -> ShownVisit:
    """Return a visit as the clerk's page shows it."""
    address = _address(visit)
    can_be = visit.can_be_taken_back(current.now())
    return ShownVisit(visit, address, _picture(address), can_be)


@blueprint.get("/manage/mine/slip/<uuid:press>")
@may(Action.SEE_OWN)
def slip(press: UUID) -> str:
    made = _slip(press)
    page = SlipPage(press, made, _picture(made.address), _width())
    return render_template("manage/slip.html", page=page)


@blueprint.get("/manage/mine/slip/<uuid:press>/file")
@may(Action.SEE_OWN)
def slip_file(press: UUID) -> Response:
    return Response(
        slip_pdf(_slip(press), _width(), current.now()),
        mimetype="application/pdf",
        headers={"Content-Disposition": 'attachment; filename="slip.pdf"'},
    )


def _slip(press: UUID) -> Slip:
    """Return the slip of an own press of the last minutes. Raises NotOpen."""
    now = current.now()
    with reading() as session:
        clerk = clerk_of_account(session, access.person().id)
        visit = counted_visit(session, clerk.id, press, now) if clerk else None
    if visit is None:
        raise NotOpen
    served = _local(visit.served_at)
    return Slip(
        centre=current.this_centre().name,
        number=visit.number,
        name=visit.window,
        item=visit.item,
        day=served.date(),
        morning=served.hour < _NOON,
        address=_address(visit),
        valid_until=_last_day(visit.expires_at),
    )


def _address(visit: CountedVisit) -> str:
    token = token_of(TicketCode(visit.code), current.settings().secret_key)
    return qr.visit_address(base_url(), token)


def _picture(address: str) -> Markup:
    # Made of numbers by us; no word of anybody is in it.
    return Markup(qr.svg(address))  # noqa: S704


def _local(moment: datetime) -> datetime:
    return moment.astimezone(current.this_centre().zone)


def _last_day(expires_at: datetime) -> date:
    return _local(expires_at).date()


def _width() -> int:
    asked = request.args.get("width", "")
    found = [width for width in WIDTHS if asked == str(width)]
    return found[0] if found else WIDTHS[-1]
