"""The PIN of a centre's operator's corner."""

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from kiosk.models import Centre


def operator_pin(reader: Connection | Session, centre_id: int) -> str:
    """Return the PIN that opens the corner of the centre's screens; "" for none."""
    query = select(Centre.operator_pin).where(Centre.id == centre_id)
    return reader.scalar(query) or ""
