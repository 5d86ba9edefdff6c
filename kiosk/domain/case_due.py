"""What is to be done next in a case, and until when."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from kiosk.domain.cases import Answer, CaseState


class Next(StrEnum):
    """What a case waits for."""

    ACCEPT = "accept"
    ANSWER = "answer"
    PAUSED = "paused"
    """For something that its pause names; the clock stands still."""
    DECIDE = "decide"
    """Somebody outside its unit decides whether it is unfounded."""
    RECTIFY = "rectify"
    """What the answer promised is to be done."""
    SECOND = "second"
    """Its citizen may rate the answer, or is called back."""
    LOOK_BACK = "look-back"
    NOTHING = "nothing"


class Standing(Protocol):
    """A case, as far as it matters here; moments are aware."""

    @property
    def state(self) -> int:
        """Where it stands."""

    @property
    def answer(self) -> str:
        """What its answer says; "" without one."""

    @property
    def accept_due(self) -> datetime:
        """Until when it is to be accepted."""

    @property
    def answer_due(self) -> datetime:
        """Until when it is to be answered."""

    @property
    def rectify_due(self) -> datetime:
        """Until when a promise is to be kept."""

    @property
    def second_due(self) -> datetime | None:
        """Until when its citizen may rate the answer."""

    @property
    def paused_at(self) -> datetime | None:
        """Since when its clock stands still."""

    @property
    def rectified_at(self) -> datetime | None:
        """When a promise was kept."""

    @property
    def look_back_on(self) -> date | None:
        """When the measure is looked at again."""

    @property
    def looked_back_at(self) -> datetime | None:
        """When it was."""


@dataclass(frozen=True)
class Due:
    """What comes next; at most one of `at` and `on` is set."""

    next: Next
    at: datetime | None = None
    """The moment from which on it is late."""
    on: date | None = None
    """The day from which on it is to be done."""


_OPEN = {
    CaseState.WAITING: Next.ACCEPT,
    CaseState.CHECKING: Next.ANSWER,
    CaseState.DOUBTED: Next.DECIDE,
}


def due_next(case: Standing) -> Due:
    """Return what a case waits for."""
    state = CaseState(case.state)
    if state in _OPEN:
        if case.paused_at is not None:
            return Due(Next.PAUSED)
        waiting = state is CaseState.WAITING
        return Due(_OPEN[state], case.accept_due if waiting else case.answer_due)
    if case.answer == Answer.RECTIFIED and case.rectified_at is None:
        return Due(Next.RECTIFY, case.rectify_due)
    if state is CaseState.ANSWERED:
        return Due(Next.SECOND, case.second_due)
    if case.look_back_on is not None and case.looked_back_at is None:
        return Due(Next.LOOK_BACK, on=case.look_back_on)
    return Due(Next.NOTHING)


def is_late(due: Due, now: datetime, today: date) -> bool:
    """Whether a case is behind: a period is over, or a look-back is to be made.

    A citizen who has not rated an answer in time is not late: the clock closes it.
    """
    if due.next is Next.SECOND:
        return False
    if due.at is not None:
        return due.at <= now
    return due.on is not None and due.on <= today
