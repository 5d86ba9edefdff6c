"""One case: what was said, where it stands, what was done, and what is to be done."""

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus

from flask import make_response, render_template, request
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kiosk.domain.case_days import StripDay, days_left, strip
from kiosk.domain.case_periods import Clock
from kiosk.domain.case_texts import READ, Reader, TextKind
from kiosk.domain.cases import CaseState, Road, Second, Side, Source
from kiosk.domain.errors import sentence
from kiosk.domain.policy import Action, NotOpen
from kiosk.extensions import reading
from kiosk.models import Case
from kiosk.queries.case_page import clerk_name, said_in, written_in
from kiosk.queries.case_people import can_be_called
from kiosk.queries.cases import case_line
from kiosk.queries.replies import ReplyWords, replies_for
from kiosk.web import current
from kiosk.web.access import allowed, may
from kiosk.web.forms import Form
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.case_appeals import appeals_part
from kiosk.web.manage.case_contact import contact_part
from kiosk.web.manage.case_form import case_form
from kiosk.web.manage.case_like import like_part
from kiosk.web.manage.case_outside import outside_part
from kiosk.web.manage.case_pages import (
    ROAD_WORDS,
    SECOND_WORDS,
    CasePage,
    Event,
    LineView,
    events,
    line_view,
)
from kiosk.web.manage.case_sides import Standing, standing, this_clock

KEY = "<int(max=2147483647):key>"
"""A case in an address."""
DONE = {
    "accepted": sentence("Accepted. The citizen sees it at once."),
    "paused": sentence("The clock stands still; the citizen reads why."),
    "resumed": sentence("The clock runs again; what is due moved on by the pause."),
    "answered": sentence("Answered. The citizen reads the reply at once."),
    "doubted": sentence("Asked for. Somebody outside the unit decides."),
    "rectified": sentence("Kept. The citizen reads what was done."),
    "looked-back": sentence("Kept. The citizen reads how the measure has held."),
    "unfounded": sentence("Found unfounded. The citizen reads why."),
    "sent-back": sentence("Sent back. The unit answers again within a new period."),
    "closed": sentence("The case is closed."),
    "graded": sentence("Graded. The citizen reads it at once."),
    "reopened": sentence("The case is open again."),
    "called": sentence("The call is noted."),
    "opened": sentence("Open to you for one hour; the ledger has your reason."),
    "forgotten": sentence("The contact is erased; the case goes on without the call."),
    "example": sentence("Kept for the report."),
}
"""What was done last, by its name in the address."""
_TOLD_ABOVE = {TextKind.VOICE, TextKind.EXAMPLE}
"""Of the texts, those that stand elsewhere on the page."""
_READER = {Side.UNIT: Reader.UNIT, Side.OUTSIDE: Reader.OUTSIDE}


@blueprint.get(f"/manage/cases/{KEY}")
@may(Action.SEE_CASES)
def case_page(key: int) -> Response:
    return show(key)


def show(
    key: int, form: Form | None = None, status: HTTPStatus = HTTPStatus.OK
) -> Response:
    """Return the page of a case, with what was refused. Raises NotOpen."""
    with reading() as session:
        case = find_case(session, key)
        page = _page(session, case, standing(session), form or case_form())
    return make_response(render_template("manage/case.html", page=page), status)


def find_case(session: Session, key: int) -> Case:
    """Return a case of this centre. Raises NotOpen."""
    # Asked for in any case, so that the time does not tell what there is.
    centre_id = current.this_centre().id
    case = session.get(Case, key)
    if case is None or case.centre_id != centre_id:
        raise NotOpen
    return case


def _page(session: Session, case: Case, stands: Standing, form: Form) -> CasePage:
    side = stands.side(case.unit_id)
    line = case_line(session, case.centre_id, case.id)
    if line is None:
        raise NotOpen
    clock, now = this_clock(session), current.now()
    today = clock.day(now)
    view = line_view(line, now, today)
    kinds = READ[_READER[side]] - _TOLD_ABOVE
    done = DONE.get(request.args.get("done", ""), "")
    replies = _replies(session, case)
    begin(form, replies)
    return CasePage(
        view=view,
        side=side,
        road=str(gettext(ROAD_WORDS[Road(case.road)])),
        clerk=clerk_name(session, case.clerk_id if side is Side.OUTSIDE else None),
        said=said_in(session, case.id, joined=case.source == Source.JOINED),
        spoken=written_in(session, case.id, {TextKind.VOICE}),
        events=events(written_in(session, case.id, kinds), _moments(case)),
        facts=_facts(session, case),
        strip=_strip(view, case, clock, now),
        left=_left(view, clock, now),
        replies=replies,
        form=form,
        like=like_part(session, case, clock),
        appeals=appeals_part(session, case, stands),
        outside=outside_part(case, stands, form),
        contact=contact_part(session, case, stands, form),
        now=now,
        today=today,
        zone=clock.zone,
        done=str(gettext(done)) if done else "",
        may_work=allowed(Action.WORK_CASES),
    )


def _replies(session: Session, case: Case) -> list[ReplyWords]:
    """Return words that a reply may begin with, while one is to be written."""
    if case.state != CaseState.CHECKING:
        return []
    return replies_for(session, case.centre_id, case.cause)


def begin(form: Form, replies: Sequence[ReplyWords]) -> None:
    """Put the words that the address asks for into an empty reply."""
    asked = request.args.get("words", "")
    for each in replies:
        if str(each.id) == asked and not form.values["reply"]:
            form.values["reply"] = each.words


def _moments(case: Case) -> list[Event]:
    """Return what happened without a word; citizens' acts are told as facts."""
    told = (
        (case.accepted_at, gettext("The case was accepted")),
        (case.rectified_at, gettext("Noted as put right")),
        (case.reopened_at, gettext("Opened again")),
        (case.closed_at, gettext("The case was closed")),
    )
    return [Event(at, str(name)) for at, name in told if at is not None]


def _facts(session: Session, case: Case) -> list[tuple[str, str]]:
    verified = gettext("verified") if case.verified else gettext("not verified")
    reach = can_be_called(session, case.id)
    contact = gettext("left; open to handlers alone") if reach else gettext("none left")
    second = gettext(SECOND_WORDS[Second(case.second)]) if case.second else "–"
    return [
        (str(name), str(value))
        for name, value in (
            (gettext("A real service"), verified),
            (gettext("How to reach the citizen"), contact),
            (gettext("Second rating"), second),
        )
    ]


def _strip(view: LineView, case: Case, clock: Clock, now: datetime) -> list[StripDay]:
    if view.due.at is None or case.state >= CaseState.ANSWERED:
        return []
    due = clock.day(view.due.at)
    return strip(clock.calendar, clock.day(case.received_at), due, clock.day(now))


def _left(view: LineView, clock: Clock, now: datetime) -> int:
    if view.due.at is None:
        return 0
    return days_left(clock.calendar, clock.day(now), clock.day(view.due.at))
