"""Whom a unit can put forward, and what changed about those that stand."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from kiosk.domain.campaign_kinds import AwardKind
from kiosk.domain.candidate_changes import CandidateChange, ChangeKind
from kiosk.domain.candidates import NAME_MOST, CandidateState, MarkKind
from kiosk.domain.policy import Scope
from kiosk.domain.staff import badge_words
from kiosk.models import (
    Candidate,
    CandidateMark,
    Clerk,
    Placement,
    Posting,
    Unit,
    Window,
)


@dataclass(frozen=True, kw_only=True)
class Nominee:
    """A window, person or unit that can be put forward on a day."""

    key: int
    name: str
    """As the list will call it."""
    words: str
    """As the people of the hall tell it from others."""
    unit_id: int
    unit_name: str


@dataclass(frozen=True)
class MarkView:
    """A number that was entered about a candidate."""

    candidate_id: int
    kind: MarkKind
    value: int
    """Hundredths of a percent."""
    note: str
    entered_at: datetime


def nominees(
    reader: Connection | Session, kind: AwardKind, on: date, scope: Scope
) -> list[Nominee]:
    """Return whom units of the scope can put forward for an award of a kind.

    Windows by number, people by unit and badge, units (also for brands) by name; no
    suggestions, which enter by themselves. In one statement.
    """
    if kind is AwardKind.WINDOW:
        return _windows(reader, on, scope)
    if kind is AwardKind.PERSON:
        return _people(reader, on, scope)
    if kind is AwardKind.SUGGESTION:
        return []
    return _units(reader, on, scope)


def candidate_marks(
    reader: Connection | Session, campaign_id: int
) -> dict[tuple[int, MarkKind], MarkView]:
    """Return a campaign's entered numbers by candidate and kind."""
    rows = reader.execute(
        select(
            CandidateMark.candidate_id,
            CandidateMark.kind,
            CandidateMark.value,
            CandidateMark.note,
            CandidateMark.entered_at,
        )
        .join(Candidate, Candidate.id == CandidateMark.candidate_id)
        .where(Candidate.campaign_id == campaign_id)
    ).tuples()
    marks = (
        MarkView(key, MarkKind(kind), value, note, at)
        for key, kind, value, note, at in rows
    )
    return {(mark.candidate_id, mark.kind): mark for mark in marks}


def candidate_changes(
    reader: Connection | Session, campaign_id: int, on: date
) -> dict[int, CandidateChange]:
    """Return what changed about standing candidates, by candidate, in two statements.

    What counts is where they belong on the day: who moved and came back has not moved.
    """
    found = [
        *reader.execute(_window_changes(campaign_id, on)).mappings(),
        *reader.execute(_clerk_changes(campaign_id, on)).mappings(),
    ]
    changes = (_change(dict(row), on) for row in found)
    return {each.candidate_id: each for each in changes if each is not None}


def _windows(reader: Connection | Session, on: date, scope: Scope) -> list[Nominee]:
    rows = reader.execute(
        select(Window.id, Window.number, Window.name, Unit.id, Unit.name)
        .join(Placement, Placement.window_id == Window.id)
        .join(Unit, Unit.id == Placement.unit_id)
        .where(
            Window.opened_on <= on,
            or_(Window.closed_on.is_(None), Window.closed_on > on),
            *_holds(Placement, on),
            _inside(Placement.unit_id, scope),
        )
        .order_by(Window.number, Window.id)
    ).tuples()
    return [
        Nominee(
            key=key,
            name=_window_name(number, name),
            words=f"{number} {name}",
            unit_id=unit_id,
            unit_name=unit,
        )
        for key, number, name, unit_id, unit in rows
    ]


def _people(reader: Connection | Session, on: date, scope: Scope) -> list[Nominee]:
    rows = reader.execute(
        select(Clerk.id, Clerk.name, Clerk.badge, Unit.id, Unit.name)
        .join(Posting, Posting.clerk_id == Clerk.id)
        .join(Unit, Unit.id == Posting.unit_id)
        .where(
            Clerk.started_on <= on,
            or_(Clerk.ended_on.is_(None), Clerk.ended_on > on),
            *_holds(Posting, on),
            _inside(Posting.unit_id, scope),
        )
        .order_by(Unit.name, Clerk.badge, Clerk.id)
    ).tuples()
    return [
        Nominee(
            key=key,
            name=name,
            words=badge_words(name, badge),
            unit_id=unit_id,
            unit_name=unit,
        )
        for key, name, badge, unit_id, unit in rows
    ]


def _units(reader: Connection | Session, on: date, scope: Scope) -> list[Nominee]:
    rows = reader.execute(
        select(Unit.id, Unit.name)
        .where(
            or_(Unit.ended_on.is_(None), Unit.ended_on > on), _inside(Unit.id, scope)
        )
        .order_by(Unit.name, Unit.id)
    ).tuples()
    return [
        Nominee(key=key, name=name, words=name, unit_id=key, unit_name=name)
        for key, name in rows
    ]


def _window_name(number: str, name: str) -> str:
    return f"{number} {name}"[:NAME_MOST].strip()


def _holds(
    dated: type[Placement] | type[Posting], on: date
) -> Iterable[ColumnElement[bool]]:
    """Return the conditions that a placement or posting holds on a day."""
    return (
        dated.starts_on <= on,
        or_(dated.ends_on.is_(None), dated.ends_on > on),
    )


def _inside(column: InstrumentedAttribute[int], scope: Scope) -> ColumnElement[bool]:
    return true() if scope.units is None else column.in_(sorted(scope.units))


_STANDING = Candidate.state == int(CandidateState.STANDING)


def _window_changes(campaign_id: int, on: date) -> Select[Any]:
    successor = aliased(Window)
    still_open = or_(successor.closed_on.is_(None), successor.closed_on > on)
    return (
        select(
            Candidate.id,
            Candidate.unit_id,
            Candidate.counts_from,
            Placement.unit_id.label("unit_now"),
            Placement.starts_on,
            Window.closed_on.label("ended_on"),
            successor.id.label("successor_id"),
            successor.number.label("successor_number"),
            successor.name.label("successor_name"),
        )
        .join(Window, Window.id == Candidate.window_id)
        .outerjoin(
            Placement, (Placement.window_id == Window.id) & _all(_holds(Placement, on))
        )
        .outerjoin(successor, (successor.id == Window.successor_id) & still_open)
        .where(Candidate.campaign_id == campaign_id, _STANDING)
    )


def _clerk_changes(campaign_id: int, on: date) -> Select[Any]:
    return (
        select(
            Candidate.id,
            Candidate.unit_id,
            Candidate.counts_from,
            Posting.unit_id.label("unit_now"),
            Posting.starts_on,
            Clerk.ended_on,
        )
        .join(Clerk, Clerk.id == Candidate.clerk_id)
        .outerjoin(Posting, (Posting.clerk_id == Clerk.id) & _all(_holds(Posting, on)))
        .where(Candidate.campaign_id == campaign_id, _STANDING)
    )


def _all(conditions: Iterable[ColumnElement[bool]]) -> ColumnElement[bool]:
    first, second = conditions
    return first & second


def _change(row: dict[str, Any], on: date) -> CandidateChange | None:
    about = {"candidate_id": row["id"], "counts_from": row["counts_from"]}
    ended = row["ended_on"]
    if ended is not None and ended <= on:
        following = row.get("successor_id")
        words = (row.get("successor_number") or "", row.get("successor_name") or "")
        return CandidateChange(
            **about,
            kind=ChangeKind.ENDED,
            day=ended,
            successor_id=following,
            successor="" if following is None else _window_name(*words),
        )
    if row["unit_now"] is not None and row["unit_now"] != row["unit_id"]:
        return CandidateChange(**about, kind=ChangeKind.MOVED, day=row["starts_on"])
    return None
