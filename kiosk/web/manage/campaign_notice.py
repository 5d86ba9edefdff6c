"""The list: what it comes to, posting it, and fixing the result."""

from collections.abc import Callable
from http import HTTPStatus

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kiosk.domain.ballots import has_ballot
from kiosk.domain.campaign_outcome import compute
from kiosk.domain.campaign_results import Outcome
from kiosk.domain.errors import RuleBroken, sentence
from kiosk.domain.policy import Action, NotOpen
from kiosk.domain.publications import check_posting
from kiosk.extensions import reading, recording
from kiosk.queries.campaign_inputs import CentreDays, gather
from kiosk.queries.campaign_sheets import SheetView, sheets
from kiosk.queries.campaigns import CampaignView
from kiosk.queries.objections import objection_totals
from kiosk.services.publications import fix_result, post_notice
from kiosk.services.records import Book
from kiosk.web import access, current
from kiosk.web.access import may
from kiosk.web.campaigns import any_campaign, today
from kiosk.web.errors import refusal_sentence, refusal_status
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.notice_pages import NoticePage

_ALL = "/manage/campaigns/<slug>/notice"
_DONE = {
    "posted": sentence("The list is posted. Everybody can read it and object."),
    "fixed": sentence("The final list is fixed. Certificates can be printed now."),
}


@blueprint.get(_ALL)
@may(Action.RUN_CAMPAIGNS)
def campaign_notice(slug: str) -> Response:
    return _page(slug)


@blueprint.post(_ALL)
@may(Action.RUN_CAMPAIGNS)
def post_list(slug: str) -> Response:
    # The first look after the vote closes the ballot, so that it can be counted.
    any_campaign(slug)
    return _done(
        slug, "posted", lambda records: post_notice(records, slug, centre_days())
    )


@blueprint.post("/manage/campaigns/<slug>/result")
@may(Action.RUN_CAMPAIGNS)
def fix_list(slug: str) -> Response:
    approval = request.form.get("approval", "")
    return _done(
        slug,
        "fixed",
        lambda records: fix_result(records, slug, approval, centre_days()),
    )


def centre_days() -> CentreDays:
    """Return the centre whose day and calendar hold."""
    centre = current.this_centre()
    return CentreDays(centre_id=centre.id, zone=centre.zone)


def _done(slug: str, done: str, act: Callable[[Book], object]) -> Response:
    try:
        with recording(access.by(), current.now()) as records:
            act(records)
    except NotOpen:
        raise
    except RuleBroken as refusal:
        return _page(
            slug,
            refusal_status(refusal),
            refusal_sentence(refusal),
            request.form.get("approval", ""),
        )
    where = url_for("manage.campaign_notice", slug=slug, done=done)
    return redirect(where, HTTPStatus.SEE_OTHER)


def _page(
    slug: str,
    status: HTTPStatus = HTTPStatus.OK,
    refusal: str = "",
    approval: str = "",
) -> Response:
    found = any_campaign(slug)
    with reading() as session:
        posted = sheets(session, found.id)
        totals = objection_totals(session, found.id)
    waits = "" if posted else _waits(found)
    done = _DONE.get(request.args.get("done", ""), "")
    page = NoticePage(
        campaign=found,
        sheets=posted,
        outcome=None if waits else _outcome(found, posted),
        totals=totals,
        waits=waits,
        zone=current.this_centre().zone,
        done=gettext(done) if done else "",
        refusal=refusal,
        approval=approval,
    )
    return make_response(render_template("manage/notice.html", page=page), status)


def _waits(found: CampaignView) -> str:
    """Return why the list cannot be posted today; empty: it can."""
    counted = not has_ballot(found.rules) or found.ballot_closed_at is not None
    try:
        check_posting(found.rules, today(), ballot_counted=counted)
    except RuleBroken as refusal:
        return refusal_sentence(refusal)
    return ""


def _outcome(found: CampaignView, posted: list[SheetView]) -> Outcome:
    """Return what holds, or what would be posted now.

    Nobody sees that before the day on which it can be posted: who is ahead must not
    be known to whoever still enters numbers.
    """
    if posted:
        return posted[0].outcome
    with reading() as session:
        return compute(gather(session, found, centre_days(), today()))
