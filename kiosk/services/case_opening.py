"""Ratings become cases: of their own, or joined by window, week and cause; each once.

Whoever opens takes the rating, then its place in the inbox, then the centre, and the
ledger's head last, so that workers take turns and none waits for another in a ring.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from kiosk.domain.case_opening import (
    half_of,
    joined_event,
    source_of,
    week_of,
)
from kiosk.domain.case_periods import Clock
from kiosk.domain.cases import CaseState, Road, Source
from kiosk.domain.comments import Wish
from kiosk.domain.intake import Channel
from kiosk.models import Case, CaseInbox, CaseRating, Rating, Window
from kiosk.queries.case_opening import (
    Bare,
    Opinion,
    bare_ratings,
    opinion_of,
    unit_on,
)
from kiosk.services.cases import Opening, open_case, take_turn
from kiosk.services.records import Book

KIND = "case-rating"
"""Kind of the entries that tell which case a rating belongs to."""
ROADS = {Channel.TABLET: Road.TABLET, Channel.PHONE: Road.PHONE}


def open_waiting(records: Book, rating_id: int, clock: Clock) -> int | None:
    """Open or find the case of a rating in the inbox; return its key.

    None where it opens none, and where somebody else has taken it out. Raises
    NoWorkingDays.
    """
    session = records.session
    session.execute(select(Rating.id).where(Rating.id == rating_id).with_for_update())
    taken = session.scalar(
        delete(CaseInbox)
        .where(CaseInbox.rating_id == rating_id)
        .returning(CaseInbox.rating_id)
    )
    return None if taken is None else _open_for(records, rating_id, clock)


def join_bare(
    records: Book, window_id: int, week: date, least: int, clock: Clock
) -> int:
    """Join a window's bare bad ratings of a week into one case; return how many.

    From `least` on they open it; what comes until it is answered joins it. Ratings
    with reasons that were held until now go to the case of their cause.
    """
    session = records.session
    take_turn(session, _centre(session, window_id))
    found = bare_ratings(session, window_id, week)
    for each in found:
        if each.reasons:
            _open_for(records, each.rating_id, clock)
    bare = [each for each in found if not each.reasons]
    cell = (window_id, week, 0)
    case = _open_part(session, cell)
    if not bare or (case is None and len(bare) < least):
        return 0
    key = case.id if case else _open_joined(records, cell, bare, clock)
    _attach(records, key, bare)
    return len(bare)


def _open_for(records: Book, rating_id: int, clock: Clock) -> int | None:
    session = records.session
    found = opinion_of(session, rating_id)
    source = source_of(found.said)
    if source is None:
        return None
    take_turn(session, found.centre_id)
    there = _case_of(session, found.family)
    if source is not Source.JOINED:
        return _own(records, found, source, there, clock)
    if there is not None:
        return there.id
    cell = (found.window_id, week_of(found.day), found.said.cause)
    rating = Bare(
        found.stands,
        found.standing_id,
        found.clerk_id,
        found.channel,
        found.day,
        reasons=True,
    )
    case = _open_part(session, cell)
    key = case.id if case else _open_joined(records, cell, [rating], clock)
    _attach(records, key, [rating])
    return key


def _own(
    records: Book, found: Opinion, source: Source, there: Case | None, clock: Clock
) -> int:
    """Give an opinion a case of its own, out of a joined one where it was in that."""
    joined = there is not None and there.source == Source.JOINED
    if there is not None and (
        not joined or _turn(records, found, source, there, clock)
    ):
        key = there.id
    else:
        key = open_case(records, _opening(records, found, source, clock), clock)
    belong(records, found, key)
    return key


def _turn(
    records: Book, found: Opinion, source: Source, case: Case, clock: Clock
) -> bool:
    """Make an unanswered joined case of this one opinion its own; return whether.

    Reasons come before a contact is typed: the unit would be left with a case that is
    about nobody.
    """
    others = records.session.scalar(
        select(func.count()).where(
            CaseRating.case_id == case.id, CaseRating.rating_id.not_in(found.family)
        )
    )
    if others or case.state >= CaseState.ANSWERED:
        return False
    opening = _opening(records, found, source, clock)
    own = ("event_id", "clerk_id", "verified", "half", "week", "part", "cause")
    values = {name: getattr(opening, name) for name in own}
    values |= {"source": str(source), "road": str(opening.road)}
    records.change(Case, case.centre_id, case.id, values, why="own")
    return True


def _opening(records: Book, found: Opinion, source: Source, clock: Clock) -> Opening:
    idea = found.said.wish is Wish.SUGGESTION
    return Opening(
        centre_id=found.centre_id,
        event_id=found.event_id,
        source=source,
        road=ROADS[found.channel],
        unit_id=unit_on(records.session, found.window_id, found.day),
        window_id=found.window_id,
        # An idea is about nobody.
        clerk_id=None if idea else found.clerk_id,
        cause=found.said.cause,
        verified=found.verified,
        received_at=found.came_at,
        received_on=found.day,
        half=0 if found.moment is None else half_of(found.moment, clock.zone),
    )


def belong(records: Book, found: Opinion, key: int) -> None:
    """Note that a case answers an opinion: all its events, as words hang on each."""
    session = records.session
    there = session.scalars(
        select(CaseRating.rating_id).where(
            CaseRating.rating_id.in_(found.family), CaseRating.case_id == key
        )
    ).all()
    if set(there) == set(found.family):
        return
    session.execute(
        delete(CaseRating).where(
            CaseRating.rating_id.in_(found.family), CaseRating.case_id != key
        )
    )
    rows = [each for each in found.family if each not in there]
    session.add_all(CaseRating(rating_id=each, case_id=key) for each in rows)
    _note(records, found.centre_id, key, found.standing_id)


def _open_joined(
    records: Book, cell: tuple[int, date, int], rows: Sequence[Bare], clock: Clock
) -> int:
    session = records.session
    window_id, week, cause = cell
    last = session.scalar(select(func.max(Case.part)).where(*_of(cell)))
    part = (last or 0) + 1
    clerks = {row.clerk_id for row in rows}
    opening = Opening(
        centre_id=_centre(session, window_id),
        event_id=joined_event(window_id, week, cause, part),
        source=Source.JOINED,
        road=ROADS[rows[0].channel],
        unit_id=unit_on(session, window_id, rows[0].day),
        window_id=window_id,
        clerk_id=clerks.pop() if len(clerks) == 1 else None,
        cause=cause,
        week=week,
        part=part,
        # Held ones count from their release, and bare ones from the last of them.
        received_at=records.now,
        received_on=rows[0].day,
    )
    return open_case(records, opening, clock)


def _attach(records: Book, key: int, rows: Sequence[Bare]) -> None:
    """Note that a joined case answers these ratings too."""
    session = records.session
    case = session.get_one(Case, key, populate_existing=True)
    if case.clerk_id is not None and {row.clerk_id for row in rows} != {case.clerk_id}:
        # It is about no one person any more.
        records.change(Case, case.centre_id, key, {"clerk_id": None}, why="joined")
    session.add_all(CaseRating(rating_id=row.rating_id, case_id=key) for row in rows)
    for row in rows:
        _note(records, case.centre_id, key, row.event_id)


def _note(records: Book, centre_id: int, key: int, event_id: UUID) -> None:
    records.note(centre_id, KIND, {"case": key, "rating": event_id})


def _case_of(session: Session, family: Sequence[int]) -> Case | None:
    """Return the case that answers an opinion, locked; None where there is none."""
    keys = select(CaseRating.case_id).where(CaseRating.rating_id.in_(family))
    return session.scalars(
        select(Case)
        .where(Case.id.in_(keys))
        .order_by(Case.id.desc())
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def _open_part(session: Session, cell: tuple[int, date, int]) -> Case | None:
    """Return the newest joined case of a window, week and cause while unanswered."""
    case = session.scalars(
        select(Case)
        .where(*_of(cell))
        .order_by(Case.part.desc())
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    return case if case is not None and case.state < CaseState.ANSWERED else None


def _of(cell: tuple[int, date, int]) -> tuple[ColumnElement[bool], ...]:
    window_id, week, cause = cell
    return Case.window_id == window_id, Case.week == week, Case.cause == cause


def _centre(session: Session, window_id: int) -> int:
    return session.scalars(select(Window.centre_id).where(Window.id == window_id)).one()
