"""Cases 差评办理单: one life for everything that a citizen must be answered about.

受理 → 核查 → 整改, 解释说明 or 不属实 → 回访 → 群众回评 → closed. Sources: the national
rule 国办发〔2019〕51号 (who handled it answers for it, every bad rating is answered,
and the citizen rates the answer) and Beijing's for the second rating. A case presumes
no guilt, and a unit never closes its own as unfounded: it asks, and somebody outside
decides.
"""

from enum import IntEnum, StrEnum

from kiosk.domain.errors import RuleBroken, sentence
from kiosk.domain.free_text import clean_text


class Source(StrEnum):
    """What a case came from."""

    RATING = "rating"
    """A bad rating with words or with the wish to be called."""
    JOINED = "joined"
    """Bad ratings of one window, week and cause, under one measure."""
    COMPLAINT = "complaint"
    SUGGESTION = "suggestion"
    """A "golden idea" 金点子."""
    INSPECTION = "inspection"
    SELF_CHECK = "self-check"


class Road(StrEnum):
    """By which road a case came in."""

    TABLET = "tablet"
    PHONE = "phone"
    DESK = "desk"
    HOTLINE = "hotline"
    PATROL = "patrol"
    UNIT = "unit"


class CaseState(IntEnum):
    """Where a case stands."""

    WAITING = 0
    """Nobody has accepted it."""
    CHECKING = 1
    DOUBTED = 2
    """Its unit holds it for unfounded; somebody outside decides."""
    ANSWERED = 3
    """The citizen has the answer: call-back and second rating follow."""
    CLOSED = 4


class Answer(StrEnum):
    """What an answer says."""

    RECTIFIED = "rectified"
    EXPLAINED = "explained"
    UNFOUNDED = "unfounded"
    """Only by decision of somebody outside the unit."""


class Act(StrEnum):
    """What can be done with a case."""

    ACCEPT = "accept"
    PAUSE = "pause"
    RESUME = "resume"
    ANSWER = "answer"
    DOUBT = "doubt"
    """The unit asks that it be found unfounded."""
    AGREE = "agree"
    """Somebody outside the unit finds so too."""
    SEND_BACK = "send-back"
    RECTIFY = "rectify"
    """What was promised in the answer has been done."""
    CALL_BACK = "call-back"
    RATE = "rate"
    """Its citizen rates the answer."""
    CLOSE = "close"
    REOPEN = "reopen"
    """Its citizen says that it is not settled; once."""


class Second(IntEnum):
    """What a citizen makes of an answer: the second rating 群众回评."""

    NOT = 1
    FAIRLY = 2
    CONTENT = 3


class CallOutcome(StrEnum):
    """How a call-back went."""

    CONTENT = "content"
    NOT_CONTENT = "not-content"
    NOT_REACHED = "not-reached"
    """Tried twice in vain."""
    UNWANTED = "unwanted"


class Side(StrEnum):
    """On which side of a case somebody stands."""

    UNIT = "unit"
    OUTSIDE = "outside"
    """A case handler or organiser who neither manages the unit nor works there."""
    CITIZEN = "citizen"
    CLOCK = "clock"


class NotNow(RuleBroken):
    """An act does not fit where the case stands, as when somebody else was quicker."""

    code = "case_not_now"
    text = sentence(
        "The case has moved on meanwhile. Please look at where it stands; what you "
        "wrote is kept in the form."
    )


class OutsideOnly(RuleBroken):
    """A unit wants to do what only somebody outside it may."""

    code = "case_outside_only"
    text = sentence(
        "A unit cannot close a case about itself or call it unfounded. Ask for a "
        "decision: somebody outside the unit takes it."
    )


class MeasureMissing(RuleBroken):
    """A case is to be put right without saying how."""

    code = "measure_missing"
    text = sentence("Please write down what was done to put it right.")


class WordsMissing(RuleBroken):
    """An act that others must understand came without a word."""

    code = "case_words_missing"
    text = sentence("Please write at least a few words; others read them.")


class WordsTooLong(RuleBroken):
    """A reply or a note is longer than what is kept."""

    code = "case_words_too_long"
    text = sentence(
        "That is %(length)d characters; please keep it to %(most)d. Nothing was sent, "
        "and what you wrote is still in the form."
    )


class NotRectified(RuleBroken):
    """A case is to be closed though what was promised is not done."""

    code = "case_not_rectified"
    text = sentence(
        "The answer promises to put something right. Note what was done before you "
        "close the case."
    )


class AnswerUnknown(RuleBroken):
    """None of the things that an answer can say."""

    code = "case_answer_unknown"
    text = sentence("Please choose what the check found.")


class CallUnknown(RuleBroken):
    """None of the ways in which a call can go."""

    code = "case_call_unknown"
    text = sentence("Please choose how the call went.")


class GradeUnknown(RuleBroken):
    """None of the grades that a suggestion can have."""

    code = "grade_unknown"
    text = sentence("Please choose a grade.")


class SecondUnknown(RuleBroken):
    """None of the three words about an answer."""

    code = "second_unknown"
    text = sentence("Please choose how content you are with the answer.")


class ReopenedBefore(RuleBroken):
    """A case was reopened once already."""

    code = "reopened_before"
    text = sentence(
        "This case was reopened once already. If you are not content with how it was "
        "handled, you can ask for a review by two people outside the unit."
    )


WORDS_MOST = 2_000
"""Characters of a reply, measure, finding, statement or reason."""


def parse_words(text: str, most: int = WORDS_MOST) -> str:
    """Return what somebody wrote, tidied. Raises WordsMissing and WordsTooLong."""
    words = clean_text(text, lines=True)
    if not words:
        raise WordsMissing
    if len(words) > most:
        raise WordsTooLong(length=len(words), most=most)
    return words


def parse_answer(value: str) -> Answer:
    """Return what a form says that the check found. Raises AnswerUnknown."""
    for answer in Answer:
        if value == answer:
            return answer
    raise AnswerUnknown


def parse_call(value: str) -> CallOutcome:
    """Return how a call went by a form. Raises CallUnknown."""
    for outcome in CallOutcome:
        if value == outcome:
            return outcome
    raise CallUnknown


def parse_second(value: str) -> Second:
    """Return what a form says of an answer. Raises SecondUnknown."""
    for second in Second:
        if value == str(int(second)):
            return second
    raise SecondUnknown
