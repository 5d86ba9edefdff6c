"""What the pages of appeals are given: both sides' words, and never a contact."""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask_babel import gettext

from kiosk.domain.case_appeals import REASON_MOST, AppealState, Appellant
from kiosk.domain.case_texts import TextKind
from kiosk.domain.errors import sentence
from kiosk.queries.case_appeals import AppealLine
from kiosk.queries.case_clerk import CaseWords
from kiosk.web.case_words import (
    answer_words,
    appeal_words,
    appellant_words,
    cause_words,
)
from kiosk.web.forms import Form
from kiosk.web.manage.lists import Paged

RULINGS: dict[str, AppealState] = {
    "uphold": AppealState.UPHELD,
    "reject": AppealState.REJECTED,
}
EFFECTS: dict[tuple[str, AppealState], str] = {
    (Appellant.CITIZEN, AppealState.UPHELD): sentence(
        "The case goes back to its unit, which answers again within a new period."
    ),
    (Appellant.CLERK, AppealState.UPHELD): sentence(
        "The answer becomes “unfounded”; the citizen reads why."
    ),
    (Appellant.CITIZEN, AppealState.REJECTED): sentence("The answer stands."),
    (Appellant.CLERK, AppealState.REJECTED): sentence("The answer stands."),
}
"""What follows from a ruling, by whose appeal it is."""
TEXT_WORDS: dict[TextKind, str] = {
    TextKind.VOICE: sentence("The citizen’s words"),
    TextKind.REPLY: sentence("Reply to the citizen"),
    TextKind.MEASURE: sentence("What was done or promised"),
    TextKind.FINDING: sentence("What the check found"),
    TextKind.STATEMENT: sentence("Statement of the clerk"),
    TextKind.APPEAL: sentence("Appeal"),
    TextKind.RULING: sentence("Ruling"),
}
"""What is laid before those who rule, both sides'; notes of calls are not."""


@dataclass(frozen=True, kw_only=True)
class _Words:
    def side(self, line: AppealLine) -> str:
        """Return whose appeal it is, in the language of the request."""
        return appellant_words(line.side)

    def state(self, state: int) -> str:
        """Return what becomes of an appeal."""
        return appeal_words(state)

    def cause(self, line: AppealLine) -> str:
        """Return what the case is about."""
        return cause_words(line.cause)

    def answer(self, line: AppealLine) -> str:
        """Return what the answer says now."""
        return answer_words(line.answer) or str(gettext("No answer stands"))


@dataclass(frozen=True, kw_only=True)
class AppealsPage(_Words):
    """Appeals that wait for those outside, or what they decided."""

    lines: Paged[AppealLine]
    decided: bool
    own_id: int
    zone: ZoneInfo
    done: str = ""


@dataclass(frozen=True, kw_only=True)
class AppealPage(_Words):
    """One appeal: what both sides wrote, and what may be done about it."""

    line: AppealLine
    voices: Sequence[str]
    """Words that came with the ratings, numbers hidden."""
    texts: Sequence[CaseWords]
    form: Form
    own_id: int
    deciders: int
    zone: ZoneInfo
    reason_most: int = REASON_MOST
    error: str = ""

    @property
    def open(self) -> bool:
        """Whether nobody has decided yet."""
        return self.line.state is AppealState.OPEN

    @property
    def may_propose(self) -> bool:
        """Whether nobody else has proposed anything."""
        return self.open and self.line.proposed_by in {None, self.own_id}

    @property
    def may_confirm(self) -> bool:
        """Whether the proposal is one that this person may carry out."""
        there = self.line.proposed_by
        own = there == self.own_id
        return self.open and there is not None and (not own or self.deciders == 1)

    @property
    def proposed(self) -> str:
        """What the proposal's button sends; "" without a proposal."""
        return {int(state): name for name, state in RULINGS.items()}.get(
            self.line.proposed_state or 0, ""
        )

    def effect(self, state: int) -> str:
        """Return what follows from a ruling."""
        return str(gettext(EFFECTS[(self.line.side, AppealState(state))]))

    def kind(self, text: CaseWords) -> str:
        """Return what a text is, and of an appeal whose."""
        if text.kind is TextKind.APPEAL:
            side = Appellant.CITIZEN if text.by_citizen else Appellant.CLERK
            return appellant_words(side)
        return str(gettext(TEXT_WORDS[text.kind]))


@dataclass(frozen=True, kw_only=True)
class AppealsPart(_Words):
    """The appeals of a case, on its own page."""

    lines: Sequence[AppealLine]
    outside: bool
    """Whether the reader decides; a unit reads rulings and nothing before."""
    zone: ZoneInfo
