"""Screens: which are paired, how one more is paired, and how one is withdrawn."""

from http import HTTPStatus

from flask import (
    Response,
    abort,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from kiosk.domain.errors import UnknownWindow
from kiosk.domain.policy import Action
from kiosk.extensions import reading, recording
from kiosk.queries.devices import DeviceLine, paired_devices
from kiosk.queries.places import WindowView, open_windows
from kiosk.queries.windows import window_lines
from kiosk.services import qr
from kiosk.services.devices import LINK_LIFE, offer_pairing, revoke_device
from kiosk.web import access, current
from kiosk.web.access import may
from kiosk.web.manage.addresses import base_url, today
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.pages import PairPage, TabletsPage


@blueprint.get("/manage/tablets")
@may(Action.PAIR_TABLETS)
def tablets() -> str:
    return _list(chosen=request.args.get("window", ""))


@blueprint.post("/manage/tablets")
@may(Action.PAIR_TABLETS)
def pair_tablet() -> Response:
    typed = request.form.get("window", "")
    if not typed:
        wrong = gettext("Please choose the window where the screen stands.")
        return make_response(_list(error=wrong), HTTPStatus.UNPROCESSABLE_ENTITY)
    window = _window(typed)
    now = current.now()
    with recording(access.by(), now) as records:
        token = offer_pairing(records, window.centre_id, window.id)
    base = base_url()
    link = f"{base}/tablet/pair/{token}"
    page = PairPage(
        window=window,
        link=link,
        # Made of numbers by us; no word of anybody is in it.
        code=Markup(qr.svg(link)),  # noqa: S704
        expires_at=now + LINK_LIFE,
        base=base,
        reaches=qr.reaches_phones(base),
    )
    return make_response(render_template("manage/pair.html", page=page))


@blueprint.get("/manage/tablets/<int:screen>/withdraw")
@may(Action.PAIR_TABLETS)
def ask_withdrawal(screen: int) -> str:
    with reading() as session:
        found = [line for line in _screens(session) if line.id == screen]
    if not found:
        abort(HTTPStatus.NOT_FOUND)
    return render_template("manage/withdraw.html", screen=found[0])


@blueprint.post("/manage/tablets/<int:screen>/withdraw")
@may(Action.PAIR_TABLETS)
def withdraw_tablet(screen: int) -> AnyResponse:
    # Pressed twice, the second finds it gone already and changes nothing.
    with recording(access.by(), current.now()) as records:
        if any(line.id == screen for line in _screens(records.session)):
            revoke_device(records, screen)
    return redirect(url_for("manage.tablets"), HTTPStatus.SEE_OTHER)


def _list(*, chosen: str = "", error: str = "") -> str:
    centre = current.this_centre()
    with reading() as session:
        page = TabletsPage(
            screens=_screens(session),
            windows=open_windows(session, centre.id, today(), access.scope()),
            now=current.now(),
            zone=centre.zone,
            chosen=chosen,
            error=error,
        )
    return render_template("manage/tablets.html", page=page)


def _screens(session: Session) -> list[DeviceLine]:
    """Return the screens at windows of the scope, closed windows included."""
    centre = current.this_centre()
    there = window_lines(session, centre.id, today(), access.scope())
    inside = {window.id for window in there}
    screens = paired_devices(session, centre.id)
    return [screen for screen in screens if screen.window_id in inside]


def _window(typed: str) -> WindowView:
    with reading() as session:
        centre = current.this_centre()
        windows = open_windows(session, centre.id, today(), access.scope())
    for window in windows:
        if str(window.id) == typed:
            return window
    raise UnknownWindow
