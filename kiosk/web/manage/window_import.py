"""A whole list of windows from a file; what it leaves out may be closed, never more."""

from http import HTTPStatus

from flask import Response, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from kiosk.domain.errors import RuleBroken
from kiosk.domain.policy import Action, NotOpen
from kiosk.domain.window_list import WindowList
from kiosk.extensions import reading, recording
from kiosk.queries.windows import WindowLine, ratings_of, window_lines
from kiosk.services.places import import_windows
from kiosk.services.window_changes import close_windows
from kiosk.services.window_files import read_window_list
from kiosk.web import access, current
from kiosk.web.access import may
from kiosk.web.errors import refusal_sentence
from kiosk.web.manage.addresses import today
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.pages import ImportPage
from kiosk.web.manage.place_pages import LeftOutPage
from kiosk.web.manage.uploads import uploaded, wrong_lines

# The headings of a list as offices write them; with the mark that makes
# spreadsheets read UTF-8.
_TEMPLATE = "\ufeff单位,窗口编号,窗口名称,业务类型,位置,电话\r\n"


@blueprint.get("/manage/windows/template.csv")
@may(Action.PLACE_WINDOWS)
def window_template() -> Response:
    return Response(
        _TEMPLATE,
        mimetype="text/csv",
        headers={"Content-Disposition": 'attachment; filename="windows.csv"'},
    )


@blueprint.get("/manage/windows/import")
@may(Action.PLACE_WINDOWS)
def ask_import() -> str:
    _whole_centre()
    return render_template("manage/import.html", page=ImportPage())


@blueprint.post("/manage/windows/import")
@may(Action.PLACE_WINDOWS, file=True)
def take_windows() -> Response:
    _whole_centre()
    try:
        file = uploaded()
        found = read_window_list(file.data, file.name)
    except RuleBroken as refusal:
        return _import_page(ImportPage(error=refusal_sentence(refusal)))
    if found.errors:
        wrong = wrong_lines(found.errors)
        return _import_page(ImportPage(file_name=file.name, wrong=wrong))
    centre = current.this_centre()
    try:
        with recording(access.by(), current.now()) as records:
            taken = import_windows(records, centre.id, found.rows, today())
    except RuleBroken as refusal:
        return _import_page(ImportPage(error=refusal_sentence(refusal)))
    left_out = _left_out(found) if request.form.get("close") else None
    return make_response(
        render_template("manage/import_done.html", taken=taken, left_out=left_out)
    )


@blueprint.post("/manage/windows/import/close")
@may(Action.PLACE_WINDOWS)
def close_left_out_windows() -> AnyResponse:
    _whole_centre()
    chosen = set(request.form.getlist("window"))
    centre = current.this_centre()
    with recording(access.by(), current.now()) as records:
        there = window_lines(records.session, centre.id, today(), access.scope())
        keys = [each.id for each in there if str(each.id) in chosen]
        why = "left out of an imported list"
        closed = close_windows(records, centre.id, keys, today(), why)
    return make_response(render_template("manage/import_closed.html", closed=closed))


def _left_out(found: WindowList) -> LeftOutPage:
    """Return the windows that go on and are not in the list; nothing is closed yet."""
    listed = {row.number for row in found.rows}
    centre = current.this_centre()
    with reading() as session:
        there = window_lines(session, centre.id, today(), access.scope())
        missing = [
            each
            for each in there
            if each.closed_on is None and each.number not in listed
        ]
        ratings = ratings_of(session, [each.id for each in missing])
    return LeftOutPage(windows=[_counted(each, ratings) for each in missing])


def _counted(each: WindowLine, ratings: dict[int, int]) -> tuple[WindowLine, int]:
    return each, ratings[each.id]


def _whole_centre() -> None:
    """Refuse whoever places windows in some units only: a list can name any unit."""
    if not access.scope().holds(None):
        raise NotOpen


def _import_page(page: ImportPage) -> Response:
    answer = render_template("manage/import.html", page=page)
    return make_response(answer, HTTPStatus.UNPROCESSABLE_ENTITY)
