"""All candidates of a campaign: rates, changes by the rules, cancelling for fraud.

No score stands on this page: whoever applies a rule to a candidate who moved or left
does not see for whose good it is.
"""

from collections.abc import Callable
from http import HTTPStatus

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kiosk.domain.candidates import MarkKind
from kiosk.domain.errors import RuleBroken, sentence
from kiosk.domain.policy import Action, NotOpen
from kiosk.extensions import reading, recording
from kiosk.queries.candidates import candidates
from kiosk.queries.nominations import candidate_changes, candidate_marks
from kiosk.services.candidate_changes import settle_change
from kiosk.services.candidate_marks import RateDraft, enter_mark
from kiosk.services.publications import cancel_award
from kiosk.services.records import Book
from kiosk.web import access, current
from kiosk.web.access import may
from kiosk.web.campaigns import any_campaign, today
from kiosk.web.errors import refusal_sentence, refusal_status
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.campaign_notice import centre_days
from kiosk.web.manage.candidate_pages import CandidatesPage, candidate_parts

_ALL = "/manage/campaigns/<slug>/candidates"
_ONE = f"{_ALL}/<int(max=2147483647):key>"
_DONE = {
    "cancelled": sentence(
        "Cancelled. It takes no part any more, whatever its numbers."
    ),
    "rate": sentence("The rate is entered."),
    "settled": sentence("The rule is applied, and the ledger tells it."),
}


@blueprint.get(_ALL)
@may(Action.RUN_CAMPAIGNS)
def campaign_candidates(slug: str) -> Response:
    return _list(slug)


@blueprint.post(f"{_ONE}/cancel")
@may(Action.RUN_CAMPAIGNS)
def cancel_candidate(slug: str, key: int) -> Response:
    any_campaign(slug)
    reason, centre = request.form.get("reason", ""), centre_days()
    return _done(
        slug,
        "cancelled",
        lambda records: cancel_award(records, slug, key, reason, centre),
    )


@blueprint.post(f"{_ONE}/rate")
@may(Action.RUN_CAMPAIGNS)
def enter_candidate_mark(slug: str, key: int) -> Response:
    campaign_id = any_campaign(slug).id
    kind = request.form.get("kind", MarkKind.KNOWLEDGE)
    if kind not in set(MarkKind):
        raise NotOpen
    draft = RateDraft(
        kind=MarkKind(kind),
        rate=request.form.get("rate", ""),
        note=request.form.get("note", ""),
    )
    return _done(
        slug,
        "rate",
        lambda records: enter_mark(records, campaign_id, key, draft, today()),
    )


@blueprint.post(f"{_ONE}/settle")
@may(Action.RUN_CAMPAIGNS)
def settle_candidate(slug: str, key: int) -> Response:
    campaign_id, reason = any_campaign(slug).id, request.form.get("reason", "")
    return _done(
        slug,
        "settled",
        lambda records: settle_change(records, campaign_id, key, reason, today()),
    )


def _done(slug: str, done: str, act: Callable[[Book], object]) -> Response:
    """Do it and go back to the list; what is refused is said above it."""
    try:
        with recording(access.by(), current.now()) as records:
            act(records)
    except NotOpen:
        raise
    except RuleBroken as refusal:
        return _list(slug, refusal_status(refusal), refusal_sentence(refusal))
    where = url_for("manage.campaign_candidates", slug=slug, done=done)
    return redirect(where, HTTPStatus.SEE_OTHER)


def _list(slug: str, status: HTTPStatus = HTTPStatus.OK, refusal: str = "") -> Response:
    found = any_campaign(slug)
    with reading() as session:
        parts = candidate_parts(
            found,
            candidates(session, found.id),
            candidate_marks(session, found.id),
            candidate_changes(session, found.id, today()),
            today(),
        )
    done = _DONE.get(request.args.get("done", ""), "")
    page = CandidatesPage(
        campaign=found,
        parts=parts,
        zone=current.this_centre().zone,
        done=gettext(done) if done else "",
        refusal=refusal,
    )
    body = render_template("manage/campaign_candidates.html", page=page)
    return make_response(body, status)
