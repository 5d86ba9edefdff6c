"""A handler opens who stands behind a case, notes the call, forgets on request."""

from http import HTTPStatus

from flask import request
from werkzeug.wrappers import Response

from kiosk.domain.cases import CallOutcome, parse_call, parse_words
from kiosk.domain.contacts import parse_opening_reason
from kiosk.domain.policy import Action
from kiosk.services.case_contacts import call_citizen, forget_behind, open_behind
from kiosk.services.cases import Actor
from kiosk.services.records import Book
from kiosk.web.access import may
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.case import KEY, show
from kiosk.web.manage.case_acts import acted
from kiosk.web.manage.case_form import case_form
from kiosk.web.manage.case_sides import this_clock

_CONTACT = f"/manage/cases/{KEY}/contact"


@blueprint.post(f"{_CONTACT}/open")
@may(Action.OPEN_CONTACTS)
def open_case_contact(key: int) -> Response:
    form = case_form(request.form)
    wanted = request.form.get("contact", "") == "yes"

    def act(records: Book, found: tuple[int, int], who: Actor) -> None:
        reason = parse_opening_reason(form.values["opening"])
        open_behind(records, found, who, reason, contact=wanted)

    return acted(key, form, act, "opened", "opening")


@blueprint.post(f"{_CONTACT}/call")
@may(Action.OPEN_CONTACTS)
def note_case_call(key: int) -> Response:
    form = case_form(request.form)
    said = form.values["called"]
    if said.strip() or form.values["outcome"] == CallOutcome.NOT_CONTENT:
        form.attempt("called", lambda: parse_words(said))
    if form.errors:
        return show(key, form, HTTPStatus.UNPROCESSABLE_ENTITY)

    def act(records: Book, found: tuple[int, int], who: Actor) -> None:
        told = (parse_call(form.values["outcome"]), said)
        call_citizen(records, found, who, told, this_clock(records.session))

    return acted(key, form, act, "called", "outcome")


@blueprint.post(f"{_CONTACT}/erase")
@may(Action.OPEN_CONTACTS)
def erase_case_contact(key: int) -> Response:
    def act(records: Book, found: tuple[int, int], who: Actor) -> None:
        forget_behind(records, found, who)

    return acted(key, case_form(), act, "forgotten", "opening")
