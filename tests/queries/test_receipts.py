"""What a receipt tells: its place in the ledger, and nothing of what was said."""

from dataclasses import fields
from datetime import date

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.extensions import reading, recording
from kiosk.queries.receipts import ReceiptView, receipt_by_code
from kiosk.services.checkpoints import Signer, sign_checkpoints
from tests.screens import keep, pair_screen, phone_tap


def checkpoint(now) -> None:
    key = Ed25519PrivateKey.generate()
    signer = Signer(key.public_key().public_bytes_raw(), key.sign)
    with recording("test", now) as records:
        sign_checkpoints(records, signer)


def receipt(code: str) -> ReceiptView | None:
    with reading() as session:
        return receipt_by_code(session, code)


def test_a_receipt_tells_number_and_day_of_its_entry(app, clock):
    window = pair_screen("A001", clock()).window_id
    first = keep(phone_tap(window, 5), clock())
    second = keep(phone_tap(window, 1), clock.forward(days=1))
    one, other = receipt(first.receipt), receipt(second.receipt)
    assert (one.code, one.day) == (first.receipt, date(2026, 7, 16))
    assert (other.day, other.number) == (date(2026, 7, 17), one.number + 1)


def test_the_first_checkpoint_after_it_covers_an_entry(app, clock):
    window = pair_screen("A001", clock()).window_id
    checkpoint(clock())
    code = keep(phone_tap(window, 5), clock()).receipt
    assert receipt(code).checkpoint is None
    checkpoint(clock.forward(hours=1))
    keep(phone_tap(window, 5), clock())
    checkpoint(clock.forward(hours=1))
    found = receipt(code)
    assert found.checkpoint.statement.size == found.number


def test_an_unknown_code_is_none(app):
    assert receipt("2222222222222") is None


def test_a_receipt_knows_neither_level_nor_window_nor_words():
    names = [field.name for field in fields(ReceiptView)]
    assert names == ["code", "day", "number", "checkpoint"]


def test_two_ratings_of_one_receipt_are_still_one_answer(app, clock):
    """Sixty bits of an id may meet; then the receipt tells of the first of them."""
    window = pair_screen("A001", clock()).window_id
    first = phone_tap(window, 5)
    other = type(first.event_id)(int=first.event_id.int ^ (1 << 100))
    kept = keep(first, clock()).receipt
    number = receipt(kept).number
    keep(phone_tap(window, 1, event_id=other), clock())
    assert receipt(kept).number == number
