"""What decides between equal totals, and whom a few false ratings could have swapped.

docs/rules.md, "Places and seats", says the same in words.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from kiosk.domain.campaign_inputs import CandidateInputs
from kiosk.domain.campaign_kinds import PartKind, Tie
from kiosk.domain.campaign_numbers import six
from kiosk.domain.campaign_rules import Award
from kiosk.domain.campaign_scores import Score

FAKES_A_DAY = 2
"""Ratings a working day that somebody could slip in without being noticed."""
_HARD = frozenset({Tie.BALLOT, Tie.JURY, Tie.INSPECTION})
"""Ties that false ratings do not move."""
_FULL = 100.0


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What places an admitted candidate."""

    total: float
    """Rounded to six decimals."""
    ties: tuple[float, ...]
    """In the order of the award's ties; more is better."""
    score: Score | None
    unnoticed: float
    """False ratings that could have come in unnoticed in the period."""

    @property
    def order(self) -> tuple[float, ...]:
        """What to compare; the greatest comes first."""
        return (self.total, *self.ties)


def unnoticed(working_days: int, unverified: float) -> float:
    """Return how many false ratings a period leaves room for.

    Two a working day (measured: so many are found in one run of five), of the share
    that no service stands behind.
    """
    return six(FAKES_A_DAY * working_days * unverified)


def tie_values(
    award: Award, candidate: CandidateInputs, score: Score | None
) -> tuple[float, ...]:
    """Return what decides between equal totals; what is unknown is the least."""
    jury = candidate.jury
    off = candidate.deductions
    values = {
        Tie.BALLOT: float(sum(each.votes for each in candidate.votes.values())),
        Tie.JURY: six(sum(jury) / len(jury)) if jury else -1.0,
        Tie.INSPECTION: float("-inf") if off is None else -float(off),
        Tie.RATING: score.score if score else -1.0,
        Tie.EFFECTIVE: score.effective if score else -1.0,
    }
    return tuple(values[tie] for tie in award.ties)


def deciding(award: Award, first: Standing, second: Standing) -> str:
    """Return the tie that puts one before the next of its total; empty: none."""
    if first.total != second.total:
        return ""
    pairs = zip(award.ties, first.ties, second.ties, strict=True)
    return next((tie.value for tie, one, other in pairs if one != other), "")


def bands(award: Award, ordered: list[Standing]) -> list[int] | list[None]:
    """Return the band of each, the first place first; None without ratings' weight.

    A new band begins where the swap of two neighbours takes at least as many false
    ratings as the period leaves room for.
    """
    if not _rating_weight(award):
        return [None] * len(ordered)
    found: list[int] = []
    for index, each in enumerate(ordered):
        if index == 0:
            found.append(1)
        else:
            apart = not _could_pass(award, each, ordered[index - 1])
            found.append(found[-1] + apart)
    return found


def contested(award: Award, ordered: list[Standing]) -> list[int]:
    """Return the places (from 0) between which the last seat cannot be told by taps.

    They are those that the first one without a seat could have passed unnoticed, and
    those without a seat that could have passed the last one with a seat. Empty where
    the award has no tie that taps cannot move, or the line is clear.
    """
    seats = award.seats
    hard = any(tie in _HARD for tie in award.ties)
    if not _rating_weight(award) or not hard or not 0 < seats < len(ordered):
        return []
    last, next_one = ordered[seats - 1], ordered[seats]
    above = [
        place for place in range(seats) if _could_pass(award, next_one, ordered[place])
    ]
    below = [
        place
        for place in range(seats, len(ordered))
        if _could_pass(award, ordered[place], last)
    ]
    return above + below if above and below else []


def hard_order(award: Award, standing: Standing) -> tuple[float, ...]:
    """Return the ties that taps cannot move, in the award's order; then the total."""
    pairs = zip(award.ties, standing.ties, strict=True)
    return (*(value for tie, value in pairs if tie in _HARD), standing.total)


def hard_tie(award: Award, among: Iterable[Standing]) -> str:
    """Return the first tie that taps cannot move and that tells some of these apart.

    Empty: none does, and the totals decide after all.
    """
    columns = zip(*(each.ties for each in among), strict=True)
    pairs = zip(award.ties, columns, strict=False)
    told = (tie for tie, values in pairs if tie in _HARD and len(set(values)) > 1)
    return next((tie.value for tie in told), "")


def flip_cost(score: Score | None, gap: float) -> float:
    """Return how many ratings of 100 points lift a score by `gap` points.

    n d / (100 - mean - d); infinite where no number of them does, or nobody rated.
    """
    if gap <= 0.0:
        return 0.0
    if score is None or six(score.score + gap) >= _FULL:
        return float("inf")
    return six(score.effective * gap / (_FULL - score.score - gap))


def _could_pass(award: Award, low: Standing, high: Standing) -> bool:
    gap = (high.total - low.total) * _FULL / _rating_weight(award)
    return flip_cost(low.score, gap) < low.unnoticed


def _rating_weight(award: Award) -> int:
    """Return the percent of the total that ratings make; 0: taps move nothing."""
    return sum(part.weight for part in award.parts if part.kind is PartKind.RATING)
