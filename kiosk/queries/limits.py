"""Whether counts of addresses and phones are there that are over."""

from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from kiosk.domain.limits import PHONE_KEPT, forgotten_before
from kiosk.models import AddressMinute, PhoneDay


def passing_to_forget(session: Session, now: datetime) -> bool:
    """Whether there is a count that nothing asks for any more."""
    over = or_(
        exists().where(AddressMinute.minute < forgotten_before(now)),
        exists().where(PhoneDay.day < (now - PHONE_KEPT).date()),
    )
    return bool(session.scalar(select(over)))
