"""Corrections of closed days: the second person looks at both versions and decides."""

from http import HTTPStatus

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.domain.errors import RuleBroken
from kiosk.domain.policy import Action, NotOpen
from kiosk.extensions import reading, recording
from kiosk.queries.shifts import ProposalLine, open_proposals, shift_line
from kiosk.services.shift_proposals import Correction, decide_proposal
from kiosk.services.shifts import Wanted
from kiosk.web import access, current
from kiosk.web.access import may
from kiosk.web.errors import refusal_sentence, refusal_status
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.clerks import the_hall
from kiosk.web.manage.shift_corrections import moves_of, version_of
from kiosk.web.manage.shift_pages import ComparePage, ProposalsPage, Version, when


@blueprint.get("/manage/shifts/proposals")
@may(Action.CONFIRM_SHIFTS)
def proposals() -> str:
    page = ProposalsPage(
        proposals=_waiting(),
        zone=current.this_centre().zone,
        own_id=access.person().id,
    )
    return render_template("manage/shift_proposals.html", page=page)


@blueprint.get("/manage/shifts/proposals/<int(max=2147483647):key>")
@may(Action.CONFIRM_SHIFTS)
def proposal(key: int) -> str:
    return render_template("manage/shift_compare.html", page=_page(_find(key)))


@blueprint.post("/manage/shifts/proposals/<int(max=2147483647):key>")
@may(Action.CONFIRM_SHIFTS)
def decide(key: int) -> Response:
    found = _find(key)
    accept = request.form.get("decision") == "accept"
    try:
        with recording(access.by(), current.now()) as records:
            who = access.person().id
            decide_proposal(records, the_hall(), key, who, accept=accept)
    except NotOpen:
        raise
    except RuleBroken as refusal:
        page = _page(found, error=refusal_sentence(refusal))
        answer = render_template("manage/shift_compare.html", page=page)
        return make_response(answer, refusal_status(refusal))
    day = found.span.start.astimezone(current.this_centre().zone).date()
    done = "accepted" if accept else "rejected"
    where = url_for("manage.shifts", day=day.isoformat(), done=done)
    return redirect(where, HTTPStatus.SEE_OTHER)


def _waiting() -> list[ProposalLine]:
    centre = current.this_centre()
    with reading() as session:
        return open_proposals(session, centre.id, centre.zone, access.scope())


def _find(key: int) -> ProposalLine:
    for line in _waiting():
        if line.id == key:
            return line
    raise NotOpen


def _page(found: ProposalLine, *, error: str = "") -> ComparePage:
    centre = current.this_centre()
    with reading() as session:
        old = (
            None
            if found.shift_id is None
            else shift_line(session, centre.id, found.shift_id)
        )
    wanted = None
    if found.clerk_id is not None:
        wanted = Wanted(found.clerk_id, found.window_id, found.span)
    return ComparePage(
        before=version_of(old),
        after=Version(found.who, found.number, when(found.span, centre.zone)),
        moved=moves_of(Correction(found.shift_id, wanted)),
        day=found.span.start.astimezone(centre.zone).date(),
        second=True,
        reason=found.reason,
        action=url_for("manage.decide", key=found.id),
        proposal=found,
        own=found.proposed_by_id == access.person().id,
        error=error,
    )
