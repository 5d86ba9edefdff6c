"""What those who work on a case do: accept, pause, answer, put right, look back."""

from collections.abc import Callable
from http import HTTPStatus

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from kiosk.domain.cases import AnswerUnknown, GradeUnknown, MeasureMissing, parse_answer
from kiosk.domain.errors import RuleBroken
from kiosk.domain.policy import Action, NotOpen
from kiosk.extensions import recording
from kiosk.services.case_answers import (
    Reply,
    answer_case,
    doubt_case,
    look_back_at,
    rectify_case,
)
from kiosk.services.cases import Actor, accept_case, pause_case, resume_case
from kiosk.services.records import Book
from kiosk.web import access, current
from kiosk.web.access import may
from kiosk.web.errors import refusal_status
from kiosk.web.forms import Form
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.case import KEY, find_case, show
from kiosk.web.manage.case_form import case_form
from kiosk.web.manage.case_sides import actor, this_clock

CaseAct = Callable[[Book, tuple[int, int], Actor], None]
"""Does something with a case: keys of centre and case, and who does it."""
_BESIDE: dict[type[RuleBroken], str] = {
    MeasureMissing: "measure",
    AnswerUnknown: "answer",
    GradeUnknown: "grade",
}
"""Fields that some refusals are about, whatever the form began with."""
_ONE = f"/manage/cases/{KEY}"


@blueprint.post(f"{_ONE}/accept")
@may(Action.WORK_CASES)
def accept_one_case(key: int) -> Response:
    return acted(key, case_form(), accept_case, "accepted", "accept")


@blueprint.post(f"{_ONE}/pause")
@may(Action.WORK_CASES)
def pause_one_case(key: int) -> Response:
    form = case_form(request.form)

    def act(records: Book, found: tuple[int, int], who: Actor) -> None:
        pause_case(records, found, who, form.values["pause"])

    return acted(key, form, act, "paused", "pause")


@blueprint.post(f"{_ONE}/resume")
@may(Action.WORK_CASES)
def resume_one_case(key: int) -> Response:
    def act(records: Book, found: tuple[int, int], who: Actor) -> None:
        resume_case(records, found, who, this_clock(records.session))

    return acted(key, case_form(), act, "resumed", "accept")


@blueprint.post(f"{_ONE}/answer")
@may(Action.WORK_CASES)
def answer_one_case(key: int) -> Response:
    form = case_form(request.form)

    def act(records: Book, found: tuple[int, int], who: Actor) -> None:
        reply = Reply(
            answer=parse_answer(form.values["answer"]),
            words=form.values["reply"],
            measure=form.values["measure"],
            done=bool(form.values["done"]),
        )
        answer_case(records, found, who, reply, this_clock(records.session))

    return acted(key, form, act, "answered", "reply")


@blueprint.post(f"{_ONE}/doubt")
@may(Action.WORK_CASES)
def doubt_one_case(key: int) -> Response:
    form = case_form(request.form)

    def act(records: Book, found: tuple[int, int], who: Actor) -> None:
        clock = this_clock(records.session)
        doubt_case(records, found, who, form.values["finding"], clock)

    return acted(key, form, act, "doubted", "finding")


@blueprint.post(f"{_ONE}/rectify")
@may(Action.WORK_CASES)
def rectify_one_case(key: int) -> Response:
    form = case_form(request.form)

    def act(records: Book, found: tuple[int, int], who: Actor) -> None:
        rectify_case(records, found, who, form.values["rectified"])

    return acted(key, form, act, "rectified", "rectified")


@blueprint.post(f"{_ONE}/look-back")
@may(Action.WORK_CASES)
def look_back_one_case(key: int) -> Response:
    form = case_form(request.form)

    def act(records: Book, found: tuple[int, int], who: Actor) -> None:
        look_back_at(records, found, who, form.values["result"])

    return acted(key, form, act, "looked-back", "result")


def acted(key: int, form: Form, act: CaseAct, done: str, field: str) -> Response:
    """Do it and show the case anew, or the page with the refusal beside its field.

    Raises NotOpen for whoever has no side in the case.
    """
    try:
        with recording(access.by(), current.now()) as records:
            case = find_case(records.session, key)
            who = actor(records.session, case.unit_id)
            act(records, (case.centre_id, key), who)
    except NotOpen:
        raise
    except RuleBroken as refusal:
        form.refuse(_BESIDE.get(type(refusal), field), refusal)
        return show(key, form, refusal_status(refusal))
    here = url_for("manage.case_page", key=key, done=done)
    return redirect(here, HTTPStatus.SEE_OTHER)
