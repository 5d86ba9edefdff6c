"""Kinds of stages and parts, and the life of a campaign, in words."""

from datetime import date

from flask_babel import gettext

from kiosk.domain.campaign_kinds import PartKind, StageKind
from kiosk.domain.campaign_stages import StageState
from kiosk.domain.errors import sentence
from kiosk.queries.campaigns import CampaignView

PART_WORDS = {
    PartKind.RATING: sentence("Public rating"),
    PartKind.INSPECTION: sentence("Inspection"),
    PartKind.JURY: sentence("Jury"),
    PartKind.BALLOT: sentence("Ballot"),
    PartKind.APPRAISAL: sentence("Appraisal"),
    PartKind.KNOWLEDGE: sentence("Knowledge test"),
    PartKind.TASKS: sentence("Tasks"),
}
OPENS = {
    StageKind.MOBILISE: sentence("The rules are made known."),
    StageKind.TASKS: sentence("Units work off their tasks."),
    StageKind.NOMINATE: sentence("Units put candidates forward."),
    StageKind.INSPECT: sentence("Inspectors go round."),
    StageKind.TEST: sentence("Results of the knowledge test are entered."),
    StageKind.JURY: sentence("The jury scores."),
    StageKind.VOTE: sentence("Electors vote."),
    StageKind.CLEARANCE: sentence("Other offices are asked."),
    StageKind.NOTICE: sentence("The list is posted; anybody may object."),
    StageKind.COMMEND: sentence("The result is published."),
}
STAGE_STATES = {
    StageState.AHEAD: sentence("ahead"),
    StageState.OPEN: sentence("open today"),
    StageState.OVER: sentence("over"),
}


def life_words(campaign: CampaignView, today: date) -> str:
    """Return where a campaign stands, in the language of the request."""
    if campaign.dropped_at is not None:
        return str(gettext("Given up"))
    if campaign.final_at is not None:
        return str(gettext("Result fixed"))
    if not campaign.public:
        return str(gettext("Draft"))
    if today < campaign.rules.first_day:
        return str(gettext("Announced"))
    return str(gettext("Running"))
