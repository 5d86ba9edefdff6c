"""Codes of a visit: what they say, how long they open, and that nobody makes one."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.codes import (
    RIGHTS,
    SLOT,
    CodeForged,
    RotatingCode,
    TicketCode,
    read_token,
    slot_at,
    token_of,
)

KEY = "a secret of this installation"
NOON = datetime(2026, 7, 16, 4, 0, tzinfo=UTC)
SIGNS = "23456789bcdfghjkmnpqrstvwxyz"


@given(st.text(SIGNS, min_size=10, max_size=10))
def test_a_tickets_code_is_read_back(ticket):
    code = TicketCode(ticket)
    assert read_token(token_of(code, KEY), KEY) == code


@given(
    st.text(SIGNS, min_size=7, max_size=7),
    st.integers(0, 32**7 - 1),
    st.integers(0, RIGHTS - 1),
)
def test_a_rotating_code_is_read_back(window, slot, nonce):
    code = RotatingCode(window, slot, nonce)
    assert read_token(token_of(code, KEY), KEY) == code


@given(st.text(max_size=40))
def test_no_text_is_a_code_by_chance(text):
    with pytest.raises(CodeForged):
        read_token(text, KEY)


@pytest.mark.parametrize("bare", ["v23456", "sbcdfghj3", ""])
def test_a_seal_alone_makes_no_code(bare):
    """Somebody who had the key would still need the form of a code."""
    sealed = token_of(TicketCode(bare[1:]), KEY) if bare else ""
    with pytest.raises(CodeForged):
        read_token(sealed, KEY)


def test_another_installations_code_is_forged():
    with pytest.raises(CodeForged):
        read_token(token_of(TicketCode("2345678923"), "another secret"), KEY)


def test_a_code_fits_a_coarse_picture():
    assert len(token_of(TicketCode("2345678923"), KEY)) == 21
    assert len(token_of(RotatingCode("bcdfghj", slot_at(NOON), 2), KEY)) == 26


@pytest.mark.parametrize(
    ("seconds", "opens"),
    [(-31, False), (-30, True), (0, True), (119, True), (120, True), (121, False)],
)
def test_a_rotating_code_opens_for_two_minutes(seconds, opens):
    code = RotatingCode("bcdfghj", slot_at(NOON), 0)
    assert code.starts_at == NOON
    assert code.opens(NOON + timedelta(seconds=seconds)) is opens


def test_a_slot_is_half_a_minute():
    assert slot_at(NOON + SLOT) == slot_at(NOON) + 1
    assert slot_at(NOON + SLOT - timedelta(microseconds=1)) == slot_at(NOON)
