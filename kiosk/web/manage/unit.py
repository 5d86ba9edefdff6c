"""One unit: renamed, put under another one, ended, resumed."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kiosk.domain.errors import RuleBroken, sentence
from kiosk.domain.policy import Action, NotOpen
from kiosk.extensions import recording
from kiosk.queries.units import UnitLine
from kiosk.services.records import Book
from kiosk.services.units import end_unit, move_unit, rename_unit, resume_unit
from kiosk.web import access, current
from kiosk.web.access import may
from kiosk.web.errors import refusal_sentence
from kiosk.web.forms import Form, only_looks
from kiosk.web.manage.addresses import today
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.place_pages import UnitPage
from kiosk.web.manage.rights import may_in
from kiosk.web.manage.units import chosen_parent, parent_options, visible_units

_DONE = {
    "added": sentence("The unit is added."),
    "renamed": sentence("The unit has its new name; its ratings stay with it."),
    "moved": sentence("The unit has its new place."),
    "ended": sentence("The unit ends today; its past stays."),
    "resumed": sentence("The unit goes on."),
}


@blueprint.get("/manage/units/<int(max=2147483647):key>")
@may(Action.SEE_UNITS)
def unit(key: int) -> Response:
    return _page(key)


@blueprint.post("/manage/units/<int(max=2147483647):key>/name")
@may(Action.EDIT_UNITS)
def take_unit_name(key: int) -> Response:
    form = Form(request.form, ("name",))
    form.attempt("name", partial(form.text, "name", 100))
    if not form.errors and not only_looks():
        name = form.values["name"]
        form.attempt("name", lambda: _act(key, partial(rename_unit, name=name)))
    if form.errors or only_looks():
        return _page(key, rename=form)
    return _back(key, "renamed")


@blueprint.post("/manage/units/<int(max=2147483647):key>/move")
@may(Action.EDIT_UNITS)
def take_unit_place(key: int) -> Response:
    form = Form(request.form, ("parent",))
    form.attempt("parent", partial(_move, key, form.values["parent"]))
    return _page(key, move=form) if form.errors else _back(key, "moved")


@blueprint.post("/manage/units/<int(max=2147483647):key>/end")
@may(Action.EDIT_UNITS)
def take_unit_end(key: int) -> Response:
    try:
        _act(key, partial(end_unit, today=today()))
    except RuleBroken as refusal:
        return _refused(key, refusal)
    return _back(key, "ended")


@blueprint.post("/manage/units/<int(max=2147483647):key>/resume")
@may(Action.EDIT_UNITS)
def take_unit_resumption(key: int) -> Response:
    try:
        _act(key, resume_unit)
    except RuleBroken as refusal:
        return _refused(key, refusal)
    return _back(key, "resumed")


def _move(key: int, typed: str) -> None:
    _act(key, partial(move_unit, parent_id=chosen_parent(typed)))


def _act(key: int, change: Callable[[Book, int, int], None]) -> None:
    """Do something with a unit of the scope; any other does not exist."""
    if not access.scope().holds(key) or _line(visible_units(), key) is None:
        raise NotOpen
    with recording(access.by(), current.now()) as records:
        change(records, current.this_centre().id, key)


def _line(there: list[UnitLine], key: int) -> UnitLine | None:
    return next((each for each in there if each.id == key), None)


def _refused(key: int, refusal: RuleBroken) -> Response:
    if isinstance(refusal, NotOpen):
        raise refusal
    return _page(key, refusal=refusal_sentence(refusal))


def _page(
    key: int, *, rename: Form | None = None, move: Form | None = None, refusal: str = ""
) -> Response:
    there = visible_units()
    found = _line(there, key)
    if found is None:
        raise NotOpen
    done = _DONE.get(request.args.get("done", ""), "")
    page = UnitPage(
        unit=found,
        below=[each for each in there if each.parent_id == key],
        may_edit=may_in(Action.EDIT_UNITS, key),
        rename=rename or Form({"name": found.name}, ("name",)),
        move=move or Form({"parent": str(found.parent_id or "")}, ("parent",)),
        parents=[each for each in parent_options(there) if each[0] != key],
        refusal=refusal,
        done=gettext(done) if done else "",
    )
    wrong = refusal or page.rename.errors or page.move.errors
    refused = wrong and not only_looks()
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK
    return make_response(render_template("manage/unit.html", page=page), status)


def _back(key: int, done: str) -> Response:
    where = url_for("manage.unit", key=key, done=done)
    return redirect(where, HTTPStatus.SEE_OTHER)
