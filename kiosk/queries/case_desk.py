"""What the desk needs to take somebody's word down, and to print their slip."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from kiosk.domain.shifts import LOOK_BACK, Span
from kiosk.models import Case, CaseContact, Shift, Unit, Window


@dataclass(frozen=True, kw_only=True)
class SlipLine:
    """A case taken down at the desk, as its slip tells of it; moments in UTC."""

    id: int
    unit_id: int
    number: str
    source: str
    unit: str
    window: str
    """Number of the window; "" for a whole unit."""
    received_at: datetime
    received_on: date
    half: int
    accept_due: datetime
    answer_due: datetime
    contact: bool
    """Whether a telephone number is kept."""


def slip_line(session: Session, centre_id: int, case_id: int) -> SlipLine | None:
    """Return a case that was taken down for somebody, or None for any other."""
    row = session.execute(
        select(
            Case.id,
            Case.unit_id,
            Case.number,
            Case.source,
            Unit.name.label("unit"),
            func.coalesce(Window.number, "").label("window"),
            Case.received_at,
            Case.received_on,
            Case.half,
            Case.accept_due,
            Case.answer_due,
            CaseContact.sealed.is_not(None).label("contact"),
        )
        .join(CaseContact, CaseContact.case_id == Case.id)
        .join(Unit, Unit.id == Case.unit_id)
        .outerjoin(Window, Window.id == Case.window_id)
        .where(Case.centre_id == centre_id, Case.id == case_id)
    ).one_or_none()
    return None if row is None else SlipLine(**row._asdict())


def unit_there(session: Session, centre_id: int, unit_id: int, on: date) -> bool:
    """Whether a unit of this centre existed on a day."""
    query = select(Unit.id).where(
        Unit.id == unit_id,
        Unit.centre_id == centre_id,
        or_(Unit.ended_on.is_(None), Unit.ended_on > on),
    )
    return session.scalar(query) is not None


def window_there(session: Session, centre_id: int, window_id: int) -> bool:
    """Whether a window is one of this centre, closed ones too."""
    query = select(Window.id).where(
        Window.id == window_id, Window.centre_id == centre_id
    )
    return session.scalar(query) is not None


def lone_clerk(session: Session, window_id: int, span: Span) -> int | None:
    """Return who alone was on duty at a window in this time; None for more or none."""
    clerks = session.scalars(
        select(Shift.clerk_id)
        .where(
            Shift.window_id == window_id,
            Shift.superseded_at.is_(None),
            Shift.starts_at < span.end,
            Shift.starts_at > span.start - LOOK_BACK,
            Shift.ends_at > span.start,
        )
        .distinct()
        .limit(2)
    ).all()
    return clerks[0] if len(clerks) == 1 else None
