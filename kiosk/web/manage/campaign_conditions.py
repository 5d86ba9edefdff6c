"""Who meets the conditions of a campaign, and what other readings would have said."""

from flask import render_template

from kiosk.domain.policy import Action
from kiosk.extensions import reading
from kiosk.queries.campaign_conditions import conditions, trial
from kiosk.web.access import may
from kiosk.web.campaigns import any_campaign, today
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.campaign_notice import centre_days
from kiosk.web.manage.condition_pages import ConditionsPage, TrialPage
from kiosk.web.manage.lists import paged


@blueprint.get("/manage/campaigns/<slug>/conditions")
@may(Action.RUN_CAMPAIGNS)
def campaign_conditions(slug: str) -> str:
    found = any_campaign(slug)
    frozen = found.public and today() >= found.rules.first_day
    with reading() as session:
        lines = conditions(session, found, centre_days(), today())
        tried = None if frozen else trial(session, found.rules, today())
    page = ConditionsPage(
        campaign=found,
        lines=lines,
        today=today(),
        trial=None
        if tried is None
        else TrialPage(trial=tried, windows=paged(tried.windows)),
    )
    return render_template("manage/conditions.html", page=page)
