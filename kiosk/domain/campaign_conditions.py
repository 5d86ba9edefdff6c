"""Whether a candidate meets the conditions of an award, one by one, with the number."""

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.domain.campaign_inputs import CandidateInputs, Satisfaction
from kiosk.domain.campaign_kinds import GateKind
from kiosk.domain.campaign_results import Checked, Why
from kiosk.domain.campaign_rules import Award, Gate, Rules
from kiosk.domain.satisfaction import lower_bound

_DECIMALS = 6


@dataclass(frozen=True)
class _Asked:
    """One condition and whom it is asked of."""

    gate: Gate
    candidate: CandidateInputs
    rules: Rules
    read: Satisfaction | None
    """What a condition of satisfaction reads."""


_Found = tuple[Why, float | None, float | None]
"""Why, the number that was compared, and the one that is needed."""


def checks(
    award: Award, candidate: CandidateInputs, rules: Rules
) -> tuple[Checked, ...]:
    """Return every condition of the award as the candidate meets it, in their order.

    A number that equals what is needed is enough. Nothing to compare is never enough.
    """
    read = iter(candidate.satisfaction)
    found = []
    for gate in award.gates:
        own = next(read, None) if gate.kind is GateKind.SATISFACTION else None
        why, value, needed = _CHECKS[gate.kind](_Asked(gate, candidate, rules, own))
        found.append(
            Checked(
                kind=gate.kind,
                passed=why is Why.MET,
                why=why,
                value=value,
                needed=needed,
                reading=gate.reading,
                effective=None if own is None else own.effective,
                days=None if own is None else own.days,
            )
        )
    return tuple(found)


def _satisfaction(asked: _Asked) -> _Found:
    gate, read = asked.gate, asked.read
    needed = _least(gate)
    if read is None or read.rate is None or read.effective <= 0:
        return Why.NO_DATA, None, needed
    rate = lower_bound(read.rate, read.effective) if gate.bound else read.rate
    value = round(rate, _DECIMALS)
    if read.effective < gate.minimum:
        return Why.TOO_FEW, value, needed
    if read.days < gate.days:
        return Why.TOO_FEW_DAYS, value, needed
    return _at_least(value, needed)


def _knowledge(asked: _Asked) -> _Found:
    return _at_least(asked.candidate.knowledge, _least(asked.gate))


def _complaints(asked: _Asked) -> _Found:
    value, most = float(asked.candidate.complaints), float(asked.gate.at_most or 0)
    return (Why.MET if value <= most else Why.ABOVE), value, most


def _tasks(asked: _Asked) -> _Found:
    done, all_of_them = asked.candidate.tasks_done, asked.candidate.tasks_set
    value = round(100 * done / all_of_them, _DECIMALS) if all_of_them else None
    return _at_least(value, _least(asked.gate))


def _veto(asked: _Asked) -> _Found:
    return (Why.VETOED if asked.candidate.unit_vetoed else Why.MET), None, None


def _clearance(asked: _Asked) -> _Found:
    # An office that has not answered has not consented: silence passes nobody.
    answers = [
        asked.candidate.clearances.get(office.key) for office in asked.rules.offices
    ]
    against = float(sum(answer is True for answer in answers))
    if against:
        return Why.OBJECTED, against, 0.0
    return (Why.SILENT if None in answers else Why.MET), against, 0.0


def _at_least(value: float | None, needed: float) -> _Found:
    if value is None:
        return Why.NO_DATA, None, needed
    return (Why.MET if value >= needed else Why.BELOW), value, needed


def _least(gate: Gate) -> float:
    return float(gate.at_least or 0)


_CHECKS: dict[GateKind, Callable[[_Asked], _Found]] = {
    GateKind.SATISFACTION: _satisfaction,
    GateKind.KNOWLEDGE: _knowledge,
    GateKind.COMPLAINTS: _complaints,
    GateKind.TASKS: _tasks,
    GateKind.VETO: _veto,
    GateKind.CLEARANCE: _clearance,
}
