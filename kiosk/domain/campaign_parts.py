"""The parts of a total: what each is on a scale of 0 to 100, and what made it."""

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.domain.campaign_inputs import CandidateInputs, Inputs
from kiosk.domain.campaign_kinds import PartKind
from kiosk.domain.campaign_numbers import six
from kiosk.domain.campaign_results import Input, Weighed
from kiosk.domain.campaign_rules import Award, Part, Rules
from kiosk.domain.campaign_scores import Score, Scores

Raw = tuple[float | None, tuple[Input, ...]]


@dataclass(frozen=True)
class _Asked:
    """Whose parts are asked for."""

    award: Award
    candidate: CandidateInputs
    rules: Rules
    score: Score | None


def weighed(
    award: Award, candidate: CandidateInputs, inputs: Inputs, scores: Scores
) -> tuple[Weighed, ...]:
    """Return the parts of an award for a candidate, in the order of the rules."""
    score = score_of(candidate, scores)
    asked = _Asked(award, candidate, inputs.rules, score)
    return tuple(
        _weighed(part, _PARTS[part.kind](asked), score) for part in award.parts
    )


def score_of(candidate: CandidateInputs, scores: Scores) -> Score | None:
    """Return the fair score of a candidate; None: nobody rated it.

    A unit's or a brand's is the mean of its rated windows by effective ratings; it
    has no places of its own, so its range is 0 to 0.
    """
    if candidate.window is not None:
        return scores.windows.get(candidate.window)
    if candidate.person is not None:
        return scores.people.get(candidate.person)
    keys = sorted(candidate.windows)
    found = [scores.windows[key] for key in keys if key in scores.windows]
    if not found:
        return None
    effective = sum(each.effective for each in found)
    mean = sum(each.score * each.effective for each in found) / effective
    squares = sum((each.sd * each.effective) ** 2 for each in found)
    return Score(
        score=six(mean),
        sd=six(squares**0.5 / effective),
        effective=six(effective),
        low=0,
        high=0,
    )


def _weighed(part: Part, found: Raw, score: Score | None) -> Weighed:
    raw, inputs = found
    raw = None if raw is None else six(raw)
    rating = score if part.kind is PartKind.RATING else None
    return Weighed(
        kind=part.kind,
        weight=part.weight,
        raw=raw,
        weighted=six((raw or 0.0) * part.weight / 100),
        inputs=inputs,
        low=rating.low or None if rating else None,
        high=rating.high or None if rating else None,
    )


def _rating(asked: _Asked) -> Raw:
    score = asked.score
    if score is None:
        return None, ()
    return score.score, (_input("effective", score.effective), _input("sd", score.sd))


def _inspection(asked: _Asked) -> Raw:
    off = asked.candidate.deductions
    if off is None:
        return None, ()
    return max(0.0, 100.0 - off), (_input("deductions", off),)


def _jury(asked: _Asked) -> Raw:
    """Return the jurors' mean in percent; too few jurors are as good as none."""
    most = sum(criterion.points for criterion in asked.award.criteria)
    points = asked.candidate.jury
    jurors = len(points)
    inputs = (_input("jurors", jurors),)
    if not most or jurors < max(1, asked.rules.quorum):
        return None, inputs
    mean = sum(points) / jurors
    return 100.0 * mean / most, (*inputs, _input("spread", points[-1] - points[0]))


def _ballot(asked: _Asked) -> Raw:
    """Return shares by weight; an electorate that is not told gives nobody points."""
    share, inputs = 0.0, list[Input]()
    for electorate in asked.rules.electorates:
        votes = asked.candidate.votes.get(electorate.key)
        if votes is None:
            continue
        share += electorate.weight * votes.votes / max(1, votes.ballots)
        inputs.append(_input(f"{electorate.key}.votes", votes.votes))
        inputs.append(_input(f"{electorate.key}.ballots", votes.ballots))
    return (share if inputs else None), tuple(inputs)


def _tasks(asked: _Asked) -> Raw:
    done, given = asked.candidate.tasks_done, asked.candidate.tasks_set
    inputs = (_input("done", done), _input("set", given))
    return (100.0 * done / given if given else None), inputs


def _appraisal(asked: _Asked) -> Raw:
    return asked.candidate.appraisal, ()


def _knowledge(asked: _Asked) -> Raw:
    return asked.candidate.knowledge, ()


_PARTS: dict[PartKind, Callable[[_Asked], Raw]] = {
    PartKind.RATING: _rating,
    PartKind.INSPECTION: _inspection,
    PartKind.JURY: _jury,
    PartKind.BALLOT: _ballot,
    PartKind.TASKS: _tasks,
    PartKind.APPRAISAL: _appraisal,
    PartKind.KNOWLEDGE: _knowledge,
}


def _input(name: str, value: float) -> Input:
    return Input(name=name, value=six(value))
