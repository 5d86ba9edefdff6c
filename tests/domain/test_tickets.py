"""Tickets: what may be written on one, and what became of the right it gives."""

from datetime import UTC, datetime, timedelta

import pytest

from kiosk.domain.tickets import (
    AGE_MOST,
    AHEAD_MOST,
    CASE_NUMBER_MOST,
    ITEM_MOST,
    CaseNumberPersonal,
    CaseNumberWrong,
    ItemTooLong,
    ServedTimeWrong,
    TicketCancelled,
    TicketExpired,
    TicketState,
    TicketUsed,
    check_served,
    new_ticket_code,
    parse_case_number,
    parse_item,
    refuse_spent,
    state_of,
)

NOW = datetime(2026, 7, 16, 4, 0, tzinfo=UTC)
TICK = timedelta(microseconds=1)


def test_an_item_is_a_line_of_words():
    assert parse_item("  养老保险\n参保 ") == "养老保险 参保"
    assert parse_item("事" * ITEM_MOST) == "事" * ITEM_MOST
    with pytest.raises(ItemTooLong):
        parse_item("事" * (ITEM_MOST + 1))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        (" 2026-0716/0001 ", "2026-0716/0001"),
        ("ＧＪ〔2026〕51号", "GJ〔2026〕51号"),
        ("A 12", "A 12"),
        ("1" * CASE_NUMBER_MOST, "1" * CASE_NUMBER_MOST),
    ],
)
def test_a_case_number_is_the_halls_own(typed, kept):
    assert parse_case_number(typed) == kept


@pytest.mark.parametrize("typed", ["1" * (CASE_NUMBER_MOST + 1), "a'b", "<b>", "a\\b"])
def test_other_signs_make_no_case_number(typed):
    with pytest.raises(CaseNumberWrong):
        parse_case_number(typed)


@pytest.mark.parametrize(
    "typed",
    ["110101190001010012", "11010119000101001x", "110101-19000101-0012",
     "110101900101001", "13800000001", "138 0000 0001", "8613800000001",
     "１３８０００００００１"],
)  # fmt: skip
def test_a_persons_number_is_none(typed):
    with pytest.raises(CaseNumberPersonal):
        parse_case_number(typed)


@pytest.mark.parametrize("served", [NOW, NOW - AGE_MOST, NOW + AHEAD_MOST])
def test_a_service_ended_lately(served):
    check_served(None, served, NOW)
    check_served(served, served, NOW)


@pytest.mark.parametrize(
    ("called", "served"),
    [
        (None, NOW - AGE_MOST - TICK),
        (None, NOW + AHEAD_MOST + TICK),
        (NOW + TICK, NOW),
    ],
)
def test_other_times_are_refused(called, served):
    with pytest.raises(ServedTimeWrong):
        check_served(called, served, NOW)


@pytest.mark.parametrize(
    ("rated", "cancelled", "left", "state", "refusal"),
    [
        (False, None, timedelta(0), TicketState.OPEN, None),
        (False, None, -TICK, TicketState.EXPIRED, TicketExpired),
        (False, NOW, timedelta(1), TicketState.CANCELLED, TicketCancelled),
        (True, None, -TICK, TicketState.RATED, TicketUsed),
        (True, NOW, timedelta(1), TicketState.RATED, TicketUsed),
    ],
)
def test_what_became_of_a_right(rated, cancelled, left, state, refusal):
    found = state_of(
        rated=rated, cancelled_at=cancelled, expires_at=NOW + left, now=NOW
    )
    assert found is state
    if refusal is None:
        refuse_spent(found)
    else:
        with pytest.raises(refusal):
            refuse_spent(found)


def test_codes_are_random_and_alike():
    codes = {new_ticket_code() for _ in range(100)}
    assert len(codes) == 100
    assert {len(code) for code in codes} == {10}
