"""The month's report on cases: a page that prints, a workbook, and a document."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from flask import Response, render_template, request

from kiosk.domain.months import Month, month_of, parse_month
from kiosk.domain.policy import Action, NotOpen
from kiosk.domain.report_tables import Report
from kiosk.extensions import reading
from kiosk.queries.case_figures import Seen, unit_names
from kiosk.queries.case_report import month_view
from kiosk.services.report_files import report_document, report_workbook
from kiosk.web import current
from kiosk.web.access import may
from kiosk.web.downloads import as_file
from kiosk.web.manage.addresses import today
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.case_report_pages import (
    CaseReportPage,
    ReportData,
    case_report,
    month_words,
)
from kiosk.web.manage.case_sides import standing

MONTHS_SHOWN = 25
"""Months to choose from, this one and two years before."""
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@blueprint.get("/manage/cases/report")
@may(Action.SEE_CASES)
def cases_report() -> str:
    month = _month()
    page = CaseReportPage(report=_report(month), month=month, months=_months())
    return render_template("manage/case_report.html", page=page)


@blueprint.get("/manage/cases/report.xlsx")
@may(Action.SEE_CASES)
def cases_report_xlsx() -> Response:
    report = _report(_month())
    response = Response(report_workbook(report, _made_at()), mimetype=_XLSX)
    return as_file(response, f"{report.title}.xlsx")


@blueprint.get("/manage/cases/report.docx")
@may(Action.SEE_CASES)
def cases_report_docx() -> Response:
    report = _report(_month())
    response = Response(report_document(report, _made_at()), mimetype=_DOCX)
    return as_file(response, f"{report.title}.docx")


def _report(month: Month) -> Report:
    centre, now = current.this_centre(), current.now()
    with reading() as session:
        who = standing(session)
        seen = Seen(who.units, who.hidden)
        view = month_view(session, centre.id, month.period, seen, now)
        before = month_view(session, centre.id, month.before.period, seen, now)
        shown = {*view.units, *view.ratings, *(who.units or ())}
        names = unit_names(session, shown)
    return case_report(
        ReportData(
            centre=centre,
            month=month,
            now=now,
            running=month == month_of(today()),
            view=view,
            before=before,
            units=names,
            whole_centre=who.outside and not who.hidden,
        )
    )


def _month() -> Month:
    """Return the month that is asked for, else the last one that is over."""
    typed = request.args.get("month", "")
    month = parse_month(typed) if typed else month_of(today()).before
    if month is None or month > month_of(today()):
        raise NotOpen
    return month


def _months() -> list[tuple[str, str]]:
    return [(str(month), month_words(month)) for month in islice(_past(), MONTHS_SHOWN)]


def _past() -> Iterator[Month]:
    month = month_of(today())
    while True:
        yield month
        month = month.before


def _made_at() -> datetime:
    return current.now().astimezone(current.this_centre().zone)
