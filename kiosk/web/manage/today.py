"""The organiser's first page: what to do next, and the day by window."""

from flask import render_template

from kiosk.extensions import reading
from kiosk.queries.today import windows_on_day
from kiosk.web import current
from kiosk.web.access import organiser_only
from kiosk.web.manage.addresses import today as this_day
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.pages import TodayPage


@blueprint.get("/manage")
@organiser_only
def today() -> str:
    return render_template("manage/today.html", page=_page())


@blueprint.get("/manage/today")
@organiser_only
def today_figures() -> str:
    return render_template("manage/_figures.html", page=_page())


def _page() -> TodayPage:
    centre = current.this_centre()
    with reading() as session:
        days = windows_on_day(session, centre.id, this_day())
    return TodayPage(centre=centre, now=current.now(), days=days)
