"""Held ratings: two people outside the unit look at each heap and decide.

Until a heap is decided, its page says neither whose window it is nor which unit's.
"""

from collections.abc import Callable
from http import HTTPStatus

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from kiosk.domain.board import board_period
from kiosk.domain.errors import RuleBroken
from kiosk.domain.hold_states import HoldState
from kiosk.domain.policy import Action, NotOpen
from kiosk.extensions import reading, recording
from kiosk.queries.hold_reviews import (
    HoldLine,
    hold_day,
    hold_line,
    hold_lines,
    hold_report,
)
from kiosk.services.hold_reviews import (
    confirm_decision,
    propose_decision,
    reject_proposal,
)
from kiosk.services.records import Book
from kiosk.web import access, current
from kiosk.web.access import may
from kiosk.web.errors import refusal_sentence, refusal_status
from kiosk.web.forms import Form
from kiosk.web.manage.addresses import today
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.calls import own_units
from kiosk.web.manage.hold_pages import (
    DECISIONS,
    HoldPage,
    HoldReportPage,
    HoldsPage,
)
from kiosk.web.manage.lists import paged

_KEY = "<int(max=2147483647):key>"
_FIELDS = ("decision", "reason", "why")


@blueprint.get("/manage/holds")
@may(Action.REVIEW_HOLDS)
def holds() -> str:
    decided = request.args.get("show") == "decided"
    with reading() as session:
        hidden = own_units(session)
        found = hold_lines(session, current.this_centre().id, hidden, decided=decided)
    page = HoldsPage(
        lines=paged(found),
        decided=decided,
        own_id=access.person().id,
        done=request.args.get("done", ""),
    )
    return render_template("manage/holds.html", page=page)


@blueprint.get("/manage/holds/report")
@may(Action.REVIEW_HOLDS)
def holds_report() -> str:
    period = board_period(today())
    with reading() as session:
        found = hold_report(session, current.this_centre().id, period)
    page = HoldReportPage(report=found, period=period)
    return render_template("manage/hold_report.html", page=page)


@blueprint.get(f"/manage/holds/{_KEY}")
@may(Action.REVIEW_HOLDS)
def hold(key: int) -> str:
    return _page(_find(key), Form({}, _FIELDS))


@blueprint.post(f"/manage/holds/{_KEY}/propose")
@may(Action.REVIEW_HOLDS)
def propose_hold(key: int) -> Response:
    form = Form(request.form, _FIELDS)
    state, who = _decision(form), access.person().id

    def act(records: Book) -> None:
        found = (current.this_centre().id, key)
        propose_decision(records, found, who, state, form.values["reason"])

    return _done(key, form, act, "proposed")


@blueprint.post(f"/manage/holds/{_KEY}/confirm")
@may(Action.REVIEW_HOLDS)
def confirm_hold(key: int) -> Response:
    form = Form(request.form, _FIELDS)
    state, who = _decision(form), access.person().id

    def act(records: Book) -> None:
        found, deciders = (current.this_centre().id, key), _deciders()
        confirm_decision(records, found, who, state, deciders)

    return _done(key, form, act, "decided")


@blueprint.post(f"/manage/holds/{_KEY}/reject")
@may(Action.REVIEW_HOLDS)
def reject_hold(key: int) -> Response:
    form = Form(request.form, _FIELDS)
    who = access.person().id

    def act(records: Book) -> None:
        found = (current.this_centre().id, key)
        reject_proposal(records, found, who, form.values["why"])

    return _done(key, form, act, "rejected", field="why")


def _done(
    key: int,
    form: Form,
    act: Callable[[Book], None],
    done: str,
    field: str = "reason",
) -> Response:
    """Do it and go back to the list, or show the page again with the refusal."""
    _find(key)
    try:
        with recording(access.by(), current.now()) as records:
            act(records)
    except NotOpen:
        raise
    except RuleBroken as refusal:
        form.refuse(field, refusal)
        answer = _page(_find(key), form, refusal_sentence(refusal))
        return make_response(answer, refusal_status(refusal))
    return redirect(url_for("manage.holds", done=done), HTTPStatus.SEE_OTHER)


def _decision(form: Form) -> HoldState:
    found = DECISIONS.get(form.values["decision"])
    if found is None:
        # No button of ours sends another one.
        raise BadRequest
    return found


def _find(key: int) -> HoldLine:
    with reading() as session:
        hidden = own_units(session)
        found = hold_line(session, current.this_centre().id, hidden, key)
    if found is None:
        raise NotOpen
    return found


def _page(line: HoldLine, form: Form, error: str = "") -> str:
    with reading() as session:
        day = hold_day(session, line)
    page = HoldPage(
        line=line,
        day=day,
        form=form,
        own_id=access.person().id,
        deciders=_deciders(),
        zone=current.this_centre().zone,
        error=error,
    )
    return render_template("manage/hold.html", page=page)


def _deciders() -> int:
    return current.settings().hold_deciders
