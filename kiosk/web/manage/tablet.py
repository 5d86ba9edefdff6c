"""One screen: what is known of it; named, moved, replaced, withdrawn."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus

from flask import Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from kiosk.domain.errors import FieldMissing, UnknownWindow, sentence
from kiosk.domain.free_text import clean_text
from kiosk.domain.policy import Action
from kiosk.extensions import reading, recording
from kiosk.queries.devices import DeviceLine, all_devices
from kiosk.services.devices import move_device, rename_device, revoke_device
from kiosk.services.records import Book
from kiosk.web import access, current
from kiosk.web.access import may
from kiosk.web.forms import Form, only_looks
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.screens import ScreenRow, screen_row, screen_rows
from kiosk.web.manage.tablet_pages import TabletPage
from kiosk.web.manage.tablets import open_window, visible_windows

_NAME_MOST = 40
_DONE = {
    "named": sentence("The tablet has its new name."),
    "moved": sentence(
        "The tablet belongs to its new window; it shows it within a minute. What it "
        "still holds counts where it was tapped."
    ),
}


@blueprint.get("/manage/tablets/<int:screen>")
@may(Action.PAIR_TABLETS)
def tablet(screen: int) -> Response:
    return _page(screen)


@blueprint.post("/manage/tablets/<int:screen>/name")
@may(Action.PAIR_TABLETS)
def take_tablet_name(screen: int) -> AnyResponse:
    form = Form(request.form, ("name",))
    name = clean_text(form.values["name"])
    if len(name) > _NAME_MOST:
        form.refuse("name", FieldMissing(most=_NAME_MOST))
    if form.errors or only_looks():
        return _page(screen, name=form)
    _act(screen, partial(rename_device, name=name))
    return _back(screen, "named")


@blueprint.post("/manage/tablets/<int:screen>/move")
@may(Action.PAIR_TABLETS)
def take_tablet_place(screen: int) -> AnyResponse:
    form = Form(request.form, ("window",))
    try:
        window = open_window(form.values["window"])
    except UnknownWindow as refusal:
        form.refuse("window", refusal)
        return _page(screen, move=form)
    _act(screen, partial(move_device, window_id=window.id))
    return _back(screen, "moved")


@blueprint.get("/manage/tablets/<int:screen>/withdraw")
@may(Action.PAIR_TABLETS)
def ask_withdrawal(screen: int) -> str:
    return render_template("manage/withdraw.html", screen=screen_row(screen).line)


@blueprint.post("/manage/tablets/<int:screen>/withdraw")
@may(Action.PAIR_TABLETS)
def withdraw_tablet(screen: int) -> AnyResponse:
    # Pressed twice, the second finds it gone already and changes nothing.
    there = {row.line.id for row in screen_rows(access.scope())}
    if screen in there:
        with recording(access.by(), current.now()) as records:
            revoke_device(records, screen)
    return redirect(url_for("manage.tablets"), HTTPStatus.SEE_OTHER)


def _act(key: int, change: Callable[[Book, int], None]) -> None:
    """Do something with a screen of the scope. Raises NotOpen for any other."""
    screen_row(key)
    with recording(access.by(), current.now()) as records:
        change(records, key)


def _page(key: int, *, name: Form | None = None, move: Form | None = None) -> Response:
    screen = screen_row(key, withdrawn=True)
    line = screen.line
    done = _DONE.get(request.args.get("done", ""), "")
    page = TabletPage(
        screen=screen,
        zone=current.this_centre().zone,
        before=_before(screen),
        windows=[each for each in visible_windows() if each.id != line.window_id],
        name=name or Form({"name": line.name}, ("name",)),
        move=move or Form({}, ("window",)),
        done=gettext(done) if done else "",
    )
    refused = (page.name.errors or page.move.errors) and not only_looks()
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK
    return make_response(render_template("manage/tablet.html", page=page), status)


def _before(screen: ScreenRow) -> DeviceLine | None:
    """Return the screen whose place it took, where the person may see that one."""
    key = screen.line.predecessor_id
    if key is None:
        return None
    seen = {row.line.id for row in screen_rows(access.scope(), withdrawn=True)}
    with reading() as session:
        lines = all_devices(session, current.this_centre().id)
    return next((each for each in lines if each.id == key and key in seen), None)


def _back(key: int, done: str) -> AnyResponse:
    where = url_for("manage.tablet", screen=key, done=done)
    return redirect(where, HTTPStatus.SEE_OTHER)
