"""Words that replies to citizens may begin with: what is kept, and what is not."""

from kiosk.domain.cases import parse_words
from kiosk.domain.errors import RuleBroken, sentence
from kiosk.domain.free_text import clean_text
from kiosk.domain.reasons import Aspect

NAME_MOST = 60
REPLY_MOST = 600
"""Characters; the reply itself may be longer, once it says what was done."""
CAUSES = (0, *(int(aspect) for aspect in Aspect))
"""0: for every cause."""


class ReplyNameMissing(RuleBroken):
    """Words to begin with have no name, or too long a one."""

    code = "reply_name_missing"
    text = sentence("Please give it a short name of at most %(most)d characters.")


class ReplyNameTaken(RuleBroken):
    """Two of a centre would have one name."""

    code = "reply_name_taken"
    text = sentence(
        "There is one of this name already, in use or ended. Please choose another "
        "name, or change that one."
    )


class ReplyCauseUnknown(RuleBroken):
    """None of the causes that a case can have."""

    code = "reply_cause_unknown"
    text = sentence("Please choose what it is for.")


class RepliesThere(RuleBroken):
    """The suggested ones are only for a centre that has none."""

    code = "replies_there"
    text = sentence(
        "There are reply templates already, so the suggested ones were not taken."
    )


def parse_reply_name(text: str) -> str:
    """Return the name of words to begin with. Raises ReplyNameMissing."""
    name = clean_text(text)
    if not 0 < len(name) <= NAME_MOST:
        raise ReplyNameMissing(most=NAME_MOST)
    return name


def parse_cause(text: str) -> int:
    """Return what words to begin with are for. Raises ReplyCauseUnknown."""
    found = {str(cause): cause for cause in CAUSES}.get(text.strip())
    if found is None:
        raise ReplyCauseUnknown
    return found


def parse_reply(text: str) -> str:
    """Return words to begin with, tidied. Raises WordsMissing and WordsTooLong."""
    return parse_words(text, REPLY_MOST)
