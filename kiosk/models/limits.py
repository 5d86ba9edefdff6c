"""What keeps scripts from the phone's form: passing counts, gone within days."""

from datetime import date

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.models.base import Base, BigKey


class AddressMinute(Base):
    """Forms sent from one address in one minute; a circuit breaker, no suspicion."""

    __tablename__ = "address_minute"
    __table_args__ = ({"sqlite_with_rowid": False},)

    address: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    """Keyed hash of the address under a key of the day, which is thrown away."""
    minute: Mapped[int] = mapped_column(BigKey, primary_key=True)
    """Minutes since 1970."""
    n: Mapped[int]


class PhoneDay(Base):
    """Ratings of one phone at one window on one day."""

    __tablename__ = "phone_day"
    __table_args__ = ({"sqlite_with_rowid": False},)

    phone: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    """SHA-256 of the day's cookie."""
    window_id: Mapped[int] = mapped_column(ForeignKey("window.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    n: Mapped[int]
