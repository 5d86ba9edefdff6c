"""The fields of a campaign's rules: changed before they hold, amended afterwards."""

from http import HTTPStatus

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.domain.campaign_life import ChangedMeanwhile
from kiosk.domain.errors import RuleBroken
from kiosk.domain.policy import Action, NotOpen
from kiosk.extensions import recording
from kiosk.queries.campaigns import CampaignView
from kiosk.services import campaigns as acts
from kiosk.services.campaigns import Changed
from kiosk.services.records import Book
from kiosk.web import access, current
from kiosk.web.access import may
from kiosk.web.campaigns import any_campaign, today
from kiosk.web.errors import refusal_status
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.campaign_form import typed_rules
from kiosk.web.manage.campaign_pages import RulesPage
from kiosk.web.manage.campaigns import all_problems

_ONE = "/manage/campaigns/<slug>"


@blueprint.get(f"{_ONE}/rules")
@may(Action.RUN_CAMPAIGNS)
def campaign_rules(slug: str) -> Response:
    return _page(any_campaign(slug))


@blueprint.post(f"{_ONE}/rules")
@may(Action.RUN_CAMPAIGNS)
def change_campaign(slug: str) -> Response:
    return _take(slug, "changed")


@blueprint.post(f"{_ONE}/amend")
@may(Action.RUN_CAMPAIGNS)
def amend_campaign(slug: str) -> Response:
    return _take(slug, "amended")


def _take(slug: str, done: str) -> Response:
    found = any_campaign(slug)
    try:
        with recording(access.by(), current.now()) as records:
            _act(records, found, done)
    except NotOpen:
        raise
    except RuleBroken as refusal:
        return _page(found, refusal)
    where = url_for("manage.campaign", slug=slug, done=done)
    return redirect(where, HTTPStatus.SEE_OTHER)


def _act(records: Book, found: CampaignView, done: str) -> None:
    typed = request.form.get("based_on", "")
    changed = Changed(
        rules=typed_rules(found.rules, request.form),
        # Without the version on the screen nothing is taken: it may be an old one.
        based_on=int(typed) if typed.isascii() and typed.isdecimal() else 0,
        reason=request.form.get("reason", ""),
    )
    act = acts.amend if done == "amended" else acts.change_rules
    act(records, found.slug, changed, today())


def _page(found: CampaignView, refusal: RuleBroken | None = None) -> Response:
    # Over newer rules the old fields must not stand: sent once more, they would
    # silently undo what somebody else has changed.
    newer = isinstance(refusal, ChangedMeanwhile)
    page = RulesPage(
        campaign=any_campaign(found.slug) if newer else found,
        today=today(),
        typed={} if newer else request.form,
        reason=request.form.get("reason", ""),
        refusals=all_problems(refusal, found.rules) if refusal else (),
    )
    status = refusal_status(refusal) if refusal else HTTPStatus.OK
    return make_response(
        render_template("manage/campaign_rules.html", page=page), status
    )
