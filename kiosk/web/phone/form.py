"""The phone's form: its signed event id, and what was typed into it.

The id of the rating is made with the page, so a form sent twice is one rating.
No cookie is needed and none is set.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from flask import request
from itsdangerous import BadSignature, URLSafeSerializer

from kiosk.domain.errors import CommentTooLong, NotALevel
from kiosk.domain.intake import Channel, Tap, parse_comment
from kiosk.domain.levels import Level, parse_level
from kiosk.domain.receipts import receipt_code
from kiosk.extensions import reading
from kiosk.queries.places import WindowView
from kiosk.queries.ratings import receipt_by_code
from kiosk.web import current
from kiosk.web.errors import refusal_sentence
from kiosk.web.phone.pages import RatePage

FORM_LIFE = timedelta(minutes=30)


@dataclass(frozen=True)
class Submission:
    """A form as it came back: a tap when all was right, and the page when not."""

    tap: Tap | None
    page: RatePage


def fresh_token(window: WindowView, now: datetime) -> str:
    """Return a signed, single-use right to send one form for this window."""
    return _signer().dumps([window.code, str(uuid4()), int(now.timestamp())])


def read_form(window: WindowView, now: datetime, expired: str) -> Submission:
    """Read the submitted form; `expired` is the notice for one open too long."""
    token = request.form.get("token", "")
    event_id = _event_of(token, window, now)
    level, level_error = _level()
    typed = request.form.get("comment", "")
    words, comment_error = _comment(typed)
    page = RatePage(
        window=window,
        token=token if event_id else fresh_token(window, now),
        chosen=level,
        comment=words if not comment_error else typed,
        level_error=level_error,
        comment_error=comment_error,
        notice="" if event_id else expired,
    )
    if event_id is None or level is None or comment_error:
        return Submission(None, page)
    tap = Tap(
        event_id=event_id,
        window_id=window.id,
        channel=Channel.PHONE,
        level=level,
        tapped_at=None,
        comment=words,
    )
    return Submission(tap, page)


def _level() -> tuple[Level | None, str]:
    try:
        return parse_level(request.form.get("level")), ""
    except NotALevel as refusal:
        return None, refusal_sentence(refusal)


def _comment(typed: str) -> tuple[str, str]:
    try:
        return parse_comment(typed), ""
    except CommentTooLong as refusal:
        return typed, refusal_sentence(refusal)


def _event_of(token: str, window: WindowView, now: datetime) -> UUID | None:
    """Return the form's event id, or None when it is forged, foreign or too old."""
    try:
        code, text, made = _signer().loads(token)
    except BadSignature:
        return None
    if code != window.code:
        return None
    event_id = UUID(text)
    age = timedelta(seconds=now.timestamp() - made)
    return event_id if age <= FORM_LIFE or _kept_already(event_id) else None


def _kept_already(event_id: UUID) -> bool:
    """Whether this form's rating was taken, and only the answer got lost.

    A fresh form would make a second rating of it.
    """
    with reading() as session:
        return receipt_by_code(session, receipt_code(event_id)) is not None


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current.settings().secret_key, salt="phone-form")
