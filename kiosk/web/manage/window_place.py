"""One window's number, place and closing: what only who places windows may do."""

from functools import partial

from flask import request
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kiosk.domain.errors import RuleBroken
from kiosk.domain.placements import SuccessorUnfit, parse_day
from kiosk.domain.policy import Action, Scope
from kiosk.domain.units import UnitHasEnded, UnitUnknown
from kiosk.domain.window_list import window_words
from kiosk.extensions import reading, recording
from kiosk.queries.units import unit_lines
from kiosk.queries.windows import WindowLine, window_lines
from kiosk.services.records import Book
from kiosk.services.window_changes import (
    Destination,
    close_window,
    move_window,
    renumber_window,
    reopen_window,
    take_back_move,
)
from kiosk.web import access, current
from kiosk.web.access import may
from kiosk.web.forms import Form, only_looks
from kiosk.web.manage.addresses import today
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.place_pages import Option, WindowFormPage
from kiosk.web.manage.window import back_to, find_window, form_page

_MOVE = ("unit", "service_type", "starts_on")
_CLOSE = ("closes_on", "successor")
_INDENT = "\u3000"


@blueprint.get("/manage/windows/<int(max=2147483647):key>/number")
@may(Action.PLACE_WINDOWS)
def ask_window_number(key: int) -> Response:
    found = _window(key)
    return _number_page(found, Form({"number": found.number}, ("number",)))


@blueprint.post("/manage/windows/<int(max=2147483647):key>/number")
@may(Action.PLACE_WINDOWS)
def take_window_number(key: int) -> Response:
    form = Form(request.form, ("number",))
    with recording(access.by(), current.now()) as records:
        found = find_window(records.session, key, access.scope())
        form.attempt("number", partial(_renumber, records, key, form))
    if form.errors or only_looks():
        return _number_page(found, form)
    return back_to(key, "renumbered")


@blueprint.get("/manage/windows/<int(max=2147483647):key>/move")
@may(Action.PLACE_WINDOWS)
def ask_window_move(key: int) -> Response:
    found = _window(key)
    proposed = {
        "unit": str(found.unit_id),
        "service_type": found.service_type,
        "starts_on": today().isoformat(),
    }
    return _move_page(found, Form(proposed, _MOVE))


@blueprint.post("/manage/windows/<int(max=2147483647):key>/move")
@may(Action.PLACE_WINDOWS)
def take_window_move(key: int) -> Response:
    form = Form(request.form, _MOVE)
    form.attempt("starts_on", partial(parse_day, form.values["starts_on"]))
    label = {"service_type": gettext("Service type")}
    form.attempt("service_type", partial(window_words, form.values, label))
    with recording(access.by(), current.now()) as records:
        found = find_window(records.session, key, access.scope())
        form.attempt("unit", partial(_unit_key, records.session, form.values["unit"]))
        if not form.errors and not only_looks():
            _attempt_move(records, key, form)
    if form.errors or only_looks():
        return _move_page(found, form)
    return back_to(key, "moved")


@blueprint.post("/manage/windows/<int(max=2147483647):key>/move/back")
@may(Action.PLACE_WINDOWS)
def give_up_window_move(key: int) -> Response:
    with recording(access.by(), current.now()) as records:
        find_window(records.session, key, access.scope())
        take_back_move(records, key, today())
    return back_to(key, "back")


@blueprint.get("/manage/windows/<int(max=2147483647):key>/close")
@may(Action.PLACE_WINDOWS)
def ask_window_closing(key: int) -> Response:
    found = _window(key)
    closes_on = (found.closed_on or today()).isoformat()
    proposed = {
        "closes_on": closes_on,
        "successor": str(found.successor_id or ""),
    }
    return _close_page(found, Form(proposed, _CLOSE))


@blueprint.post("/manage/windows/<int(max=2147483647):key>/close")
@may(Action.PLACE_WINDOWS)
def take_window_closing(key: int) -> Response:
    form = Form(request.form, _CLOSE)
    form.attempt("closes_on", partial(parse_day, form.values["closes_on"]))
    with recording(access.by(), current.now()) as records:
        found = find_window(records.session, key, access.scope())
        typed = form.values["successor"]
        form.attempt("successor", partial(_successor, records.session, typed))
        if not form.errors and not only_looks():
            _attempt_closing(records, key, form)
    if form.errors or only_looks():
        return _close_page(found, form)
    return back_to(key, "closed")


@blueprint.post("/manage/windows/<int(max=2147483647):key>/reopen")
@may(Action.PLACE_WINDOWS)
def undo_window_closing(key: int) -> Response:
    with recording(access.by(), current.now()) as records:
        find_window(records.session, key, access.scope())
        reopen_window(records, key, today())
    return back_to(key, "reopened")


def _window(key: int) -> WindowLine:
    with reading() as session:
        return find_window(session, key, access.scope())


def _renumber(records: Book, key: int, form: Form) -> None:
    label = gettext("Window number")
    words = window_words(form.values, {"number": label})
    if not only_looks():
        renumber_window(records, key, words["number"], today())


def _attempt_move(records: Book, key: int, form: Form) -> None:
    kind = window_words(form.values, {"service_type": ""})["service_type"]
    where = Destination(_unit_key(records.session, form.values["unit"]), kind)
    day = parse_day(form.values["starts_on"])
    try:
        move_window(records, key, where, day, today())
    except UnitHasEnded as refusal:
        form.refuse("unit", refusal)
    except RuleBroken as refusal:
        form.refuse("starts_on", refusal)


def _attempt_closing(records: Book, key: int, form: Form) -> None:
    successor = _successor(records.session, form.values["successor"])
    day = parse_day(form.values["closes_on"])
    try:
        close_window(records, key, day, successor, today())
    except SuccessorUnfit as refusal:
        form.refuse("successor", refusal)
    except RuleBroken as refusal:
        form.refuse("closes_on", refusal)


def _unit_key(session: Session, typed: str) -> int:
    """Return the unit that was chosen; one outside the scope is none."""
    for value, _ in _units(session, access.scope()):
        if str(value) == typed:
            return int(typed)
    raise UnitUnknown


def _successor(session: Session, typed: str) -> int | None:
    if not typed:
        return None
    for each in window_lines(session, _centre(), today(), access.scope()):
        if str(each.id) == typed:
            return each.id
    raise SuccessorUnfit


def _units(session: Session, scope: Scope) -> list[Option]:
    return [
        (each.id, _INDENT * each.level + each.name)
        for each in unit_lines(session, _centre(), today(), scope)
        if each.ended_on is None
    ]


def _centre() -> int:
    return current.this_centre().id


def _number_page(found: WindowLine, form: Form) -> Response:
    page = WindowFormPage(window=found, form=form, today=today())
    return form_page("manage/window_number.html", page)


def _move_page(found: WindowLine, form: Form) -> Response:
    scope = access.scope()
    with reading() as session:
        units = _units(session, scope)
        there = window_lines(session, _centre(), today(), scope)
    page = WindowFormPage(
        window=found,
        form=form,
        today=today(),
        units=units,
        service_types=sorted({each.service_type for each in there}),
    )
    return form_page("manage/window_move.html", page)


def _close_page(found: WindowLine, form: Form) -> Response:
    with reading() as session:
        there = window_lines(session, _centre(), today(), access.scope())
    others = [
        (each.id, f"{each.number} {each.name} · {each.unit}")
        for each in there
        if each.closed_on is None and each.id != found.id
    ]
    page = WindowFormPage(window=found, form=form, today=today(), windows=others)
    return form_page("manage/window_close.html", page)
