"""The first look at a campaign after its days of voting closes the ballot."""

from kiosk.domain.ballots import has_ballot
from kiosk.domain.campaign_kinds import StageKind
from kiosk.domain.campaign_stages import is_over
from kiosk.extensions import reading, recording
from kiosk.extensions.ballots import forget_old_votes
from kiosk.queries.campaigns import CampaignView, campaign_by_slug
from kiosk.services.ballots import close_ballot
from kiosk.web import current


def closed_in_time(found: CampaignView) -> CampaignView:
    """Return the campaign as it stands once its ballot is closed, if that is due."""
    today = current.now().astimezone(current.this_centre().zone).date()
    due = found.public and found.ballot_closed_at is None and has_ballot(found.rules)
    if not due or not is_over(found.rules, StageKind.VOTE, today):
        return found
    with recording("system", current.now()) as records:
        closed = close_ballot(records, found.slug, today)
    if closed:
        forget_old_votes()
    with reading() as session:
        return campaign_by_slug(session, found.slug) or found
