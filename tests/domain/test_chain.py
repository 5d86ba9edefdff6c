"""Entries are written down and hashed in one way only, known to others."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from hashlib import sha256
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.chain import (
    Link,
    canonical,
    commitment,
    entry_hash,
    first_tip,
    plain,
)

ORIGIN = "window-kiosk/6a0f8b9e-0000-4000-8000-000000000001/centre/main"
WORKED = "b4be4e9f10d25326492ff96908e980e70d54236de3dc5b95dc40de35892f44b2"


def test_a_worked_example():
    """The figures of docs/rules.md; an outsider can follow them by hand."""
    tip = first_tip(ORIGIN)
    assert tip == sha256(b"\x02" + ORIGIN.encode()).digest()
    sealed = commitment(bytes(32), '{"level":5}')
    assert sealed == sha256(bytes(32) + b'{"level":5}').digest()
    link = Link(1, date(2026, 7, 16), "rating", sealed)
    assert (
        entry_hash(tip, link)
        == sha256(b"\x00" + tip + b"1\n2026-07-16\nrating\n" + sealed).digest()
    )
    assert entry_hash(tip, link).hex() == WORKED


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": None}, '{"a":null,"b":1}'),
        ({"a": True, "b": False}, '{"a":true,"b":false}'),
        ({"a": "好\n"}, '{"a":"好\\n"}'),
        ({"a": [1, (2, 3)]}, '{"a":[1,[2,3]]}'),
        ({"a": {"z": 1, "b": 2}}, '{"a":{"b":2,"z":1}}'),
        ({"a": date(2026, 7, 16)}, '{"a":"2026-07-16"}'),
        ({"a": time(9, 30)}, '{"a":"09:30:00"}'),
        ({"a": b"\x00\xff"}, '{"a":"00ff"}'),
        ({"a": UUID(int=1)}, '{"a":"00000000-0000-0000-0000-000000000001"}'),
    ],
)
def test_a_body_has_one_form(value, text):
    assert canonical(value) == text


def test_equal_moments_are_equal_texts():
    noon = datetime(2026, 7, 16, 4, tzinfo=UTC)
    there = noon.astimezone(timezone(timedelta(hours=8)))
    assert plain(noon) == plain(there) == "2026-07-16T04:00:00.000000Z"
    assert plain(noon.replace(microsecond=5)) == "2026-07-16T04:00:00.000005Z"


@pytest.mark.parametrize(
    "value",
    [1.0, float("nan"), {1}, object(), datetime(2026, 7, 16)],  # noqa: DTZ001
)
def test_what_has_no_exact_form_is_refused(value):
    with pytest.raises(TypeError, match="no canonical form"):
        canonical({"a": value})
    with pytest.raises(TypeError):
        canonical({"a": {"b": [value]}})


@given(
    st.dictionaries(st.text(), st.none() | st.booleans() | st.integers() | st.text())
)
def test_the_order_of_names_does_not_matter(body):
    backwards = dict(reversed(body.items()))
    assert canonical(body) == canonical(backwards)


@given(st.binary(min_size=32, max_size=32), st.text(), st.text())
def test_no_two_bodies_fit_one_commitment(salt, one, other):
    assert (commitment(salt, one) == commitment(salt, other)) == (one == other)
