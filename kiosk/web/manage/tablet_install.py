"""Installing tablets with a phone in hand: code, window, test tap, the next one."""

from collections import Counter
from collections.abc import Sequence
from http import HTTPStatus

from flask import Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from kiosk.domain.errors import RuleBroken, UnknownWindow, sentence
from kiosk.domain.policy import Action, NotOpen
from kiosk.extensions import reading, recording
from kiosk.queries.devices import LinkView, pairing_link
from kiosk.services.devices import Place
from kiosk.services.installing import find_code, give_window
from kiosk.web import access, current
from kiosk.web.access import may
from kiosk.web.errors import refusal_sentence
from kiosk.web.forms import Form
from kiosk.web.manage.addresses import base_url
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.lists import matches, searched
from kiosk.web.manage.screens import ScreenRow, screen_rows
from kiosk.web.manage.tablet_pages import (
    BesidePage,
    InstallPage,
    InstallRow,
    WaitingPage,
)
from kiosk.web.manage.tablets import (
    open_window,
    replaced_screen,
    visible_windows,
)

_TYPED_MOST = 20
_STATES = {
    "none": sentence("Not installed"),
    "paired": sentence("Installed"),
    "tested": sentence("Tested"),
}


@blueprint.get("/manage/tablets/install")
@may(Action.PAIR_TABLETS)
def install_tablets() -> Response:
    return _page(Form({"code": request.args.get("code", "")[:_TYPED_MOST]}, ("code",)))


@blueprint.post("/manage/tablets/install")
@may(Action.PAIR_TABLETS)
def take_tablet_window() -> AnyResponse:
    form = Form(request.form, ("code",))
    form.values["code"] = form.values["code"][:_TYPED_MOST]
    try:
        place = _place()
        if place is None:
            return _beside(form.values["code"])
        with recording(access.by(), current.now()) as records:
            centre = current.this_centre()
            link = give_window(records, centre.id, form.values["code"], place)
    except UnknownWindow as refusal:
        return _page(form, error=refusal_sentence(refusal))
    except RuleBroken as refusal:
        form.refuse("code", refusal)
        return _page(form)
    return redirect(url_for("manage.installing", link=link), HTTPStatus.SEE_OTHER)


def _place() -> Place | None:
    """Return where the new screen is to stand; None where that is to be asked.

    A window with a screen may get a second one; more often the first is broken.
    Raises UnknownWindow, NotOpen.
    """
    replaced = replaced_screen()
    if replaced is not None:
        return Place(replaced.line.window_id, replaced.line.id)
    window = open_window(request.form.get("window", ""))
    if request.form.get("beside") or not _there(window.id):
        return Place(window.id)
    return None


def _there(window_id: int) -> list[ScreenRow]:
    rows = screen_rows(access.scope())
    return [row for row in rows if row.line.window_id == window_id]


def _beside(code: str) -> Response:
    window = open_window(request.form.get("window", ""))
    page = BesidePage(code=code, window=window, there=_there(window.id))
    return make_response(render_template("manage/install_beside.html", page=page))


@blueprint.get("/manage/tablets/install/<int(max=2147483647):link>")
@may(Action.PAIR_TABLETS)
def installing(link: int) -> str:
    return render_template("manage/installing.html", page=_waiting(link))


@blueprint.get("/manage/tablets/install/<int(max=2147483647):link>/state")
@may(Action.PAIR_TABLETS, poll=True)
def install_state(link: int) -> Response:
    page = _waiting(link)
    if request.args.get("state") == page.state:
        return Response(status=HTTPStatus.NO_CONTENT)
    return make_response(render_template("manage/_install_state.html", page=page))


def _page(form: Form, *, error: str = "") -> Response:
    known = ""
    if form.values["code"] and not form.errors:
        try:
            with reading() as session:
                known = find_code(session, form.values["code"], current.now())
        except RuleBroken as refusal:
            form.refuse("code", refusal)
    rows = _rows()
    counts = Counter(row.state for row in rows)
    words = searched()
    page = InstallPage(
        code=form,
        known=known,
        replaces=replaced_screen(),
        rows=[row for row in rows if _matches(row, words)],
        counts=[(gettext(said), counts[name]) for name, said in _STATES.items()],
        base=base_url(),
        error=error,
    )
    status = HTTPStatus.OK
    if form.errors or error:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    return make_response(render_template("manage/install.html", page=page), status)


def _rows() -> Sequence[InstallRow]:
    lines = [row.line for row in screen_rows(access.scope())]
    screens = Counter(line.window_id for line in lines)
    tested = Counter(line.window_id for line in lines if line.is_tested)
    return [
        InstallRow(window=each, screens=screens[each.id], tested=tested[each.id])
        for each in visible_windows()
    ]


def _matches(row: InstallRow, words: str) -> bool:
    window = row.window
    return matches(words, window.number, window.name, window.unit, window.location)


def _waiting(key: int) -> WaitingPage:
    """Return how far the pairing of a link is. Raises NotOpen outside the scope."""
    # Asked in any case: what is elsewhere must cost what is nowhere costs.
    windows = {window.id: window for window in visible_windows()}
    with reading() as session:
        link = pairing_link(session, key)
    if link is None or link.window_id not in windows:
        raise NotOpen
    return WaitingPage(
        link=key,
        window=windows[link.window_id],
        state=_state(link),
        screen=link.device_id,
    )


def _state(link: LinkView) -> str:
    if link.tested_at is not None:
        return "tested"
    if link.device_id is not None:
        return "paired"
    return "late" if link.expires_at <= current.now() else "waiting"
