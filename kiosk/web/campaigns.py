"""What every audience's pages of campaigns begin with."""

from datetime import date

from kiosk.domain.policy import NotOpen
from kiosk.extensions import reading
from kiosk.queries.campaigns import CampaignView, campaign_by_slug
from kiosk.web import current
from kiosk.web.ballot_closing import closed_in_time


def today() -> date:
    """Return the centre's day."""
    return current.now().astimezone(current.this_centre().zone).date()


def public_campaign(slug: str) -> CampaignView:
    """Return a campaign that everybody may see. Raises NotOpen, also for a draft."""
    found = any_campaign(slug)
    if not found.public:
        raise NotOpen
    return found


def any_campaign(slug: str) -> CampaignView:
    """Return a campaign or a draft; the first look after the vote closes the ballot.

    Raises NotOpen where there is none.
    """
    with reading() as session:
        found = campaign_by_slug(session, slug)
    if found is None:
        raise NotOpen
    return closed_in_time(found)
