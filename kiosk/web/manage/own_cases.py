"""A case as the clerk whom it concerns sees it: without the citizen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from zoneinfo import ZoneInfo

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kiosk.domain.case_appeals import Appellant, appeal_until
from kiosk.domain.case_texts import TextKind
from kiosk.domain.cases import WORDS_MOST, Answer, CaseState
from kiosk.domain.errors import RuleBroken, sentence
from kiosk.domain.policy import Action, NotOpen
from kiosk.extensions import reading, recording
from kiosk.queries.case_appeals import AppealTold, clerk_appeal
from kiosk.queries.case_clerk import CaseWords, OwnCase, own_case, own_case_words
from kiosk.services.case_appeals import file_appeal
from kiosk.services.case_clerk import add_statement
from kiosk.web import access, current
from kiosk.web.access import may
from kiosk.web.case_words import answer_words, appeal_words, cause_words, state_words
from kiosk.web.errors import refusal_status
from kiosk.web.forms import Form
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.case_sides import this_clock

_ONE = "/manage/mine/cases/<int(max=2147483647):key>"
_FIELDS = ("statement", "appeal")
DONE = {
    "statement": sentence("Kept. The unit and those outside it read your statement."),
    "appeal": sentence(
        "Your appeal is made. Two people outside your unit decide; you read here what "
        "they decided and why."
    ),
}
_ORDER = (TextKind.REPLY, TextKind.MEASURE, TextKind.FINDING)
_TITLES = {
    TextKind.REPLY: sentence("What the citizen was told"),
    TextKind.MEASURE: sentence("What was done or promised"),
    TextKind.FINDING: sentence("What the check found"),
}


@dataclass(frozen=True, kw_only=True)
class OwnCasePage:
    """A case about the reader: what came of it, and what they may say."""

    case: OwnCase
    words: Sequence[CaseWords]
    appeal: AppealTold | None
    until: datetime | None
    """When the time to appeal ends; None while there is no answer."""
    now: datetime
    form: Form
    zone: ZoneInfo
    done: str = ""
    most: int = WORDS_MOST

    @property
    def cause(self) -> str:
        """What it is about, in the language of the request."""
        return cause_words(self.case.cause)

    @property
    def state(self) -> str:
        """Where it stands."""
        return state_words(self.case.state)

    @property
    def answer(self) -> str:
        """What the answer says; "" without one."""
        return answer_words(self.case.answer)

    @property
    def told(self) -> list[tuple[str, list[CaseWords]]]:
        """What was written by others, kind by kind."""
        return [
            (str(gettext(_TITLES[kind])), found)
            for kind in _ORDER
            if (found := [text for text in self.words if text.kind is kind])
        ]

    @property
    def statements(self) -> list[CaseWords]:
        """What the clerk said so far."""
        return [text for text in self.words if text.kind is TextKind.STATEMENT]

    @property
    def may_state(self) -> bool:
        """Whether the case is open, so that a statement can still be weighed."""
        return self.case.state != CaseState.CLOSED

    @property
    def may_appeal(self) -> bool:
        """Whether there is an answer to appeal against, and time left."""
        unfounded = self.case.answer == Answer.UNFOUNDED
        in_time = self.until is not None and self.now < self.until
        return in_time and not unfounded and self.appeal is None

    @property
    def ruling(self) -> str:
        """What became of the clerk's appeal."""
        return appeal_words(self.appeal.state) if self.appeal else ""


@blueprint.get(_ONE)
@may(Action.SEE_OWN)
def own_case_page(key: int) -> Response:
    return _page(key, Form({}, _FIELDS))


@blueprint.post(f"{_ONE}/statement")
@may(Action.SEE_OWN)
def state_own_case(key: int) -> Response:
    form, who = Form(request.form, _FIELDS), access.person().id
    try:
        with recording(access.by(), current.now()) as records:
            found = (current.this_centre().id, key)
            add_statement(records, found, who, form.values["statement"])
    except NotOpen:
        raise
    except RuleBroken as refusal:
        form.refuse("statement", refusal)
        return _page(key, form, refusal_status(refusal))
    return _back(key, "statement")


@blueprint.post(f"{_ONE}/appeal")
@may(Action.SEE_OWN)
def appeal_own_case(key: int) -> Response:
    form, who = Form(request.form, _FIELDS), access.person().id
    words = form.values["appeal"]
    try:
        with recording(access.by(), current.now()) as records:
            found = (current.this_centre().id, key)
            clock = this_clock(records.session)
            file_appeal(records, found, Appellant.CLERK, words, who, clock)
    except NotOpen:
        raise
    except RuleBroken as refusal:
        form.refuse("appeal", refusal)
        return _page(key, form, refusal_status(refusal))
    return _back(key, "appeal")


def _page(key: int, form: Form, status: HTTPStatus = HTTPStatus.OK) -> Response:
    who, centre, now = access.person().id, current.this_centre(), current.now()
    with reading() as session:
        case = own_case(session, centre.id, who, key)
        if case is None:
            raise NotOpen
        words = own_case_words(session, key)
        appeal = clerk_appeal(session, key)
        until = _until(session, case)
    done = DONE.get(request.args.get("done", ""), "")
    page = OwnCasePage(
        case=case,
        words=words,
        appeal=appeal,
        until=until,
        now=now,
        form=form,
        zone=centre.zone,
        done=gettext(done) if done else "",
    )
    return make_response(render_template("manage/own_case.html", page=page), status)


def _until(session: Session, case: OwnCase) -> datetime | None:
    if case.answered_at is None:
        return None
    return appeal_until(case.answered_at, this_clock(session))


def _back(key: int, done: str) -> Response:
    here = url_for("manage.own_case_page", key=key, done=done)
    return redirect(here, HTTPStatus.SEE_OTHER)
