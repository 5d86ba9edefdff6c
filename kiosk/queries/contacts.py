"""Who wants to be called, for case handlers; and a rating's own page for its author."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, Subquery, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from kiosk.domain.intake import TALLIED, RatingState
from kiosk.models import (
    Account,
    CaseRating,
    Clerk,
    Comment,
    Contact,
    ContactOpening,
    OwnKey,
    Placement,
    Posting,
    Rating,
    RatingReason,
    Unit,
    Window,
)

_WAITS = and_(
    Contact.settled_at.is_(None),
    Contact.sealed.is_not(None),
    # Whose rating has a case is called back about its answer.
    ~exists().where(CaseRating.rating_id == Contact.rating_id),
)


@dataclass(frozen=True)
class ContactState:
    """What became of a contact that was left."""

    sealed: bytes | None
    """None: withdrawn or erased."""
    consented_at: datetime
    settled_at: datetime | None


@dataclass(frozen=True)
class OwnRating:
    """A rating as its author's own page shows it: neither level nor window."""

    receipt: str
    """Stored form, of the opinion that stands."""
    event_id: UUID
    """What the contact is sealed for."""
    contact: ContactState | None
    has_words: bool
    """Whether words came with it and are kept."""


@dataclass(frozen=True)
class CallLine:
    """Somebody who wants to be called."""

    rating_id: int
    asked_at: datetime
    tapped_at: datetime
    number: str
    window: str
    unit: str
    settled_at: datetime | None
    outcome: str
    kept: bool
    """Whether the contact is still there."""


@dataclass(frozen=True)
class Told:
    """What the author told by the rating that stands."""

    verified: bool
    reasons: tuple[int, ...]


@dataclass(frozen=True)
class OpeningLine:
    """Who opened a contact, when and why."""

    account_id: int
    name: str
    opened_at: datetime
    reason: str


@dataclass(frozen=True)
class Waiting:
    """How many wait for a call, and since when the first one does."""

    count: int
    oldest: datetime | None


def own_rating(session: Session, digest: bytes) -> OwnRating | None:
    """Return the rating whose author holds the secret with this hash, or None."""
    root = session.scalar(select(OwnKey.rating_id).where(OwnKey.key_hash == digest))
    if root is None:
        return None
    stands = standing_ratings(select(Rating.id).where(Rating.id == root))
    shown = aliased(Rating)
    row = session.execute(
        select(
            shown.receipt,
            Rating.event_id,
            Contact.sealed,
            Contact.consented_at,
            Contact.settled_at,
            func.coalesce(Comment.words, "").label("words"),
        )
        .join(stands, stands.c.root == Rating.id)
        .join(shown, shown.id == stands.c.id)
        .outerjoin(Contact, Contact.rating_id == Rating.id)
        .outerjoin(Comment, Comment.rating_id == Rating.id)
    ).one()
    left = None
    if row.consented_at is not None:
        left = ContactState(row.sealed, row.consented_at, row.settled_at)
    return OwnRating(row.receipt, row.event_id, left, row.words != "")


def units_of(session: Session, account_id: int) -> frozenset[int]:
    """Return the units in which an account's clerk works or ever worked."""
    rows = session.scalars(
        select(Posting.unit_id)
        .join(Clerk, Clerk.id == Posting.clerk_id)
        .where(Clerk.account_id == account_id)
    )
    return frozenset(rows)


def call_lines(
    session: Session, centre_id: int, hidden: Iterable[int], *, settled: bool = False
) -> list[CallLine]:
    """Return who waits for a call, the longest first; or the settled, newest first.

    hidden: keys of units of whose windows nothing is shown.
    """
    asked = Contact.settled_at.is_not(None) if settled else _WAITS
    order = Contact.settled_at.desc() if settled else Contact.consented_at
    query = _calls(centre_id, hidden).where(asked).order_by(order, Contact.rating_id)
    return [CallLine(*row) for row in session.execute(query)]


def call_line(
    session: Session, centre_id: int, hidden: Iterable[int], rating_id: int
) -> CallLine | None:
    """Return one wish to be called, settled ones too; None when there is none."""
    query = _calls(centre_id, hidden).where(Contact.rating_id == rating_id)
    row = session.execute(query).one_or_none()
    return None if row is None else CallLine(*row)


def sealed_contact(session: Session, rating_id: int) -> tuple[UUID, bytes | None]:
    """Return the event that a contact is sealed for, and what is sealed."""
    event_id, sealed = session.execute(
        select(Rating.event_id, Contact.sealed)
        .join(Contact, Contact.rating_id == Rating.id)
        .where(Rating.id == rating_id)
    ).one()
    return event_id, sealed


def told_by(session: Session, rating_ids: Sequence[int]) -> dict[int, Told]:
    """Return by rating what its author told last, in two statements for all."""
    stands = standing_ratings(select(Rating.id).where(Rating.id.in_(rating_ids)))
    reasons = defaultdict(list)
    ticked = session.execute(
        select(stands.c.root, RatingReason.reason)
        .join(RatingReason, RatingReason.rating_id == stands.c.id)
        .order_by(RatingReason.reason)
    )
    for root, reason in ticked:
        reasons[root].append(reason)
    rows = session.execute(
        select(stands.c.root, Rating.verified).join(Rating, Rating.id == stands.c.id)
    )
    return {root: Told(verified, tuple(reasons[root])) for root, verified in rows}


def openings(session: Session, rating_id: int) -> list[OpeningLine]:
    """Return who opened a contact, the newest first."""
    rows = session.execute(
        select(
            ContactOpening.account_id,
            Account.name,
            ContactOpening.opened_at,
            ContactOpening.reason,
        )
        .join(Account, Account.id == ContactOpening.account_id)
        .where(ContactOpening.rating_id == rating_id)
        .order_by(ContactOpening.id.desc())
    )
    return [OpeningLine(*row) for row in rows]


def waiting(session: Session, centre_id: int, hidden: Iterable[int]) -> Waiting:
    """Return how many wait for a call."""
    lines = _calls(centre_id, hidden).where(_WAITS).subquery()
    asked = func.min(lines.c.consented_at)
    return Waiting(
        *session.execute(select(func.count(), asked).select_from(lines)).one()
    )


def _calls(
    centre_id: int, hidden: Iterable[int]
) -> Select[tuple[int, datetime, datetime, str, str, str, datetime | None, str, bool]]:
    unseen = sorted(hidden)
    then = and_(
        Placement.window_id == Window.id,
        Placement.starts_on <= Rating.day,
        or_(Placement.ends_on.is_(None), Placement.ends_on > Rating.day),
    )
    return (
        select(
            Contact.rating_id,
            Contact.consented_at,
            Rating.tapped_at,
            Window.number,
            Window.name,
            # A rating of before the window's first placement still wants its call.
            func.coalesce(Unit.name, ""),
            Contact.settled_at,
            Contact.outcome,
            Contact.sealed.is_not(None),
        )
        .join(Rating, Rating.id == Contact.rating_id)
        .join(Window, Window.id == Rating.window_id)
        .outerjoin(Placement, then)
        .outerjoin(Unit, Unit.id == Placement.unit_id)
        .where(
            Window.centre_id == centre_id,
            or_(Unit.id.is_(None), Unit.id.not_in(unseen)),
        )
    )


def standing_ratings(roots: Select[tuple[int]]) -> Subquery:
    """Return for each rating (`root`) the `id` of the opinion that stands for it.

    A tap may have been corrected, in chains and more than once, or merged into the
    one before it. Where nothing of the family is tallied it is the rating itself.
    """
    first = roots.subquery()
    kin = (
        select(Rating.id.label("root"), Rating.id, Rating.event_id)
        .add_columns(Rating.revises, Rating.state)
        .join(first, first.c.id == Rating.id)
        .cte("kin", recursive=True)
    )
    other = aliased(Rating)
    kin = kin.union(
        select(kin.c.root, other.id, other.event_id, other.revises, other.state).join(
            other,
            or_(
                other.revises == kin.c.event_id,
                and_(
                    kin.c.state == RatingState.MERGED,
                    other.event_id == kin.c.revises,
                ),
            ),
        )
    )
    tallied = func.max(kin.c.id).filter(kin.c.state.in_(sorted(TALLIED)))
    return (
        select(kin.c.root, func.coalesce(tallied, kin.c.root).label("id"))
        .group_by(kin.c.root)
        .subquery()
    )
