"""The first page after signing in: what is to be done, and the day by window."""

from hashlib import sha256
from http import HTTPStatus

from flask import Response, make_response, render_template, request

from kiosk.domain.policy import Action, scope_of
from kiosk.extensions import reading
from kiosk.queries.today import windows_on_day
from kiosk.web import access, current
from kiosk.web.access import may
from kiosk.web.manage.addresses import today as this_day
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.duties import duties
from kiosk.web.manage.duty_lines import Day, Duty
from kiosk.web.manage.pages import TodayPage
from kiosk.web.manage.sections import Section, manage_sections, settings_sections
from kiosk.web.opening import opening_now

_MARK_LENGTH = 16


@blueprint.get("/manage")
@may(Action.START)
def today() -> str:
    sees_figures = access.allowed(Action.SEE_TODAY)
    page = _page(sees_figures=sees_figures)
    found = _duties(page)
    return render_template(
        "manage/today.html",
        page=page,
        duties=found,
        mark=_mark(found),
        polls=_polls(page, sees_figures=sees_figures),
        sections=[] if sees_figures else _open_sections(),
    )


@blueprint.get("/manage/duties")
@may(Action.START, poll=True)
def today_duties() -> Response:
    """Answer the start page, which asks four times a minute; nothing where all is told.

    A list that is not put in anew keeps the focus where it is.
    """
    sees_figures = access.allowed(Action.SEE_TODAY)
    day = _page(sees_figures=sees_figures)
    found, polls = _duties(day), _polls(day, sees_figures=sees_figures)
    mark = _mark(found)
    if request.args.get("mark") == mark:
        return Response(status=HTTPStatus.NO_CONTENT)
    page = render_template("manage/_duties.html", duties=found, mark=mark, polls=polls)
    return make_response(page)


@blueprint.get("/manage/today")
@may(Action.SEE_TODAY, poll=True)
def today_figures() -> str:
    page = _page(sees_figures=True)
    return render_template("manage/_figures.html", page=page)


def _open_sections() -> list[Section]:
    """Return what else is open to somebody without the day's figures."""
    parts = [*manage_sections(), *settings_sections()]
    return [part for part in parts if part.name not in {"today", "settings"}]


def _duties(page: TodayPage) -> list[Duty]:
    return duties(
        Day(
            centre=page.centre,
            now=page.now,
            today=this_day(),
            windows=page.days,
            opening=page.opening,
        )
    )


def _polls(page: TodayPage, *, sees_figures: bool) -> bool:
    """Whether the duties can change while somebody looks: where there are screens."""
    there = bool(page.days) or not sees_figures
    return there and access.allowed(Action.PAIR_TABLETS)


def _mark(found: list[Duty]) -> str:
    """Return what changes with any word of the duties."""
    return sha256(repr(found).encode()).hexdigest()[:_MARK_LENGTH]


def _page(*, sees_figures: bool) -> TodayPage:
    centre = current.this_centre()
    days = []
    if sees_figures:
        # The start page itself is everybody's; its figures are not.
        scope = scope_of(access.person().grants, Action.SEE_TODAY)
        with reading() as session:
            days = windows_on_day(session, centre.id, this_day(), scope)
    now = current.now()
    return TodayPage(centre=centre, now=now, days=days, opening=opening_now())
