"""The PIN of the operator's corner: read by who looks after screens, set by few.

It opens the screens of the whole hall, so a unit's manager reads it and does not
change it.
"""

from dataclasses import dataclass
from http import HTTPStatus

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.domain.operator_pin import PIN_DIGITS
from kiosk.domain.policy import Action
from kiosk.extensions import reading, recording
from kiosk.queries.operator_pin import operator_pin as find_pin
from kiosk.services.operator_pin import renew_operator_pin, set_operator_pin
from kiosk.web import access, current
from kiosk.web.access import may
from kiosk.web.forms import Form
from kiosk.web.manage.blueprint import blueprint


@dataclass(frozen=True, kw_only=True)
class OperatorPinPage:
    """The PIN, and the form of those who may change it."""

    pin: str
    """"" while there is none."""
    form: Form
    may_change: bool
    done: bool = False
    digits: int = PIN_DIGITS


@blueprint.get("/manage/tablets/pin")
@may(Action.PAIR_TABLETS)
def operator_pin() -> Response:
    return _answer(Form({}, ("pin",)))


@blueprint.post("/manage/tablets/pin")
@may(Action.EDIT_CENTRE)
def take_operator_pin() -> Response:
    form = Form(request.form, ("pin",))
    form.attempt("pin", lambda: _keep(form.values["pin"]))
    if form.errors:
        return _answer(form)
    return redirect(url_for("manage.operator_pin", done="1"), HTTPStatus.SEE_OTHER)


def _keep(typed: str) -> None:
    centre = current.this_centre()
    with recording(access.by(), current.now()) as records:
        if request.form.get("act") == "random":
            renew_operator_pin(records, centre.id)
        else:
            set_operator_pin(records, centre.id, typed)


def _answer(form: Form) -> Response:
    with reading() as session:
        pin = find_pin(session, current.this_centre().id)
    page = OperatorPinPage(
        pin=pin,
        form=form,
        may_change=access.allowed(Action.EDIT_CENTRE),
        done="done" in request.args and not form.errors,
    )
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return make_response(render_template("manage/operator_pin.html", page=page), status)
