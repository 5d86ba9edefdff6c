"""What a receipt may tell: that a rating is in the ledger, and where.

Neither level nor window, and no time finer than the day.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from kiosk.models import LedgerEntry, Rating
from kiosk.queries.checkpoints import CheckpointView, covering_checkpoint


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """A receipt, and the place of its rating in the ledger."""

    code: str
    day: date
    """The centre's day on which it was entered."""
    number: int
    """Number of its entry."""
    checkpoint: CheckpointView | None
    """The first one that covers it; None until one does."""


def receipt_by_code(reader: Connection | Session, code: str) -> ReceiptView | None:
    """Return the receipt with this stored code, or None."""
    row = reader.execute(
        select(LedgerEntry.day, LedgerEntry.number, LedgerEntry.chain_id)
        .join(Rating, Rating.id == LedgerEntry.rating_id)
        .where(Rating.receipt == code, LedgerEntry.kind == "rating")
        .order_by(LedgerEntry.number)
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    covering = covering_checkpoint(reader, row.chain_id, row.number)
    return ReceiptView(code, row.day, row.number, covering)
