"""Units: the tree, as a file, one more, and a whole list from a file."""

from functools import partial
from http import HTTPStatus

from flask import Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from kiosk.domain.errors import RuleBroken
from kiosk.domain.policy import Action, NotOpen
from kiosk.domain.units import UnitLinesWrong, UnitUnknown
from kiosk.domain.window_list import LineError
from kiosk.extensions import reading, recording
from kiosk.queries.units import UnitLine, unit_lines
from kiosk.services.records import Book
from kiosk.services.units import add_unit, import_units, read_unit_list
from kiosk.web import access, current
from kiosk.web.access import may
from kiosk.web.downloads import table_file
from kiosk.web.errors import refusal_sentence
from kiosk.web.forms import Form, only_looks
from kiosk.web.language import language
from kiosk.web.manage.addresses import today
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.lists import matches, searched
from kiosk.web.manage.place_pages import (
    NewUnitPage,
    Option,
    UnitImportPage,
    UnitsPage,
)
from kiosk.web.manage.uploads import uploaded, wrong_lines

_FIELDS = ("name", "parent")
_COLUMNS = {"zh": ("单位", "上级单位"), "en": ("unit", "parent")}
_INDENT = "\u3000"


@blueprint.get("/manage/units")
@may(Action.SEE_UNITS)
def units() -> str:
    there = visible_units()
    found = _found(there)
    page = UnitsPage(
        units=found,
        there=sum(each.ended_on is None for each in there),
        narrowed=bool(request.args.get("q") or request.args.get("state")),
        may_edit=access.allowed(Action.EDIT_UNITS),
    )
    return render_template("manage/units.html", page=page)


@blueprint.get("/manage/units/export")
@may(Action.SEE_UNITS)
def units_file() -> Response:
    rows = ((each.name, each.parent) for each in _found(visible_units()))
    return table_file(gettext("Units"), _COLUMNS[language()], rows)


@blueprint.get("/manage/units/new")
@may(Action.EDIT_UNITS)
def ask_unit() -> Response:
    return _new_page(Form({"parent": request.args.get("parent", "")}, _FIELDS))


@blueprint.post("/manage/units/new")
@may(Action.EDIT_UNITS)
def take_unit() -> AnyResponse:
    form = Form(request.form, _FIELDS)
    form.attempt("name", partial(form.text, "name", 100))
    form.attempt("parent", partial(chosen_parent, form.values["parent"]))
    key = 0
    if not form.errors and not only_looks():
        with recording(access.by(), current.now()) as records:
            key = _add(records, form)
    if form.errors or only_looks():
        return _new_page(form)
    where = url_for("manage.unit", key=key, done="added")
    return redirect(where, HTTPStatus.SEE_OTHER)


@blueprint.get("/manage/units/import")
@may(Action.EDIT_UNITS)
def ask_unit_import() -> str:
    _whole_centre()
    return render_template("manage/unit_import.html", page=UnitImportPage())


@blueprint.post("/manage/units/import")
@may(Action.EDIT_UNITS, file=True)
def take_units() -> Response:
    _whole_centre()
    try:
        file = uploaded()
        found = read_unit_list(file.data, file.name)
    except RuleBroken as refusal:
        return _import_page(UnitImportPage(error=refusal_sentence(refusal)))
    if found.errors:
        return _wrong_lines(file.name, found.errors)
    centre = current.this_centre()
    try:
        with recording(access.by(), current.now()) as records:
            taken = import_units(records, centre.id, found.rows)
    except UnitLinesWrong as refusal:
        return _wrong_lines(file.name, refusal.errors)
    return make_response(render_template("manage/unit_import_done.html", taken=taken))


def visible_units() -> list[UnitLine]:
    """Return the units of the scope as a tree, ended ones included."""
    with reading() as session:
        centre = current.this_centre()
        return unit_lines(session, centre.id, today(), access.scope())


def parent_options(there: list[UnitLine]) -> list[Option]:
    """Return the units that others can stand under, indented like the tree."""
    return [
        (each.id, _INDENT * each.level + each.name)
        for each in there
        if each.ended_on is None
    ]


def chosen_parent(typed: str) -> int | None:
    """Return the unit that was chosen, None for the top. Raises UnitUnknown."""
    if not typed and access.scope().holds(None):
        return None
    for value, _ in parent_options(visible_units()):
        if str(value) == typed:
            return int(typed)
    raise UnitUnknown


def _found(there: list[UnitLine]) -> list[UnitLine]:
    words, state = searched(), request.args.get("state", "")
    return [
        each
        for each in there
        if matches(words, each.name)
        and (state == "all" or (each.ended_on is None) == (state != "ended"))
    ]


def _add(records: Book, form: Form) -> int:
    parent = chosen_parent(form.values["parent"])
    key = 0
    try:
        key = add_unit(records, current.this_centre().id, form.values["name"], parent)
    except RuleBroken as refusal:
        form.refuse("name", refusal)
    return key


def _whole_centre() -> None:
    """Refuse whoever edits some units only: a list can name any."""
    if not access.scope().holds(None):
        raise NotOpen


def _new_page(form: Form) -> Response:
    page = NewUnitPage(form=form, parents=parent_options(visible_units()))
    answer = render_template("manage/unit_new.html", page=page)
    refused = form.errors and not only_looks()
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK
    return make_response(answer, status)


def _wrong_lines(file_name: str, errors: tuple[LineError, ...]) -> Response:
    page = UnitImportPage(file_name=file_name, wrong=wrong_lines(errors))
    return _import_page(page)


def _import_page(page: UnitImportPage) -> Response:
    answer = render_template("manage/unit_import.html", page=page)
    return make_response(answer, HTTPStatus.UNPROCESSABLE_ENTITY)
