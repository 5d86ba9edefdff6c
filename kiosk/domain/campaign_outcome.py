"""From the inputs of a campaign to places and seats; a pure function."""

from dataclasses import replace
from itertools import pairwise

from kiosk.domain.campaign_conditions import checks
from kiosk.domain.campaign_inputs import CandidateInputs, Inputs
from kiosk.domain.campaign_numbers import six
from kiosk.domain.campaign_parts import score_of, weighed
from kiosk.domain.campaign_results import AwardOutcome, Outcome, Ranked
from kiosk.domain.campaign_rules import Award
from kiosk.domain.campaign_scores import Scores, campaign_scores
from kiosk.domain.campaign_ties import (
    Standing,
    bands,
    contested,
    deciding,
    hard_order,
    hard_tie,
    tie_values,
    unnoticed,
)

_Placed = tuple[Standing, Ranked]


def compute(inputs: Inputs) -> Outcome:
    """Return conditions, parts, totals, places and seats of every award."""
    scores = campaign_scores(inputs)
    return Outcome(
        awards=tuple(_award(award, inputs, scores) for award in inputs.rules.awards)
    )


def _award(award: Award, inputs: Inputs, scores: Scores) -> AwardOutcome:
    mine = [each for each in inputs.candidates if each.award == award.key]
    placed: list[_Placed] = []
    others = []
    for each in sorted(mine, key=lambda one: (one.number, one.key)):
        row = _row(award, each, inputs, scores)
        if row.total is None:
            others.append(row)
            continue
        score = score_of(each, scores)
        standing = Standing(
            total=row.total,
            ties=tie_values(award, each, score),
            score=score,
            unnoticed=unnoticed(inputs.working_days, each.unverified),
        )
        placed.append((standing, row))
    placed.sort(key=lambda one: one[0].order, reverse=True)
    first = _seated(award, award.seats - sum(one.vacates for one in mine), placed)
    return AwardOutcome(
        key=award.key,
        seats=award.seats,
        rows=(*(row for row, _ in first), *others),
        undecided=tuple(row.key for row, shared in first if shared),
    )


def _row(
    award: Award, candidate: CandidateInputs, inputs: Inputs, scores: Scores
) -> Ranked:
    """Return a candidate before it has a place."""
    checked = checks(award, candidate, inputs.rules)
    admitted = candidate.standing and all(each.passed for each in checked)
    parts = weighed(award, candidate, inputs, scores) if admitted else ()
    total = six(sum(part.weighted for part in parts)) if admitted else None
    return Ranked(
        key=candidate.key,
        number=candidate.number,
        name=candidate.name,
        unit=candidate.unit,
        unit_name=candidate.unit_name,
        admitted=admitted,
        ended=candidate.ended,
        checks=checked,
        parts=parts,
        total=total,
        place=None,
        band=None,
        elected=False,
    )


def _seated(
    award: Award, seats: int, ordered: list[_Placed]
) -> list[tuple[Ranked, bool]]:
    """Return the admitted with place, band, tie and seat, the first place first.

    With each, whether it shares the last seats with others that no rule tells from
    it: then nobody of them takes one. Nor does who has no point at all.
    """
    found_bands = bands(award, [standing for standing, _ in ordered])
    settled, by_rule = _settled(replace(award, seats=seats), ordered)
    keys = [
        (hard_order(award, one) if at in by_rule else (), one.order)
        for at, (one, _) in enumerate(settled)
    ]
    first = {key: at + 1 for at, key in reversed(list(enumerate(keys)))}
    last = {key: at + 1 for at, key in enumerate(keys)}
    by_hard = hard_tie(award, [settled[at][0] for at in sorted(by_rule)])
    ties = [deciding(award, one, other) for (one, _), (other, _) in pairwise(settled)]
    found = []
    for at, (standing, row) in enumerate(settled):
        scored = standing.total > 0.0
        placed = replace(
            row,
            place=first[keys[at]],
            band=found_bands[at],
            tie=by_hard if at in by_rule else [*ties, ""][at],
            elected=scored and last[keys[at]] <= seats,
        )
        shared = scored and not placed.elected and first[keys[at]] <= seats
        found.append((placed, shared))
    return found


def _settled(award: Award, ordered: list[_Placed]) -> tuple[list[_Placed], set[int]]:
    """Return the order once ties decided whom false ratings could have swapped.

    With it the places, from 0, that were given so.
    """
    places = contested(award, [standing for standing, _ in ordered])
    among = sorted(
        (ordered[place] for place in places),
        key=lambda one: hard_order(award, one[0]),
        reverse=True,
    )
    settled = list(ordered)
    for place, one in zip(places, among, strict=True):
        settled[place] = one
    return settled, set(places)
