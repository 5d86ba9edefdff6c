"""What a receipt tells: that it was received, and nothing of what was said."""

from dataclasses import fields
from datetime import date

from kiosk.extensions import reading
from kiosk.queries.ratings import ReceiptView, receipt_by_code
from tests.conftest import NOON
from tests.screens import keep, pair_screen, phone_tap
from tests.statements import statements


def test_a_receipt_is_found_by_its_code(app, clock):
    window = pair_screen("A001", clock()).window_id
    keep(phone_tap(window, 5), clock())
    kept = keep(phone_tap(window, 1), clock.forward(days=1))
    with statements() as said, reading() as session:
        found = receipt_by_code(session, kept.receipt)
    assert found == ReceiptView(kept.receipt, clock(), date(2026, 7, 17))
    assert len(said) == 1


def test_an_unknown_code_is_none(app):
    with reading() as session:
        assert receipt_by_code(session, "2222222222222") is None


def test_a_receipt_knows_neither_level_nor_window_nor_words():
    assert [field.name for field in fields(ReceiptView)] == [
        "code",
        "received_at",
        "day",
    ]


def test_two_ratings_of_one_receipt_are_still_one_answer(app, clock):
    """Sixty bits of an id may meet; then the receipt tells of one of them."""
    window = pair_screen("A001", clock()).window_id
    first = phone_tap(window, 5)
    other = type(first.event_id)(int=first.event_id.int ^ (1 << 100))
    keep(first, clock())
    receipt = keep(phone_tap(window, 1, event_id=other), clock()).receipt
    with reading() as session:
        assert receipt_by_code(session, receipt).received_at == NOON
