"""What one's own units have to do in a campaign, and their self-check lists."""

from collections.abc import Callable
from http import HTTPStatus

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.domain.campaign_kinds import StageKind
from kiosk.domain.errors import RuleBroken
from kiosk.domain.policy import Action, NotOpen
from kiosk.extensions import reading, recording
from kiosk.queries.campaigns import campaigns
from kiosk.queries.unit_tasks import unit_tasks as all_tasks
from kiosk.queries.unit_tasks import units_with_tasks
from kiosk.services.records import Book
from kiosk.services.unit_tasks import (
    Report,
    SelfCheck,
    add_self_check,
    finish_self_check,
    report_task,
)
from kiosk.web import access, current
from kiosk.web.access import may
from kiosk.web.campaigns import public_campaign, today
from kiosk.web.errors import refusal_sentence, refusal_status
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.task_pages import TasksPage, tasks_part

_ALL = "/manage/tasks"
_UNIT = f"{_ALL}/<slug>/<int(max=2147483647):unit>"


@blueprint.get(_ALL)
@may(Action.ANSWER_CAMPAIGNS)
def unit_tasks() -> Response:
    return _page()


@blueprint.post(f"{_UNIT}/report")
@may(Action.ANSWER_CAMPAIGNS)
def report_unit_task(slug: str, unit: int) -> Response:
    report = Report(
        campaign_id=public_campaign(slug).id,
        unit_id=unit,
        task=request.form.get("task", ""),
        person=request.form.get("person", ""),
        proof=request.form.get("proof", ""),
        scope=access.scope(),
    )
    return _done(lambda records: report_task(records, report, today()))


@blueprint.post(f"{_UNIT}/self-check")
@may(Action.ANSWER_CAMPAIGNS)
def add_check(slug: str, unit: int) -> Response:
    line = SelfCheck(
        campaign_id=public_campaign(slug).id,
        unit_id=unit,
        problem=request.form.get("problem", ""),
        measure=request.form.get("measure", ""),
        person=request.form.get("person", ""),
        due=request.form.get("due", ""),
        scope=access.scope(),
    )
    return _done(lambda records: add_self_check(records, line, today()))


@blueprint.post(f"{_ALL}/<int(max=2147483647):key>/done")
@may(Action.ANSWER_CAMPAIGNS)
def finish_check(key: int) -> Response:
    proof, scope = request.form.get("proof", ""), access.scope()
    return _done(lambda records: finish_self_check(records, key, proof, scope))


def _done(act: Callable[[Book], object]) -> Response:
    try:
        with recording(access.by(), current.now()) as records:
            act(records)
    except NotOpen:
        raise
    except RuleBroken as refusal:
        return _page(refusal)
    return redirect(url_for("manage.unit_tasks", done="1"), HTTPStatus.SEE_OTHER)


def _page(refusal: RuleBroken | None = None) -> Response:
    day, scope = today(), access.scope()
    with reading() as session:
        units = [
            (key, name)
            for key, name in units_with_tasks(session, day)
            if scope.holds(key)
        ]
        parts = [
            tasks_part(found, units, all_tasks(session, found.id), day)
            for found in campaigns(session)
            if found.rules.of_kind(StageKind.TASKS) and found.dropped_at is None
        ]
    page = TasksPage(
        parts=parts,
        today=day,
        typed=request.form.to_dict() if refusal else {},
        typed_unit=(request.view_args or {}).get("unit") if refusal else None,
        done="done" in request.args,
        refusal=refusal_sentence(refusal) if refusal else "",
    )
    status = refusal_status(refusal) if refusal else HTTPStatus.OK
    return make_response(render_template("manage/unit_tasks.html", page=page), status)
