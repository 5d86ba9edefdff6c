"""Help desk and hotline: a complaint of somebody without a phone, and their slip.

The secret of the citizen's own page is made with the form and shown once, on the slip
that answers it; sent twice, the same form opens one case and prints the same slip.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from http import HTTPStatus
from uuid import UUID, uuid4

from flask import make_response, render_template, request
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from kiosk.domain.case_desk import (
    BACK_MOST,
    OwnUnit,
    PlaceUnknown,
    parse_cause,
    parse_day,
    parse_half,
    parse_place,
    parse_road,
    parse_source,
)
from kiosk.domain.cases import Road, Side, Source, parse_words
from kiosk.domain.contacts import (
    ConsentMissing,
    ContactKeyUnreadable,
    Reach,
    parse_name,
    parse_phone,
)
from kiosk.domain.errors import RuleBroken
from kiosk.domain.policy import Action, NotOpen
from kiosk.domain.tokens import new_token
from kiosk.extensions import reading, recording
from kiosk.extensions.sealing import kept_sealer
from kiosk.queries.case_desk import SlipLine, slip_line
from kiosk.queries.people import units_in_force
from kiosk.queries.places import open_windows
from kiosk.services import qr
from kiosk.services.case_desk import TakenDown, take_down
from kiosk.web import access, current
from kiosk.web.access import may
from kiosk.web.errors import refusal_status
from kiosk.web.forms import Form
from kiosk.web.manage.addresses import base_url, today
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.case import KEY
from kiosk.web.manage.case_desk_pages import (
    FIELDS,
    DeskPage,
    SlipPage,
    place_choices,
)
from kiosk.web.manage.case_sides import standing, this_clock

_SECRET = re.compile(r"[0-9A-Za-z_-]{20,64}")
_PARSERS: dict[str, Callable[[str], object]] = {
    "source": parse_source,
    "road": parse_road,
    "place": parse_place,
    "cause": parse_cause,
    "half": parse_half,
    "words": parse_words,
}
_BESIDE: dict[type[RuleBroken], str] = {
    ContactKeyUnreadable: "phone",
    OwnUnit: "place",
    PlaceUnknown: "place",
}
"""The field that a refusal is said beside; others are said above all."""


@blueprint.get("/manage/cases/new")
@may(Action.DECIDE_CASES)
def new_case() -> Response:
    begun = {
        "event": str(uuid4()),
        "secret": new_token(),
        "source": str(Source.COMPLAINT),
        "road": str(Road.DESK),
        "day": today().isoformat(),
    }
    return _form_page(Form(begun, FIELDS))


@blueprint.post("/manage/cases/new")
@may(Action.DECIDE_CASES)
def take_new_case() -> Response:
    form = Form(request.form, FIELDS)
    event = _event(form)
    _check(form)
    if form.errors:
        return _form_page(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    told = _told(form, event)
    centre_id = current.this_centre().id
    try:
        sealer = kept_sealer(current.settings().instance)
        with recording(access.by(), current.now()) as records:
            session = records.session
            own, clock = _own_units(session), this_clock(session)
            key = take_down(records, centre_id, told, own, sealer, clock)
    except RuleBroken as refusal:
        form.refuse(_BESIDE.get(type(refusal), "form"), refusal)
        return _form_page(form, refusal_status(refusal))
    with reading() as session:
        line = slip_line(session, centre_id, key)
    return _slip_page(line, told.secret)


@blueprint.get(f"/manage/cases/{KEY}/slip")
@may(Action.DECIDE_CASES)
def case_slip(key: int) -> Response:
    with reading() as session:
        line = slip_line(session, current.this_centre().id, key)
        if line is None or standing(session).side(line.unit_id) is not Side.OUTSIDE:
            raise NotOpen
    return _slip_page(line)


def _event(form: Form) -> UUID:
    """Return the id of the form. Raises BadRequest for what no form of ours sends."""
    if not _SECRET.fullmatch(form.values["secret"]):
        raise BadRequest
    try:
        return UUID(form.values["event"])
    except ValueError:
        raise BadRequest from None


def _check(form: Form) -> None:
    """Note beside each field what is wrong with it."""
    typed = form.values
    for name, parse in _PARSERS.items():
        form.attempt(name, partial(parse, typed[name]))
    form.attempt("day", lambda: parse_day(typed["day"], today()))
    if not _gives_contact(form):
        return
    form.attempt("name", lambda: parse_name(typed["name"]))
    form.attempt("phone", lambda: parse_phone(typed["phone"]))
    if not typed["consent"]:
        form.refuse("consent", ConsentMissing())


def _gives_contact(form: Form) -> bool:
    return bool(form.values["name"].strip() or form.values["phone"].strip())


def _told(form: Form, event: UUID) -> TakenDown:
    """Return what a form says in which nothing is wrong."""
    typed = form.values
    window, place = parse_place(typed["place"])
    reach = None
    if _gives_contact(form):
        reach = Reach(parse_name(typed["name"]), parse_phone(typed["phone"]))
    return TakenDown(
        event_id=event,
        secret=typed["secret"],
        source=parse_source(typed["source"]),
        road=parse_road(typed["road"]),
        window=window,
        place=place,
        cause=parse_cause(typed["cause"]),
        words=typed["words"],
        day=parse_day(typed["day"], today()),
        half=parse_half(typed["half"]),
        reach=reach,
    )


def _own_units(session: Session) -> frozenset[int]:
    """Return the units of which the person is no outsider."""
    who = standing(session)
    return who.managed | who.works_in


def _form_page(form: Form, status: HTTPStatus = HTTPStatus.OK) -> Response:
    centre, day = current.this_centre(), today()
    with reading() as session:
        own = _own_units(session)
        windows = open_windows(session, centre.id, day)
        units = units_in_force(session, centre.id, day)
    there = {
        each.id: f"{each.number} {each.name} · {each.unit}"
        for each in windows
        if each.unit_id not in own
    }
    whole = {unit.id: unit.name for unit in units if unit.id not in own}
    page = DeskPage(
        form=form,
        places=place_choices(there, whole),
        first=_back(day),
        last=day,
    )
    return make_response(render_template("manage/case_new.html", page=page), status)


def _back(day: date) -> date:
    return day - timedelta(BACK_MOST)


def _slip_page(line: SlipLine | None, secret: str = "") -> Response:
    """Return the slip, with the citizen's own address only where it is known now."""
    if line is None:
        raise NotOpen
    base = base_url()
    address = qr.own_address(base, secret) if secret else ""
    centre = current.this_centre()
    page = SlipPage(
        line=line,
        centre=centre.name,
        zone=centre.zone,
        address=address,
        # Made of numbers by us; no word of anybody is in it.
        code=Markup(qr.svg(address)) if address else None,  # noqa: S704
        base=base,
        reaches=qr.reaches_phones(base),
    )
    return make_response(render_template("manage/case_slip.html", page=page))
