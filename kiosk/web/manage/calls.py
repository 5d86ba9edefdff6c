"""Calling back: case handlers see who waits, open a contact with a reason, settle it.

Nobody opens anything about a unit that they manage or work in themselves.
"""

from http import HTTPStatus

from flask import make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kiosk.domain.contacts import (
    ConsentMissing,
    ContactKeyUnreadable,
    Reach,
    ReceiptUnknown,
    SealBroken,
    is_open,
    parse_name,
    parse_opening_reason,
    parse_outcome,
    parse_phone,
)
from kiosk.domain.errors import RuleBroken
from kiosk.domain.policy import Action, NotOpen
from kiosk.domain.receipts import format_receipt, parse_receipt, receipt_code
from kiosk.extensions import reading, recording
from kiosk.extensions.sealing import kept_sealer
from kiosk.queries.case_calls import (
    case_calls,
    case_of_rating,
    settled_case_calls,
    waiting_case_calls,
)
from kiosk.queries.contacts import (
    CallLine,
    OpeningLine,
    call_line,
    call_lines,
    openings,
    sealed_contact,
    told_by,
    waiting,
)
from kiosk.services.contacts import (
    erase_contact,
    open_contact,
    register_contact,
    settle_call,
)
from kiosk.web import access, current
from kiosk.web.access import may
from kiosk.web.errors import refusal_sentence, refusal_status
from kiosk.web.forms import Form
from kiosk.web.manage.addresses import today
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.call_pages import CallPage, CallsPage, NewCallPage
from kiosk.web.manage.case_sides import standing
from kiosk.web.manage.lists import paged

_NEW = ("receipt", "name", "phone", "consent")
_CALL = ("reason", "outcome")


@blueprint.get("/manage/calls")
@may(Action.OPEN_CONTACTS)
def calls() -> str:
    settled = request.args.get("show") == "settled"
    centre = current.this_centre()
    with reading() as session:
        hidden = own_units(session)
        lines = paged(call_lines(session, centre.id, hidden, settled=settled))
        found = settled_case_calls if settled else case_calls
        due = waiting_case_calls(session, centre.id, hidden).count
        page = CallsPage(
            cases=paged(found(session, centre.id, hidden)),
            lines=lines,
            told=told_by(session, [line.rating_id for line in lines.items]),
            settled=settled,
            waiting=due + waiting(session, centre.id, hidden).count,
            now=current.now(),
            today=today(),
            zone=centre.zone,
            done=request.args.get("done", ""),
        )
    return render_template("manage/calls.html", page=page)


@blueprint.get("/manage/calls/new")
@may(Action.OPEN_CONTACTS)
def new_call() -> str:
    return render_template(
        "manage/call_new.html", page=NewCallPage(form=Form({}, _NEW))
    )


@blueprint.post("/manage/calls/new")
@may(Action.OPEN_CONTACTS)
def take_new_call() -> Response:
    form = Form(request.form, _NEW)
    form.attempt("name", lambda: parse_name(form.values["name"]))
    form.attempt("phone", lambda: parse_phone(form.values["phone"]))
    if parse_receipt(form.values["receipt"]) is None:
        form.refuse("receipt", ReceiptUnknown())
    if not form.values["consent"]:
        form.refuse("consent", ConsentMissing())
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if not form.errors:
        try:
            _register(form)
        except RuleBroken as refusal:
            form.refuse("receipt", refusal)
            status = refusal_status(refusal)
    if form.errors:
        page = render_template("manage/call_new.html", page=NewCallPage(form=form))
        return make_response(page, status)
    return redirect(url_for("manage.calls", done="registered"), HTTPStatus.SEE_OTHER)


@blueprint.get("/manage/calls/<int(max=9223372036854775807):key>")
@may(Action.OPEN_CONTACTS)
def call(key: int) -> Response:
    return _of_case(key) or make_response(_call_page(key, Form({}, _CALL)))


@blueprint.post("/manage/calls/<int(max=9223372036854775807):key>/open")
@may(Action.OPEN_CONTACTS)
def open_call(key: int) -> Response:
    led = _of_case(key)
    if led is not None:
        return led
    form = Form(request.form, _CALL)
    try:
        reason = parse_opening_reason(form.values["reason"])
        with recording(access.by(), current.now()) as records:
            centre, who = current.this_centre().id, access.person().id
            open_contact(records, centre, key, who, reason)
    except RuleBroken as refusal:
        form.refuse("reason", refusal)
        return make_response(_call_page(key, form), refusal_status(refusal))
    return redirect(url_for("manage.call", key=key), HTTPStatus.SEE_OTHER)


@blueprint.post("/manage/calls/<int(max=9223372036854775807):key>/settle")
@may(Action.OPEN_CONTACTS)
def settle(key: int) -> Response:
    led = _of_case(key)
    if led is not None:
        return led
    form = Form(request.form, _CALL)
    try:
        outcome = parse_outcome(form.values["outcome"])
        with recording(access.by(), current.now()) as records:
            settle_call(records, current.this_centre().id, key, outcome)
    except RuleBroken as refusal:
        form.refuse("outcome", refusal)
        return make_response(_call_page(key, form), refusal_status(refusal))
    return redirect(url_for("manage.calls", done="settled"), HTTPStatus.SEE_OTHER)


@blueprint.post("/manage/calls/<int(max=9223372036854775807):key>/erase")
@may(Action.OPEN_CONTACTS)
def erase_call(key: int) -> Response:
    led = _of_case(key)
    if led is not None:
        return led
    with recording(access.by(), current.now()) as records:
        erase_contact(records, current.this_centre().id, key)
    return redirect(url_for("manage.call", key=key), HTTPStatus.SEE_OTHER)


def own_units(session: Session) -> frozenset[int]:
    """Return the units of which the person is no outsider."""
    return standing(session).own


def _register(form: Form) -> None:
    reach = Reach(parse_name(form.values["name"]), parse_phone(form.values["phone"]))
    sealer = kept_sealer(current.settings().instance)
    centre = current.this_centre().id
    with recording(access.by(), current.now()) as records:
        register_contact(records, centre, form.values["receipt"], reach, sealer)


def _of_case(key: int) -> Response | None:
    """Lead to the case of a rating, where its contact is opened and its call noted.

    None where it has no case. Raises NotOpen.
    """
    _find(key)
    with reading() as session:
        case_id = case_of_rating(session, key)
    if case_id is None:
        return None
    here = url_for("manage.case_page", key=case_id, _anchor="people")
    return redirect(here, HTTPStatus.SEE_OTHER)


def _find(key: int) -> CallLine:
    with reading() as session:
        found = call_line(session, current.this_centre().id, own_units(session), key)
    if found is None:
        raise NotOpen
    return found


def _call_page(key: int, form: Form) -> str:
    line = _find(key)
    with reading() as session:
        opened = openings(session, key)
        event_id, sealed = sealed_contact(session, key)
        told = told_by(session, [key])
    reach, unreadable = None, ""
    if sealed is not None and _is_open_to_me(opened):
        try:
            sealer = kept_sealer(current.settings().instance)
            reach = sealer.open(sealed, event_id)
        except (SealBroken, ContactKeyUnreadable) as broken:
            unreadable = refusal_sentence(broken)
    page = CallPage(
        line=line,
        told=told.get(key),
        openings=opened,
        reach=reach,
        receipt=format_receipt(receipt_code(event_id)) if reach else "",
        form=form,
        zone=current.this_centre().zone,
        unreadable=unreadable,
    )
    return render_template("manage/call.html", page=page)


def _is_open_to_me(opened: list[OpeningLine]) -> bool:
    own = access.person().id
    mine = [each.opened_at for each in opened if each.account_id == own]
    return is_open(max(mine, default=None), current.now())
