"""How candidates meet the conditions of a campaign, and how others would have.

Never scores and never places: what is here tells who may be ranked, not who is ahead.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from kiosk.domain.board import Period
from kiosk.domain.campaign_conditions import checks
from kiosk.domain.campaign_inputs import Inputs
from kiosk.domain.campaign_kinds import AwardKind, Reading
from kiosk.domain.campaign_readings import Rated, gate_period
from kiosk.domain.campaign_results import Checked
from kiosk.domain.campaign_rules import Award, Gate, Rules
from kiosk.domain.campaign_trial import (
    Passing,
    Told,
    before,
    passing,
    told,
    tried_gates,
)
from kiosk.domain.small_groups import shown_count
from kiosk.models import Window
from kiosk.queries.campaign_inputs import CentreDays, gather
from kiosk.queries.campaign_ratings import Ratings
from kiosk.queries.campaign_sheets import SheetView, sheets
from kiosk.queries.campaigns import CampaignView

_Keys = tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class ConditionLine:
    """One candidate and every condition of its award."""

    award: str
    number: int
    name: str
    unit_name: str
    ended: str
    """How it ended; empty while it takes part."""
    checks: tuple[Checked, ...]

    @property
    def met(self) -> bool:
        """Whether it takes part and meets every condition."""
        return not self.ended and all(each.passed for each in self.checks)


@dataclass(frozen=True, kw_only=True)
class TrialRow:
    """What every reading says about one window, or one person without a name."""

    words: str
    """Number and name of the window; empty for people."""
    ratings: int
    days: int
    told: tuple[Told, ...]


@dataclass(frozen=True, kw_only=True)
class TrialGate:
    """One condition, and how many would have met it."""

    award: Award
    gate: Gate
    period: Period
    asked: int
    """Windows, people or units that could stand."""
    passing: tuple[Passing, ...]


@dataclass(frozen=True, kw_only=True)
class Trial:
    """All readings side by side on days that are over."""

    period: Period
    gates: tuple[TrialGate, ...]
    windows: tuple[TrialRow, ...]
    """In the order of their numbers; empty where no award reads windows."""
    people: tuple[TrialRow, ...]
    """Without names, the best first; empty where no award reads people."""


def conditions(
    reader: Connection | Session, campaign: CampaignView, centre: CentreDays, day: date
) -> list[ConditionLine]:
    """Return every candidate's conditions, by award and number.

    Once a list is posted they stand as on it: what came later moves nothing.
    """
    posted = sheets(reader, campaign.id)
    if posted:
        lines = _posted(posted[0])
    else:
        lines = _computed(gather(reader, campaign, centre, day))
    order = [award.key for award in campaign.rules.awards]
    return sorted(lines, key=lambda line: (order.index(line.award), line.number))


def _posted(sheet: SheetView) -> list[ConditionLine]:
    return [
        ConditionLine(
            award=award.key,
            number=row.number,
            name=row.name,
            unit_name=row.unit_name,
            ended=row.ended,
            checks=row.checks,
        )
        for award in sheet.outcome.awards
        for row in award.rows
    ]


def _computed(inputs: Inputs) -> list[ConditionLine]:
    awards = {award.key: award for award in inputs.rules.awards}
    return [
        ConditionLine(
            award=one.award,
            number=one.number,
            name=one.name,
            unit_name=one.unit_name,
            ended=one.ended,
            checks=checks(awards[one.award], one, inputs.rules),
        )
        for one in inputs.candidates
    ]


def trial(reader: Connection | Session, rules: Rules, today: date) -> Trial | None:
    """Return all readings on the days before a campaign; None: nothing reads any.

    The number of statements depends on the rules alone.
    """
    gates = tried_gates(rules)
    if not gates:
        return None
    earlier = before(rules, today)
    ratings = Ratings(reader, earlier)
    kinds = {award.kind for award, _ in gates}
    return Trial(
        period=ratings.period,
        gates=tuple(
            _gate(award, gate, earlier, ratings, _whom(award.kind, ratings))
            for award, gate in gates
        ),
        windows=_windows(reader, ratings) if kinds - {AwardKind.PERSON} else (),
        people=_people(ratings) if AwardKind.PERSON in kinds else (),
    )


def _whom(kind: AwardKind, ratings: Ratings) -> Callable[[Rated], list[_Keys]]:
    """Return how to tell, of a period, whose ratings are read together."""
    if kind in (AwardKind.UNIT, AwardKind.BRAND):
        tree = ratings.tree
        owned = (tree.windows_of(tree.below(unit)) for unit in tree.parents)
        units = [windows for windows in owned if windows]
        return lambda _rated: units
    return lambda rated: [(key,) for key in rated.keys]


def _gate(
    award: Award,
    gate: Gate,
    rules: Rules,
    ratings: Ratings,
    whom: Callable[[Rated], list[_Keys]],
) -> TrialGate:
    period = gate_period(rules, gate)
    people = award.kind is AwardKind.PERSON
    keys = whom((ratings.people if people else ratings.windows)(period))
    found = {
        reading: [
            ratings.reading(reading, period, people=people).together(each)
            for each in keys
        ]
        for reading in Reading
    }
    return TrialGate(
        award=award,
        gate=gate,
        period=period,
        asked=len(keys),
        passing=tuple(passing(gate, rules, found)),
    )


def _windows(reader: Connection | Session, ratings: Ratings) -> tuple[TrialRow, ...]:
    names = {
        key: (number, name)
        for key, number, name in reader.execute(
            select(Window.id, Window.number, Window.name)
        ).tuples()
    }
    keys = sorted(ratings.windows(ratings.period).keys, key=lambda key: names[key])
    return tuple(_row(ratings, key, " ".join(names[key]), people=False) for key in keys)


def _people(ratings: Ratings) -> tuple[TrialRow, ...]:
    """Return people without names, none of whom can be found out by their numbers."""
    keys = ratings.people(ratings.period).keys
    rows = [_row(ratings, key, "", people=True) for key in keys]
    told = [row for row in rows if shown_count(row.ratings) is not None]
    if shown_count(len(told)) is None:
        return ()
    return tuple(sorted(told, key=_best_first))


def _best_first(row: TrialRow) -> tuple[float, ...]:
    return tuple(-(each.rate or 0.0) for each in row.told)


def _row(ratings: Ratings, key: int, words: str, *, people: bool) -> TrialRow:
    period = ratings.period
    rated = (ratings.people if people else ratings.windows)(period)
    found = {
        reading: ratings.reading(reading, period, people=people).about(key)
        for reading in Reading
    }
    return TrialRow(
        words=words,
        ratings=int(rated.counts[rated.places[key]].sum()),
        days=found[Reading.TOP2].days,
        told=tuple(told(reading, each) for reading, each in found.items()),
    )
