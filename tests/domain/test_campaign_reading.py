"""Published numbers read back are the numbers that were published."""

import json
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.campaign_kinds import GateKind, PartKind, Reading
from kiosk.domain.campaign_reading import read_outcome
from kiosk.domain.campaign_results import (
    AwardOutcome,
    Checked,
    Input,
    Outcome,
    Ranked,
    Weighed,
    Why,
)

number = st.floats(0, 100).map(lambda value: round(value, 6))
maybe = st.none() | number
small = st.integers(0, 99)
checks = st.builds(
    Checked, kind=st.sampled_from(GateKind), passed=st.booleans(),
    why=st.sampled_from(Why), value=maybe, needed=maybe,
    reading=st.none() | st.sampled_from(Reading), effective=maybe,
    days=st.none() | small,
)  # fmt: skip
named = st.builds(Input, name=st.text(max_size=9), value=number)
parts = st.builds(
    Weighed, kind=st.sampled_from(PartKind), weight=small, raw=maybe, weighted=number,
    inputs=st.lists(named, max_size=2).map(tuple),
    low=st.none() | small, high=st.none() | small,
)  # fmt: skip
rows = st.builds(
    Ranked, key=small, number=small, name=st.text(max_size=9), unit=small,
    unit_name=st.text(max_size=9), admitted=st.booleans(), ended=st.text(max_size=9),
    checks=st.lists(checks, max_size=2).map(tuple),
    parts=st.lists(parts, max_size=2).map(tuple), total=maybe,
    place=st.none() | small, band=st.none() | small, elected=st.booleans(),
    tie=st.text(max_size=9),
)  # fmt: skip
awards = st.builds(
    AwardOutcome, key=st.text(max_size=9), seats=small,
    rows=st.lists(rows, max_size=3).map(tuple), undecided=st.lists(small).map(tuple),
)  # fmt: skip


@given(st.builds(Outcome, awards=st.lists(awards, max_size=3).map(tuple)))
def test_what_was_written_is_read(outcome):
    assert read_outcome(json.dumps(asdict(outcome))) == outcome


@pytest.mark.parametrize("text", ["{}", '{"awards": []}'])
def test_outcome_without_awards(text):
    assert read_outcome(text) == Outcome(awards=())
