"""Clerks: the list, the list as a file, and one more by hand."""

from collections.abc import Iterator, Sequence
from http import HTTPStatus

from flask import Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from kiosk.domain.errors import sentence
from kiosk.domain.policy import Action
from kiosk.domain.shifts import parse_day
from kiosk.domain.staff import BADGE_MOST, NAME_MOST, ChoiceMissing, ClerkFacts
from kiosk.domain.staff_list import CONSENT, HEADINGS
from kiosk.extensions import reading, recording
from kiosk.queries.staff import ClerkLine, clerk_lines, unit_choices
from kiosk.services.clerks import NewClerk, add_clerks
from kiosk.services.exports import Cell
from kiosk.services.rating_rows import Hall
from kiosk.web import access, current
from kiosk.web.access import may
from kiosk.web.downloads import table_file
from kiosk.web.forms import Form, only_looks
from kiosk.web.language import language
from kiosk.web.manage.addresses import today
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.lists import matches, paged, searched
from kiosk.web.manage.staff_pages import ClerkFormPage, ClerksPage, Option

FIELDS = ("name", "badge", "named", "unit", "from")
_STATES = {
    "": sentence("In service"),
    "left": sentence("Have left"),
    "all": sentence("All"),
}


@blueprint.get("/manage/clerks")
@may(Action.SEE_CLERKS)
def clerks() -> str:
    there = _clerks()
    page = ClerksPage(
        clerks=paged(list(_found(there))),
        today=today(),
        units=sorted({(each.unit_id, each.unit) for each in there}, key=_words),
        states=[(value, gettext(words)) for value, words in _STATES.items()],
        there=len(there),
        may_edit=access.allowed(Action.EDIT_CLERKS),
        done=request.args.get("added", ""),
    )
    return render_template("manage/clerks.html", page=page)


@blueprint.get("/manage/clerks/file")
@may(Action.SEE_CLERKS)
def clerks_file() -> Response:
    rows = (_row(line) for line in _found(_clerks()))
    return table_file(gettext("Clerks"), HEADINGS[language()], rows)


@blueprint.get("/manage/clerks/new")
@may(Action.EDIT_CLERKS)
def ask_clerk() -> Response:
    return _new_page(Form({"from": today().isoformat()}, FIELDS))


@blueprint.post("/manage/clerks/new")
@may(Action.EDIT_CLERKS)
def add_one_clerk() -> AnyResponse:
    form = Form(request.form, FIELDS)
    facts = typed_facts(form)
    new: list[NewClerk] = []
    form.attempt("unit", lambda: chosen(form, "unit", _units()))
    form.attempt("from", lambda: parse_day(form.values["from"]))
    if not form.errors and not only_looks():
        unit_id = chosen(form, "unit", _units())
        new = [NewClerk(facts, unit_id, parse_day(form.values["from"]))]
        form.attempt("badge", lambda: _add(new))
    if form.errors or only_looks():
        return _new_page(form)
    where = url_for("manage.clerks", added=facts.badge)
    return redirect(where, HTTPStatus.SEE_OTHER)


def the_hall() -> Hall:
    """Return the centre and its zone, as services take them."""
    centre = current.this_centre()
    return Hall(centre.id, centre.zone)


def typed_facts(form: Form) -> ClerkFacts:
    """Return what was typed of a clerk; what is wrong with it is noted in the form."""
    return ClerkFacts(
        name=form.text("name", NAME_MOST),
        badge=form.text("badge", BADGE_MOST),
        named=form.values["named"] == "yes",
    )


def chosen(form: Form, name: str, options: Sequence[Option]) -> int:
    """Return the key that was chosen among those offered. Raises ChoiceMissing."""
    if form.values[name] not in {str(key) for key, _ in options}:
        raise ChoiceMissing
    return int(form.values[name])


def _add(new: list[NewClerk]) -> None:
    with recording(access.by(), current.now()) as records:
        add_clerks(records, the_hall(), new)


def _clerks() -> list[ClerkLine]:
    with reading() as session:
        return clerk_lines(session, current.this_centre().id, today(), access.scope())


def _found(lines: Sequence[ClerkLine]) -> Iterator[ClerkLine]:
    """Return the lines that the search and the choices beside it leave."""
    words, unit = searched(), request.args.get("unit", "")
    state = request.args.get("state", "")
    for line in lines:
        if unit and str(line.unit_id) != unit:
            continue
        if state != "all" and line.has_left(today()) != (state == "left"):
            continue
        if matches(words, line.name, line.badge, line.unit):
            yield line


def _row(line: ClerkLine) -> tuple[Cell, ...]:
    yes, no = CONSENT[language()]
    named = yes if line.named else no
    return (
        *(line.unit, line.badge, line.name, named),
        *(line.started_on, line.ended_on),
    )


def _units() -> list[Option]:
    with reading() as session:
        units = unit_choices(session, current.this_centre().id, today(), access.scope())
    return [(unit.id, unit.name) for unit in units]


def _new_page(form: Form) -> Response:
    page = ClerkFormPage(form=form, units=_units())
    refused = form.errors and not only_looks()
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK
    return make_response(render_template("manage/clerk_new.html", page=page), status)


def _words(option: Option) -> str:
    return option[1]
