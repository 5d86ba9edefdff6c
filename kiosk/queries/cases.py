"""Cases as lists: what is due first, with its place and nothing of the citizen."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session

from kiosk.domain.cases import Answer, CaseState, Source
from kiosk.models import Case, CaseRating, Unit, Window
from kiosk.queries.case_figures import Seen


class Show(StrEnum):
    """Which cases a list has."""

    DUE = "due"
    """To be accepted, answered, decided, put right, or looked at again."""
    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"
    SUGGESTIONS = "suggestions"
    LOOK_BACK = "look-back"


@dataclass(frozen=True, kw_only=True)
class CaseLine:
    """A case in a list; moments are aware and in UTC."""

    id: int
    number: str
    source: str
    cause: int
    unit: str
    window: str
    """Number of the window; "" for none."""
    window_name: str
    received_on: date
    half: int
    verified: bool
    state: int
    raised: int
    answer: str
    accept_due: datetime
    answer_due: datetime
    rectify_due: datetime
    second_due: datetime | None
    paused_at: datetime | None
    rectified_at: datetime | None
    look_back_on: date | None
    looked_back_at: datetime | None
    ratings: int
    """Opinions that it answers; of a joined case."""


@dataclass(frozen=True)
class Asked:
    """Which cases are asked for."""

    centre_id: int
    seen: Seen
    today: date
    """The centre's day, for look-backs."""
    show: Show = Show.DUE
    words: str = ""
    """Each of them in a number, a window or a unit; in lower case."""


_WORKED_ON = Case.state < CaseState.ANSWERED
_PROMISED = and_(
    Case.state >= CaseState.ANSWERED,
    Case.answer == str(Answer.RECTIFIED),
    Case.rectified_at.is_(None),
)
_LOOKED_AT_LATER = and_(Case.look_back_on.is_not(None), Case.looked_back_at.is_(None))


def case_lines(
    session: Session, asked: Asked, page: int, per_page: int
) -> list[CaseLine]:
    """Return one page of a list, from 1, what is due first before the rest.

    In one statement.
    """
    query = (
        _lines()
        .where(*_found(asked))
        .order_by(*_order(asked.show))
        .limit(per_page)
        .offset((page - 1) * per_page)
    )
    return [CaseLine(**row._asdict()) for row in session.execute(query)]


def case_counts(session: Session, asked: Asked) -> dict[Show, int]:
    """Return how many cases each list has, in one statement."""
    columns = [
        func.coalesce(func.sum(case((_shown(show, asked.today), 1), else_=0)), 0)
        for show in Show
    ]
    row = session.execute(
        select(*columns)
        .select_from(Case)
        .join(Unit, Unit.id == Case.unit_id)
        .outerjoin(Window, Window.id == Case.window_id)
        .where(*_base(asked))
    ).one()
    return {show: int(row[place]) for place, show in enumerate(Show)}


def case_line(session: Session, centre_id: int, case_id: int) -> CaseLine | None:
    """Return one case of a centre, or None."""
    query = _lines().where(Case.centre_id == centre_id, Case.id == case_id)
    row = session.execute(query).one_or_none()
    return None if row is None else CaseLine(**row._asdict())


def _lines() -> Select[Any]:
    ratings = (
        select(func.count())
        .where(CaseRating.case_id == Case.id)
        .correlate(Case)
        .scalar_subquery()
    )
    same = [getattr(Case, name) for name in CaseLine.__annotations__ if name in _SAME]
    return (
        select(
            *same,
            Unit.name.label("unit"),
            func.coalesce(Window.number, "").label("window"),
            func.coalesce(Window.name, "").label("window_name"),
            ratings.label("ratings"),
        )
        .join(Unit, Unit.id == Case.unit_id)
        .outerjoin(Window, Window.id == Case.window_id)
    )


_SAME = set(CaseLine.__annotations__) - {"unit", "window", "window_name", "ratings"}


def _base(asked: Asked) -> list[ColumnElement[bool]]:
    texts = (Case.number, Unit.name, Window.number, Window.name)
    found = [
        or_(*(func.lower(text).contains(word, autoescape=True) for text in texts))
        for word in asked.words.split()
    ]
    return [
        Case.centre_id == asked.centre_id,
        asked.seen.holds(Case.unit_id),
        *found,
    ]


def _found(asked: Asked) -> list[ColumnElement[bool]]:
    return [*_base(asked), _shown(asked.show, asked.today)]


def _shown(show: Show, today: date) -> ColumnElement[bool]:
    conditions: dict[Show, ColumnElement[bool]] = {
        Show.DUE: or_(
            and_(_WORKED_ON, Case.paused_at.is_(None)),
            _PROMISED,
            and_(_LOOKED_AT_LATER, Case.look_back_on <= today),
        ),
        Show.OPEN: Case.state < CaseState.CLOSED,
        Show.ANSWERED: Case.state == CaseState.ANSWERED,
        Show.CLOSED: Case.state == CaseState.CLOSED,
        Show.SUGGESTIONS: Case.source == str(Source.SUGGESTION),
        Show.LOOK_BACK: _LOOKED_AT_LATER,
    }
    return conditions[show]


def _order(show: Show) -> list[ColumnElement[Any]]:
    newest = Case.id.desc()
    if show in {Show.CLOSED, Show.SUGGESTIONS}:
        return [newest]
    if show is Show.LOOK_BACK:
        return [Case.look_back_on.asc(), newest]
    if show is Show.ANSWERED:
        return [Case.answered_at.asc(), newest]
    until = case(
        (Case.state == CaseState.WAITING, Case.accept_due),
        (_WORKED_ON, Case.answer_due),
        (_PROMISED, Case.rectify_due),
        else_=Case.second_due,
    )
    stands = case((Case.paused_at.is_(None), 0), else_=1)
    return [stands, func.coalesce(until, Case.rectify_due).asc(), newest]
