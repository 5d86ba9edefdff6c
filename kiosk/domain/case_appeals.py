"""Appeals: a citizen or the clerk concerned disagrees with how a case was answered.

Two people outside the unit decide, as they do about held ratings: one proposes,
another one confirms. Each side appeals once. Source: docs/rules.md, "Appeals".
"""

from datetime import datetime
from enum import IntEnum, StrEnum

from kiosk.domain.case_periods import Clock
from kiosk.domain.cases import Answer
from kiosk.domain.errors import RuleBroken, sentence
from kiosk.domain.free_text import clean_text

CLERK_DAYS = 5
"""Working days after the answer within which the clerk may appeal."""
RULE_DAYS = 5
"""Working days within which two people decide; later it is overdue."""
REASON_MOST = 200


class Appellant(StrEnum):
    """Who appeals."""

    CITIZEN = "citizen"
    CLERK = "clerk"


class AppealState(IntEnum):
    """Where an appeal stands."""

    OPEN = 0
    UPHELD = 1
    REJECTED = 2


class AppealTooEarly(RuleBroken):
    """There is no answer yet that somebody could disagree with."""

    code = "appeal_too_early"
    text = sentence(
        "An appeal is about the answer. Please wait for it; you are told when it is "
        "there."
    )


class AppealTooLate(RuleBroken):
    """The clerk's working days after the answer are over."""

    code = "appeal_too_late"
    text = sentence(
        "The %(days)d working days for an appeal are over. You can still talk to your "
        "manager or the organiser."
    )


class AppealedBefore(RuleBroken):
    """The same side appealed once already."""

    code = "appealed_before"
    text = sentence(
        "An appeal was made already, and each side can make one. It is decided by two "
        "people outside the unit."
    )


class NothingAgainstYou(RuleBroken):
    """The clerk appeals though the case was found unfounded."""

    code = "appeal_needless"
    text = sentence("The case was found unfounded; there is nothing to appeal against.")


class AppealDecided(RuleBroken):
    """Somebody decided on the appeal before."""

    code = "appeal_decided"
    text = sentence("This appeal has been decided already.")


class RulingProposedBySelf(RuleBroken):
    """Nobody confirms their own proposal."""

    code = "ruling_proposed_by_self"
    text = sentence("You proposed this yourself. Another person must decide on it.")


class NoRulingProposed(RuleBroken):
    """A proposal is confirmed that there is not, or that became another one."""

    code = "ruling_not_proposed"
    text = sentence(
        "The proposal has changed or was taken back. Please look at it again."
    )


class RulingWaits(RuleBroken):
    """Somebody else proposed first; that proposal wants an answer."""

    code = "ruling_proposal_waits"
    text = sentence(
        "Somebody has proposed something already. Please answer that first."
    )


class RulingReasonMissing(RuleBroken):
    """A ruling needs its reason."""

    code = "ruling_reason_missing"
    text = sentence(
        "Please give the reason in at most %(most)d characters; both sides read it, "
        "and it is entered in the ledger."
    )


def appeal_until(answered_at: datetime, clock: Clock) -> datetime:
    """Return the close of business at which a clerk's time to appeal ends.

    Raises NoWorkingDays.
    """
    return clock.due(answered_at, CLERK_DAYS)


def check_clerk_appeal(
    answer: str, answered_at: datetime, now: datetime, clock: Clock
) -> None:
    """Raise NothingAgainstYou, or AppealTooLate from the close of the last day on.

    answer, answered_at: of the case. Raises NoWorkingDays.
    """
    if answer == Answer.UNFOUNDED:
        raise NothingAgainstYou
    if now >= appeal_until(answered_at, clock):
        raise AppealTooLate(days=CLERK_DAYS)


def parse_ruling(text: str) -> str:
    """Return the reason of a ruling, or raise RulingReasonMissing."""
    words = clean_text(text)
    if not 0 < len(words) <= REASON_MOST:
        raise RulingReasonMissing(most=REASON_MOST)
    return words
