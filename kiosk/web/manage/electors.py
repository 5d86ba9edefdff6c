"""The organiser's side of a ballot: codes, lost slips, turnout, the close.

Codes are on the page that answers their making and nowhere else: what is kept is a
hash of each.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kiosk.domain.ballots import (
    CodesCount,
    NoSuchSlip,
    ballot_awards,
    parse_codes_count,
)
from kiosk.domain.errors import RuleBroken, sentence
from kiosk.domain.policy import Action, NotOpen
from kiosk.extensions import reading, recording
from kiosk.extensions.ballots import forget_old_votes
from kiosk.queries.ballots import Turnout, ballots_agree, turnout
from kiosk.queries.campaigns import CampaignView
from kiosk.services.ballots import NewSlip, close_ballot, issue_codes, reissue_code
from kiosk.services.qr import reaches_phones
from kiosk.web import access, current
from kiosk.web.access import may
from kiosk.web.ballot_closing import closed_in_time
from kiosk.web.campaigns import any_campaign, today
from kiosk.web.errors import refusal_sentence, refusal_status
from kiosk.web.forms import Form
from kiosk.web.manage.addresses import base_url
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.elector_pages import ElectorsPage, Row, SlipsPage, printed

_PAGE = "/manage/campaigns/<slug>/electors"
_ISSUE = ("electorate", "count", "seen")
_LOST = ("electorate", "number")
_DIGITS_MOST = 9
DONE = {"closed": sentence("The ballot is closed, and the votes are counted.")}


@blueprint.get(_PAGE)
@may(Action.RUN_CAMPAIGNS)
def electors(slug: str) -> Response:
    return _page(closed_in_time(any_campaign(slug)))


@blueprint.post(_PAGE)
@may(Action.RUN_CAMPAIGNS)
def make_codes(slug: str) -> Response:
    campaign, form = any_campaign(slug), Form(request.form, _ISSUE)
    try:
        count = parse_codes_count(form.values["count"])
        with recording(access.by(), current.now()) as records:
            slips = issue_codes(
                records,
                slug,
                form.values["electorate"],
                count,
                _number(form.values["seen"]),
                today(),
            )
    except RuleBroken as refusal:
        if isinstance(refusal, CodesCount):
            form.refuse("count", refusal)
        return _page(campaign, refusal, issue=form)
    return _slips(campaign, form.values["electorate"], slips)


@blueprint.post(f"{_PAGE}/reissue")
@may(Action.RUN_CAMPAIGNS)
def replace_slip(slug: str) -> Response:
    campaign, form = any_campaign(slug), Form(request.form, _LOST)
    electorate, number = form.values["electorate"], _number(form.values["number"])
    try:
        with recording(access.by(), current.now()) as records:
            slip = reissue_code(records, slug, electorate, number, today())
    except RuleBroken as refusal:
        if isinstance(refusal, NoSuchSlip):
            form.refuse("number", refusal)
        return _page(campaign, refusal, lost=form)
    return _slips(campaign, electorate, [slip], replaced=number)


@blueprint.post(f"{_PAGE}/close")
@may(Action.RUN_CAMPAIGNS)
def close_this_ballot(slug: str) -> Response:
    try:
        with recording(access.by(), current.now()) as records:
            closed = close_ballot(records, slug, today())
    except NotOpen:
        raise
    except RuleBroken as refusal:
        return _page(any_campaign(slug), refusal)
    if closed:
        forget_old_votes()
    address = url_for("manage.electors", slug=slug, done="closed")
    return redirect(address, HTTPStatus.SEE_OTHER)


def _page(
    campaign: CampaignView,
    refusal: RuleBroken | None = None,
    *,
    issue: Form | None = None,
    lost: Form | None = None,
) -> Response:
    ballot_awards(campaign.rules)
    with reading() as session:
        found, agree = turnout(session, campaign), ballots_agree(session, campaign)
    typed = {} if issue is None else {issue.values["electorate"]: issue}
    done = DONE.get(request.args.get("done", ""), "")
    page = ElectorsPage(
        campaign=campaign,
        rows=[Row(each, _issue_form(each, typed)) for each in found],
        lost=lost or Form({}, _LOST),
        today=today(),
        agree=agree,
        refusal="" if refusal is None else refusal_sentence(refusal),
        done=gettext(done) if done else "",
    )
    status = HTTPStatus.OK if refusal is None else refusal_status(refusal)
    return make_response(render_template("manage/electors.html", page=page), status)


def _issue_form(found: Turnout, typed: Mapping[str, Form]) -> Form:
    """Return the form of an electorate, with what was typed and how many there are."""
    form = typed.get(found.electorate.key) or Form({}, _ISSUE)
    form.values["seen"] = str(found.slips)
    return form


def _slips(
    campaign: CampaignView,
    electorate: str,
    slips: Sequence[NewSlip],
    *,
    replaced: int = 0,
) -> Response:
    """Answer with new slips for the printer; no cache may keep them."""
    whose = campaign.rules.electorate(electorate)
    if whose is None:
        raise NotOpen
    base = base_url()
    address = base + url_for("campaign.vote", slug=campaign.slug, lang=None)
    page = SlipsPage(
        campaign=campaign,
        electorate=whose,
        slips=[printed(slip, address) for slip in slips],
        address=address,
        base=base,
        reaches=reaches_phones(base),
        replaced=replaced,
    )
    answer = make_response(render_template("manage/elector_slips.html", page=page))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _number(text: str) -> int:
    """Return a typed number; 0, which no slip has, where it is none."""
    typed = text.strip()
    good = typed.isascii() and typed.isdigit() and len(typed) <= _DIGITS_MOST
    return int(typed) if good else 0
