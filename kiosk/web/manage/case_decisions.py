"""Decisions about a case from outside its unit: none of them is the unit's own."""

from functools import partial
from http import HTTPStatus

from flask import request
from werkzeug.wrappers import Response

from kiosk.domain.cases import GradeUnknown, parse_words
from kiosk.domain.policy import Action
from kiosk.services.case_answers import send_back
from kiosk.services.case_decisions import find_unfounded, grade_idea, reopen_told
from kiosk.services.case_returns import GRADE_MOST
from kiosk.services.cases import Actor, close_case
from kiosk.services.records import Book
from kiosk.web.access import may
from kiosk.web.forms import Form
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.case import KEY, show
from kiosk.web.manage.case_acts import CaseAct, acted
from kiosk.web.manage.case_form import case_form
from kiosk.web.manage.case_sides import this_clock

_ONE = f"/manage/cases/{KEY}"
_GRADES = {str(grade): grade for grade in range(1, GRADE_MOST + 1)}


@blueprint.post(f"{_ONE}/agree")
@may(Action.DECIDE_CASES)
def agree_case(key: int) -> Response:
    form = case_form(request.form)
    told = (form.values["agreed"], form.values["grounds"])
    _need(form, "agreed", "grounds")

    def act(records: Book, found: tuple[int, int], who: Actor) -> None:
        find_unfounded(records, found, who, told, this_clock(records.session))

    return _acted(key, form, act, "unfounded", "agreed")


@blueprint.post(f"{_ONE}/send-back")
@may(Action.DECIDE_CASES)
def send_back_case(key: int) -> Response:
    form = case_form(request.form)

    def act(records: Book, found: tuple[int, int], who: Actor) -> None:
        clock = this_clock(records.session)
        send_back(records, found, who, form.values["note"], clock)

    return acted(key, form, act, "sent-back", "note")


@blueprint.post(f"{_ONE}/close")
@may(Action.DECIDE_CASES)
def close_one_case(key: int) -> Response:
    return acted(key, case_form(), close_case, "closed", "close")


@blueprint.post(f"{_ONE}/grade")
@may(Action.DECIDE_CASES)
def grade_case(key: int) -> Response:
    form = case_form(request.form)
    grade = _GRADES.get(form.values["grade"], 0)
    if not grade:
        form.refuse("grade", GradeUnknown())
    _need(form, "thanks")
    if form.values["award"].strip():
        _need(form, "award")
    told = (form.values["thanks"], form.values["award"])

    def act(records: Book, found: tuple[int, int], who: Actor) -> None:
        grade_idea(records, found, who, grade, told)

    return _acted(key, form, act, "graded", "grade")


@blueprint.post(f"{_ONE}/reopen")
@may(Action.DECIDE_CASES)
def reopen_one_case(key: int) -> Response:
    form = case_form(request.form)

    def act(records: Book, found: tuple[int, int], who: Actor) -> None:
        clock = this_clock(records.session)
        reopen_told(records, found, who, form.values["reopening"], clock)

    return acted(key, form, act, "reopened", "reopening")


def _need(form: Form, *names: str) -> None:
    """Refuse each of several fields that says nothing or too much, beside itself."""
    for name in names:
        form.attempt(name, partial(parse_words, form.values[name]))


def _acted(key: int, form: Form, act: CaseAct, done: str, field: str) -> Response:
    """Do it where all fields are filled in; else show the page again."""
    if form.errors:
        return show(key, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    return acted(key, form, act, done, field)
