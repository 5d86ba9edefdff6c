"""Who may vote and what was voted: two tables with nothing in common.

Nothing joins them: no key, no time, no order. A ballot's key is random, so even the
order of the table says nothing once it was rewritten at the close.
"""

from sqlalchemy import Boolean, ForeignKey, LargeBinary, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.models.base import Base


class Elector(Base):
    """A one-time code of an electorate. Who was given it, nobody here knows."""

    __tablename__ = "elector"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    electorate: Mapped[str] = mapped_column(String(40))
    """Key of the electorate in the rules."""
    number: Mapped[int]
    """Number of the slip within the electorate, from 1; printed beside the code."""
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    spent: Mapped[bool] = mapped_column(Boolean, server_default=false())
    """Whether it was used, on line or on paper."""
    cancelled: Mapped[bool] = mapped_column(Boolean, server_default=false())
    """Whether another code was given out in its place."""


class Vote(Base):
    """What one ballot chose for one award."""

    __tablename__ = "vote"
    __table_args__ = ({"sqlite_with_rowid": False},)

    key: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    """Random, made for this row alone."""
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    electorate: Mapped[str] = mapped_column(String(40))
    award: Mapped[str] = mapped_column(String(40))
    choices: Mapped[str] = mapped_column(Text)
    """JSON list of candidates' keys, in rising order; empty: nobody."""
