"""The operator's PIN of a centre: made at random, and set by hand.

The ledger says that and by whom it was changed, never what it is.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.domain.operator_pin import new_operator_pin, parse_operator_pin
from kiosk.models import ORGANISATION, Centre
from kiosk.services.records import Book, book


def set_operator_pin(records: Book, centre_id: int, typed: str) -> bool:
    """Make this the PIN of the centre's screens; return whether it was another.

    Raises OperatorPinInvalid or OperatorPinTooPlain.
    """
    return _change(records, centre_id, parse_operator_pin(typed))


def renew_operator_pin(records: Book, centre_id: int) -> str:
    """Give the centre's screens a PIN made at random; return it."""
    pin = new_operator_pin()
    _change(records, centre_id, pin)
    return pin


def ensure_operator_pins(session: Session, now: datetime) -> int:
    """Give each centre without a PIN a random one; return how many had none."""
    without = session.scalars(
        select(Centre.id).where(Centre.operator_pin == "").order_by(Centre.id)
    ).all()
    if without:
        with book(session, "system", now) as records:
            for centre_id in without:
                renew_operator_pin(records, centre_id)
    return len(without)


def _change(records: Book, centre_id: int, pin: str) -> bool:
    values = {"operator_pin": pin}
    why = "a new operator's PIN"
    return records.change(Centre, ORGANISATION, centre_id, values, why=why)
