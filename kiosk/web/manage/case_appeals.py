"""Appeals of citizens and clerks: two people outside the unit read both sides."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Protocol

from flask import make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from kiosk.domain.case_appeals import AppealState
from kiosk.domain.cases import Side
from kiosk.domain.errors import RuleBroken
from kiosk.domain.policy import Action, NotOpen
from kiosk.extensions import reading, recording
from kiosk.queries.case_appeals import (
    AppealLine,
    appeal_line,
    appeal_lines,
    appeals_of,
)
from kiosk.queries.case_clerk import case_words
from kiosk.queries.case_voices import case_voices
from kiosk.services.case_appeals import (
    confirm_ruling,
    propose_ruling,
    reject_proposal,
)
from kiosk.services.cases import Actor
from kiosk.services.records import Book
from kiosk.web import access, current
from kiosk.web.access import may
from kiosk.web.errors import refusal_sentence, refusal_status
from kiosk.web.forms import Form
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.case_appeal_pages import (
    RULINGS,
    TEXT_WORDS,
    AppealPage,
    AppealsPage,
    AppealsPart,
)
from kiosk.web.manage.case_sides import Standing, actor, standing, this_clock
from kiosk.web.manage.lists import paged

_KEY = "<int(max=2147483647):key>"
_FIELDS = ("ruling", "reason", "why")


class Appealed(Protocol):
    """A case, as far as it matters here."""

    @property
    def id(self) -> int:
        """Its key."""

    @property
    def unit_id(self) -> int:
        """Whose it is to answer."""


def hidden_units(stands: Standing) -> frozenset[int]:
    """Return the units on whose appeals the person does not rule."""
    return stands.own


def appeals_part(
    session: Session, case: Appealed, stands: Standing
) -> AppealsPart | None:
    """Return the appeals of a case for its page; None where there are none.

    Raises NotOpen.
    """
    outside = stands.side(case.unit_id) is Side.OUTSIDE
    lines = appeals_of(session, case.id)
    if not lines:
        return None
    return AppealsPart(lines=lines, outside=outside, zone=current.this_centre().zone)


@blueprint.get("/manage/appeals")
@may(Action.DECIDE_CASES)
def appeals() -> str:
    decided = request.args.get("show") == "decided"
    centre = current.this_centre()
    with reading() as session:
        hidden = hidden_units(standing(session))
        found = appeal_lines(session, centre.id, hidden, decided=decided)
    page = AppealsPage(
        lines=paged(found),
        decided=decided,
        own_id=access.person().id,
        zone=centre.zone,
        done=request.args.get("done", ""),
    )
    return render_template("manage/appeals.html", page=page)


@blueprint.get(f"/manage/appeals/{_KEY}")
@may(Action.DECIDE_CASES)
def appeal(key: int) -> str:
    return _page(_find(key), Form({}, _FIELDS))


@blueprint.post(f"/manage/appeals/{_KEY}/propose")
@may(Action.DECIDE_CASES)
def propose_appeal(key: int) -> Response:
    form = Form(request.form, _FIELDS)
    state, reason = _ruling(form), form.values["reason"]

    def act(records: Book, found: tuple[int, int], who: Actor) -> None:
        propose_ruling(records, found, who, state, reason)

    return _done(key, form, act, "proposed")


@blueprint.post(f"/manage/appeals/{_KEY}/confirm")
@may(Action.DECIDE_CASES)
def confirm_appeal(key: int) -> Response:
    form = Form(request.form, _FIELDS)
    state = _ruling(form)

    def act(records: Book, found: tuple[int, int], who: Actor) -> None:
        clock = this_clock(records.session)
        confirm_ruling(records, found, who, state, clock, _deciders())

    return _done(key, form, act, "decided")


@blueprint.post(f"/manage/appeals/{_KEY}/reject")
@may(Action.DECIDE_CASES)
def reject_appeal(key: int) -> Response:
    form = Form(request.form, _FIELDS)

    def act(records: Book, found: tuple[int, int], who: Actor) -> None:
        reject_proposal(records, found, who, form.values["why"])

    return _done(key, form, act, "rejected", field="why")


def _done(
    key: int,
    form: Form,
    act: Callable[[Book, tuple[int, int], Actor], None],
    done: str,
    field: str = "reason",
) -> Response:
    """Do it and go back to the list, or show the page again with the refusal."""
    line = _find(key)
    try:
        with recording(access.by(), current.now()) as records:
            who = actor(records.session, line.unit_id)
            act(records, (current.this_centre().id, key), who)
    except NotOpen:
        raise
    except RuleBroken as refusal:
        form.refuse(field, refusal)
        answer = _page(_find(key), form, refusal_sentence(refusal))
        return make_response(answer, refusal_status(refusal))
    return redirect(url_for("manage.appeals", done=done), HTTPStatus.SEE_OTHER)


def _ruling(form: Form) -> AppealState:
    found = RULINGS.get(form.values["ruling"])
    if found is None:
        # No button of ours sends another one.
        raise BadRequest
    return found


def _find(key: int) -> AppealLine:
    with reading() as session:
        hidden = hidden_units(standing(session))
        found = appeal_line(session, current.this_centre().id, hidden, key)
    if found is None:
        raise NotOpen
    return found


def _page(line: AppealLine, form: Form, error: str = "") -> str:
    with reading() as session:
        voices = case_voices(session, line.case_id)
        texts = case_words(session, line.case_id, TEXT_WORDS)
    page = AppealPage(
        line=line,
        voices=voices,
        texts=texts,
        form=form,
        own_id=access.person().id,
        deciders=_deciders(),
        zone=current.this_centre().zone,
        error=error,
    )
    return render_template("manage/appeal.html", page=page)


def _deciders() -> int:
    return current.settings().hold_deciders
