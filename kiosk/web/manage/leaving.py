"""Leaving the demonstration: a new, empty installation, organised from here."""

from http import HTTPStatus

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from kiosk.domain.renewal import NotADemonstration
from kiosk.extensions.renewal import leave_demonstration
from kiosk.web import current
from kiosk.web.access import organiser_only, remember_organiser
from kiosk.web.loading import not_loading
from kiosk.web.manage.blueprint import blueprint


@blueprint.get("/manage/leave")
@organiser_only
def ask_leave() -> str:
    if not current.this_installation().demonstration:
        raise NotADemonstration
    return render_template("manage/leave.html")


@blueprint.post("/manage/leave")
@organiser_only
def leave() -> Response:
    with not_loading():
        holder = leave_demonstration(current.now())
    response = redirect(url_for("setup.start"), HTTPStatus.SEE_OTHER)
    remember_organiser(response, holder)
    return response
