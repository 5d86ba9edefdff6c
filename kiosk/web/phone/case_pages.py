"""What the author's own page is given of a case: where it stands, and what they can do.

The page promises only what happens: days and hours come from the case itself.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kiosk.domain.case_appeals import AppealState, Appellant
from kiosk.domain.case_texts import TextKind
from kiosk.domain.cases import (
    WORDS_MOST,
    Answer,
    CaseState,
    Second,
    Side,
    Source,
)
from kiosk.domain.errors import sentence
from kiosk.queries.case_own import OwnCase, Told
from kiosk.web.case_words import answer_words

STEPS = (
    sentence("Accept"),
    sentence("Check"),
    sentence("Reply"),
    sentence("Your view"),
    sentence("Completed"),
)
"""受理, 核查, 答复, 回访和回评, 办结."""
_NOW = {
    CaseState.WAITING: 0,
    CaseState.CHECKING: 1,
    CaseState.DOUBTED: 1,
    CaseState.ANSWERED: 3,
    CaseState.CLOSED: 5,
}
SECOND_WORDS = {
    Second.CONTENT: sentence("Content"),
    Second.FAIRLY: sentence("Fairly content"),
    Second.NOT: sentence("Not content"),
}
GRADE_WORDS = {
    1: sentence("Noted"),
    2: sentence("Good idea"),
    3: sentence("Excellent idea"),
}
CLOSED_WORDS = {
    Side.CITIZEN: sentence("Completed as you said."),
    Side.OUTSIDE: sentence("Completed by the case handlers of the hall."),
    Side.CLOCK: sentence(
        "Completed because the days for your view are over. It does not count as "
        "content."
    ),
}
REVIEW_WORDS = {
    (Appellant.CITIZEN, AppealState.OPEN): sentence(
        "Two people outside the unit look at the answer."
    ),
    (Appellant.CITIZEN, AppealState.UPHELD): sentence(
        "Two people outside the unit found that the answer was not enough."
    ),
    (Appellant.CITIZEN, AppealState.REJECTED): sentence(
        "Two people outside the unit found that the answer stands."
    ),
    (Appellant.CLERK, AppealState.UPHELD): sentence(
        "Two people outside the unit looked at the answer once more and changed it."
    ),
}
"""What a citizen is told of appeals; those of a clerk that changed nothing: nothing."""


class Mark(StrEnum):
    """How far a step of a case is."""

    DONE = "done"
    NOW = "now"
    NEXT = "next"


@dataclass(frozen=True)
class CasePart:
    """A case on its citizen's page."""

    case: OwnCase
    now: datetime
    most: int = WORDS_MOST

    @property
    def steps(self) -> list[tuple[str, Mark]]:
        """The steps in their order, each with how far it is."""
        now = _NOW[self.case.state]
        return [
            (name, Mark.DONE if n < now else Mark.NOW if n == now else Mark.NEXT)
            for n, name in enumerate(STEPS)
        ]

    @property
    def waits(self) -> bool:
        """Whether nobody has accepted it so far."""
        return self.case.state is CaseState.WAITING

    @property
    def checked(self) -> bool:
        """Whether the answer is still being worked on."""
        return self.case.answered_at is None

    @property
    def late(self) -> bool:
        """Whether what is due now should have come before."""
        if not self.checked or self.case.paused_at is not None:
            return False
        due = self.case.accept_due if self.waits else self.case.answer_due
        return due <= self.now

    @property
    def pause(self) -> Told | None:
        """Why the clock stands still; None: it runs."""
        if self.case.paused_at is None:
            return None
        return next(reversed(self._of(TextKind.PAUSE)), None)

    @property
    def replies(self) -> list[Told]:
        """What the citizen was told, the newest first."""
        return self._of(TextKind.REPLY)[::-1]

    @property
    def measures(self) -> list[Told]:
        """What was done or is promised, the newest first."""
        return self._of(TextKind.MEASURE)[::-1]

    @property
    def results(self) -> list[Told]:
        """How a measure has held, the newest first."""
        return self._of(TextKind.RESULT)[::-1]

    @property
    def promised(self) -> bool:
        """Whether what is to be put right has not been done yet."""
        return self.case.answer == Answer.RECTIFIED and self.case.rectified_at is None

    @property
    def suggestion(self) -> bool:
        """Whether it is an idea, which is graded and thanked for."""
        return self.case.source == Source.SUGGESTION

    @property
    def shared(self) -> bool:
        """Whether others said the same and get the same answer."""
        return self.case.source == Source.JOINED

    @property
    def answer(self) -> str:
        """What the answer says, in a word; "" where a day says it better."""
        said = self.case.answer
        return "" if said == Answer.RECTIFIED else answer_words(said)

    @property
    def grade(self) -> str:
        """How an idea was graded; "" so far."""
        return GRADE_WORDS.get(self.case.grade, "")

    @property
    def second(self) -> str:
        """What the citizen made of the answer; "" so far."""
        return "" if self.case.second is None else SECOND_WORDS[self.case.second]

    @property
    def closed(self) -> str:
        """By whom it was closed; "" while it is open."""
        by = self.case.closed_by
        return CLOSED_WORDS[Side(by)] if by else ""

    @property
    def may_rate(self) -> bool:
        """Whether the citizen can say what they make of the answer."""
        return not self.checked and self.case.second is None

    @property
    def may_reopen(self) -> bool:
        """Whether the citizen can say that it is not settled."""
        return not self.checked and self.case.reopened_at is None

    @property
    def may_appeal(self) -> bool:
        """Whether nobody has appealed for the citizen."""
        own = [told for told in self.case.appeals if told.side == Appellant.CITIZEN]
        return not self.checked and not own

    @property
    def reviews(self) -> list[tuple[str, str]]:
        """What became of appeals against the answer: a sentence, and the reason."""
        return [
            (REVIEW_WORDS[Appellant(told.side), told.state], told.reason)
            for told in self.case.appeals
        ]

    def _of(self, kind: TextKind) -> list[Told]:
        return [told for told in self.case.told if told.kind is kind]
