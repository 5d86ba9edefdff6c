"""The organiser's page of tasks: all units, confirming, giving back, looking back."""

from collections.abc import Callable
from http import HTTPStatus

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.domain.errors import RuleBroken
from kiosk.domain.policy import Action, NotOpen
from kiosk.extensions import reading, recording
from kiosk.queries.unit_tasks import unit_tasks as all_tasks
from kiosk.queries.unit_tasks import units_with_tasks
from kiosk.services.records import Book
from kiosk.services.unit_tasks import check_task, look_back
from kiosk.web import access, current
from kiosk.web.access import may
from kiosk.web.campaigns import any_campaign, today
from kiosk.web.errors import refusal_sentence, refusal_status
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.task_pages import TasksPage, tasks_part

_ALL = "/manage/campaigns/<slug>/tasks"
_ONE = f"{_ALL}/<int(max=2147483647):key>"


@blueprint.get(_ALL)
@may(Action.RUN_CAMPAIGNS)
def campaign_tasks(slug: str) -> Response:
    return _page(slug)


@blueprint.post(f"{_ONE}/check")
@may(Action.RUN_CAMPAIGNS)
def check_unit_task(slug: str, key: int) -> Response:
    remark, confirms = request.form.get("remark", ""), "confirm" in request.form
    return _done(
        slug, lambda records: check_task(records, key, remark, confirms=confirms)
    )


@blueprint.post(f"{_ONE}/look-back")
@may(Action.RUN_CAMPAIGNS)
def look_back_on_task(slug: str, key: int) -> Response:
    kept = "kept" in request.form
    return _done(slug, lambda records: look_back(records, key, kept=kept))


def _done(slug: str, act: Callable[[Book], object]) -> Response:
    try:
        with recording(access.by(), current.now()) as records:
            act(records)
    except NotOpen:
        raise
    except RuleBroken as refusal:
        return _page(slug, refusal)
    where = url_for("manage.campaign_tasks", slug=slug, done="1")
    return redirect(where, HTTPStatus.SEE_OTHER)


def _page(slug: str, refusal: RuleBroken | None = None) -> Response:
    found, day = any_campaign(slug), today()
    with reading() as session:
        units = units_with_tasks(session, day)
        part = tasks_part(found, units, all_tasks(session, found.id), day)
    page = TasksPage(
        parts=[part],
        today=day,
        done="done" in request.args,
        refusal=refusal_sentence(refusal) if refusal else "",
    )
    status = refusal_status(refusal) if refusal else HTTPStatus.OK
    body = render_template("manage/campaign_tasks.html", page=page, part=part)
    return make_response(body, status)
