"""Where people are served: centre, unit, window, and the window's placements."""

from datetime import date

from sqlalchemy import (
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.models.base import Base


class Centre(Base):
    """A hall: the unit by which a large installation is distributed."""

    __tablename__ = "centre"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    time_zone: Mapped[str] = mapped_column(String(64))
    """IANA name; a day of this centre is a day in this zone."""
    region: Mapped[str] = mapped_column(String(20), server_default="cn")
    """Profile of local rules that the periods below were taken from."""
    accept_days: Mapped[int] = mapped_column(server_default="1")
    """Working days within which a bad rating is accepted as a case."""
    answer_days: Mapped[int] = mapped_column(server_default="5")
    """Working days within which it is answered."""
    rectify_days: Mapped[int] = mapped_column(server_default="15")
    """Working days within which what was wrong is put right."""
    operator_pin: Mapped[str] = mapped_column(String(8), server_default="")
    """Opens the operator's corner of every screen; "" until one is made."""


class Unit(Base):
    """A department or office; units form a tree."""

    __tablename__ = "unit"
    __table_args__ = (UniqueConstraint("centre_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    name: Mapped[str] = mapped_column(String(100))
    ended_on: Mapped[date | None]
    """First day it no longer exists; its past stays with it."""


class ServiceType(Base):
    """A kind of business; the fair score compares windows within one."""

    __tablename__ = "service_type"
    __table_args__ = (UniqueConstraint("centre_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"))
    name: Mapped[str] = mapped_column(String(100))


class Window(Base):
    """A counter where people are served. Its number may change, its code never."""

    __tablename__ = "window"
    __table_args__ = (
        Index(
            "uq_window_open_number",
            "centre_id",
            "number",
            unique=True,
            sqlite_where=text("closed_on IS NULL"),
            postgresql_where=text("closed_on IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"))
    code: Mapped[str] = mapped_column(String(16), unique=True)
    """Random; what the printed QR code carries."""
    number: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(100))
    location: Mapped[str] = mapped_column(String(100))
    phone: Mapped[str] = mapped_column(String(40))
    handles: Mapped[str] = mapped_column(Text, server_default="")
    """Service guide: what is handled here, a line each."""
    takes: Mapped[str] = mapped_column(Text, server_default="")
    """Service guide: how long it takes."""
    documents: Mapped[str] = mapped_column(Text, server_default="")
    """Service guide: what to bring."""
    promises: Mapped[str] = mapped_column(Text, server_default="")
    """What the window promises in public and is held to."""
    code_only: Mapped[bool] = mapped_column(server_default=false())
    """Another authority's evaluator stands here: the screen shows the code only."""
    opened_on: Mapped[date]
    closed_on: Mapped[date | None]
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("window.id"))


class Placement(Base):
    """To which unit and service type a window belonged, from when to when."""

    __tablename__ = "placement"
    __table_args__ = (UniqueConstraint("window_id", "starts_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    window_id: Mapped[int] = mapped_column(ForeignKey("window.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    service_type_id: Mapped[int] = mapped_column(ForeignKey("service_type.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    """First day it no longer holds; None while it does."""
