"""Who stands behind a case, and the call-back: what is refused, and how it ends."""

from kiosk.domain.cases import CallOutcome
from kiosk.domain.contacts import Outcome
from kiosk.domain.errors import RuleBroken, sentence

SETTLES: dict[CallOutcome, Outcome] = {
    CallOutcome.CONTENT: Outcome.REACHED,
    CallOutcome.NOT_CONTENT: Outcome.REACHED,
    CallOutcome.NOT_REACHED: Outcome.NOT_REACHED,
    CallOutcome.UNWANTED: Outcome.UNWANTED,
}
"""What the wish to be called becomes with the call-back of its case."""


class CallTooEarly(RuleBroken):
    """Somebody is to be called back who has no answer yet."""

    code = "call_too_early"
    text = sentence(
        "Nobody is called back before the answer: there is nothing to tell yet. Answer "
        "the case first."
    )


class CalledBefore(RuleBroken):
    """The call about this answer has been made."""

    code = "called_before"
    text = sentence("The call about this answer is noted already.")


class NobodyToCall(RuleBroken):
    """No contact is kept with which somebody could be called."""

    code = "nobody_to_call"
    text = sentence(
        "Nobody can be called: no contact was left, or it has been taken back or "
        "erased."
    )


class NothingBehind(RuleBroken):
    """Neither a contact nor a rating stands behind a case."""

    code = "nothing_behind"
    text = sentence("There is nothing to open: no contact and no rating.")
