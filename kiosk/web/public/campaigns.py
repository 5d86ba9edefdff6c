"""Campaigns for everybody: stages, rules, candidates, the posted list, the result."""

from datetime import date, datetime, timedelta

from flask import Response, render_template
from sqlalchemy.orm import Session

from kiosk.domain.policy import NotOpen
from kiosk.extensions import reading
from kiosk.queries import campaigns as found_campaigns
from kiosk.queries.ballots import turnout
from kiosk.queries.calendar import work_calendar
from kiosk.queries.campaign_sheets import (
    SheetView,
    objections_received,
    sheet_archive,
    sheet_outcome,
    sheets,
)
from kiosk.queries.candidates import candidates
from kiosk.web import current
from kiosk.web.access import public
from kiosk.web.campaign_words import PARTS, day_words, figure
from kiosk.web.campaigns import public_campaign, today
from kiosk.web.downloads import as_file
from kiosk.web.public.campaign_pages import (
    CampaignPage,
    CampaignsPage,
    NoticePage,
    award_parts,
    said,
    timeline,
    votes_open,
)
from kiosk.web.public.views import blueprint

_CAMPAIGN = "/campaigns/<slug>"
_NUMBER = f"<int(max={2**31 - 1}):number>"


@blueprint.get("/campaigns")
@public
def campaigns() -> str:
    with reading() as session:
        found = found_campaigns.campaigns(session)
    page = CampaignsPage(campaigns=found, today=today())
    return render_template(
        "public/campaigns.html", page=page, said=said, day_words=day_words
    )


@blueprint.get(_CAMPAIGN)
@public
def campaign(slug: str) -> str:
    found, day = public_campaign(slug), today()
    with reading() as session:
        posted = sheets(session, found.id)
        newest = posted[0] if posted else None
        names = candidates(session, found.id)
        page = CampaignPage(
            campaign=found,
            timeline=timeline(found.rules.stages, day),
            awards=award_parts(found, names, newest),
            versions=found_campaigns.rule_versions(session, found.id),
            sheets=posted,
            turnout=turnout(session, found),
            objections=objections_received(session, found.id),
            days_left=_days_left(session, newest, day),
            voting=votes_open(found, day),
            today=day,
        )
    return _shown("public/campaign.html", page)


@blueprint.get(f"{_CAMPAIGN}/archive/{_NUMBER}.json")
@public
def campaign_archive(slug: str, number: int) -> Response:
    """Hand out what a sheet's numbers follow from, byte for byte as it was frozen."""
    found = public_campaign(slug)
    with reading() as session:
        archive = sheet_archive(session, found.id, number)
    if archive is None:
        raise NotOpen
    response = Response(archive.encode(), mimetype="application/json")
    return as_file(response, f"{found.slug}-{number}.json")


@blueprint.get(f"{_CAMPAIGN}/outcome/{_NUMBER}.json")
@public
def campaign_outcome(slug: str, number: int) -> Response:
    """Hand out a sheet's numbers byte for byte: what recomputing must come to."""
    found = public_campaign(slug)
    with reading() as session:
        outcome = sheet_outcome(session, found.id, number)
    if outcome is None:
        raise NotOpen
    response = Response(outcome.encode(), mimetype="application/json")
    return as_file(response, f"{found.slug}-{number}-outcome.json")


@blueprint.get(f"{_CAMPAIGN}/notice/{_NUMBER}")
@public
def campaign_notice(slug: str, number: int) -> str:
    found = public_campaign(slug)
    with reading() as session:
        posted = sheets(session, found.id)
    for sheet in posted:
        if sheet.number == number:
            awards = award_parts(found, (), sheet)
            page = NoticePage(campaign=found, sheet=sheet, awards=awards)
            return _shown("public/campaign_notice.html", page)
    raise NotOpen


def _shown(template: str, page: CampaignPage | NoticePage) -> str:
    return render_template(
        template,
        page=page,
        said=said,
        figure=figure,
        part_words=PARTS,
        day_words=day_words,
    )


def _days_left(session: Session, sheet: SheetView | None, day: date) -> int | None:
    """Return the working days up to the end of the notice, today's among them."""
    until = sheet.objections_until if sheet else None
    if until is None or current.now() > until:
        return None
    centre = current.this_centre()
    last = _local_day(until)
    calendar = work_calendar(session, centre.id, day, last)
    days = (day + timedelta(days=ahead) for ahead in range((last - day).days + 1))
    return sum(calendar.is_working_day(each) for each in days)


def _local_day(moment: datetime) -> date:
    return moment.astimezone(current.this_centre().zone).date()
