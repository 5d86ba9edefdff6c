"""Shifts planned one by one and corrected; later than the day, by two people."""

from datetime import date
from http import HTTPStatus

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.domain.errors import RuleBroken
from kiosk.domain.policy import Action, NotOpen
from kiosk.domain.shift_errors import (
    ClerkBusy,
    ClerkNotServing,
    ClockUnreadable,
    DayUnreadable,
    ReasonMissing,
    ShiftTooLong,
    TimeLeftOut,
    WindowNotOpen,
    WindowTaken,
)
from kiosk.domain.shifts import REASON_MOST, Sitting, parse_day, parse_span
from kiosk.domain.staff import ChoiceMissing
from kiosk.extensions import reading, recording
from kiosk.queries.places import open_windows
from kiosk.queries.shifts import ShiftLine, shift_line
from kiosk.queries.staff import clerk_lines
from kiosk.services.attribution import count_moves
from kiosk.services.shift_proposals import (
    Correction,
    check_correction,
    correct_shift,
    propose_correction,
)
from kiosk.services.shifts import Wanted, add_shifts
from kiosk.web import access, current
from kiosk.web.access import may
from kiosk.web.forms import Form
from kiosk.web.manage.addresses import today
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.clerks import the_hall
from kiosk.web.manage.shift_pages import ComparePage, ShiftFormPage, Version, when
from kiosk.web.manage.shifts import asked_day
from kiosk.web.manage.staff_pages import Option

FIELDS = ("clerk", "window", "day", "from", "to", "reason")
NOBODY = "nobody"


class WindowMissing(ChoiceMissing):
    """No window was chosen."""


_BESIDE: dict[type[RuleBroken], str] = {
    ClerkBusy: "clerk",
    ClerkNotServing: "clerk",
    ClockUnreadable: "from",
    DayUnreadable: "day",
    ReasonMissing: "reason",
    ShiftTooLong: "to",
    TimeLeftOut: "from",
    WindowMissing: "window",
    WindowNotOpen: "window",
    WindowTaken: "window",
}
"""The field that a refusal is said beside; others are about the clerk."""


@blueprint.get("/manage/shifts/new")
@may(Action.EDIT_SHIFTS)
def ask_shift() -> Response:
    typed = {
        "day": asked_day().isoformat(),
        "window": request.args.get("window", ""),
        "from": "09:00",
        "to": "17:00",
    }
    return _form_page(Form(typed, FIELDS), None)


@blueprint.post("/manage/shifts/new")
@may(Action.EDIT_SHIFTS)
def take_shift() -> Response:
    return _taken(None)


@blueprint.get("/manage/shifts/<int(max=2147483647):key>/correct")
@may(Action.EDIT_SHIFTS)
def ask_correction(key: int) -> Response:
    old = _find(key)
    zone = current.this_centre().zone
    start, end = old.span.start.astimezone(zone), old.span.end.astimezone(zone)
    typed = {
        "clerk": str(old.clerk_id),
        "window": str(old.window_id),
        "day": start.date().isoformat(),
        "from": f"{start:%H:%M}",
        "to": f"{end:%H:%M}",
    }
    return _form_page(Form(typed, FIELDS), old)


@blueprint.post("/manage/shifts/<int(max=2147483647):key>/correct")
@may(Action.EDIT_SHIFTS)
def take_correction(key: int) -> Response:
    return _taken(_find(key))


def _taken(old: ShiftLine | None) -> Response:
    """Look at what was typed; show what would change; do it once confirmed."""
    form = Form(request.form, FIELDS)
    try:
        correction = _typed(form, old)
        with reading() as session:
            second = check_correction(session, the_hall(), correction, current.now())
        if second and not 0 < len(form.values["reason"].strip()) <= REASON_MOST:
            raise ReasonMissing(most=REASON_MOST)
        if request.form.get("step") != "confirm" and (old is not None or second):
            return _compare(form, correction, old, second=second)
        _carry_out(form, correction, second=second)
    except NotOpen:
        raise
    except RuleBroken as refusal:
        form.refuse(_BESIDE.get(type(refusal), "clerk"), refusal)
        return _form_page(form, old)
    done = "added" if old is None else "corrected"
    day = _day_of(correction, old).isoformat()
    where = url_for("manage.shifts", day=day, done="proposed" if second else done)
    return redirect(where, HTTPStatus.SEE_OTHER)


def _typed(form: Form, old: ShiftLine | None) -> Correction:
    """Return the correction that was typed. Raises what is wrong with it."""
    key = None if old is None else old.id
    if old is not None and form.values["clerk"] == NOBODY:
        return Correction(key, None)
    day = parse_day(form.values["day"])
    if form.values["clerk"] not in _keys(_clerks(old)):
        raise ChoiceMissing
    if form.values["window"] not in _keys(_windows(day)):
        raise WindowMissing
    zone = current.this_centre().zone
    span = parse_span(day, form.values["from"], form.values["to"], zone)
    wanted = Wanted(int(form.values["clerk"]), int(form.values["window"]), span)
    return Correction(key, wanted)


def _carry_out(form: Form, correction: Correction, *, second: bool) -> None:
    hall, wanted = the_hall(), correction.wanted
    with recording(access.by(), current.now()) as records:
        if second:
            account, reason = access.person().id, form.values["reason"]
            propose_correction(records, hall, correction, reason, account)
        elif correction.shift_id is None and wanted is not None:
            add_shifts(records, hall, [wanted], "roster")
        else:
            correct_shift(records, hall, correction)


def _day_of(correction: Correction, old: ShiftLine | None) -> date:
    """Return the day of the page that the shift stands on afterwards."""
    zone = current.this_centre().zone
    if correction.wanted is not None:
        return correction.wanted.span.start.astimezone(zone).date()
    return old.span.start.astimezone(zone).date() if old else today()


def _compare(
    form: Form, correction: Correction, old: ShiftLine | None, *, second: bool
) -> Response:
    page = ComparePage(
        before=version_of(old),
        after=wanted_version(correction, old),
        moved=moves_of(correction),
        day=_day_of(correction, old),
        second=second,
        reason=form.values["reason"],
        action=_action(old),
        fields=tuple(form.values.items()),
    )
    return make_response(render_template("manage/shift_compare.html", page=page))


def version_of(line: ShiftLine | None) -> Version:
    """Return the version that holds: a shift, or that nobody is noted."""
    if line is None:
        return Version("", "", "")
    return Version(line.who, line.number, when(line.span, current.this_centre().zone))


def wanted_version(correction: Correction, old: ShiftLine | None) -> Version:
    """Return the version that is to hold, in words."""
    wanted = correction.wanted
    if wanted is None:
        before = version_of(old)
        return Version("", before.number, before.when)
    zone = current.this_centre().zone
    names = dict(_clerks(old))
    numbers = dict(_windows(wanted.span.start.astimezone(zone).date()))
    return Version(
        names.get(wanted.clerk_id, ""),
        numbers.get(wanted.window_id, ""),
        when(wanted.span, zone),
    )


def moves_of(correction: Correction) -> int:
    """Return how many ratings a correction would give to another clerk."""
    wanted = correction.wanted
    sitting = None
    if wanted is not None:
        sitting = Sitting(wanted.window_id, wanted.clerk_id, wanted.span)
    with reading() as session:
        return count_moves(session, the_hall(), correction.shift_id, sitting)


def _find(key: int) -> ShiftLine:
    """Return a shift that holds, at a window that lies in the scope on its day."""
    centre = current.this_centre()
    with reading() as session:
        line = shift_line(session, centre.id, key)
    if line is None:
        raise NotOpen
    day = line.span.start.astimezone(centre.zone).date()
    if str(line.window_id) not in _keys(_windows(day)):
        raise NotOpen
    return line


def _clerks(old: ShiftLine | None) -> list[Option]:
    """Return the clerks of the scope, and who sits there now wherever they belong."""
    centre = current.this_centre()
    with reading() as session:
        lines = clerk_lines(session, centre.id, today(), access.scope())
    found: dict[object, str] = {} if old is None else {old.clerk_id: old.who}
    found |= {line.id: line.words for line in lines if not line.has_left(today())}
    return list(found.items())


def _windows(day: date) -> list[Option]:
    centre = current.this_centre()
    with reading() as session:
        windows = open_windows(session, centre.id, day, access.scope())
    return [(window.id, f"{window.number} {window.name}") for window in windows]


def _keys(options: list[Option]) -> set[str]:
    return {str(key) for key, _ in options}


def _action(old: ShiftLine | None) -> str:
    if old is None:
        return url_for("manage.take_shift")
    return url_for("manage.take_correction", key=old.id)


def _form_page(form: Form, old: ShiftLine | None) -> Response:
    try:
        day = parse_day(form.values["day"])
    except DayUnreadable:
        day = today()
    page = ShiftFormPage(
        form=form,
        clerks=_clerks(old),
        windows=_windows(day),
        day=day,
        today=today(),
        zone=current.this_centre().zone,
        old=old,
        action=_action(old),
    )
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return make_response(render_template("manage/shift_form.html", page=page), status)
