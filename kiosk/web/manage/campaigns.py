"""Campaigns: the list, a new one from a preset or a file, and each one's own page."""

from http import HTTPStatus

from flask import Response as FileResponse
from flask import make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kiosk.domain.campaign_parse import RulesInvalid, parse_preset
from kiosk.domain.campaign_rules import Rules
from kiosk.domain.campaign_text import preset_text
from kiosk.domain.errors import RuleBroken, sentence
from kiosk.domain.policy import Action, NotOpen
from kiosk.extensions import reading, recording
from kiosk.queries.campaigns import campaigns as all_campaigns
from kiosk.services import campaigns as acts
from kiosk.services.presets import DEFAULT, shipped_presets
from kiosk.web import access, current
from kiosk.web.access import may
from kiosk.web.campaign_kind_words import life_words
from kiosk.web.campaigns import any_campaign, today
from kiosk.web.errors import refusal_status
from kiosk.web.language import language
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.campaign_form import problem_words
from kiosk.web.manage.campaign_pages import CampaignLine, CampaignPage, CampaignsPage
from kiosk.web.manage.uploads import uploaded

_ONE = "/manage/campaigns/<slug>"
_YEARS = 3
"""Years that a new campaign can begin in, this one included."""
DONE = {
    "made": sentence("The draft is made. Nobody but organisers sees it."),
    "changed": sentence("The rules are changed."),
    "announced": sentence("The campaign is known to everybody now."),
    "amended": sentence("The amendment holds, and everybody can read its reason."),
    "dropped": sentence("The campaign is given up. What was public stays readable."),
}


@blueprint.get("/manage/campaigns")
@may(Action.RUN_CAMPAIGNS)
def campaigns() -> Response:
    return _list({"preset": DEFAULT, "year": str(today().year)})


@blueprint.post("/manage/campaigns")
@may(Action.RUN_CAMPAIGNS, file=True)
def new_campaign() -> Response:
    typed = {name: request.form.get(name, "") for name in ("preset", "year", "slug")}
    try:
        rules = _chosen(typed)
        slug = typed["slug"].strip() or f"{rules.key}-{rules.begins.year}"
        with recording(access.by(), current.now()) as records:
            acts.create_campaign(records, rules, slug)
    except RuleBroken as refusal:
        return _list(typed, refusal)
    return _back(slug.lower(), "made")


@blueprint.get(_ONE)
@may(Action.RUN_CAMPAIGNS)
def campaign(slug: str) -> Response:
    return _page(slug)


@blueprint.get(f"{_ONE}/rules.toml")
@may(Action.RUN_CAMPAIGNS)
def campaign_toml(slug: str) -> FileResponse:
    text = preset_text(_seen(slug).campaign.rules)
    name = f"attachment; filename={slug}.toml"
    return FileResponse(
        text, mimetype="application/toml", headers={"Content-Disposition": name}
    )


@blueprint.post(f"{_ONE}/announce")
@may(Action.RUN_CAMPAIGNS)
def announce_campaign(slug: str) -> Response:
    try:
        with recording(access.by(), current.now()) as records:
            acts.announce(records, slug, today())
    except NotOpen:
        raise
    except RuleBroken as refusal:
        return _page(slug, refusal)
    return _back(slug, "announced")


@blueprint.post(f"{_ONE}/drop")
@may(Action.RUN_CAMPAIGNS)
def drop_campaign(slug: str) -> Response:
    try:
        with recording(access.by(), current.now()) as records:
            acts.drop_campaign(records, slug, request.form.get("reason", ""))
    except NotOpen:
        raise
    except RuleBroken as refusal:
        return _page(slug, refusal)
    return _back(slug, "dropped")


def all_problems(refusal: RuleBroken, rules: Rules | None = None) -> list[str]:
    """Return every fault behind a refusal, a sentence each."""
    told: tuple[RuleBroken, ...] = (refusal,)
    if isinstance(refusal, RulesInvalid):
        told = refusal.problems
    return [problem_words(problem, rules) for problem in told]


def _chosen(typed: dict[str, str]) -> Rules:
    """Return the rules of the chosen preset, or of the file that was sent."""
    year = int(typed["year"]) if typed["year"] in map(str, _years()) else today().year
    shipped = shipped_presets().get(typed["preset"])
    return parse_preset(shipped.read_bytes() if shipped else uploaded().data, year)


def _years() -> range:
    return range(today().year, today().year + _YEARS)


def _seen(slug: str) -> CampaignPage:
    found = any_campaign(slug)
    done = DONE.get(request.args.get("done", ""), "")
    return CampaignPage(
        campaign=found, today=today(), done=gettext(done) if done else ""
    )


def _page(slug: str, refusal: RuleBroken | None = None) -> Response:
    seen = _seen(slug)
    page = CampaignPage(
        campaign=seen.campaign,
        today=seen.today,
        done=seen.done,
        refusals=all_problems(refusal, seen.campaign.rules) if refusal else (),
    )
    status = refusal_status(refusal) if refusal else HTTPStatus.OK
    return make_response(render_template("manage/campaign.html", page=page), status)


def _list(typed: dict[str, str], refusal: RuleBroken | None = None) -> Response:
    with reading() as session:
        found = all_campaigns(session, drafts=True)
    page = CampaignsPage(
        lines=[
            CampaignLine(
                campaign=each,
                title=each.rules.title.read(language()),
                life=life_words(each, today()),
            )
            for each in found
        ],
        presets=[
            (name, parse_preset(path.read_bytes(), 2000).title.read(language()))
            for name, path in shipped_presets().items()
        ],
        typed={"slug": "", **typed},
        years=_years(),
        refusals=all_problems(refusal) if refusal else (),
    )
    status = refusal_status(refusal) if refusal else HTTPStatus.OK
    return make_response(render_template("manage/campaigns.html", page=page), status)


def _back(slug: str, done: str) -> Response:
    where = url_for("manage.campaign", slug=slug, done=done)
    return redirect(where, HTTPStatus.SEE_OTHER)
