"""The roster of a day: who sits at which window from when to when."""

from collections.abc import Iterator
from datetime import date

from flask import Response, render_template, request
from flask_babel import gettext

from kiosk.domain.errors import sentence
from kiosk.domain.policy import Action, scope_of
from kiosk.domain.roster_list import HEADINGS
from kiosk.domain.shift_errors import DayUnreadable
from kiosk.domain.shifts import Span, parse_day
from kiosk.extensions import reading
from kiosk.queries.shifts import WindowRoster, open_proposals, roster_of
from kiosk.services.exports import Cell
from kiosk.web import access, current
from kiosk.web.access import may
from kiosk.web.downloads import table_file
from kiosk.web.language import language
from kiosk.web.manage.addresses import today
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.shift_pages import RosterPage

DONE = {
    "added": sentence("The shift is in the roster."),
    "corrected": sentence("The shift is corrected; the old version is kept."),
    "proposed": sentence(
        "The correction is noted. It holds as soon as a second person confirms it."
    ),
    "accepted": sentence("The correction holds; the old version is kept."),
    "rejected": sentence("The correction is rejected; everything stays as it was."),
    "copied": sentence("The roster is copied."),
    "imported": sentence("The list was taken."),
}


@blueprint.get("/manage/shifts")
@may(Action.SEE_SHIFTS)
def shifts() -> str:
    centre, day = current.this_centre(), asked_day()
    may_confirm = access.allowed(Action.CONFIRM_SHIFTS)
    with reading() as session:
        waiting = (
            open_proposals(
                session,
                centre.id,
                centre.zone,
                scope_of(access.person().grants, Action.CONFIRM_SHIFTS),
            )
            if may_confirm
            else []
        )
    done = DONE.get(request.args.get("done", ""), "")
    page = RosterPage(
        day=day,
        today=today(),
        zone=centre.zone,
        rosters=_rosters(day),
        proposals=waiting,
        may_edit=access.allowed(Action.EDIT_SHIFTS),
        may_confirm=may_confirm,
        done=gettext(done) if done else "",
    )
    return render_template("manage/shifts.html", page=page)


@blueprint.get("/manage/shifts/file")
@may(Action.SEE_SHIFTS)
def shifts_file() -> Response:
    day = asked_day()
    name = f"{gettext('Roster')} {day.isoformat()}"
    return table_file(name, HEADINGS[language()], _rows(_rosters(day), day))


def asked_day() -> date:
    """Return the day of the address, or today."""
    try:
        return parse_day(request.args.get("day", ""))
    except DayUnreadable:
        return today()


def planned_on(day: date) -> int:
    """Return how many planned shifts of a day could be copied."""
    return sum(
        shift.source != "sign-on" for each in _rosters(day) for shift in each.shifts
    )


def _rosters(day: date) -> list[WindowRoster]:
    centre = current.this_centre()
    with reading() as session:
        return roster_of(session, centre.id, day, centre.zone, access.scope())


def _rows(rosters: list[WindowRoster], day: date) -> Iterator[tuple[Cell, ...]]:
    """Return the shifts that begin on the day, as an import reads them."""
    for roster in rosters:
        for shift in roster.shifts:
            start, end = _local(shift.span)
            if start.startswith(day.isoformat()):
                yield (
                    *(day, shift.number, shift.badge),
                    *(start[-5:], end[-5:], shift.name),
                )


def _local(span: Span) -> tuple[str, str]:
    zone = current.this_centre().zone
    return (
        f"{span.start.astimezone(zone):%Y-%m-%d %H:%M}",
        f"{span.end.astimezone(zone):%Y-%m-%d %H:%M}",
    )
