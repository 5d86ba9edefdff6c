"""What other offices answered about each candidate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.domain.campaign_kinds import StageKind
from kiosk.domain.campaign_stages import check_open
from kiosk.domain.errors import RuleBroken
from kiosk.domain.policy import Action, NotOpen
from kiosk.extensions import reading, recording
from kiosk.queries.campaigns import CampaignView
from kiosk.queries.candidates import CandidateView, candidates
from kiosk.queries.clearances import ClearanceView, clearance_answers
from kiosk.services.clearances import NOTE_MOST, AnswerDraft, enter_answers
from kiosk.web import access, current
from kiosk.web.access import may
from kiosk.web.campaigns import any_campaign, today
from kiosk.web.errors import refusal_sentence, refusal_status
from kiosk.web.language import language
from kiosk.web.manage.blueprint import blueprint

_ALL = "/manage/campaigns/<slug>/clearance"


@dataclass(frozen=True, kw_only=True)
class AnswerCell:
    """What one office said of one candidate."""

    name: str
    """Of the field."""
    office: str
    value: str
    """`clear`, `stands`, or empty: no answer yet."""
    note: str


@dataclass(frozen=True, kw_only=True)
class ClearancePage:
    """All candidates and offices."""

    campaign: CampaignView
    among: Sequence[CandidateView]
    answers: Mapping[tuple[int, str], ClearanceView]
    closed: str
    """Why nothing can be entered; empty: it can."""
    done: bool = False
    refusal: str = ""
    note_most: int = NOTE_MOST

    @property
    def title(self) -> str:
        """The campaign's, in the language of the request."""
        return self.campaign.rules.title.read(language())

    def cells(self, one: CandidateView) -> list[AnswerCell]:
        """Return the answers about a candidate, in the order of the offices."""
        return [self._cell(one, office.key) for office in self.campaign.rules.offices]

    def _cell(self, one: CandidateView, office: str) -> AnswerCell:
        found = self.answers.get((one.id, office))
        words = next(
            each.title.read(language())
            for each in self.campaign.rules.offices
            if each.key == office
        )
        value = "" if found is None else ("stands" if found.stands else "clear")
        return AnswerCell(
            name=f"{one.id}-{office}",
            office=words,
            value=value,
            note="" if found is None else found.note,
        )


@blueprint.get(_ALL)
@may(Action.RUN_CAMPAIGNS)
def campaign_clearance(slug: str) -> Response:
    return _page(slug)


@blueprint.post(_ALL)
@may(Action.RUN_CAMPAIGNS)
def enter_clearance(slug: str) -> Response:
    found = any_campaign(slug)
    with reading() as session:
        among = candidates(session, found.id)
    drafts = [
        AnswerDraft(
            candidate_id=one.id,
            office=office.key,
            stands=request.form[f"{one.id}-{office.key}"] == "stands",
            note=request.form.get(f"{one.id}-{office.key}-note", ""),
        )
        for one in among
        for office in found.rules.offices
        if request.form.get(f"{one.id}-{office.key}") in ("clear", "stands")
    ]
    try:
        with recording(access.by(), current.now()) as records:
            enter_answers(records, found.id, drafts, today())
    except NotOpen:
        raise
    except RuleBroken as refusal:
        return _page(slug, refusal)
    where = url_for("manage.campaign_clearance", slug=slug, done="1")
    return redirect(where, HTTPStatus.SEE_OTHER)


def _page(slug: str, refusal: RuleBroken | None = None) -> Response:
    found = any_campaign(slug)
    with reading() as session:
        among = [each for each in candidates(session, found.id) if each.standing]
        answers = clearance_answers(session, found.id)
    page = ClearancePage(
        campaign=found,
        among=among,
        answers={(each.candidate_id, each.office): each for each in answers},
        closed=_closed(found),
        done="done" in request.args,
        refusal=refusal_sentence(refusal) if refusal else "",
    )
    status = refusal_status(refusal) if refusal else HTTPStatus.OK
    return make_response(render_template("manage/clearance.html", page=page), status)


def _closed(found: CampaignView) -> str:
    try:
        check_open(found.rules, StageKind.CLEARANCE, today())
    except RuleBroken as refusal:
        return refusal_sentence(refusal)
    return ""
