"""What may be told of single ratings."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from kiosk.models import Rating


@dataclass(frozen=True)
class ReceiptView:
    """All that a receipt tells: that it was received, and on which half-day."""

    code: str
    received_at: datetime
    day: date


def receipt_by_code(reader: Connection | Session, code: str) -> ReceiptView | None:
    """Return the receipt with this stored code, or None."""
    row = reader.execute(
        select(Rating.receipt, Rating.received_at, Rating.day)
        .where(Rating.receipt == code)
        .limit(1)
    ).one_or_none()
    return None if row is None else ReceiptView(*row)
