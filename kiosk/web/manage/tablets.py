"""Screens: the list, the list as a file, and pairing one more by a link."""

from collections.abc import Iterator, Sequence
from http import HTTPStatus

from flask import Response, make_response, render_template, request
from flask_babel import gettext
from markupsafe import Markup

from kiosk.domain.errors import UnknownWindow, sentence
from kiosk.domain.heartbeat import State
from kiosk.domain.policy import Action
from kiosk.extensions import reading, recording
from kiosk.queries.places import WindowView, open_windows
from kiosk.services import qr
from kiosk.services.devices import LINK_LIFE, offer_pairing
from kiosk.services.exports import Cell
from kiosk.web import access, current
from kiosk.web.access import may
from kiosk.web.downloads import table_file
from kiosk.web.manage.addresses import base_url, today
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.lists import matches, paged, searched
from kiosk.web.manage.screens import (
    CLONED,
    STATE_WORDS,
    ScreenRow,
    screen_row,
    screen_rows,
    with_state,
)
from kiosk.web.manage.tablet_pages import PairPage, TabletsPage

_HEADINGS = (
    sentence("Window"),
    sentence("Window name"),
    sentence("Unit"),
    sentence("Tablet"),
    sentence("State"),
    sentence("Paired"),
    sentence("Last heard"),
    sentence("Test tap"),
    sentence("Waiting"),
    sentence("Set aside"),
    sentence("Numbers missing"),
    sentence("Battery (per cent)"),
    sentence("Clock"),
    sentence("Version"),
    sentence("Browser"),
)


@blueprint.get("/manage/tablets")
@may(Action.PAIR_TABLETS)
def tablets() -> str:
    return _list(chosen=request.args.get("window", ""))


@blueprint.get("/manage/tablets/file")
@may(Action.PAIR_TABLETS)
def tablets_file() -> Response:
    rows = (_row(row) for row in _found(_rows()))
    headings = [gettext(words) for words in _HEADINGS]
    return table_file(gettext("Tablets"), headings, rows)


@blueprint.post("/manage/tablets")
@may(Action.PAIR_TABLETS)
def pair_tablet() -> Response:
    typed = request.form.get("window", "")
    if not typed:
        wrong = gettext("Please choose the window where the screen stands.")
        return make_response(_list(error=wrong), HTTPStatus.UNPROCESSABLE_ENTITY)
    window, replaced = open_window(typed), replaced_screen()
    replaces = None if replaced is None else replaced.line.id
    now = current.now()
    with recording(access.by(), now) as records:
        token = offer_pairing(records, window.centre_id, window.id, replaces)
    base = base_url()
    link = f"{base}/tablet/pair/{token}"
    page = PairPage(
        window=window,
        replaces=replaces,
        link=link,
        # Made of numbers by us; no word of anybody is in it.
        code=Markup(qr.svg(link)),  # noqa: S704
        expires_at=now + LINK_LIFE,
        base=base,
        reaches=qr.reaches_phones(base),
    )
    return make_response(render_template("manage/pair.html", page=page))


def visible_windows() -> list[WindowView]:
    """Return the open windows where the person may put a screen."""
    with reading() as session:
        centre = current.this_centre()
        return open_windows(session, centre.id, today(), access.scope())


def open_window(typed: str) -> WindowView:
    """Return the open window of the scope with a typed key. Raises UnknownWindow."""
    for window in visible_windows():
        if str(window.id) == typed:
            return window
    raise UnknownWindow


def replaced_screen() -> ScreenRow | None:
    """Return the screen that is to be replaced, None for none. Raises NotOpen."""
    typed = request.values.get("replaces", "")
    if not typed:
        return None
    return screen_row(int(typed) if typed.isascii() and typed.isdigit() else 0)


def _list(*, chosen: str = "", error: str = "") -> str:
    rows = _rows()
    page = TabletsPage(
        screens=paged(list(_found(rows))),
        there=sum(row.line.revoked_at is None for row in rows),
        states=_states(),
        units=sorted({row.unit for row in rows}),
        windows=visible_windows(),
        zone=current.this_centre().zone,
        chosen=chosen,
        error=error,
    )
    return render_template("manage/tablets.html", page=page)


def _states() -> list[tuple[str, str]]:
    words = [(str(state), gettext(words)) for state, words in STATE_WORDS.items()]
    return [*words, (CLONED, gettext("Two senders as one tablet"))]


def _rows() -> list[ScreenRow]:
    """Return the screens of the scope; withdrawn ones where those are looked for."""
    withdrawn = request.args.get("state") == State.WITHDRAWN
    return screen_rows(access.scope(), withdrawn=withdrawn)


def _found(rows: Sequence[ScreenRow]) -> Iterator[ScreenRow]:
    """Yield the screens that the search and the choices leave."""
    words, unit = searched(), request.args.get("unit", "")
    for row in with_state(rows, request.args.get("state", "")):
        line = row.line
        if unit and row.unit != unit:
            continue
        if matches(words, line.number, line.window, line.name, row.unit, line.browser):
            yield row


def _row(row: ScreenRow) -> tuple[Cell, ...]:
    line, zone = row.line, current.this_centre().zone
    return (
        *(line.number, line.window, row.unit, line.name),
        gettext(STATE_WORDS[row.state]),
        line.paired_at.astimezone(zone).replace(tzinfo=None),
        line.last_heard_at.astimezone(zone).replace(tzinfo=None),
        gettext("Arrived") if line.is_tested else gettext("None"),
        *(line.waiting, line.set_aside, line.missing, line.battery),
        *(row.clock_words, line.version, line.browser),
    )
