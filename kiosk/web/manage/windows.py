"""Windows: the list, one more by hand, and a whole list from a file."""

from contextlib import closing
from functools import partial
from http import HTTPStatus

from flask import Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from kiosk.domain.errors import RuleBroken, sentence
from kiosk.domain.sheets import BYTES_MOST, FileTooLarge
from kiosk.domain.window_list import window_row
from kiosk.extensions import reading, transaction
from kiosk.queries.places import WindowView, open_windows
from kiosk.services.places import add_window, import_windows, read_window_list
from kiosk.web import current
from kiosk.web.access import organiser_only
from kiosk.web.errors import refusal_sentence
from kiosk.web.forms import Form
from kiosk.web.manage.addresses import today
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.pages import ImportPage, NewWindowPage, WindowsPage, WrongLine

FIELDS = {
    "unit": sentence("Unit"),
    "number": sentence("Window number"),
    "name": sentence("Window name"),
    "service_type": sentence("Service type"),
    "location": sentence("Location"),
    "phone": sentence("Phone"),
}
# The headings of a list as offices write them; with the mark that makes
# spreadsheets read UTF-8.
_TEMPLATE = "\ufeff单位,窗口编号,窗口名称,业务类型,位置,电话\r\n"
_FORM_OVERHEAD = 64 * 1024
"""What a form sends around its file, at most."""


@blueprint.get("/manage/windows")
@organiser_only
def windows() -> str:
    page = WindowsPage(windows=_windows(), added=request.args.get("added", ""))
    return render_template("manage/windows.html", page=page)


@blueprint.get("/manage/windows/template.csv")
@organiser_only
def window_template() -> Response:
    return Response(
        _TEMPLATE,
        mimetype="text/csv",
        headers={"Content-Disposition": 'attachment; filename="windows.csv"'},
    )


@blueprint.get("/manage/windows/import")
@organiser_only
def ask_import() -> str:
    return render_template("manage/import.html", page=ImportPage())


@blueprint.post("/manage/windows/import")
@organiser_only
def take_windows() -> Response:
    request.max_content_length = BYTES_MOST + _FORM_OVERHEAD
    try:
        file = request.files.get("file")
    except RequestEntityTooLarge:
        name = gettext("The file")
        return _refused(FileTooLarge(file=name, most=BYTES_MOST // 1024**2))
    if file is None or not file.filename:
        return _import_page(ImportPage(error=gettext("Please choose a file.")))
    with closing(file):
        data = file.read()
    try:
        found = read_window_list(data, file.filename)
    except RuleBroken as refusal:
        return _refused(refusal)
    if found.errors:
        wrong = [WrongLine(e.line, refusal_sentence(e.refusal)) for e in found.errors]
        return _import_page(ImportPage(file_name=file.filename, wrong=wrong))
    centre = current.this_centre()
    with transaction() as session:
        taken = import_windows(session, centre.id, found.rows, today(), current.now())
    return make_response(render_template("manage/import_done.html", taken=taken))


@blueprint.get("/manage/windows/new")
@organiser_only
def ask_window() -> Response:
    return _new_page(Form({}, tuple(FIELDS)))


@blueprint.post("/manage/windows/new")
@organiser_only
def add_one_window() -> AnyResponse:
    form = Form(request.form, tuple(FIELDS))
    labels = {name: gettext(label) for name, label in FIELDS.items()}
    for name in FIELDS:
        # A list names one fault a row; a form names one beside each field, so each
        # is looked at among others that are right.
        row = dict.fromkeys(FIELDS, "-") | {name: form.values[name]}
        form.attempt(name, partial(window_row, row, labels))
    if not form.errors:
        form.attempt("number", partial(_add, form))
    if form.errors:
        return _new_page(form)
    added = form.values["number"].strip()
    return redirect(url_for("manage.windows", added=added), HTTPStatus.SEE_OTHER)


def _add(form: Form) -> None:
    centre = current.this_centre()
    row = window_row(form.values, {name: name for name in FIELDS})
    with transaction() as session:
        add_window(session, centre.id, row, today(), current.now())


def _windows() -> list[WindowView]:
    with reading() as session:
        return open_windows(session, current.this_centre().id, today())


def _new_page(form: Form) -> Response:
    windows = _windows()
    page = NewWindowPage(
        form=form,
        units=sorted({window.unit for window in windows}),
        service_types=sorted({window.service_type for window in windows}),
    )
    answer = render_template("manage/new_window.html", page=page)
    wrong = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return make_response(answer, wrong)


def _refused(refusal: RuleBroken) -> Response:
    return _import_page(ImportPage(error=refusal_sentence(refusal)))


def _import_page(page: ImportPage) -> Response:
    answer = render_template("manage/import.html", page=page)
    return make_response(answer, HTTPStatus.UNPROCESSABLE_ENTITY)
