"""Everything the numbers of a campaign follow from, gathered from the tables.

The number of statements depends on the rules alone: on how many periods their
conditions read, never on windows, people or candidates.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from kiosk.domain.board import Period
from kiosk.domain.campaign_inputs import CandidateInputs, Inputs, Satisfaction, Votes
from kiosk.domain.campaign_kinds import GateKind, Reading
from kiosk.domain.campaign_readings import (
    gate_period,
    person_ratings,
    unverified_share,
    window_days,
)
from kiosk.domain.campaign_rules import Award, Rules
from kiosk.domain.candidates import CandidateState, MarkKind
from kiosk.domain.unit_tasks import TaskProgress
from kiosk.queries.ballots import ballot_counts
from kiosk.queries.campaign_facts import (
    UnitTree,
    Upheld,
    upheld_complaints,
    working_days,
)
from kiosk.queries.campaign_ratings import Ratings
from kiosk.queries.campaigns import CampaignView
from kiosk.queries.candidates import CandidateView, candidates
from kiosk.queries.clearances import clearances
from kiosk.queries.inspections import Deductions, deductions
from kiosk.queries.juries import jury_points
from kiosk.queries.nominations import candidate_marks
from kiosk.queries.unit_tasks import task_progress

_NO_TASKS = TaskProgress(done=0, set=0, vetoed=False)
_HUNDREDTHS = 100


@dataclass(frozen=True, kw_only=True)
class CentreDays:
    """The centre whose day and whose calendar hold for the campaign."""

    centre_id: int
    zone: ZoneInfo

    def day(self, moment: datetime) -> date:
        """Return the centre's day of a moment."""
        return moment.astimezone(self.zone).date()


def gather(
    reader: Connection | Session, campaign: CampaignView, centre: CentreDays, day: date
) -> Inputs:
    """Return a campaign as it stands on a day, ready to be computed."""
    among = candidates(reader, campaign.id)
    ratings = Ratings(reader, campaign.rules, among)
    facts = _facts(reader, campaign, centre, day)
    return Inputs(
        slug=campaign.slug,
        version=campaign.version,
        rules=campaign.rules,
        day=day,
        working_days=working_days(reader, centre.centre_id, ratings.period),
        windows=window_days(ratings.windows(ratings.period)),
        people=person_ratings(ratings.people(ratings.period)),
        candidates=tuple(
            _candidate(each, campaign.rules, ratings, facts)
            for each in sorted(among, key=lambda one: one.id)
        ),
    )


@dataclass(frozen=True, kw_only=True)
class _Facts:
    """What was entered and done, by whom it is about."""

    marks: Mapping[tuple[int, MarkKind], float]
    complaints: Sequence[Upheld]
    tasks: Mapping[int, TaskProgress]
    clearances: Mapping[int, Mapping[str, bool]]
    deductions: Deductions
    jury: Mapping[int, tuple[float, ...]]
    votes: Mapping[int, Mapping[str, Votes]]


def _facts(
    reader: Connection | Session, campaign: CampaignView, centre: CentreDays, day: date
) -> _Facts:
    marks = candidate_marks(reader, campaign.id)
    return _Facts(
        marks={key: mark.value / _HUNDREDTHS for key, mark in marks.items()},
        complaints=upheld_complaints(reader, _complaint_period(campaign.rules)),
        tasks=task_progress(reader, campaign, centre.zone, day),
        clearances=clearances(reader, campaign.id),
        deductions=deductions(reader, campaign),
        jury=jury_points(reader, campaign),
        votes=ballot_counts(reader, campaign),
    )


def _complaint_period(rules: Rules) -> Period:
    """Return the longest period that a condition about complaints reads."""
    gates = [
        gate
        for award in rules.awards
        for gate in award.gates
        if gate.kind is GateKind.COMPLAINTS
    ]
    firsts = [gate_period(rules, gate).first for gate in gates]
    return Period(min(firsts, default=rules.begins), rules.ends)


def _candidate(
    one: CandidateView, rules: Rules, ratings: Ratings, facts: _Facts
) -> CandidateInputs:
    award = next(each for each in rules.awards if each.key == one.award)
    units = ratings.tree.below(one.unit_id)
    windows = _windows_of(one, ratings.tree, units)
    tasks = facts.tasks.get(one.unit_id, _NO_TASKS)
    people = one.clerk_id is not None
    rated = (ratings.people if people else ratings.windows)(ratings.period)
    keys = _keys(one, windows)
    return CandidateInputs(
        key=one.id,
        award=one.award,
        number=one.number,
        name=one.name,
        unit=one.unit_id,
        unit_name=one.unit_name,
        window=one.window_id,
        person=one.clerk_id,
        windows=windows,
        standing=one.standing,
        ended="" if one.standing else _ended(one),
        unverified=unverified_share(rated, keys),
        satisfaction=_satisfaction(award, rules, ratings, keys, people=people),
        knowledge=facts.marks.get((one.id, MarkKind.KNOWLEDGE)),
        complaints=_complaints(award, rules, one, units, facts.complaints),
        tasks_done=tasks.done,
        tasks_set=tasks.set,
        unit_vetoed=tasks.vetoed,
        clearances=facts.clearances.get(one.id, {}),
        deductions=_deductions(one, units, facts.deductions),
        jury=facts.jury.get(one.id, ()),
        votes=facts.votes.get(one.id, {}),
        appraisal=facts.marks.get((one.id, MarkKind.APPRAISAL)),
    )


def _windows_of(
    one: CandidateView, tree: UnitTree, units: frozenset[int]
) -> tuple[int, ...]:
    """Return the windows of a unit or brand; others stand for themselves."""
    if one.window_id is not None or one.clerk_id is not None or one.case_id is not None:
        return ()
    return tree.windows_of(units)


def _keys(one: CandidateView, windows: tuple[int, ...]) -> tuple[int, ...]:
    """Return whose ratings are read."""
    if one.clerk_id is not None:
        return (one.clerk_id,)
    return windows if one.window_id is None else (one.window_id,)


def _satisfaction(
    award: Award,
    rules: Rules,
    ratings: Ratings,
    keys: tuple[int, ...],
    *,
    people: bool,
) -> tuple[Satisfaction, ...]:
    found = []
    for gate in award.gates:
        if gate.kind is GateKind.SATISFACTION:
            period = gate_period(rules, gate)
            told = ratings.reading(
                gate.reading or Reading.TOP2, period, people=people
            ).together(keys)
            found.append(_without_levels(told) if people else told)
    return tuple(found)


def _without_levels(told: Satisfaction) -> Satisfaction:
    """Return what is published of a person: no counts by level."""
    return Satisfaction(
        rate=told.rate, levels=None, effective=told.effective, days=told.days
    )


def _complaints(
    award: Award,
    rules: Rules,
    one: CandidateView,
    units: frozenset[int],
    upheld: Sequence[Upheld],
) -> int:
    """Return the complaints upheld in the period that the award's condition reads."""
    gates = [gate for gate in award.gates if gate.kind is GateKind.COMPLAINTS]
    first = min(
        (gate_period(rules, gate).first for gate in gates), default=rules.begins
    )
    first = max(first, one.counts_from or first)
    return sum(each.day >= first and each.concerns(one, units) for each in upheld)


def _deductions(
    one: CandidateView, units: frozenset[int], found: Deductions
) -> int | None:
    """Return the points off; None where nobody looked."""
    if one.window_id is not None:
        return found.windows.get(one.window_id)
    if one.clerk_id is not None:
        return found.clerks.get(one.clerk_id)
    seen = [found.units[unit] for unit in sorted(units) if unit in found.units]
    return sum(seen) if seen else None


def _ended(one: CandidateView) -> str:
    # Why, in its own words, stays inside: what everybody reads is how.
    return CandidateState(one.state).name.lower()
