"""Words that replies to citizens may begin with: by cause, added, changed, ended."""

from collections.abc import Callable
from http import HTTPStatus

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kiosk.domain.cases import WordsMissing, WordsTooLong
from kiosk.domain.errors import RuleBroken, sentence
from kiosk.domain.policy import Action, NotOpen
from kiosk.domain.replies import ReplyCauseUnknown
from kiosk.extensions import reading, recording
from kiosk.queries.replies import ReplyWords, reply_by_id, reply_words
from kiosk.services.records import Book
from kiosk.services.replies import (
    ReplyDraft,
    add_reply,
    change_reply,
    end_reply,
    offer_again,
    take_suggested,
)
from kiosk.web import access, current
from kiosk.web.access import may
from kiosk.web.errors import refusal_sentence, refusal_status
from kiosk.web.forms import Form
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.reply_pages import RepliesPage, ReplyPage

_ONE = "/manage/replies/<int(max=2147483647):key>"
_FIELDS = ("cause", "name", "words")
_PLACES: dict[type[RuleBroken], str] = {
    ReplyCauseUnknown: "cause",
    WordsMissing: "words",
    WordsTooLong: "words",
}
"""Fields that refusals are about; all others are about the name."""
DONE = {
    "added": sentence("Added. It is offered from now on."),
    "changed": sentence("Changed. Replies that were sent stay as they are."),
    "ended": sentence("It is offered no more."),
    "again": sentence("It is offered again."),
    "suggested": sentence("Taken over. Read them once and change what does not fit."),
}


@blueprint.get("/manage/replies")
@may(Action.EDIT_REPLIES)
def replies() -> Response:
    return _list(Form({"cause": "0"}, _FIELDS))


@blueprint.post("/manage/replies")
@may(Action.EDIT_REPLIES)
def new_reply() -> Response:
    form = Form(request.form, _FIELDS)
    refusal = _refused(
        form,
        lambda records: add_reply(records, current.this_centre().id, _draft(form)),
    )
    return _list(form, refusal_status(refusal)) if refusal else _back("added")


@blueprint.post("/manage/replies/suggested")
@may(Action.EDIT_REPLIES)
def suggested_replies() -> Response:
    form = Form({"cause": "0"}, _FIELDS)
    try:
        with recording(access.by(), current.now()) as records:
            take_suggested(records, current.this_centre().id)
    except RuleBroken as refusal:
        return _list(form, refusal_status(refusal), refusal_sentence(refusal))
    return _back("suggested")


@blueprint.get(_ONE)
@may(Action.EDIT_REPLIES)
def reply(key: int) -> Response:
    found = _find(key)
    typed = {"cause": str(found.cause), "name": found.name, "words": found.words}
    return _page(found, Form(typed, _FIELDS))


@blueprint.post(_ONE)
@may(Action.EDIT_REPLIES)
def edit_reply(key: int) -> Response:
    found, form = _find(key), Form(request.form, _FIELDS)
    centre_id = current.this_centre().id
    refusal = _refused(
        form, lambda records: change_reply(records, centre_id, key, _draft(form))
    )
    return _page(found, form, refusal_status(refusal)) if refusal else _back("changed")


@blueprint.post(f"{_ONE}/end")
@may(Action.EDIT_REPLIES)
def end_this_reply(key: int) -> Response:
    with recording(access.by(), current.now()) as records:
        end_reply(records, current.this_centre().id, key)
    return _back("ended")


@blueprint.post(f"{_ONE}/again")
@may(Action.EDIT_REPLIES)
def offer_reply_again(key: int) -> Response:
    with recording(access.by(), current.now()) as records:
        offer_again(records, current.this_centre().id, key)
    return _back("again")


def _refused(form: Form, act: Callable[[Book], object]) -> RuleBroken | None:
    """Do it; return what was refused, noted beside the field it is about."""
    try:
        with recording(access.by(), current.now()) as records:
            act(records)
    except NotOpen:
        raise
    except RuleBroken as refusal:
        form.refuse(_PLACES.get(type(refusal), "name"), refusal)
        return refusal
    return None


def _draft(form: Form) -> ReplyDraft:
    return ReplyDraft(*(form.values[name] for name in _FIELDS))


def _find(key: int) -> ReplyWords:
    with reading() as session:
        found = reply_by_id(session, current.this_centre().id, key)
    if found is None:
        raise NotOpen
    return found


def _list(
    form: Form, status: HTTPStatus = HTTPStatus.OK, refusal: str = ""
) -> Response:
    with reading() as session:
        found = reply_words(session, current.this_centre().id)
    done = DONE.get(request.args.get("done", ""), "")
    page = RepliesPage(
        form=form, replies=found, done=gettext(done) if done else "", refusal=refusal
    )
    return make_response(render_template("manage/replies.html", page=page), status)


def _page(
    found: ReplyWords, form: Form, status: HTTPStatus = HTTPStatus.OK
) -> Response:
    page = ReplyPage(form=form, reply=found)
    return make_response(render_template("manage/reply.html", page=page), status)


def _back(done: str) -> Response:
    return redirect(url_for("manage.replies", done=done), HTTPStatus.SEE_OTHER)
