"""The secret ballot on a phone: a code opens it, and handing it in spends the code."""

from http import HTTPStatus

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from kiosk.domain.ballots import (
    BallotClosed,
    BallotCodeCancelled,
    BallotCodeSpent,
    BallotCodeUnknown,
    NotOnBallot,
    TooManyNames,
    ballot_awards,
    parse_ballot_code,
)
from kiosk.domain.campaign_kinds import StageKind
from kiosk.domain.campaign_stages import check_open
from kiosk.domain.errors import RuleBroken
from kiosk.extensions import reading, recording
from kiosk.queries.ballots import ElectorView, elector_by_code
from kiosk.queries.campaigns import CampaignView
from kiosk.queries.candidates import CandidateView, candidates
from kiosk.services.ballots import cast_ballot
from kiosk.web import current
from kiosk.web.access import public
from kiosk.web.ballot_closing import closed_in_time
from kiosk.web.campaign.blueprint import blueprint
from kiosk.web.campaign.vote_pages import BallotPage, CodePage, ElectorPage
from kiosk.web.campaigns import public_campaign, today
from kiosk.web.errors import refusal_sentence, refusal_status

LARGEST_FORM = 64 * 1024
_KEY_DIGITS = 9
_ELECTOR = "elector"
"""Who acts, as the ledger writes it: nobody by name."""


@blueprint.get("/campaigns/<slug>/vote")
@public
def vote(slug: str) -> Response:
    campaign = closed_in_time(public_campaign(slug))
    ballot_awards(campaign.rules)
    typed = request.args.get("code", "")
    if not typed:
        return _code_page(campaign)
    try:
        code = parse_ballot_code(typed)
    except BallotCodeUnknown as refusal:
        return _code_page(campaign, refusal, typed)
    return _to("campaign.ballot", slug, code=code)


@blueprint.get("/campaigns/<slug>/vote/<code>")
@public
def ballot(slug: str, code: str) -> Response:
    campaign = closed_in_time(public_campaign(slug))
    try:
        elector = _good(campaign, code)
    except RuleBroken as refusal:
        return _code_page(campaign, refusal, code)
    return _ballot_page(campaign, code, elector, {})


@blueprint.post("/campaigns/<slug>/vote/<code>")
@public
def cast(slug: str, code: str) -> Response:
    request.max_content_length = LARGEST_FORM
    campaign = closed_in_time(public_campaign(slug))
    try:
        elector = _good(campaign, code)
        chosen = _chosen(campaign, request.form)
        if not any(chosen.values()) and "blank" not in request.form:
            status = HTTPStatus.UNPROCESSABLE_ENTITY
            return _ballot_page(campaign, code, elector, chosen, status=status)
        with recording(_ELECTOR, current.now()) as records:
            cast_ballot(records, slug, code, chosen, today())
    except (TooManyNames, NotOnBallot) as refusal:
        return _ballot_page(campaign, code, elector, chosen, refusal)
    except RuleBroken as refusal:
        return _code_page(campaign, refusal, code)
    return _to("campaign.voted", slug)


@blueprint.get("/campaigns/<slug>/voted")
@public
def voted(slug: str) -> Response:
    page = ElectorPage(campaign=public_campaign(slug), elder=_elder())
    return make_response(render_template("campaign/voted.html", page=page))


def _good(campaign: CampaignView, code: str) -> ElectorView:
    """Return who holds a code that opens the ballot now.

    Raises what makes it useless: first about the code, then about the time.
    """
    with reading() as session:
        found = elector_by_code(session, campaign.id, code)
    if found is None:
        raise BallotCodeUnknown
    if found.spent:
        raise BallotCodeSpent
    if found.cancelled:
        raise BallotCodeCancelled
    ballot_awards(campaign.rules)
    if campaign.ballot_closed_at is not None or campaign.dropped_at is not None:
        raise BallotClosed
    check_open(campaign.rules, StageKind.VOTE, today())
    return found


def _chosen(
    campaign: CampaignView, form: MultiDict[str, str]
) -> dict[str, tuple[int, ...]]:
    """Return what was ticked, by award; what is no key names nobody on the ballot."""
    return {
        award.key: tuple(_key(text) for text in form.getlist(f"award-{award.key}"))
        for award in ballot_awards(campaign.rules)
    }


def _key(text: str) -> int:
    good = text.isascii() and text.isdigit() and len(text) <= _KEY_DIGITS
    return int(text) if good else 0


def _standing(campaign: CampaignView) -> list[CandidateView]:
    with reading() as session:
        found = candidates(session, campaign.id)
    return [each for each in found if each.standing]


def _ballot_page(
    campaign: CampaignView,
    code: str,
    elector: ElectorView,
    chosen: dict[str, tuple[int, ...]],
    refusal: RuleBroken | None = None,
    *,
    status: HTTPStatus = HTTPStatus.OK,
) -> Response:
    """Answer with the ballot, and with what was ticked and is wrong with it."""
    page = BallotPage(
        campaign=campaign,
        elder=_elder(),
        refusal="" if refusal is None else refusal_sentence(refusal),
        code=parse_ballot_code(code),
        electorate=elector.electorate,
        standing=_standing(campaign),
        chosen=chosen,
        asks_blank=refusal is None and status is not HTTPStatus.OK,
    )
    said = status if refusal is None else refusal_status(refusal)
    return make_response(render_template("campaign/ballot.html", page=page), said)


def _code_page(
    campaign: CampaignView, refusal: RuleBroken | None = None, typed: str = ""
) -> Response:
    """Answer with the field for a code, and why the one that came is not good."""
    page = CodePage(
        campaign=campaign,
        elder=_elder(),
        refusal="" if refusal is None else refusal_sentence(refusal),
        typed=typed,
    )
    status = HTTPStatus.OK if refusal is None else refusal_status(refusal)
    return make_response(render_template("campaign/vote.html", page=page), status)


def _to(endpoint: str, slug: str, code: str | None = None) -> Response:
    """Lead on, in the language and the type of this request."""
    view = "elder" if _elder() else None
    address = url_for(endpoint, slug=slug, code=code, view=view)
    return redirect(address, HTTPStatus.SEE_OTHER)


def _elder() -> bool:
    return request.args.get("view") == "elder"
