"""What may be done to a campaign as a whole, and when not."""

import re

from kiosk.domain.errors import RuleBroken, sentence
from kiosk.domain.free_text import clean_text

SLUG_MOST = 60
AMENDMENT_MOST = 200
"""Characters of a reason."""
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class SlugInvalid(RuleBroken):
    """The public address of a campaign cannot be written like this."""

    code = "slug_invalid"
    text = sentence(
        "The address of a campaign has at most %(most)d small letters, digits and "
        "hyphens, such as ten-best-2027."
    )


class SlugTaken(RuleBroken):
    """Another campaign has this address."""

    code = "slug_taken"
    text = sentence("Another campaign has this address. Please choose another one.")


class ChangedMeanwhile(RuleBroken):
    """Somebody else changed the rules since the form was opened."""

    code = "rules_changed_meanwhile"
    text = sentence(
        "Somebody changed these rules since you opened them. Please look at the new "
        "version and change it again; nothing of yours was taken."
    )


class AnnouncedAlready(RuleBroken):
    """A campaign is made known twice."""

    code = "announced_already"
    text = sentence("This campaign is known to everybody already.")


class CampaignEnded(RuleBroken):
    """A campaign has its result or was given up."""

    code = "campaign_ended"
    text = sentence("This campaign is over, so its rules stay as they are.")


class NotRunning(RuleBroken):
    """An amendment before the start."""

    code = "not_running"
    text = sentence(
        "The rules do not hold yet, so they need no amendment: simply change them."
    )


class AmendmentReasonNeeded(RuleBroken):
    """An amendment without a reason."""

    code = "amendment_reason_needed"
    text = sentence(
        "Everybody will read why the rules were amended. Please give the reason in at "
        "most %(most)d characters."
    )


def parse_slug(typed: str) -> str:
    """Return the public address of a campaign. Raises SlugInvalid."""
    slug = typed.strip().lower()
    if len(slug) > SLUG_MOST or not _SLUG.fullmatch(slug):
        raise SlugInvalid(most=SLUG_MOST)
    return slug


def parse_amendment_reason(typed: str) -> str:
    """Return why rules are amended. Raises AmendmentReasonNeeded."""
    reason = clean_text(typed)
    if not 0 < len(reason) <= AMENDMENT_MOST:
        raise AmendmentReasonNeeded(most=AMENDMENT_MOST)
    return reason
