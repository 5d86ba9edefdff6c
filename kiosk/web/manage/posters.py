"""Posters: a page for the printer, and the same as PDF."""

from collections.abc import Sequence

from flask import Response, abort, render_template, request
from flask_babel import gettext

from kiosk.domain.policy import Action
from kiosk.extensions import reading
from kiosk.queries.places import WindowView, open_windows
from kiosk.services.posters import Poster, posters_pdf, unprintable
from kiosk.services.qr import reaches_phones, window_address
from kiosk.web import access, current
from kiosk.web.access import may
from kiosk.web.manage.addresses import base_url, today
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.pages import PostersPage

PAPERS = ("a4", "a5")


@blueprint.get("/manage/posters")
@may(Action.PRINT_POSTERS)
def posters() -> str:
    windows = _windows()
    chosen = _chosen(windows)
    paper = request.args.get("paper", PAPERS[0])
    drawn = _posters(windows, chosen)
    page = PostersPage(
        posters=drawn,
        units=sorted({window.unit for window in windows}),
        chosen=chosen,
        paper=paper if paper in PAPERS else PAPERS[0],
        base=base_url(),
        reaches=reaches_phones(base_url()),
        unprintable=unprintable(poster for _, poster in drawn),
    )
    return render_template("manage/posters.html", page=page)


@blueprint.get("/manage/posters.pdf")
@may(Action.PRINT_POSTERS)
def posters_file() -> Response:
    windows = _windows()
    drawn = [poster for _, poster in _posters(windows, _chosen(windows))]
    if not drawn:
        abort(404)
    title = gettext("Posters of %(centre)s", centre=current.this_centre().name)
    return Response(
        posters_pdf(drawn, title, current.now()),
        mimetype="application/pdf",
        headers={"Content-Disposition": 'attachment; filename="posters.pdf"'},
    )


def _windows() -> list[WindowView]:
    with reading() as session:
        return open_windows(session, current.this_centre().id, today(), access.scope())


def _chosen(windows: Sequence[WindowView]) -> list[str]:
    """Return the units asked for; those that do not exist any more are ignored."""
    units = {window.unit for window in windows}
    return [unit for unit in request.args.getlist("unit") if unit in units]


def _posters(
    windows: Sequence[WindowView], chosen: Sequence[str]
) -> list[tuple[WindowView, Poster]]:
    base = base_url()
    return [
        (window, Poster(window.number, window.name, window.unit, address))
        for window in windows
        if not chosen or window.unit in chosen
        for address in [window_address(base, window.code)]
    ]
