"""Windows: the list, the list as a file, and one more by hand."""

from datetime import date
from functools import partial
from http import HTTPStatus

from flask import Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from kiosk.domain.board import board_period
from kiosk.domain.errors import sentence
from kiosk.domain.guides import GUIDE_FIELDS
from kiosk.domain.policy import Action, NotOpen
from kiosk.domain.window_list import window_row
from kiosk.extensions import reading, recording
from kiosk.queries.hold_reviews import held_ratings
from kiosk.queries.windows import WindowLine, window_lines
from kiosk.services.places import add_window
from kiosk.web import access, current
from kiosk.web.access import may
from kiosk.web.downloads import table_file
from kiosk.web.forms import Form, only_looks
from kiosk.web.language import language
from kiosk.web.manage.addresses import today
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.lists import matches, paged, searched
from kiosk.web.manage.pages import NewWindowPage
from kiosk.web.manage.place_pages import WindowListPage

FIELDS = {
    "unit": sentence("Unit"),
    "number": sentence("Window number"),
    "name": sentence("Window name"),
    "service_type": sentence("Service type"),
    "location": sentence("Location"),
    "phone": sentence("Phone"),
}
# What the lists that are read call their columns, in both languages.
_COLUMNS = {
    "zh": (
        *("单位", "窗口编号", "窗口名称", "业务类型", "位置", "电话"),
        *("办理事项", "办理时限", "所需材料", "服务承诺", "只显示二维码"),
    ),
    "en": (
        *("unit", "window", "name", "service_type", "location", "phone"),
        *GUIDE_FIELDS,
        "code_only",
    ),
}
_YES_NO = {"zh": ("否", "是"), "en": ("no", "yes")}


@blueprint.get("/manage/windows")
@may(Action.SEE_WINDOWS)
def windows() -> str:
    there = _windows()
    found = _found(there)
    added = request.args.get("added", "")
    page = WindowListPage(
        windows=paged(found),
        today=today(),
        units=sorted({(each.unit_id, each.unit) for each in there}, key=_words),
        service_types=[(name, name) for name in _service_types(there)],
        there=len(there),
        narrowed=bool(_filters()),
        may_place=access.allowed(Action.PLACE_WINDOWS),
        held=_held(),
        added=next((each for each in found if each.number == added), None),
    )
    return render_template("manage/windows.html", page=page)


@blueprint.get("/manage/windows/export")
@may(Action.SEE_WINDOWS)
def windows_file() -> Response:
    rows = (_exported(each) for each in _found(_windows()))
    return table_file(gettext("Windows"), _COLUMNS[language()], rows)


@blueprint.get("/manage/windows/new")
@may(Action.PLACE_WINDOWS)
def ask_window() -> Response:
    _whole_centre()
    return _new_page(Form({}, tuple(FIELDS)))


@blueprint.post("/manage/windows/new")
@may(Action.PLACE_WINDOWS)
def add_one_window() -> AnyResponse:
    _whole_centre()
    form = Form(request.form, tuple(FIELDS))
    labels = {name: gettext(label) for name, label in FIELDS.items()}
    for name in FIELDS:
        # A list names one fault a row; a form names one beside each field, so each
        # is looked at among others that are right.
        row = dict.fromkeys(FIELDS, "-") | {name: form.values[name]}
        form.attempt(name, partial(window_row, row, labels))
    if not form.errors and not only_looks():
        form.attempt("number", partial(_add, form))
    if form.errors or only_looks():
        return _new_page(form)
    added = form.values["number"].strip()
    return redirect(url_for("manage.windows", added=added), HTTPStatus.SEE_OTHER)


def _held() -> dict[int, int]:
    if access.allowed(Action.REVIEW_HOLDS):
        # Who decides about held ratings is not shown whose they are.
        return {}
    with reading() as session:
        return held_ratings(session, current.this_centre().id, board_period(today()))


def _whole_centre() -> None:
    """Refuse whoever places windows in some units only: a name can be any unit's."""
    if not access.scope().holds(None):
        raise NotOpen


def _add(form: Form) -> None:
    centre = current.this_centre()
    row = window_row(form.values, {name: name for name in FIELDS})
    with recording(access.by(), current.now()) as records:
        add_window(records, centre.id, row, today())


def _new_page(form: Form) -> Response:
    there = _windows()
    page = NewWindowPage(
        form=form,
        units=sorted({window.unit for window in there}),
        service_types=_service_types(there),
    )
    answer = render_template("manage/new_window.html", page=page)
    wrong = form.errors and not only_looks()
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return make_response(answer, status)


def _windows() -> list[WindowLine]:
    centre = current.this_centre()
    with reading() as session:
        return window_lines(session, centre.id, today(), access.scope())


def _service_types(there: list[WindowLine]) -> list[str]:
    return sorted({each.service_type for each in there})


def _filters() -> dict[str, str]:
    names = ("q", "unit", "type", "state")
    return {name: request.args[name] for name in names if request.args.get(name)}


def _found(there: list[WindowLine]) -> list[WindowLine]:
    """Return the windows that were asked for; without a wish, those that are open."""
    words, asked, day = searched(), _filters(), today()
    unit, kind, state = (asked.get(name, "") for name in ("unit", "type", "state"))
    return [
        each
        for each in there
        if unit in {"", str(each.unit_id)}
        and kind in {"", each.service_type}
        and _is_so(each, state, day)
        and matches(words, *_searched_words(each))
    ]


def _is_so(each: WindowLine, state: str, day: date) -> bool:
    if state == "all":
        return True
    if state == "code-only":
        return each.code_only and each.is_open(day)
    return each.is_open(day) == (state != "closed")


def _exported(each: WindowLine) -> list[str]:
    guide = [getattr(each.guide, field) for field in GUIDE_FIELDS]
    place = [each.service_type, each.location, each.phone]
    code_only = _YES_NO[language()][each.code_only]
    return [each.unit, each.number, each.name, *place, *guide, code_only]


def _searched_words(each: WindowLine) -> tuple[str, ...]:
    return (each.number, each.name, each.unit, each.service_type, each.location)


def _words(option: tuple[object, str]) -> str:
    return option[1]
