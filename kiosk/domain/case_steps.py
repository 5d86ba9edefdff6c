"""The table of a case's life: who may do what, from where to where."""

from dataclasses import dataclass

from kiosk.domain.cases import Act, CaseState, NotNow, OutsideOnly, Side


@dataclass(frozen=True)
class Step:
    """One row of the table of lives: who may do what, from where to where."""

    act: Act
    sides: frozenset[Side]
    start: frozenset[CaseState]
    end: CaseState | None
    """None: it stays where it is."""


def _step(
    act: Act, sides: set[Side], start: set[CaseState], end: CaseState | None
) -> Step:
    return Step(act, frozenset(sides), frozenset(start), end)


_STAFF = {Side.UNIT, Side.OUTSIDE}
_OUTSIDE = {Side.OUTSIDE}
_TOLD = {CaseState.ANSWERED, CaseState.CLOSED}
"""The citizen has an answer."""
STEPS: dict[Act, Step] = {
    step.act: step
    for step in (
        _step(Act.ACCEPT, _STAFF, {CaseState.WAITING}, CaseState.CHECKING),
        _step(Act.PAUSE, _STAFF, {CaseState.CHECKING}, None),
        _step(Act.RESUME, _STAFF, {CaseState.CHECKING}, None),
        _step(Act.ANSWER, _STAFF, {CaseState.CHECKING}, CaseState.ANSWERED),
        _step(Act.DOUBT, {Side.UNIT}, {CaseState.CHECKING}, CaseState.DOUBTED),
        _step(
            Act.AGREE,
            _OUTSIDE,
            {CaseState.CHECKING, CaseState.DOUBTED},
            CaseState.ANSWERED,
        ),
        _step(
            Act.SEND_BACK,
            _OUTSIDE,
            {CaseState.DOUBTED, CaseState.ANSWERED},
            CaseState.CHECKING,
        ),
        _step(Act.RECTIFY, _STAFF, _TOLD, None),
        _step(Act.CALL_BACK, _OUTSIDE, _TOLD, None),
        _step(Act.RATE, {Side.CITIZEN}, _TOLD, None),
        _step(
            Act.CLOSE,
            _OUTSIDE | {Side.CITIZEN, Side.CLOCK},
            {CaseState.ANSWERED},
            CaseState.CLOSED,
        ),
        _step(
            Act.REOPEN,
            {Side.CITIZEN, Side.OUTSIDE},
            {CaseState.ANSWERED, CaseState.CLOSED},
            CaseState.CHECKING,
        ),
    )
}


def after(state: CaseState, act: Act, side: Side) -> CaseState:
    """Return where a case stands after an act.

    Raises OutsideOnly where a unit may never do it, and NotNow where it does not fit.
    """
    step = STEPS[act]
    if side is Side.UNIT and side not in step.sides:
        raise OutsideOnly
    if side not in step.sides or state not in step.start:
        raise NotNow
    return state if step.end is None else step.end
