"""Juries: who scores whom, with how many points, and who keeps out.

A juror scores nobody of the own unit, above it or below it. Points are means over the
jurors who scored, never sums, so that a juror who abstains takes nothing away.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from kiosk.domain.campaign_kinds import PartKind, Tie
from kiosk.domain.campaign_rules import Award
from kiosk.domain.errors import RuleBroken, sentence

_POINTS_MOST = 4
"""Digits of a number of points."""


class NotOnJury(RuleBroken):
    """Somebody scores without being on the jury."""

    code = "not_on_jury"
    text = sentence("You are not on the jury of this campaign.")


class Recused(RuleBroken):
    """A juror would score a candidate of the own unit."""

    code = "recused"
    text = sentence(
        "%(name)s belongs to your own unit or one above or below it, so you do not "
        "score it. Nothing was kept."
    )


class PointsWrong(RuleBroken):
    """Points are missing, not whole, or too many."""

    code = "points_wrong"
    text = sentence(
        "Please give a whole number from 0 to %(most)d for “%(criterion)s”, or "
        "abstain. Nothing was kept."
    )


class AlreadyJuror(RuleBroken):
    """Somebody is put on a jury twice."""

    code = "juror_already"
    text = sentence("%(name)s is on the jury already.")


class NoJurorChosen(RuleBroken):
    """Nobody, or nobody who can be a juror, was chosen."""

    code = "juror_none"
    text = sentence("Please choose somebody whose role is juror.")


@dataclass(frozen=True, kw_only=True)
class JurorSheet:
    """What one juror gave one candidate."""

    candidate_id: int
    juror_unit: int | None
    candidate_unit: int
    points: Mapping[str, int]
    """By criterion; empty where the juror abstained."""
    abstained: bool


def is_scored(award: Award) -> bool:
    """Whether the jury scores an award; else its criteria only ask for words."""
    asked = Tie.JURY in award.ties or any(
        part.kind is PartKind.JURY for part in award.parts
    )
    return asked and bool(award.criteria)


def parse_points(award: Award, typed: Mapping[str, str]) -> dict[str, int]:
    """Return the points by criterion. Raises PointsWrong."""
    found = {}
    for criterion in award.criteria:
        text = typed.get(criterion.key, "").strip()
        whole = text.isascii() and text.isdigit() and len(text) <= _POINTS_MOST
        if not whole or int(text) > criterion.points:
            raise PointsWrong(most=criterion.points, criterion=criterion.title.zh)
        found[criterion.key] = int(text)
    return found


def is_recused(
    juror_unit: int | None, candidate_unit: int, related: Collection[int]
) -> bool:
    """Whether a juror keeps out; `related`: the juror's unit, those above and below."""
    return juror_unit is not None and candidate_unit in related


def counted_points(
    sheets: Iterable[JurorSheet], related: Mapping[int, Collection[int]]
) -> dict[int, tuple[float, ...]]:
    """Return the points of each juror by candidate, in rising order.

    `related`: by a juror's unit, the units whose candidates the juror does not score:
    also where the candidate moved there after it was scored.
    """
    found: dict[int, list[float]] = {}
    for sheet in sheets:
        own = related.get(sheet.juror_unit, ()) if sheet.juror_unit else ()
        if sheet.abstained or is_recused(sheet.juror_unit, sheet.candidate_unit, own):
            continue
        points = float(sum(sheet.points.values()))
        found.setdefault(sheet.candidate_id, []).append(points)
    return {key: tuple(sorted(points)) for key, points in found.items()}
