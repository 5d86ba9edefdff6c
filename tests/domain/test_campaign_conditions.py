"""Each condition of an award, met and missed, with the number behind it."""

from dataclasses import replace

import pytest

from kiosk.domain.campaign_conditions import checks
from kiosk.domain.campaign_inputs import CandidateInputs, Satisfaction
from kiosk.domain.campaign_kinds import GateKind, Reading
from kiosk.domain.campaign_results import Why
from kiosk.domain.campaign_rules import Gate, Office, Words
from tests.campaigns import preset_rules

RULES = preset_rules()
TITLE = Words("部门", "Office")
OFFICES = (Office(key="police", title=TITLE), Office(key="petitions", title=TITLE))
WHO = CandidateInputs(
    key=1, award="star", number=1, name="王芳", unit=1, unit_name="教务处"
)
RATED = Satisfaction(rate=90.0, levels=(0, 5, 5, 40, 50), effective=80.0, days=10)
TOP2 = Gate(kind=GateKind.SATISFACTION, reading=Reading.TOP2, at_least=90)


def check(gate: Gate, **known: object):
    award = replace(RULES.awards[0], gates=(gate,))
    rules = replace(RULES, offices=OFFICES)
    [found] = checks(award, replace(WHO, **known), rules)
    assert found.passed is (found.why is Why.MET)
    assert found.kind is gate.kind
    return found


@pytest.mark.parametrize(
    ("gate", "read", "why", "value"),
    [
        (TOP2, RATED, Why.MET, 90.0),
        (replace(TOP2, at_least=91), RATED, Why.BELOW, 90.0),
        (replace(TOP2, minimum=80, days=10), RATED, Why.MET, 90.0),
        (replace(TOP2, minimum=81), RATED, Why.TOO_FEW, 90.0),
        (replace(TOP2, days=11), RATED, Why.TOO_FEW_DAYS, 90.0),
        (replace(TOP2, bound=True), RATED, Why.BELOW, 81.489311),
        (replace(TOP2, bound=True, at_least=81), RATED, Why.MET, 81.489311),
        (TOP2, replace(RATED, rate=None, effective=0.0), Why.NO_DATA, None),
        (TOP2, replace(RATED, effective=0.0), Why.NO_DATA, None),
    ],
)
def test_satisfaction(gate, read, why, value):
    found = check(gate, satisfaction=(read,))
    assert (found.why, found.needed) == (why, float(gate.at_least))
    assert found.value == (None if value is None else pytest.approx(value, abs=1e-5))
    assert (found.reading, found.effective, found.days) == (
        Reading.TOP2,
        read.effective,
        10,
    )


def test_a_condition_without_data_is_never_met():
    found = check(TOP2)
    assert (found.why, found.value, found.effective) == (Why.NO_DATA, None, None)


def test_each_condition_of_satisfaction_reads_its_own_number():
    other = replace(TOP2, reading=Reading.TOP3, at_least=96)
    knows = Gate(kind=GateKind.KNOWLEDGE, at_least=90)
    award = replace(RULES.awards[0], gates=(TOP2, knows, other))
    read = (RATED, replace(RATED, rate=95.0))
    who = replace(WHO, satisfaction=read, knowledge=90.0)
    found = checks(award, who, RULES)
    assert [each.value for each in found] == [90.0, 90.0, 95.0]
    assert [each.passed for each in found] == [True, True, False]


@pytest.mark.parametrize(
    ("rate", "why"), [(90.0, Why.MET), (89.99, Why.BELOW), (None, Why.NO_DATA)]
)
def test_knowledge(rate, why):
    found = check(Gate(kind=GateKind.KNOWLEDGE, at_least=90), knowledge=rate)
    assert (found.why, found.value, found.needed) == (why, rate, 90.0)


@pytest.mark.parametrize(("upheld", "why"), [(0, Why.MET), (1, Why.ABOVE)])
def test_complaints(upheld, why):
    found = check(Gate(kind=GateKind.COMPLAINTS, at_most=0), complaints=upheld)
    assert (found.why, found.value, found.needed) == (why, float(upheld), 0.0)


@pytest.mark.parametrize(
    ("done", "of", "why", "value"),
    [
        (9, 10, Why.MET, 90.0),
        (8, 10, Why.BELOW, 80.0),
        (0, 0, Why.NO_DATA, None),
        (2, 3, Why.BELOW, 66.666667),
    ],
)
def test_tasks(done, of, why, value):
    gate = Gate(kind=GateKind.TASKS, at_least=90)
    found = check(gate, tasks_done=done, tasks_set=of)
    assert (found.why, found.value) == (why, value)


@pytest.mark.parametrize(("vetoed", "why"), [(False, Why.MET), (True, Why.VETOED)])
def test_veto(vetoed, why):
    assert check(Gate(kind=GateKind.VETO), unit_vetoed=vetoed).why is why


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"police": False, "petitions": False}, Why.MET),
        ({"police": False, "petitions": True}, Why.OBJECTED),
        ({"petitions": True}, Why.OBJECTED),
        ({"police": False}, Why.SILENT),
        ({}, Why.SILENT),
        ({"police": False, "petitions": False, "other": True}, Why.MET),
    ],
)
def test_clearance(said, why):
    assert check(Gate(kind=GateKind.CLEARANCE), clearances=said).why is why
