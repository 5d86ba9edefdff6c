"""Posters: a page for the printer, and the same as PDF."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, abort, render_template, request
from flask_babel import gettext

from kiosk.domain.policy import Action
from kiosk.extensions import reading
from kiosk.queries.places import WindowView, open_windows
from kiosk.services.posters import (
    LAYOUTS,
    Kind,
    Poster,
    posters_pdf,
    sheets,
    unprintable,
)
from kiosk.services.qr import reaches_phones, window_address
from kiosk.web import access, current
from kiosk.web.access import may
from kiosk.web.manage.addresses import base_url, today
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.pages import PostersPage


@dataclass(frozen=True)
class _Choice:
    """What was asked for; units and windows that do not exist any more are ignored."""

    kind: Kind
    units: list[str]
    windows: list[str]

    def takes(self, window: WindowView) -> bool:
        """Whether this window is to be printed: without a choice, each is."""
        if not self.units and not self.windows:
            return True
        return window.unit in self.units or window.number in self.windows


@blueprint.get("/manage/posters")
@may(Action.PRINT_POSTERS)
def posters() -> str:
    windows = _windows()
    choice = _choice(windows)
    drawn = _posters(windows, choice)
    page = PostersPage(
        sheets=sheets(drawn, choice.kind),
        count=len(drawn),
        units=_by_unit(windows),
        chosen_units=choice.units,
        chosen_windows=choice.windows,
        kind=choice.kind,
        layout=LAYOUTS[choice.kind],
        base=base_url(),
        reaches=reaches_phones(base_url()),
        unprintable=unprintable(poster for _, poster in drawn),
    )
    return render_template("manage/posters.html", page=page)


@blueprint.get("/manage/posters.pdf")
@may(Action.PRINT_POSTERS)
def posters_file() -> Response:
    windows = _windows()
    choice = _choice(windows)
    drawn = [poster for _, poster in _posters(windows, choice)]
    if not drawn:
        abort(404)
    title = gettext("Posters of %(centre)s", centre=current.this_centre().name)
    return Response(
        posters_pdf(drawn, title, current.now(), choice.kind),
        mimetype="application/pdf",
        headers={"Content-Disposition": 'attachment; filename="posters.pdf"'},
    )


def _windows() -> list[WindowView]:
    with reading() as session:
        return open_windows(session, current.this_centre().id, today(), access.scope())


def _choice(windows: Sequence[WindowView]) -> _Choice:
    asked = request.args.get("kind", "")
    units = {window.unit for window in windows}
    numbers = {window.number for window in windows}
    return _Choice(
        kind=Kind(asked) if asked in set(Kind) else Kind.PAIR,
        units=[unit for unit in request.args.getlist("unit") if unit in units],
        windows=[
            number for number in request.args.getlist("window") if number in numbers
        ],
    )


def _by_unit(windows: Sequence[WindowView]) -> dict[str, list[WindowView]]:
    """Return every unit that has windows, with them."""
    return {
        unit: [window for window in windows if window.unit == unit]
        for unit in sorted({window.unit for window in windows})
    }


def _posters(
    windows: Sequence[WindowView], choice: _Choice
) -> list[tuple[WindowView, Poster]]:
    base = base_url()
    return [
        (window, Poster(window.number, window.name, window.unit, address))
        for window in windows
        if choice.takes(window)
        for address in [window_address(base, window.code)]
    ]
