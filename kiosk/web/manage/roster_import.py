"""Rosters of many days: from a file, or the roster of one day copied on."""

from collections.abc import Collection
from datetime import date, timedelta
from http import HTTPStatus

from flask import Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from kiosk.domain.errors import RuleBroken
from kiosk.domain.list_columns import LinesWrong
from kiosk.domain.policy import Action
from kiosk.domain.roster_list import HEADINGS, RosterList
from kiosk.domain.shifts import parse_day
from kiosk.extensions import reading, recording
from kiosk.queries.places import open_windows
from kiosk.queries.staff import clerk_lines
from kiosk.services.rosters import (
    COPIED_MOST,
    Reach,
    copy_roster,
    import_roster,
    read_roster,
)
from kiosk.services.shifts import Planned
from kiosk.web import access, current
from kiosk.web.access import may
from kiosk.web.downloads import table_file
from kiosk.web.errors import refusal_sentence
from kiosk.web.forms import Form
from kiosk.web.manage.addresses import today
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.clerks import the_hall
from kiosk.web.manage.shift_pages import CopyPage
from kiosk.web.manage.shifts import asked_day, planned_on
from kiosk.web.manage.staff_import import refused
from kiosk.web.manage.staff_pages import ListImportPage
from kiosk.web.manage.uploads import uploaded, wrong_lines

_WEEK = timedelta(days=7)


@blueprint.get("/manage/shifts/template.csv")
@may(Action.EDIT_SHIFTS)
def roster_template() -> Response:
    return table_file("roster", HEADINGS["zh"][:-1], [])


@blueprint.get("/manage/shifts/import")
@may(Action.EDIT_SHIFTS)
def ask_roster() -> str:
    return render_template("manage/list_import.html", page=_page())


@blueprint.post("/manage/shifts/import")
@may(Action.EDIT_SHIFTS, file=True)
def take_roster() -> Response:
    try:
        file = uploaded()
        found = read_roster(file.data, file.name, the_hall(), today())
        taken = _take(found)
    except LinesWrong as lines:
        return refused(_page(file_name=file.name, wrong=wrong_lines(lines.errors)))
    except RuleBroken as refusal:
        return refused(_page(error=refusal_sentence(refusal)))
    first = min(row.day for row in found.rows)
    return make_response(
        render_template("manage/roster_taken.html", taken=taken, day=first)
    )


@blueprint.get("/manage/shifts/copy")
@may(Action.EDIT_SHIFTS)
def ask_copy() -> Response:
    day = asked_day()
    last = day + _WEEK
    return _copy_page(Form({"last": last.isoformat()}, ("last",)), day)


@blueprint.post("/manage/shifts/copy")
@may(Action.EDIT_SHIFTS)
def take_copy() -> AnyResponse:
    form = Form(request.form, ("last", "day"))
    taken = Planned(0, 0)
    try:
        day = parse_day(form.values["day"])
        last = parse_day(form.values["last"])
        with recording(access.by(), current.now()) as records:
            taken = copy_roster(records, the_hall(), day, last, _ahead(day, last))
    except RuleBroken as refusal:
        form.refuse("last", refusal)
        return _copy_page(form, asked_day())
    if not taken.new:
        return redirect(url_for("manage.shifts", day=day), HTTPStatus.SEE_OTHER)
    return make_response(
        render_template("manage/roster_taken.html", taken=taken, day=day)
    )


def _take(found: RosterList) -> Planned:
    if found.errors:
        raise LinesWrong(found.errors)
    with recording(access.by(), current.now()) as records:
        reach = _reach({row.day for row in found.rows})
        taken, errors = import_roster(records, the_hall(), found.rows, reach)
        if errors:
            raise LinesWrong(errors)
    return taken


def _ahead(day: date, last: date) -> Reach:
    """Return what is reached from a day on; a period that is too long is refused."""
    days = min((last - day).days, COPIED_MOST.days)
    return _reach({day + timedelta(days=n) for n in range(days + 1)})


def _reach(days: Collection[date]) -> Reach:
    """Return windows and clerks of the scope, as lists name them."""
    centre, scope = current.this_centre(), access.scope()
    with reading() as session:
        windows = {
            day: {
                window.number: window.id
                for window in open_windows(session, centre.id, day, scope)
            }
            for day in days
        }
        clerks = clerk_lines(session, centre.id, today(), scope)
    return Reach(
        windows=windows,
        clerks={c.badge: c.id for c in clerks if not c.has_left(today())},
    )


def _copy_page(form: Form, day: date) -> Response:
    page = CopyPage(form=form, day=day, shifts=planned_on(day), most=COPIED_MOST.days)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return make_response(render_template("manage/roster_copy.html", page=page), status)


def _page(**more: object) -> ListImportPage:
    values: dict[str, object] = {
        "section": "shifts",
        "heading": gettext("Import a roster"),
        "back": url_for("manage.shifts"),
        "back_words": gettext("Shifts"),
        "action": url_for("manage.take_roster"),
        "template": url_for("manage.roster_template"),
        "columns": (
            *("日期 date", "窗口编号 window", "工号 badge"),
            *("开始 from", "结束 to"),
        ),
        "sample": ("2026-07-20", "A012", "0317", "09:00", "12:00"),
        "note": gettext(
            "A line for each shift. An end at or before the start means the next day. "
            "Shifts that are in the roster already stay; earlier days are corrected "
            "one by one on their own page."
        ),
    }
    return ListImportPage(**(values | more))  # type: ignore[arg-type]
