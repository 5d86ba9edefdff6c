"""What those outside the unit may do with a case, on its own page."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext

from kiosk.domain.cases import WORDS_MOST, CaseState, Side, Source
from kiosk.domain.errors import sentence
from kiosk.domain.policy import Action
from kiosk.models import Case
from kiosk.services.case_returns import GRADE_MOST
from kiosk.services.cases import promised
from kiosk.web.access import allowed
from kiosk.web.forms import Form
from kiosk.web.manage.case_sides import Standing

GRADE_WORDS: dict[int, str] = {
    1: sentence("Noted: it is known or cannot be done"),
    2: sentence("Good: it is carried out, or part of it"),
    3: sentence("Excellent: it changes how the hall works"),
}
"""Grades of a suggestion, up to GRADE_MOST."""


@dataclass(frozen=True, kw_only=True)
class OutsidePart:
    """The decisions that are open; each has its form."""

    acts: frozenset[str]
    form: Form
    doubted: bool
    """Whether the unit asks for a decision."""
    promised: bool
    """Whether something promised is not done, so that it cannot be closed."""
    grade: int
    """That a suggestion has; 0: none."""
    most: int = WORDS_MOST

    @property
    def grades(self) -> list[tuple[int, str]]:
        """Grades to choose from, with their words, the best first."""
        numbers = range(GRADE_MOST, 0, -1)
        return [(grade, str(gettext(GRADE_WORDS[grade]))) for grade in numbers]

    @property
    def graded(self) -> str:
        """The grade in words; "" without one."""
        return str(gettext(GRADE_WORDS[self.grade])) if self.grade else ""


def outside_part(case: Case, stands: Standing, form: Form) -> OutsidePart | None:
    """Return what the person may decide about a case; None for its unit.

    Raises NotOpen for whoever has no side in it.
    """
    outside = stands.side(case.unit_id) is Side.OUTSIDE
    acts = frozenset(_acts(case))
    if not outside or not acts or not allowed(Action.DECIDE_CASES):
        return None
    return OutsidePart(
        acts=acts,
        form=form,
        doubted=case.state == CaseState.DOUBTED,
        promised=promised(case),
        grade=case.grade,
    )


def _acts(case: Case) -> Iterator[str]:
    state = CaseState(case.state)
    if state in {CaseState.CHECKING, CaseState.DOUBTED}:
        yield "agree"
    if state in {CaseState.DOUBTED, CaseState.ANSWERED}:
        yield "send-back"
    if state is CaseState.ANSWERED:
        yield "close"
    if case.source == Source.SUGGESTION:
        yield "grade"
    if state >= CaseState.ANSWERED and case.reopened_at is None:
        yield "reopen"
