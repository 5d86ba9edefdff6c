"""Inputs of campaigns made by hand and at random, for tests of what they come to."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
from hypothesis import strategies as st

from kiosk.domain.campaign_inputs import (
    CandidateInputs,
    Inputs,
    PersonRatings,
    Satisfaction,
    Votes,
    WindowDays,
)
from kiosk.domain.campaign_kinds import (
    AwardKind,
    GateKind,
    PartKind,
    Reading,
    StageKind,
    Tie,
)
from kiosk.domain.campaign_rules import (
    Award,
    Criterion,
    Electorate,
    Gate,
    Office,
    Part,
    Rules,
    Stage,
    Words,
)

BEGINS = date(2027, 3, 1)
TITLE = Words("十佳文明窗口", "Ten best civil windows")
CADRES = Electorate(key="cadres", title=Words("干部", "Cadres"), weight=40)
STAFF = Electorate(key="staff", title=Words("职工", "Staff"), weight=60)
OFFICES = (
    Office(key="police", title=Words("公安", "Police")),
    Office(key="petitions", title=Words("信访", "Petitions")),
)
CRITERIA = tuple(
    Criterion(key=f"c{at}", title=Words("纪律", "Discipline"), points=points)
    for at, points in enumerate((30, 30, 40))
)
KINDS = (AwardKind.WINDOW, AwardKind.PERSON, AwardKind.UNIT)


def parts(**weights: int) -> tuple[Part, ...]:
    """Return parts with their weights in percent."""
    return tuple(Part(kind=PartKind(kind), weight=n) for kind, n in weights.items())


def an_award(key: str = "best", **changes: object) -> Award:
    """Return an award to windows that goes by the fair score alone."""
    values = {"seats": 2, "parts": parts(rating=100), "criteria": CRITERIA} | changes
    return Award(key=key, **({"kind": AwardKind.WINDOW, "title": TITLE} | values))


def some_rules(*awards: Award, **changes: object) -> Rules:
    """Return rules with two electorates, two offices and a quorum of two."""
    stage = Stage(
        key="notice", kind=StageKind.NOTICE, title=TITLE,
        begins=BEGINS + timedelta(days=40), ends=BEGINS + timedelta(days=50),
    )  # fmt: skip
    values = {"key": "best", "begins": BEGINS, "ends": BEGINS + timedelta(days=29)}
    values |= dict.fromkeys(("title", "purpose", "organiser", "participants"), TITLE)
    values |= {"stages": (stage,), "awards": awards or (an_award(),), "quorum": 2}
    values |= {"electorates": (CADRES, STAFF), "offices": OFFICES}
    return Rules(**(values | changes))


def a_candidate(key: int, **changes: object) -> CandidateInputs:
    """Return a candidate that is its own window, of the award `best`."""
    values = {"key": key, "award": "best", "number": key, "name": f"{key} 号窗口"}
    values |= {"unit": 1, "unit_name": "教务处", "window": key}
    return CandidateInputs(**(values | changes))


def some_inputs(rules: Rules, *candidates: CandidateInputs, **changes: object):
    """Return inputs in which nobody rated, computed after twenty working days."""
    values = {"slug": "best-2027", "version": 1, "rules": rules, "windows": ()}
    values |= {"day": BEGINS + timedelta(days=40), "working_days": 20, "people": ()}
    return Inputs(candidates=candidates, **(values | changes))


def window_days(key: int, *levels: int, days: int = 10, kind: int = 0) -> WindowDays:
    """Return a window with the same ratings by level on the screen of each day."""
    return WindowDays(
        key=key, service_type=kind, days=tuple((d, 0, *levels) for d in range(days))
    )


six = st.floats(0, 100).map(lambda value: round(value, 6))
weights = st.sampled_from(((100,), (0, 100), (70, 30), (50, 25, 25), (40, 30, 20, 10)))
votes = st.integers(5, 40).flatmap(
    lambda most: st.builds(Votes, votes=st.integers(0, most), ballots=st.just(most))
)
gates = st.one_of(
    st.builds(
        Gate, kind=st.just(GateKind.SATISFACTION), reading=st.sampled_from(Reading),
        at_least=st.integers(1, 90), bound=st.booleans(), minimum=st.integers(0, 40),
        days=st.integers(0, 5),
    ),
    st.builds(Gate, kind=st.just(GateKind.KNOWLEDGE), at_least=st.integers(1, 60)),
    st.builds(Gate, kind=st.just(GateKind.COMPLAINTS), at_most=st.integers(0, 3)),
    st.builds(Gate, kind=st.just(GateKind.TASKS), at_least=st.integers(1, 60)),
    st.builds(Gate, kind=st.sampled_from((GateKind.VETO, GateKind.CLEARANCE))),
)  # fmt: skip


@st.composite
def awards(draw, key: str) -> Award:
    """Return an award with random parts, ties, conditions and seats."""
    weighed = draw(weights)
    kinds = draw(st.permutations(PartKind))
    # Ratings come first more often than not: they are what bands are about.
    if draw(st.booleans()):
        kinds = [PartKind.RATING, *(each for each in kinds if each != "rating")]
    return an_award(
        key,
        kind=draw(st.sampled_from(KINDS)),
        seats=draw(st.integers(1, 4)),
        parts=tuple(
            Part(kind=kind, weight=weight)
            for kind, weight in zip(kinds, weighed, strict=False)
        ),
        ties=tuple(draw(st.permutations(Tie))[: draw(st.integers(0, 4))]),
        gates=tuple(draw(st.lists(gates, max_size=draw(st.sampled_from((0, 2)))))),
    )


@st.composite
def read_by(draw, gate: Gate) -> Satisfaction:
    """Return what a condition of satisfaction reads about somebody."""
    assert gate.kind is GateKind.SATISFACTION
    rate = draw(st.none() | st.floats(60, 100).map(lambda value: round(value, 6)))
    return Satisfaction(
        rate=rate, levels=None, days=draw(st.integers(3, 9)),
        effective=0.0 if rate is None else draw(six),
    )  # fmt: skip


@st.composite
def candidates(draw, key: int, award: Award, rated: range) -> CandidateInputs:
    """Return a candidate of an award, known by some or by nothing."""
    own = draw(st.sampled_from(rated)) if rated else 1
    of = {
        AwardKind.WINDOW: {"window": own},
        AwardKind.PERSON: {"window": None, "person": own},
        AwardKind.UNIT: {
            "window": None,
            "windows": tuple(
                draw(st.lists(st.integers(0, len(rated)), unique=True, max_size=4))
            ),
        },
    }
    set_ = draw(st.integers(0, 5))
    ended = draw(st.sampled_from(("", "", "", "", "withdrawn", "cancelled")))
    keys = ("cadres", "staff")
    return a_candidate(
        key,
        award=award.key,
        **of[award.kind],
        standing=not ended,
        ended=ended,
        vacates=ended == "cancelled" and draw(st.booleans()),
        unverified=draw(st.sampled_from((1.0, 1.0, 0.4, 0.0))),
        satisfaction=tuple(
            draw(read_by(gate))
            for gate in award.gates
            if gate.kind is GateKind.SATISFACTION
        ),
        knowledge=draw(st.none() | st.integers(0, 10_000).map(lambda n: n / 100)),
        complaints=draw(st.sampled_from((0, 0, 0, 1, 2))),
        tasks_done=draw(st.integers(0, set_)),
        tasks_set=set_,
        unit_vetoed=draw(st.sampled_from((False, False, True))),
        clearances=draw(st.dictionaries(st.sampled_from(("police", "petitions")),
                                        st.sampled_from((False, False, True)))),
        deductions=draw(st.none() | st.integers(0, 110)),
        jury=tuple(sorted(map(float, draw(st.lists(st.integers(0, 100), max_size=5))))),
        votes=draw(st.dictionaries(st.sampled_from(keys), votes)),
        appraisal=draw(st.none() | six),
    )  # fmt: skip


@st.composite
def campaigns(draw, most: int = 12) -> Inputs:
    """Return the inputs of a whole campaign."""
    made = [draw(awards(f"a{at}")) for at in range(draw(st.integers(1, 3)))]
    windows = _windows(draw, draw(st.integers(0, most)))
    people = _people(draw, draw(st.integers(0, most)))
    found = []
    for award in made:
        rated = people if award.kind is AwardKind.PERSON else windows
        for _ in range(draw(st.sampled_from((0, 2, 4, 6)))):
            key = len(found) + 1
            found.append(draw(candidates(key, award, range(1, len(rated) + 1))))
    # Candidates of whom everything is equal share places.
    if found and draw(st.booleans()):
        twin = draw(st.sampled_from(found))
        found.append(replace(twin, key=len(found) + 1, number=len(found) + 1))
    return some_inputs(
        some_rules(*made, quorum=draw(st.integers(0, 3))),
        *found,
        windows=windows,
        people=people,
        working_days=draw(st.sampled_from((0, 5, 20, 60))),
    )


def _windows(draw, number: int) -> tuple[WindowDays, ...]:
    chosen = np.random.default_rng(draw(st.integers(0, 2**32)))
    busy = draw(st.sampled_from((0.3, 2.0, 8.0)))
    kinds = draw(st.integers(1, 3))
    # Often nearly alike: then false ratings could have swapped them.
    alike = draw(st.sampled_from((1, 1, 50)))
    made = []
    for key in range(1, number + 1):
        mix = chosen.dirichlet(np.array((1, 1, 2, 6, 12)) * alike)
        sizes = chosen.poisson(busy * chosen.lognormal(), size=(30, 2))
        counts = chosen.multinomial(sizes, mix)
        days = tuple(
            (day, channel, *counts[day, channel].tolist())
            for day in range(30)
            for channel in range(2)
            if sizes[day, channel]
        )
        made.append(WindowDays(key=key, service_type=key % kinds, days=days))
    # A second window with the same ratings as the first: equal in everything.
    if number > 1 and draw(st.booleans()):
        made[1] = replace(made[0], key=2)
    return tuple(made)


def _people(draw, number: int) -> tuple[PersonRatings, ...]:
    chosen = np.random.default_rng(draw(st.integers(0, 2**32)))
    kinds = draw(st.integers(1, 3))
    lowest, highest = draw(st.sampled_from(((55, 101), (88, 90))))
    return tuple(
        PersonRatings(
            key=key,
            service_type=key % kinds,
            effective=round(float(chosen.lognormal(3.5, 1.0)), 6) * (key != 1),
            mean=round(float(chosen.uniform(lowest, highest)), 6),
            variance=round(float(chosen.lognormal(9, 1.0)), 6),
        )
        for key in range(1, number + 1)
    )


@st.composite
def close_calls(draw) -> Inputs:
    """Return a campaign of people so close that false ratings could swap some."""
    number = draw(st.integers(3, 8))
    hard = draw(st.sampled_from((Tie.BALLOT, Tie.JURY, Tie.INSPECTION)))
    award = an_award(
        kind=AwardKind.PERSON,
        seats=draw(st.integers(1, number - 1)),
        parts=draw(
            st.sampled_from((parts(rating=100), parts(rating=60, knowledge=40)))
        ),
        ties=tuple(draw(st.permutations((hard, Tie.EFFECTIVE, Tie.RATING)))),
    )
    few = st.integers(0, 4)
    found = [
        a_candidate(
            key,
            window=None,
            person=key,
            unverified=draw(st.sampled_from((1.0, 0.3))),
            knowledge=draw(st.sampled_from((90.0, 90.5))),
            deductions=draw(few),
            jury=tuple(float(draw(few)) for _ in range(1)),
            votes={"staff": Votes(votes=draw(few), ballots=9)},
        )
        for key in range(1, number + 1)
    ]
    return some_inputs(
        some_rules(award),
        *found,
        people=_people(draw, number),
        working_days=draw(st.sampled_from((5, 20, 60))),
    )
