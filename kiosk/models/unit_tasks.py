"""What a unit has to do in a campaign, and what it found out about itself."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, SmallInteger, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.models.base import Base


class UnitTask(Base):
    """A task of the rules as one unit does it, or a line of its self-check list."""

    __tablename__ = "unit_task"
    __table_args__ = (
        Index("ix_unit_task_unit", "campaign_id", "unit_id"),
        Index(
            "ix_unit_task_once",
            "campaign_id",
            "unit_id",
            "task",
            unique=True,
            sqlite_where=text("task <> ''"),
            postgresql_where=text("task <> ''"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    task: Mapped[str] = mapped_column(String(40), server_default="")
    """Key of the task in the rules; empty: the unit's own self-check."""
    problem: Mapped[str] = mapped_column(String(400), server_default="")
    """What the unit found, of a self-check."""
    measure: Mapped[str] = mapped_column(String(400), server_default="")
    """What it does about it."""
    person: Mapped[str] = mapped_column(String(60), server_default="")
    """Who answers for it."""
    due: Mapped[date]
    proof: Mapped[str] = mapped_column(Text, server_default="")
    """What shows that it is done."""
    entered_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    """When the unit reported it done."""
    state: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    """A value of kiosk.domain.unit_tasks.TaskState."""
    remark: Mapped[str] = mapped_column(String(400), server_default="")
    """What the organiser wrote about it."""
    checked_at: Mapped[datetime | None]
    kept: Mapped[bool | None]
    """At the look-back: whether it was kept; None: nobody has looked back."""
    looked_back_at: Mapped[datetime | None]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    """The case that a self-check became."""
