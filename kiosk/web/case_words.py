"""What is said of cases everywhere: states, answers, sources, causes, outcomes."""

from flask_babel import gettext

from kiosk.domain.case_appeals import AppealState, Appellant
from kiosk.domain.cases import Answer, CaseState, Source
from kiosk.domain.errors import sentence
from kiosk.domain.reasons import ASPECT_WORDS, Aspect

NO_CAUSE = sentence("No cause named")
STATE_WORDS: dict[CaseState, str] = {
    CaseState.WAITING: sentence("Waits to be accepted"),
    CaseState.CHECKING: sentence("Being checked"),
    CaseState.DOUBTED: sentence("Waits for a decision outside the unit"),
    CaseState.ANSWERED: sentence("Answered"),
    CaseState.CLOSED: sentence("Closed"),
}
ANSWER_WORDS: dict[Answer, str] = {
    Answer.RECTIFIED: sentence("Put right"),
    Answer.EXPLAINED: sentence("Explained"),
    Answer.UNFOUNDED: sentence("Unfounded"),
}
SOURCE_WORDS: dict[Source, str] = {
    Source.RATING: sentence("Bad rating"),
    Source.JOINED: sentence("Bad ratings joined"),
    Source.COMPLAINT: sentence("Complaint"),
    Source.SUGGESTION: sentence("Suggestion"),
    Source.INSPECTION: sentence("Found on a patrol"),
    Source.SELF_CHECK: sentence("Found by the unit itself"),
}
APPELLANT_WORDS: dict[Appellant, str] = {
    Appellant.CITIZEN: sentence("Appeal of the citizen"),
    Appellant.CLERK: sentence("Appeal of the clerk"),
}
APPEAL_WORDS: dict[AppealState, str] = {
    AppealState.OPEN: sentence("Is being looked at"),
    AppealState.UPHELD: sentence("Upheld"),
    AppealState.REJECTED: sentence("Not upheld"),
}


def cause_words(cause: int) -> str:
    """Return what a case is about, in the language of the request; 0: not named."""
    return str(gettext(ASPECT_WORDS[Aspect(cause)] if cause else NO_CAUSE))


def state_words(state: int) -> str:
    """Return where a case stands, in the language of the request."""
    return str(gettext(STATE_WORDS[CaseState(state)]))


def answer_words(answer: str) -> str:
    """Return what an answer says, in the language of the request; "" without one."""
    return str(gettext(ANSWER_WORDS[Answer(answer)])) if answer else ""


def source_words(source: str) -> str:
    """Return what a case came from, in the language of the request."""
    return str(gettext(SOURCE_WORDS[Source(source)]))


def appellant_words(side: str) -> str:
    """Return whose appeal it is, in the language of the request."""
    return str(gettext(APPELLANT_WORDS[Appellant(side)]))


def appeal_words(state: int) -> str:
    """Return what became of an appeal, in the language of the request."""
    return str(gettext(APPEAL_WORDS[AppealState(state)]))
