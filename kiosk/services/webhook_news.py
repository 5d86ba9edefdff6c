"""News for systems outside: new bad ratings that count, without any person in them.

Nothing says when in an hour a rating was given: messages leave together at set times,
their content is in the order of windows and not of time, and it tells of half-days.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from kiosk.domain.comments import Wish
from kiosk.domain.intake import BUCKET_MINUTES, Origin, RatingState
from kiosk.domain.webhooks import LEVEL_MOST, NEWS_MOST, SETTLING
from kiosk.models import (
    Comment,
    Integration,
    Rating,
    RatingReason,
    Webhook,
    WebhookMessage,
    Window,
)

TYPE = "ratings.bad"
"""What the messages are about, as their receiver sorts them."""
_NOON = 12 * 60 // BUCKET_MINUTES
"""First ten minutes of an afternoon."""


def gather_news(session: Session, departure: datetime) -> int:
    """Write the messages that leave at `departure`; return how many.

    Safe to repeat, and for several servers at once: of two that look at the same
    ratings for the same receiver one writes, and the other finds that it was done.
    """
    horizon = departure - SETTLING
    live = (
        select(Webhook.id, Webhook.last_rating_id, Integration.centre_id)
        .join(Integration, Integration.id == Webhook.integration_id)
        .where(Webhook.stopped_at.is_(None), Integration.revoked_at.is_(None))
        .order_by(Webhook.id)
    )
    made = 0
    for webhook_id, last, centre_id in session.execute(live).tuples().all():
        until = _settled(session, last, horizon)
        if until > last and _advance(session, webhook_id, last, until):
            news = _news(session, centre_id, last, until)
            made += _write(session, webhook_id, news, departure)
    return made


def _settled(session: Session, last: int, horizon: datetime) -> int:
    """Return up to which rating all are older than `horizon`.

    Keys and times rise together but for moments, and a key may be seen after a
    higher one; none that old is still on its way.
    """
    newer = session.scalar(
        select(func.min(Rating.id)).where(
            Rating.id > last, Rating.received_at >= horizon
        )
    )
    if newer is not None:
        return newer - 1
    return session.scalar(select(func.max(Rating.id))) or 0


def _advance(session: Session, webhook_id: int, last: int, until: int) -> bool:
    done = session.execute(
        update(Webhook)
        .where(Webhook.id == webhook_id, Webhook.last_rating_id == last)
        .values(last_rating_id=until)
        .returning(Webhook.id)
    )
    return done.first() is not None


def _news(
    session: Session, centre_id: int, last: int, until: int
) -> list[dict[str, Any]]:
    """Return what is told of each bad rating between two keys, not in their order."""
    inside = (
        Rating.id > last,
        Rating.id <= until,
        Rating.level <= LEVEL_MOST,
        Rating.state == int(RatingState.COUNTED),
        Rating.origin != int(Origin.HISTORY),
        Window.centre_id == centre_id,
    )
    rows = session.execute(
        select(Rating, Window.number, Window.name, Comment.kind, Comment.words)
        .join(Window, Window.id == Rating.window_id)
        .outerjoin(Comment, Comment.rating_id == Rating.id)
        .where(*inside)
    )
    ticked = session.execute(
        select(RatingReason.rating_id, RatingReason.reason)
        .join(Rating, Rating.id == RatingReason.rating_id)
        .join(Window, Window.id == Rating.window_id)
        .where(*inside)
        .order_by(RatingReason.reason)
    )
    reasons: dict[int, list[int]] = defaultdict(list)
    for rating_id, reason in ticked:
        reasons[rating_id].append(reason)
    told = [_told(*row) | {"reasons": reasons[row[0].id]} for row in rows]
    return sorted(told, key=json.dumps)


def _told(
    rating: Rating, number: str, name: str, kind: int | None, words: str | None
) -> dict[str, Any]:
    return {
        "window": number,
        "window_name": name,
        "day": rating.day.isoformat(),
        "half_day": "morning" if rating.bucket < _NOON else "afternoon",
        "verified": rating.verified,
        "kind": Wish(kind or 0).name.lower(),
        "has_words": bool(words),
    }


def _write(
    session: Session,
    webhook_id: int,
    news: Sequence[dict[str, Any]],
    departure: datetime,
) -> int:
    rows = [
        {
            "webhook_id": webhook_id,
            "message_id": uuid4(),
            "body": body,
            "created_at": departure,
            "next_try_at": departure,
        }
        for body in _bodies(news, departure)
    ]
    if rows:
        session.execute(insert(WebhookMessage), rows)
    return len(rows)


def _bodies(news: Sequence[dict[str, Any]], departure: datetime) -> Iterator[str]:
    stamp = departure.strftime("%Y-%m-%dT%H:%M:%SZ")
    for start in range(0, len(news), NEWS_MOST):
        told = {"ratings": news[start : start + NEWS_MOST]}
        message = {"type": TYPE, "timestamp": stamp, "data": told}
        yield json.dumps(message, ensure_ascii=False, separators=(",", ":"))
