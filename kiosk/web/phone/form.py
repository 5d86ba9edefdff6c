"""The phone's form: its signed event id, and what was typed into it.

The id of the rating is made with the page, so a form sent twice is one rating.
Opening the page writes nothing and sets no cookie.
"""

import hmac
import logging
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid4

from flask import request
from itsdangerous import BadSignature, URLSafeSerializer

from kiosk.domain.comments import Wish, WishUnknown, parse_wish
from kiosk.domain.contacts import ContactKeyUnreadable
from kiosk.domain.errors import CommentTooLong, NotALevel
from kiosk.domain.intake import Channel, Tap, parse_comment
from kiosk.domain.levels import Level, parse_level
from kiosk.domain.masking import mask
from kiosk.domain.reasons import ReasonUnknown, parse_reasons
from kiosk.domain.receipts import receipt_code
from kiosk.extensions import reading
from kiosk.extensions.sealing import kept_sealer
from kiosk.queries.receipts import receipt_by_code
from kiosk.services.visits import Visit
from kiosk.web import current
from kiosk.web.errors import refusal_sentence
from kiosk.web.phone.pages import RatePage
from kiosk.web.phone.place import Place

_REASONS_MOST = 40
_REASON = re.compile("[0-9]{3}")
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pass:
    """The signed right to send one form: which rating it is, and since when."""

    event_id: UUID
    made_at: datetime
    asked_to_wait: datetime | None = None

    def token(self, place: Place) -> str:
        """Return it as it stands in the page."""
        wait = self.asked_to_wait
        stamps = [int(self.made_at.timestamp()), int(wait.timestamp()) if wait else 0]
        return _signer().dumps([place.name, str(self.event_id), *stamps])

    def waited(self, now: datetime) -> timedelta | None:
        """Return how long ago this form was asked to wait; None if it never was."""
        return None if self.asked_to_wait is None else now - self.asked_to_wait


@dataclass(frozen=True)
class Submission:
    """A form as it came back: a visit when all was right, and the page when not."""

    visit: Visit | None
    page: RatePage
    given: Pass | None
    """Its right to be sent; None where that was forged, foreign or too old."""


def fresh_pass(now: datetime) -> Pass:
    """Return the right to send one form, for a new page."""
    return Pass(uuid4(), now)


def own_secret(event_id: UUID) -> str:
    """Return the secret of the author's own page: the same for the same form."""
    key = current.settings().secret_key.encode()
    digest = hmac.digest(key, f"own page\n{event_id}".encode(), sha256)
    return urlsafe_b64encode(digest).decode().rstrip("=")


def read_form(place: Place, now: datetime, expired: str) -> Submission:
    """Read the submitted form; `expired` is the notice for one open too long."""
    given = _pass_of(request.form.get("token", ""), place, now)
    level, level_error = _level()
    typed = request.form.get("comment", "")
    words, comment_error = _comment(typed)
    page = RatePage(
        place=place,
        token=(given or fresh_pass(now)).token(place),
        chosen=level,
        ticked=_ticked(),
        wish=_wish(),
        comment=typed if comment_error else words,
        level_error=level_error,
        comment_error=comment_error,
        notice="" if given else expired,
        elder=request.args.get("view") == "elder",
    )
    if given is None or level is None or comment_error:
        return Submission(None, page, given)
    return Submission(_visit(place, given.event_id, level, page), page, given)


def _visit(place: Place, event_id: UUID, level: Level, page: RatePage) -> Visit:
    masked = mask(page.comment)
    tap = Tap(
        event_id=event_id,
        window_id=place.window.id,
        channel=Channel.PHONE,
        origin=place.origin,
        level=level,
        tapped_at=None,
        comment=masked,
        kind=int(page.wish),
        sealed=None if masked == page.comment else _sealed(page.comment, event_id),
    )
    return Visit(
        tap=tap,
        own=own_secret(event_id),
        reasons=_reasons(page.ticked, level),
        right=place.right,
        printed_most=current.settings().printed_per_day,
    )


def _sealed(words: str, event_id: UUID) -> bytes | None:
    """Seal what was hidden; without a key it is forgotten, and the rating kept."""
    try:
        sealer = kept_sealer(current.settings().instance)
        return sealer.seal_words(words, event_id)
    except ContactKeyUnreadable as broken:
        log.warning("words could not be sealed: %s", type(broken).__name__)
        return None


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


def _wish() -> Wish:
    try:
        return parse_wish(request.form.get("wish", ""))
    except WishUnknown:
        # Only a script sends another; its rating is one all the same.
        return Wish.NONE


def _ticked() -> frozenset[int]:
    given = request.form.getlist("reason")[:_REASONS_MOST]
    return frozenset(int(each) for each in given if _REASON.fullmatch(each))


def _reasons(ticked: frozenset[int], level: Level) -> tuple[int, ...]:
    """Return those that fit the level: the page holds the other side's too."""
    fitting: list[int] = []
    for number in sorted(ticked):
        try:
            fitting += parse_reasons([number], level)
        except ReasonUnknown:
            continue
    return tuple(fitting)


def _pass_of(token: str, place: Place, now: datetime) -> Pass | None:
    """Return the form's right to be sent, or None: forged, foreign or too old."""
    try:
        name, text, made, wait = _signer().loads(token)
    except (BadSignature, ValueError):
        return None
    if name != place.name:
        return None
    zone = now.tzinfo
    made_at = datetime.fromtimestamp(made, zone)
    asked = datetime.fromtimestamp(wait, zone) if wait else None
    given = Pass(UUID(text), made_at, asked)
    in_time = now - made_at <= place.life
    return given if in_time or _kept_already(given.event_id) else None


def _kept_already(event_id: UUID) -> bool:
    """Whether this form's rating was taken, and only the answer got lost.

    A fresh form would make a second rating of it.
    """
    with reading() as session:
        return receipt_by_code(session, receipt_code(event_id)) is not None


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current.settings().secret_key, salt="phone-form")
