"""Leaving the demonstration: a new, empty installation, organised from here."""

from http import HTTPStatus

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from kiosk.domain.policy import Action
from kiosk.domain.renewal import NotADemonstration
from kiosk.extensions.renewal import leave_demonstration
from kiosk.web import current, sessions
from kiosk.web.access import may, remember_holder
from kiosk.web.loading import not_loading
from kiosk.web.manage.blueprint import blueprint


@blueprint.get("/manage/leave")
@may(Action.LEAVE_DEMONSTRATION)
def ask_leave() -> str:
    if not current.this_installation().demonstration:
        raise NotADemonstration
    return render_template("manage/leave.html")


@blueprint.post("/manage/leave")
@may(Action.LEAVE_DEMONSTRATION)
def leave() -> Response:
    with not_loading():
        holder = leave_demonstration(current.now())
    response = redirect(url_for("setup.start"), HTTPStatus.SEE_OTHER)
    remember_holder(response, holder)
    # Its row has gone with the demonstration.
    sessions.drop_cookie(response, sessions.SESSION_COOKIE)
    return response
