"""What the conditions of a campaign would have said before it: for whoever writes them.

The same taps give other rates under other readings, so all readings stand side by
side, on days that lie before the campaign and are over.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from kiosk.domain.campaign_conditions import checks
from kiosk.domain.campaign_inputs import CandidateInputs, Satisfaction
from kiosk.domain.campaign_kinds import AwardKind, GateKind, Reading
from kiosk.domain.campaign_readings import last_period
from kiosk.domain.campaign_rules import Award, Gate, Rules
from kiosk.domain.satisfaction import lower_bound

_DECIMALS = 6
_NOBODY = CandidateInputs(key=0, award="", number=0, name="", unit=0, unit_name="")


@dataclass(frozen=True, kw_only=True)
class Told:
    """What one reading says about one window, person or unit."""

    reading: Reading
    rate: float | None
    """Percent, 0 to 100, six decimals; None: nobody rated."""
    bound: float | None
    """Lower 95 % bound of the rate, alike."""


@dataclass(frozen=True, kw_only=True)
class Passing:
    """How many would have met one condition under one reading."""

    reading: Reading
    by_rate: int
    by_bound: int
    """With the lower bound of the rate in its stead."""


def before(rules: Rules, today: date) -> Rules:
    """Return the rules with a period of the same length that is over.

    Only for reading conditions on it: the stages stay where they are.
    """
    period = last_period(rules, today)
    return replace(rules, begins=period.first, ends=period.last)


def tried_gates(rules: Rules) -> list[tuple[Award, Gate]]:
    """Return every condition about ratings, in the order of the rules.

    Suggestions are rated by nobody, so their awards have none to try.
    """
    return [
        (award, gate)
        for award in rules.awards
        if award.kind is not AwardKind.SUGGESTION
        for gate in award.gates
        if gate.kind is GateKind.SATISFACTION
    ]


def told(reading: Reading, found: Satisfaction) -> Told:
    """Return a rate with its bound."""
    rate, bound = found.rate, None
    if rate is not None and found.effective > 0:
        bound = round(lower_bound(rate, found.effective), _DECIMALS)
    return Told(reading=reading, rate=rate, bound=bound)


def passing(
    gate: Gate, rules: Rules, found: Mapping[Reading, Sequence[Satisfaction]]
) -> list[Passing]:
    """Return how many meet a condition under each reading.

    found: by reading, what it says of each who could stand. Its least rate, ratings
    and days stay as the condition has them; only how it reads is another.
    """
    return [
        Passing(
            reading=reading,
            by_rate=_how_many(replace(gate, bound=False), rules, whom),
            by_bound=_how_many(replace(gate, bound=True), rules, whom),
        )
        for reading, whom in found.items()
    ]


def _how_many(gate: Gate, rules: Rules, whom: Sequence[Satisfaction]) -> int:
    # The very function that decides later: a trial with rules of its own would lie.
    award = replace(rules.awards[0], gates=(gate,))
    asked = (replace(_NOBODY, satisfaction=(found,)) for found in whom)
    return sum(checks(award, one, rules)[0].passed for one in asked)
