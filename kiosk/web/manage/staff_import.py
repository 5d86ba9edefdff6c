"""A whole list of clerks from a file."""

from http import HTTPStatus

from flask import Response, make_response, render_template, url_for
from flask_babel import gettext

from kiosk.domain.errors import RuleBroken
from kiosk.domain.list_columns import LinesWrong
from kiosk.domain.policy import Action
from kiosk.domain.staff_list import HEADINGS, StaffList
from kiosk.extensions import recording
from kiosk.queries.staff import unit_choices
from kiosk.services.staff_lists import StaffImport, import_staff, read_staff
from kiosk.web import access, current
from kiosk.web.access import may
from kiosk.web.downloads import table_file
from kiosk.web.errors import refusal_sentence
from kiosk.web.manage.addresses import today
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.clerks import the_hall
from kiosk.web.manage.staff_pages import ListImportPage, StaffImportDone
from kiosk.web.manage.uploads import uploaded, wrong_lines


@blueprint.get("/manage/clerks/template.csv")
@may(Action.EDIT_CLERKS)
def staff_template() -> Response:
    return table_file("clerks", HEADINGS["zh"][:-1], [])


@blueprint.get("/manage/clerks/import")
@may(Action.EDIT_CLERKS)
def ask_staff_import() -> str:
    return render_template("manage/list_import.html", page=_page())


@blueprint.post("/manage/clerks/import")
@may(Action.EDIT_CLERKS, file=True)
def take_staff() -> Response:
    try:
        file = uploaded()
        found = read_staff(file.data, file.name)
    except RuleBroken as refusal:
        return refused(_page(error=refusal_sentence(refusal)))
    try:
        taken = _take(found)
    except LinesWrong as lines:
        return refused(_page(file_name=file.name, wrong=wrong_lines(lines.errors)))
    page = StaffImportDone(taken, found.left)
    return make_response(render_template("manage/staff_imported.html", page=page))


def refused(page: ListImportPage) -> Response:
    """Answer with the form once more, and why nothing was taken."""
    answer = render_template("manage/list_import.html", page=page)
    return make_response(answer, HTTPStatus.UNPROCESSABLE_ENTITY)


def _take(found: StaffList) -> StaffImport:
    if found.errors:
        raise LinesWrong(found.errors)
    hall, scope = the_hall(), access.scope()
    with recording(access.by(), current.now()) as records:
        choices = unit_choices(records.session, hall.centre_id, today(), scope)
        units = {unit.name: unit.id for unit in choices}
        taken, errors = import_staff(records, hall, found.rows, units, scope)
        if errors:
            raise LinesWrong(errors)
    return taken


def _page(**more: object) -> ListImportPage:
    values: dict[str, object] = {
        "section": "clerks",
        "heading": gettext("Import a list of clerks"),
        "back": url_for("manage.clerks"),
        "back_words": gettext("Clerks"),
        "action": url_for("manage.take_staff"),
        "template": url_for("manage.staff_template"),
        "columns": (
            *("单位 unit", "工号 badge", "姓名 name"),
            *("同意公示姓名 named", "到岗日期 from"),
        ),
        "sample": ("市医疗保障局", "0317", "示例甲", "是", "2026-07-01"),
        "note": gettext(
            "Unit, badge, name and consent are needed. A badge in service keeps its "
            "clerk and takes over the rest; another unit is a move from today. Clerks "
            "that the list leaves out stay as they are."
        ),
    }
    return ListImportPage(**(values | more))  # type: ignore[arg-type]
