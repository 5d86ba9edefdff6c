"""The juror's own pages: which candidates wait, and the points for each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.domain.campaign_kinds import StageKind
from kiosk.domain.campaign_rules import Award
from kiosk.domain.campaign_stages import is_open
from kiosk.domain.errors import RuleBroken
from kiosk.domain.juries import is_recused, is_scored
from kiosk.domain.policy import Action, NotOpen
from kiosk.extensions import reading, recording
from kiosk.queries.campaigns import CampaignView, campaigns
from kiosk.queries.candidates import CandidateView, candidates
from kiosk.queries.juries import (
    JurorView,
    SheetView,
    jurors,
    jury_sheets,
    related_units,
)
from kiosk.services.juries import Scoring, score
from kiosk.web import access, current
from kiosk.web.access import may, person
from kiosk.web.campaigns import public_campaign, today
from kiosk.web.errors import refusal_sentence, refusal_status
from kiosk.web.language import language
from kiosk.web.manage.blueprint import blueprint

_ONE = "/manage/jury/<slug>/<int(max=2147483647):key>"


@dataclass(frozen=True, kw_only=True)
class CandidateLine:
    """A candidate and what the juror gave it."""

    candidate: CandidateView
    recused: bool
    sheet: SheetView | None

    @property
    def total(self) -> int | None:
        """The juror's own points; None: none yet, or abstained."""
        if self.sheet is None or self.sheet.abstained:
            return None
        return sum(self.sheet.points.values())


@dataclass(frozen=True, kw_only=True)
class AwardPart:
    """One award that the jury scores."""

    award: Award
    title: str
    most: int
    lines: Sequence[CandidateLine]


@dataclass(frozen=True, kw_only=True)
class JuryPart:
    """A campaign on whose jury the person sits."""

    campaign: CampaignView
    title: str
    open: bool
    awards: Sequence[AwardPart]

    @property
    def left(self) -> int:
        """Candidates that wait for the juror."""
        lines = [line for part in self.awards for line in part.lines]
        return sum(line.sheet is None and not line.recused for line in lines)


@dataclass(frozen=True, kw_only=True)
class ScorePage:
    """One candidate, its statement, and the fields for the points."""

    part: JuryPart
    award: Award
    line: CandidateLine
    following: int | None
    """Key of the next one that waits."""
    typed: Mapping[str, str] = field(default_factory=dict)
    refusal: str = ""

    @property
    def title(self) -> str:
        """The award's, in the language of the request."""
        return self.award.title.read(language())

    @property
    def fields(self) -> list[tuple[str, str, int, str, str]]:
        """Key, title, most points, typed points and statement of each criterion."""
        points = {} if self.line.sheet is None else self.line.sheet.points
        return [
            (
                one.key,
                one.title.read(language()),
                one.points,
                self.typed.get(one.key, str(points.get(one.key, ""))),
                self.line.candidate.statement.get(one.key, ""),
            )
            for one in self.award.criteria
        ]


@blueprint.get("/manage/jury")
@may(Action.SCORE)
def jury() -> str:
    parts = [part for found in _open() if (part := _part(found)) is not None]
    waiting = any(part.left for part in parts if part.open)
    done = "done" in request.args
    return render_template("manage/jury.html", parts=parts, waiting=waiting, done=done)


@blueprint.get(_ONE)
@may(Action.SCORE)
def score_candidate(slug: str, key: int) -> Response:
    return _page(slug, key)


@blueprint.post(_ONE)
@may(Action.SCORE)
def give_points(slug: str, key: int) -> Response:
    found = public_campaign(slug)
    scoring = Scoring(
        campaign_id=found.id,
        candidate_id=key,
        account_id=person().id,
        abstains="abstain" in request.form,
        points=request.form.to_dict(),
    )
    try:
        with recording(access.by(), current.now()) as records:
            score(records, scoring, today())
    except NotOpen:
        raise
    except RuleBroken as refusal:
        return _page(slug, key, refusal)
    part = _part(found)
    following = _following(part, key) if part else None
    where = url_for("manage.jury", done="1")
    if following is not None:
        where = url_for("manage.score_candidate", slug=slug, key=following)
    return redirect(where, HTTPStatus.SEE_OTHER)


def _open() -> list[CampaignView]:
    with reading() as session:
        found = campaigns(session)
    return [one for one in found if _takes(one) and one.rules.of_kind(StageKind.JURY)]


def _takes(found: CampaignView) -> bool:
    """Whether anything can change: neither posted nor given up."""
    return found.posted_at is None and found.dropped_at is None


def _juror(among: Sequence[JurorView]) -> JurorView | None:
    mine = (one for one in among if one.account_id == person().id and one.sits)
    return next(mine, None)


def _part(found: CampaignView) -> JuryPart | None:
    """Return what the person has to do in a campaign; None: they do not sit."""
    with reading() as session:
        juror = _juror(jurors(session, found.id))
        if juror is None:
            return None
        among = [one for one in candidates(session, found.id) if one.standing]
        sheets = jury_sheets(session, found.id, juror.id)
        own = related_units(session).get(juror.unit_id or 0, frozenset())
    given = {sheet.candidate_id: sheet for sheet in sheets}
    named = {one.award for one in among}
    awards = [
        AwardPart(
            award=award,
            title=award.title.read(language()),
            most=sum(one.points for one in award.criteria),
            lines=[
                CandidateLine(
                    candidate=one,
                    recused=is_recused(juror.unit_id, one.unit_id, own),
                    sheet=given.get(one.id),
                )
                for one in among
                if one.award == award.key
            ],
        )
        for award in found.rules.awards
        if is_scored(award) and award.key in named
    ]
    return JuryPart(
        campaign=found,
        title=found.rules.title.read(language()),
        open=_takes(found) and is_open(found.rules, StageKind.JURY, today()),
        awards=awards,
    )


def _following(part: JuryPart, key: int) -> int | None:
    waiting = [
        line.candidate.id
        for award in part.awards
        for line in award.lines
        if line.sheet is None and not line.recused and line.candidate.id != key
    ]
    return next(iter(waiting), None)


def _page(slug: str, key: int, refusal: RuleBroken | None = None) -> Response:
    part = _part(public_campaign(slug))
    if part is None:
        raise NotOpen
    for award in part.awards:
        for line in award.lines:
            if line.candidate.id == key:
                page = ScorePage(
                    part=part,
                    award=award.award,
                    line=line,
                    following=_following(part, key),
                    typed=request.form.to_dict(),
                    refusal=refusal_sentence(refusal) if refusal else "",
                )
                status = refusal_status(refusal) if refusal else HTTPStatus.OK
                body = render_template("manage/score.html", page=page)
                return make_response(body, status)
    raise NotOpen
