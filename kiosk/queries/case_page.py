"""One case as its page shows it: what was said, and what was written about it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.domain.case_texts import TextKind
from kiosk.models import Account, CaseRating, CaseText, Clerk, Rating, RatingReason
from kiosk.queries.case_voices import case_voices
from kiosk.queries.rating_family import rating_family


@dataclass(frozen=True, kw_only=True)
class Said:
    """What citizens said: never who, nor when within the half-day."""

    level: int | None
    """Of a case of one rating, as it stands; None for several, or for none."""
    reasons: tuple[tuple[int, int], ...]
    """Numbers of reasons, and how many ticked them."""
    words: tuple[str, ...]
    """With numbers hidden, the earliest first; erased ones are not there."""


@dataclass(frozen=True)
class Written:
    """Something written in a case, for those who work on it."""

    kind: TextKind
    words: str
    written_at: datetime
    erased: bool
    by: str
    """Name of its writer; "" for the citizen."""


def said_in(session: Session, case_id: int, *, joined: bool) -> Said:
    """Return what the citizens of a case said, in at most six statements."""
    roots = select(CaseRating.rating_id.label("id")).where(
        CaseRating.case_id == case_id
    )
    family = rating_family(session, roots)
    level = None if joined else _standing_level(session, family)
    ticked = session.scalars(
        select(RatingReason.reason)
        .where(RatingReason.rating_id.in_(family))
        .order_by(RatingReason.reason)
    )
    return Said(
        level=level,
        reasons=tuple(Counter(ticked).most_common()),
        words=tuple(case_voices(session, case_id)),
    )


def written_in(
    session: Session, case_id: int, kinds: Iterable[TextKind]
) -> list[Written]:
    """Return what was written of these kinds in a case, the oldest first."""
    rows = session.execute(
        select(CaseText, func.coalesce(Account.name, ""))
        .outerjoin(Account, Account.id == CaseText.account_id)
        .where(
            CaseText.case_id == case_id,
            CaseText.kind.in_(sorted(str(kind) for kind in kinds)),
        )
        .order_by(CaseText.id)
    )
    return [
        Written(
            TextKind(text.kind),
            text.words,
            text.written_at,
            text.erased_at is not None,
            name,
        )
        for text, name in rows
    ]


def clerk_name(session: Session, clerk_id: int | None) -> str:
    """Return the name of the clerk who was on duty; "" for none."""
    if clerk_id is None:
        return ""
    return session.get_one(Clerk, clerk_id).name


def _standing_level(session: Session, family: Iterable[int]) -> int | None:
    newest = select(Rating.level).where(Rating.id.in_(list(family)))
    return session.scalar(newest.order_by(Rating.id.desc()).limit(1))
