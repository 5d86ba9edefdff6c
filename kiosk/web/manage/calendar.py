"""Working days: a year at a glance, days changed by hand, lists in and out."""

from calendar import Calendar
from datetime import date
from functools import partial
from http import HTTPStatus

from flask import Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from kiosk.domain.calendar_list import DayRow, day_name, parse_day
from kiosk.domain.errors import RuleBroken
from kiosk.domain.policy import Action
from kiosk.domain.working_days import WorkCalendar
from kiosk.extensions import reading, recording
from kiosk.queries.calendar import (
    DayLine,
    calendar_days,
    centre_settings,
    opening_hours,
    years_without_calendar,
)
from kiosk.services.calendar import (
    fill_calendar,
    import_calendar,
    known_year,
    read_calendar,
    set_day,
)
from kiosk.web import access, current
from kiosk.web.access import may
from kiosk.web.downloads import table_file
from kiosk.web.errors import refusal_sentence
from kiosk.web.forms import Form
from kiosk.web.language import language
from kiosk.web.manage.addresses import today
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.calendar_pages import CalendarPage, Cell, Month, asked_years
from kiosk.web.manage.pages import ImportPage
from kiosk.web.manage.uploads import uploaded, wrong_lines

_FIELDS = ("day", "working", "name")
_COLUMNS = {"zh": ("日期", "是否工作日", "名称"), "en": ("date", "working", "name")}
_WORDS = {"zh": ("否", "是"), "en": ("no", "yes")}
_FIRST_YEAR, _LAST_YEAR = 2000, 2100
_WEEKS = Calendar()


@blueprint.get("/manage/calendar")
@may(Action.SEE_CALENDAR)
def calendar() -> Response:
    return _page(Form({"working": "no"}, _FIELDS), _asked_year())


@blueprint.post("/manage/calendar")
@may(Action.EDIT_CALENDAR)
def take_day() -> AnyResponse:
    form = Form(request.form, _FIELDS)
    form.attempt("day", partial(parse_day, form.values["day"]))
    form.attempt("name", partial(day_name, form.values["name"]))
    if form.errors:
        return _page(form, _asked_year())
    row = DayRow(
        parse_day(form.values["day"]),
        form.values["working"] == "yes",
        day_name(form.values["name"]),
    )
    with recording(access.by(), current.now()) as records:
        set_day(records, current.this_centre().id, row)
    return _to_year(row.day.year, "day")


@blueprint.post("/manage/calendar/fill")
@may(Action.EDIT_CALENDAR)
def fill_year() -> AnyResponse:
    year = _asked_year()
    with recording(access.by(), current.now()) as records:
        _, unknown = fill_calendar(records, current.this_centre().id, [year])
    return _to_year(year, "unknown" if unknown else "filled")


@blueprint.get("/manage/calendar/export")
@may(Action.SEE_CALENDAR)
def calendar_file() -> Response:
    year = _asked_year()
    yes_no = _WORDS[language()]
    rows = [(line.day, yes_no[line.working], line.name) for line in _lines(year)]
    return table_file(f"{gettext('Working days')} {year}", _COLUMNS[language()], rows)


@blueprint.get("/manage/calendar/import")
@may(Action.EDIT_CALENDAR)
def ask_calendar_import() -> str:
    return render_template("manage/calendar_import.html", page=ImportPage())


@blueprint.post("/manage/calendar/import")
@may(Action.EDIT_CALENDAR, file=True)
def take_calendar() -> AnyResponse:
    try:
        file = uploaded()
        found = read_calendar(file.data, file.name)
    except RuleBroken as refusal:
        return _import_page(ImportPage(error=refusal_sentence(refusal)))
    if found.errors:
        wrong = wrong_lines(found.errors)
        return _import_page(ImportPage(file_name=file.name, wrong=wrong))
    with recording(access.by(), current.now()) as records:
        import_calendar(records, current.this_centre().id, found.rows)
    year = found.rows[0].day.year if found.rows else today().year
    return _to_year(year, "imported")


def _to_year(year: int, done: str) -> AnyResponse:
    where = url_for("manage.calendar", year=year, done=done)
    return redirect(where, HTTPStatus.SEE_OTHER)


def _asked_year() -> int:
    typed = request.values.get("year", "")
    if typed.isascii() and typed.isdigit() and len(typed) == len(str(_LAST_YEAR)):
        return min(max(int(typed), _FIRST_YEAR), _LAST_YEAR)
    return today().year


def _lines(year: int) -> list[DayLine]:
    with reading() as session:
        key = current.this_centre().id
        return calendar_days(session, key, date(year, 1, 1), date(year, 12, 31))


def _page(form: Form, year: int) -> Response:
    centre = current.this_centre()
    lines = _lines(year)
    with reading() as session:
        hours = opening_hours(session, centre.id)
        periods = centre_settings(session, centre.id)
        missing = years_without_calendar(session, centre.id, asked_years(today()))
        # A period that begins today may end next year.
        ahead = calendar_days(
            session, centre.id, today(), date(today().year + 1, 12, 31)
        )
    work = WorkCalendar({line.day: line.working for line in ahead}, hours)
    page = CalendarPage(
        form=form,
        year=year,
        months=_months(year, lines),
        lines=lines,
        missing=missing,
        known=known_year(year) is not None,
        answer_days=periods.answer_days,
        answer_by=work.deadline(current.now(), periods.answer_days, centre.zone),
        may_edit=access.allowed(Action.EDIT_CALENDAR),
        done=request.args.get("done", "") if not form.errors else "",
    )
    wrong = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return make_response(render_template("manage/calendar.html", page=page), wrong)


def _months(year: int, lines: list[DayLine]) -> list[Month]:
    named = {line.day: line for line in lines}
    work = WorkCalendar({line.day: line.working for line in lines})
    return [
        Month(
            date(year, month, 1),
            [
                [_cell(day, month, work, named) for day in week]
                for week in _WEEKS.monthdatescalendar(year, month)
            ],
        )
        for month in range(1, 13)
    ]


def _cell(
    day: date, month: int, work: WorkCalendar, named: dict[date, DayLine]
) -> Cell | None:
    if day.month != month:
        return None
    line = named.get(day)
    return Cell(
        day=day,
        working=work.is_working_day(day),
        special=line is not None,
        name=line.name if line else "",
        today=day == today(),
    )


def _import_page(page: ImportPage) -> Response:
    answer = render_template("manage/calendar_import.html", page=page)
    return make_response(answer, HTTPStatus.UNPROCESSABLE_ENTITY)
