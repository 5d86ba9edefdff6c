"""Whether rules make sense: every contradiction is a sentence, none stops the look."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from kiosk.domain.campaign_kinds import AwardKind, GateKind, PartKind, StageKind
from kiosk.domain.campaign_problems import (
    AwardLacking,
    ChooseTooMany,
    CopiesWrong,
    GateUnclear,
    IssuerMissing,
    KeyTwice,
    NoData,
    NoRatings,
    NumbersFixed,
    PastStage,
    PeriodBackwards,
    PeriodTooLate,
    SeatsWrong,
    StageBackwards,
    StageLacking,
    StageOrder,
    StageTooSoon,
    StartsInThePast,
    WeightsWrong,
)
from kiosk.domain.campaign_rules import Award, Gate, Rules, Stage
from kiosk.domain.errors import RuleBroken

_WHOLE = 100
_COPIES = (1, 3)
_SEATS_MOST = 200
_NEEDED_STAGE = {
    PartKind.INSPECTION: StageKind.INSPECT,
    PartKind.JURY: StageKind.JURY,
    PartKind.BALLOT: StageKind.VOTE,
    PartKind.APPRAISAL: StageKind.VOTE,
    PartKind.KNOWLEDGE: StageKind.TEST,
    PartKind.TASKS: StageKind.TASKS,
    GateKind.KNOWLEDGE: StageKind.TEST,
    GateKind.TASKS: StageKind.TASKS,
    GateKind.VETO: StageKind.TASKS,
    GateKind.CLEARANCE: StageKind.CLEARANCE,
}
"""The stage in which a part or a gate gets its numbers."""
_NEEDED_LISTS = {
    PartKind.INSPECTION: ("sheets",),
    PartKind.JURY: ("criteria", "quorum"),
    PartKind.BALLOT: ("electorates",),
    PartKind.APPRAISAL: ("electorates",),
    PartKind.TASKS: ("tasks",),
    GateKind.TASKS: ("tasks",),
    GateKind.VETO: ("tasks",),
    GateKind.CLEARANCE: ("offices",),
}
"""What else the rules must say for it."""
_BEFORE_NOTICE = (
    StageKind.NOMINATE,
    StageKind.INSPECT,
    StageKind.TEST,
    StageKind.JURY,
    StageKind.VOTE,
    StageKind.CLEARANCE,
)
_PERCENT_GATES = (GateKind.SATISFACTION, GateKind.KNOWLEDGE, GateKind.TASKS)


def rule_problems(rules: Rules) -> list[RuleBroken]:
    """Return everything that contradicts itself, in the order of the rules."""
    return [
        *_keys(rules),
        *_stages(rules),
        *([] if rules.awards else [AwardLacking()]),
        *_weights("electorates", [each.weight for each in rules.electorates]),
        *(problem for award in rules.awards for problem in _award(rules, award)),
    ]


def _keys(rules: Rules) -> Iterator[RuleBroken]:
    lists = [
        ("stages", [stage.key for stage in rules.stages]),
        ("awards", [award.key for award in rules.awards]),
        ("electorates", [each.key for each in rules.electorates]),
        ("sheets", [sheet.key for sheet in rules.sheets]),
        ("tasks", [task.key for task in rules.tasks]),
        ("offices", [office.key for office in rules.offices]),
    ]
    # Not by key: of two awards with one key each is looked at.
    lists += [
        (f"awards.{award.key}.criteria", [each.key for each in award.criteria])
        for award in rules.awards
    ]
    lists += [
        (f"sheets.{sheet.key}.items", [item.key for item in sheet.items])
        for sheet in rules.sheets
    ]
    for place, keys in lists:
        for key, times in Counter(keys).items():
            if times > 1:
                yield KeyTwice(key=key, place=place)


def _stages(rules: Rules) -> Iterator[RuleBroken]:
    if rules.begins > rules.ends:
        yield PeriodBackwards()
    for stage in rules.stages:
        if stage.begins > stage.ends:
            yield StageBackwards(stage=stage.title.zh)
    for kind in (StageKind.NOTICE, StageKind.COMMEND):
        if not rules.of_kind(kind):
            yield StageLacking(kind=kind.value)
    posted = rules.of_kind(StageKind.NOTICE)
    if posted and rules.ends >= posted[0].begins:
        yield PeriodTooLate(ends=rules.ends, posted=posted[0].begins)
    for kind in _BEFORE_NOTICE:
        yield from _after(rules, kind, StageKind.NOTICE)
    # A ballot names candidates, so nobody may join or leave while it is open.
    yield from _after(rules, StageKind.NOMINATE, StageKind.VOTE)
    yield from _after(rules, StageKind.NOTICE, StageKind.COMMEND)


def _after(rules: Rules, first: StageKind, second: StageKind) -> Iterator[RuleBroken]:
    """Yield a problem for each stage of `first` that lasts into one of `second`."""
    later = rules.of_kind(second)
    for earlier in rules.of_kind(first) if later else ():
        if earlier.ends >= later[0].begins:
            yield StageOrder(later=later[0].title.zh, earlier=earlier.title.zh)


def _weights(what: str, weights: list[int]) -> Iterator[RuleBroken]:
    if weights and sum(weights) != _WHOLE:
        yield WeightsWrong(what=what, sum=sum(weights))


def _award(rules: Rules, award: Award) -> Iterator[RuleBroken]:
    title = award.title.zh
    if not 1 <= award.seats <= _SEATS_MOST:
        yield SeatsWrong(award=title, most=_SEATS_MOST)
    if award.copies not in _COPIES:
        yield CopiesWrong(award=title)
    if award.choose > award.seats:
        yield ChooseTooMany(award=title)
    if not award.parts:
        yield WeightsWrong(what=title, sum=0)
    yield from _weights(title, [part.weight for part in award.parts])
    if award.kind is not AwardKind.SUGGESTION and not rules.of_kind(StageKind.NOMINATE):
        yield StageLacking(kind=StageKind.NOMINATE.value)
    for part in award.parts:
        yield from _sources(rules, award, part.kind)
    for gate in award.gates:
        yield from _sources(rules, award, gate.kind)
        yield from _gate(award, gate)


def _sources(
    rules: Rules, award: Award, kind: PartKind | GateKind
) -> Iterator[RuleBroken]:
    """Yield what a part or gate would take its numbers from and is not there."""
    stage = _NEEDED_STAGE.get(kind)
    lacking = [stage.value] if stage and not rules.of_kind(stage) else []
    there = {
        "sheets": bool(rules.sheets),
        "electorates": bool(rules.electorates),
        "criteria": bool(award.criteria),
        "quorum": bool(rules.quorum),
        "tasks": bool(rules.tasks),
        "offices": bool(rules.offices),
    }
    lacking += [name for name in _NEEDED_LISTS.get(kind, ()) if not there[name]]
    if lacking:
        words = ", ".join(lacking)
        yield NoData(award=award.title.zh, kind=kind.value, lacking=words)
    rated = kind in (PartKind.RATING, GateKind.SATISFACTION)
    if rated and award.kind is AwardKind.SUGGESTION:
        yield NoRatings(award=award.title.zh)


def _gate(award: Award, gate: Gate) -> Iterator[RuleBroken]:
    title, kind = award.title.zh, gate.kind.value
    if gate.kind is GateKind.SATISFACTION and gate.reading is None:
        yield GateUnclear(award=title, kind=kind, needed="reading")
    percent = gate.at_least is not None and 1 <= gate.at_least <= _WHOLE
    if gate.kind in _PERCENT_GATES and not percent:
        yield GateUnclear(award=title, kind=kind, needed="at_least")
    if gate.kind is GateKind.COMPLAINTS and gate.at_most is None:
        yield GateUnclear(award=title, kind=kind, needed="at_most")


def announce_problems(rules: Rules, today: date) -> list[RuleBroken]:
    """Return what keeps rules from being made known today."""
    problems = rule_problems(rules)
    if not rules.stages:
        return problems
    if rules.first_day < today:
        problems.append(StartsInThePast(day=rules.first_day))
    issuer = rules.issuer
    needed = (
        issuer.name,
        issuer.address,
        issuer.contact,
        issuer.telephone,
        issuer.hotline,
    )
    if not all(needed):
        problems.append(IssuerMissing())
    return problems


def amendment_problems(old: Rules, new: Rules, today: date) -> list[RuleBroken]:
    """Return what is wrong with changing rules while their campaign runs."""
    problems = rule_problems(new)
    for before in old.stages:
        if before.begins <= today and not _kept(before, new.stage(before.key), today):
            problems.append(PastStage(stage=before.title.zh))
    for after in new.stages:
        known = old.stage(after.key)
        ahead = known is None or known.begins > today
        if ahead and after.begins <= today:
            problems.append(StageTooSoon(stage=after.title.zh))
    judged = [*old.of_kind(StageKind.JURY), *old.of_kind(StageKind.VOTE)]
    judged += old.of_kind(StageKind.NOTICE)
    if any(stage.begins <= today for stage in judged) and _numbers(old) != _numbers(
        new
    ):
        problems.append(NumbersFixed())
    return problems


def _kept(before: Stage, after: Stage | None, today: date) -> bool:
    """Whether a stage that has begun was left alone or only made longer."""
    if after is None or (after.kind, after.begins) != (before.kind, before.begins):
        return False
    if before.ends < today:
        return after.ends == before.ends
    return after.ends >= today


def _numbers(rules: Rules) -> tuple[object, ...]:
    """Return what the ranking follows from."""
    return (
        rules.begins,
        rules.ends,
        rules.awards,
        rules.electorates,
        rules.sheets,
        rules.quorum,
        # Who objects relies on the time that was promised.
        rules.notice_days,
        rules.ruling_days,
    )
