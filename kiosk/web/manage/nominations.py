"""Nominations: whom one's own units put forward, withdraw and replace, and the form."""

from http import HTTPStatus

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kiosk.domain.campaign_kinds import AwardKind
from kiosk.domain.campaign_rules import Award
from kiosk.domain.errors import RuleBroken, sentence
from kiosk.domain.nominations import (
    AgreementMissing,
    BrandNameMissing,
    NamedAlready,
    NobodyChosen,
    OtherUnit,
    QuotaFull,
    StatementTooLong,
)
from kiosk.domain.policy import Action, NotOpen
from kiosk.extensions import reading, recording
from kiosk.queries.campaigns import CampaignView, campaigns
from kiosk.queries.candidates import CandidateView, candidates
from kiosk.queries.nominations import nominees
from kiosk.services.candidates import (
    Named,
    Nomination,
    nominate,
    replace_candidate,
    withdraw_candidate,
)
from kiosk.web import access, current
from kiosk.web.access import may
from kiosk.web.campaigns import public_campaign, today
from kiosk.web.errors import refusal_sentence, refusal_status
from kiosk.web.forms import Form
from kiosk.web.language import language
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.nomination_form_page import FormPage
from kiosk.web.manage.nomination_pages import (
    CampaignPart,
    NominatePage,
    NominationsPage,
    award_parts,
    field_of,
    nominating,
    replaceable,
)

_AWARD = "/manage/nominations/<slug>/<award>"
_ONE = f"{_AWARD}/<int(max=2147483647):number>"
_PLACES: dict[type[RuleBroken], str] = {
    NobodyChosen: "subject",
    NamedAlready: "subject",
    QuotaFull: "subject",
    OtherUnit: "subject",
    AgreementMissing: "agreed",
    BrandNameMissing: "name",
}
"""Fields that refusals are about; all others are said above the form."""
_DONE = {
    "named": sentence("Put forward. The form can be printed from the list below."),
    "withdrawn": sentence("Withdrawn, with the reason."),
    "replaced": sentence("Replaced. The form can be printed from the list below."),
}


@blueprint.get("/manage/nominations")
@may(Action.NOMINATE)
def nominations() -> Response:
    return _list()


@blueprint.get(_AWARD, endpoint="nominate")
@may(Action.NOMINATE)
def nominate_for(slug: str, award: str) -> Response:
    found = _running(slug)
    chosen = _award(found, award)
    instead = request.args.get("instead", "")
    return _page(found, chosen, Form({"instead": instead}, _fields(chosen)))


@blueprint.post(_AWARD)
@may(Action.NOMINATE)
def take_nomination(slug: str, award: str) -> Response:
    found = _running(slug)
    chosen = _award(found, award)
    form = Form(request.form, _fields(chosen))
    try:
        done = _take(found, chosen, form)
    except NotOpen:
        raise
    except RuleBroken as refusal:
        return _refused(found, chosen, form, refusal)
    return _back(done)


@blueprint.post(f"{_ONE}/withdraw", endpoint="withdraw_candidate")
@may(Action.NOMINATE)
def withdraw_nomination(slug: str, award: str, number: int) -> Response:
    named = Named(
        campaign_id=_running(slug).id,
        award=award,
        number=number,
        scope=access.scope(),
    )
    try:
        with recording(access.by(), current.now()) as records:
            withdraw_candidate(records, named, request.form.get("reason", ""), today())
    except NotOpen:
        raise
    except RuleBroken as refusal:
        return _list(refusal_status(refusal), refusal_sentence(refusal))
    return _back("withdrawn")


@blueprint.get(f"{_ONE}/form")
@may(Action.NOMINATE)
def nomination_form(slug: str, award: str, number: int) -> str:
    found = public_campaign(slug)
    chosen = _award(found, award)
    page = FormPage(
        campaign=found,
        award=chosen,
        candidate=_own(found, chosen, number),
        zone=current.this_centre().zone,
    )
    return render_template("manage/nomination_form.html", page=page)


def _take(found: CampaignView, award: Award, form: Form) -> str:
    draft = Nomination(
        campaign_id=found.id,
        award=award.key,
        subject=form.values["subject"],
        scope=access.scope(),
        name=form.values["name"],
        agreed=form.values["agreed"] == "yes",
        statement={each.key: form.values[field_of(each)] for each in award.criteria},
    )
    instead = _instead(found, award, form)
    with recording(access.by(), current.now()) as records:
        if instead is None:
            nominate(records, draft, today())
            return "named"
        replace_candidate(records, instead.number, draft, today())
        return "replaced"


def _refused(
    found: CampaignView, award: Award, form: Form, refusal: RuleBroken
) -> Response:
    status = refusal_status(refusal)
    place = _PLACES.get(type(refusal), "")
    if isinstance(refusal, StatementTooLong):
        place = next(
            field_of(each) for each in award.criteria if each.key == refusal.key
        )
    if not place:
        return _page(found, award, form, status, refusal_sentence(refusal))
    form.refuse(place, refusal)
    return _page(found, award, form, status)


def _running(slug: str) -> CampaignView:
    """Return a campaign that still goes on. Raises NotOpen."""
    found = public_campaign(slug)
    if found.dropped_at is not None or found.final_at is not None:
        raise NotOpen
    return found


def _award(campaign: CampaignView, key: str) -> Award:
    """Return an award that units name somebody for. Raises NotOpen."""
    found = campaign.rules.award(key)
    if found is None or found.kind is AwardKind.SUGGESTION:
        raise NotOpen
    return found


def _own(campaign: CampaignView, award: Award, number: int) -> CandidateView:
    """Return a candidate of one's own units. Raises NotOpen."""
    with reading() as session:
        among = candidates(session, campaign.id, award.key)
    for each in among:
        if each.number == number and access.scope().holds(each.unit_id):
            return each
    raise NotOpen


def _instead(campaign: CampaignView, award: Award, form: Form) -> CandidateView | None:
    """Return whose place is taken, or None. Raises NotOpen."""
    typed = form.values["instead"]
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit() and len(typed) < 10):  # noqa: PLR2004
        raise NotOpen
    return _own(campaign, award, int(typed))


def _fields(award: Award) -> tuple[str, ...]:
    about = (field_of(each) for each in award.criteria)
    return ("subject", "name", "agreed", "instead", *about)


def _list(status: HTTPStatus = HTTPStatus.OK, refusal: str = "") -> Response:
    with reading() as session:
        parts = [
            CampaignPart(
                slug=each.slug,
                title=each.rules.title.read(language()),
                awards=list(
                    award_parts(
                        each, candidates(session, each.id), access.scope(), today()
                    )
                ),
            )
            for each in campaigns(session)
            if each.dropped_at is None and each.final_at is None
        ]
    done = _DONE.get(request.args.get("done", ""), "")
    page = NominationsPage(
        campaigns=parts, done=gettext(done) if done else "", refusal=refusal
    )
    return make_response(render_template("manage/nominations.html", page=page), status)


def _page(
    campaign: CampaignView,
    award: Award,
    form: Form,
    status: HTTPStatus = HTTPStatus.OK,
    refusal: str = "",
) -> Response:
    instead = _instead(campaign, award, form)
    with reading() as session:
        among = nominees(session, award.kind, today(), access.scope())
    when, is_open = nominating(campaign, award, today())
    if instead is not None:
        among = [each for each in among if each.unit_id == instead.unit_id]
        is_open = replaceable(campaign, award, today())
    page = NominatePage(
        form=form,
        campaign=campaign,
        award=award,
        among=among,
        when=when,
        open=is_open,
        instead=instead,
        refusal=refusal,
    )
    return make_response(render_template("manage/nominate.html", page=page), status)


def _back(done: str) -> Response:
    return redirect(url_for("manage.nominations", done=done), HTTPStatus.SEE_OTHER)
