"""Certificates and plaques of a final list, for the printer and the engraver."""

from collections.abc import Sequence
from datetime import datetime

from flask import Response, url_for
from flask_babel import gettext

from kiosk.domain.campaign_kinds import AwardKind
from kiosk.domain.errors import RuleBroken, sentence
from kiosk.domain.policy import Action
from kiosk.domain.publications import PublicationKind
from kiosk.extensions import reading
from kiosk.queries.campaign_sheets import SheetView, sheets
from kiosk.queries.campaigns import CampaignView
from kiosk.services.certificates import Certificate, certificates_pdf, plaques_pdf
from kiosk.web import current
from kiosk.web.access import may
from kiosk.web.campaigns import any_campaign
from kiosk.web.downloads import as_file
from kiosk.web.manage.addresses import base_url
from kiosk.web.manage.blueprint import blueprint


class NoResultYet(RuleBroken):
    """Papers are asked for before there is a final list, or when nobody is on it."""

    code = "no_result_yet"
    text = sentence("There is no final list with anybody on it, so nothing to print.")


@blueprint.get("/manage/campaigns/<slug>/certificates.pdf")
@may(Action.RUN_CAMPAIGNS)
def campaign_certificates(slug: str) -> Response:
    found = any_campaign(slug)
    data = certificates_pdf(_papers(found), _title(found), current.now())
    return _file(data, f"{slug}-certificates.pdf")


@blueprint.get("/manage/campaigns/<slug>/plaques.pdf")
@may(Action.RUN_CAMPAIGNS)
def campaign_plaques(slug: str) -> Response:
    found = any_campaign(slug)
    data = plaques_pdf(_papers(found), _title(found), current.now())
    return _file(data, f"{slug}-plaques.pdf")


def _papers(campaign: CampaignView) -> list[Certificate]:
    with reading() as session:
        posted = sheets(session, campaign.id)
    result = _result(posted)
    if result is None:
        raise NoResultYet
    # The newest sheet holds: after a cancellation nobody gets the paper again.
    found = list(_elected(campaign, posted[0], result))
    if not found:
        raise NoResultYet
    return found


def _result(posted: Sequence[SheetView]) -> SheetView | None:
    kind = PublicationKind.RESULT
    return next((sheet for sheet in posted if sheet.kind is kind), None)


def _elected(
    campaign: CampaignView, holds: SheetView, result: SheetView
) -> list[Certificate]:
    rules = campaign.rules
    address = base_url().rstrip("/") + url_for(
        "public.campaign", slug=campaign.slug, lang=None
    )
    return [
        Certificate(
            unit="" if award.kind is AwardKind.UNIT else row.unit_name,
            name=row.name,
            campaign=rules.title.zh,
            award=award.title.zh,
            number=f"{campaign.slug}-{result.number}-{award.key}-{row.number}",
            issuer=rules.issuer.name or rules.organiser.zh,
            day=_local(result.published_at).date(),
            address=address,
            approval=result.approval,
        )
        for award in rules.awards
        for outcome in [holds.outcome.award(award.key)]
        if outcome is not None
        for row in outcome.elected
    ]


def _local(moment: datetime) -> datetime:
    return moment.astimezone(current.this_centre().zone)


def _title(campaign: CampaignView) -> str:
    return str(
        gettext("Certificates of %(campaign)s", campaign=campaign.rules.title.zh)
    )


def _file(data: bytes, name: str) -> Response:
    return as_file(Response(data, mimetype="application/pdf"), name)
