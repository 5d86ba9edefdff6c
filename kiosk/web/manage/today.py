"""The first page after signing in: what is to be done, and the day by window."""

from flask import render_template

from kiosk.domain.policy import Action, scope_of
from kiosk.extensions import reading
from kiosk.queries.today import windows_on_day
from kiosk.web import access, current
from kiosk.web.access import may
from kiosk.web.manage.addresses import today as this_day
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.duties import Day, duties
from kiosk.web.manage.pages import TodayPage
from kiosk.web.manage.sections import Section, manage_sections, settings_sections


@blueprint.get("/manage")
@may(Action.START)
def today() -> str:
    sees_figures = access.allowed(Action.SEE_TODAY)
    page = _page(sees_figures=sees_figures)
    day = Day(centre=page.centre, now=page.now, today=this_day(), windows=page.days)
    return render_template(
        "manage/today.html",
        page=page,
        duties=duties(day),
        sections=[] if sees_figures else _open_sections(),
    )


@blueprint.get("/manage/today")
@may(Action.SEE_TODAY, poll=True)
def today_figures() -> str:
    page = _page(sees_figures=True)
    return render_template("manage/_figures.html", page=page)


def _open_sections() -> list[Section]:
    """Return what else is open to somebody without the day's figures."""
    parts = [*manage_sections(), *settings_sections()]
    return [part for part in parts if part.name not in {"today", "settings"}]


def _page(*, sees_figures: bool) -> TodayPage:
    centre = current.this_centre()
    days = []
    if sees_figures:
        # The start page itself is everybody's; its figures are not.
        scope = scope_of(access.person().grants, Action.SEE_TODAY)
        with reading() as session:
            days = windows_on_day(session, centre.id, this_day(), scope)
    return TodayPage(centre=centre, now=current.now(), days=days)
