"""One window: what it is, where it belonged, and the words that describe it."""

from collections.abc import Mapping
from datetime import date
from functools import partial
from http import HTTPStatus

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kiosk.domain.board import board_period
from kiosk.domain.errors import sentence
from kiosk.domain.guides import GUIDE_FIELDS
from kiosk.domain.policy import Action, NotOpen, Scope
from kiosk.domain.served import Response as ServedResponse
from kiosk.domain.window_list import window_words
from kiosk.extensions import reading, recording
from kiosk.queries.served import responses_of
from kiosk.queries.windows import WindowLine, window_line, window_placements
from kiosk.services.window_changes import edit_window
from kiosk.web import access, current
from kiosk.web.access import may
from kiosk.web.forms import Form, only_looks
from kiosk.web.manage.addresses import today
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.place_pages import ServedPage, WindowFormPage, WindowPage
from kiosk.web.manage.rights import may_in

WORDS = {
    "name": sentence("Window name"),
    "location": sentence("Location"),
    "phone": sentence("Phone"),
    "handles": sentence("What is handled here"),
    "takes": sentence("How long it takes"),
    "documents": sentence("What to bring"),
    "promises": sentence("What we promise"),
}
_CODE_ONLY = "code_only"
DONE = {
    "saved": sentence("The words of this window are saved."),
    "renumbered": sentence("The window has its new number; its code stays valid."),
    "moved": sentence("The move is noted. Days that have passed stay as they were."),
    "back": sentence("The planned move is taken back."),
    "closed": sentence("The closing is noted. All ratings stay."),
    "reopened": sentence("The window stays open."),
    "served": sentence("The number of people served is entered."),
}
SERVED = ("day", "served")
"""Fields of the form with which people served are entered."""


@blueprint.get("/manage/windows/<int(max=2147483647):key>")
@may(Action.SEE_WINDOWS)
def window(key: int) -> Response:
    return window_page(key, Form({}, SERVED))


def window_page(key: int, served: Form) -> Response:
    """Answer with a window's page; `served` is the form of people served on it."""
    scope = access.scope()
    with reading() as session:
        found = find_window(session, key, scope)
        placements = window_placements(session, key, scope)
        successor = None
        if found.successor_id is not None:
            successor = window_line(session, found.successor_id, today(), scope)
        responses = responses_of(session, key, board_period(today()))
    done = DONE.get(request.args.get("done", ""), "")
    page = WindowPage(
        window=found,
        placements=placements,
        successor=successor,
        today=today(),
        may_edit=may_in(Action.EDIT_WINDOWS, found.unit_id),
        may_place=may_in(Action.PLACE_WINDOWS, found.unit_id),
        served=_served(found, served, responses),
        done=gettext(done) if done else "",
    )
    status = HTTPStatus.UNPROCESSABLE_ENTITY if served.errors else HTTPStatus.OK
    return make_response(render_template("manage/window.html", page=page), status)


@blueprint.get("/manage/windows/<int(max=2147483647):key>/edit")
@may(Action.EDIT_WINDOWS)
def ask_window_words(key: int) -> Response:
    with reading() as session:
        found = find_window(session, key, access.scope())
    words = {name: getattr(found.guide, name) for name in GUIDE_FIELDS}
    words |= {"name": found.name, "location": found.location, "phone": found.phone}
    words |= {_CODE_ONLY: "yes" if found.code_only else ""}
    return _words_page(found, Form(words, (*WORDS, _CODE_ONLY)))


@blueprint.post("/manage/windows/<int(max=2147483647):key>/edit")
@may(Action.EDIT_WINDOWS)
def take_window_words(key: int) -> Response:
    form = Form(request.form, (*WORDS, _CODE_ONLY))
    words: dict[str, str | bool] = {}
    for name, label in WORDS.items():
        form.attempt(name, partial(_read, words, form, name, gettext(label)))
    with recording(access.by(), current.now()) as records:
        found = find_window(records.session, key, access.scope())
        if may_in(Action.PLACE_WINDOWS, found.unit_id):
            # Not a unit's own choice: it could hide its screen from the unsatisfied.
            words[_CODE_ONLY] = form.values[_CODE_ONLY] == "yes"
        if not form.errors and not only_looks():
            act = partial(edit_window, records, key, words, today())
            form.attempt("name", act)
    if form.errors or only_looks():
        return _words_page(found, form)
    return back_to(key, "saved")


def find_window(session: Session, key: int, scope: Scope) -> WindowLine:
    """Return a window of the scope; any other is one that does not exist."""
    found = window_line(session, key, today(), scope)
    if found is None:
        raise NotOpen
    return found


def back_to(key: int, done: str) -> Response:
    """Lead back to the window's page, which says what was done."""
    where = url_for("manage.window", key=key, done=done)
    return redirect(where, HTTPStatus.SEE_OTHER)


def form_page(template: str, page: WindowFormPage) -> Response:
    """Answer with a form; with 422 when it was refused."""
    refused = page.form.errors and not only_looks()
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK
    return make_response(render_template(template, page=page), status)


def _served(
    found: WindowLine, form: Form, responses: Mapping[date, ServedResponse]
) -> ServedPage | None:
    if not may_in(Action.SEE_TODAY, found.unit_id):
        return None
    may_enter = found.is_open(today()) and may_in(Action.EDIT_WINDOWS, found.unit_id)
    return ServedPage(
        form=form, today=today(), responses=responses, may_enter=may_enter
    )


def _read(words: dict[str, str | bool], form: Form, name: str, label: str) -> None:
    words |= window_words(form.values, {name: label})


def _words_page(found: WindowLine, form: Form) -> Response:
    may_place = may_in(Action.PLACE_WINDOWS, found.unit_id)
    page = WindowFormPage(window=found, form=form, today=today(), may_place=may_place)
    return form_page("manage/window_edit.html", page)
