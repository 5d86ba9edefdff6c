"""One window: what it is, where it belonged, and the words that describe it."""

from functools import partial
from http import HTTPStatus

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kiosk.domain.errors import sentence
from kiosk.domain.guides import GUIDE_FIELDS
from kiosk.domain.policy import Action, NotOpen, Scope
from kiosk.domain.window_list import window_words
from kiosk.extensions import reading, recording
from kiosk.queries.windows import WindowLine, window_line, window_placements
from kiosk.services.window_changes import edit_window
from kiosk.web import access, current
from kiosk.web.access import may
from kiosk.web.forms import Form, only_looks
from kiosk.web.manage.addresses import today
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.place_pages import WindowFormPage, WindowPage
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
DONE = {
    "saved": sentence("The words of this window are saved."),
    "renumbered": sentence("The window has its new number; its code stays valid."),
    "moved": sentence("The move is noted. Days that have passed stay as they were."),
    "back": sentence("The planned move is taken back."),
    "closed": sentence("The closing is noted. All ratings stay."),
    "reopened": sentence("The window stays open."),
}


@blueprint.get("/manage/windows/<int(max=2147483647):key>")
@may(Action.SEE_WINDOWS)
def window(key: int) -> str:
    scope = access.scope()
    with reading() as session:
        found = find_window(session, key, scope)
        placements = window_placements(session, key, scope)
        successor = None
        if found.successor_id is not None:
            successor = window_line(session, found.successor_id, today(), scope)
    done = DONE.get(request.args.get("done", ""), "")
    page = WindowPage(
        window=found,
        placements=placements,
        successor=successor,
        today=today(),
        may_edit=may_in(Action.EDIT_WINDOWS, found.unit_id),
        may_place=may_in(Action.PLACE_WINDOWS, found.unit_id),
        done=gettext(done) if done else "",
    )
    return render_template("manage/window.html", page=page)


@blueprint.get("/manage/windows/<int(max=2147483647):key>/edit")
@may(Action.EDIT_WINDOWS)
def ask_window_words(key: int) -> Response:
    with reading() as session:
        found = find_window(session, key, access.scope())
    words = {name: getattr(found.guide, name) for name in GUIDE_FIELDS}
    words |= {"name": found.name, "location": found.location, "phone": found.phone}
    return _words_page(found, Form(words, tuple(WORDS)))


@blueprint.post("/manage/windows/<int(max=2147483647):key>/edit")
@may(Action.EDIT_WINDOWS)
def take_window_words(key: int) -> Response:
    form = Form(request.form, tuple(WORDS))
    words: dict[str, str] = {}
    for name, label in WORDS.items():
        form.attempt(name, partial(_read, words, form, name, gettext(label)))
    with recording(access.by(), current.now()) as records:
        found = find_window(records.session, key, access.scope())
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


def _read(words: dict[str, str], form: Form, name: str, label: str) -> None:
    words |= window_words(form.values, {name: label})


def _words_page(found: WindowLine, form: Form) -> Response:
    page = WindowFormPage(window=found, form=form, today=today())
    return form_page("manage/window_edit.html", page)
