"""Install mode: an unpaired browser shows a code, an organiser gives it a window.

The browser's own secret becomes the secret of a pairing link, so nothing has to be
carried to it: it asks every few seconds and takes the pairing up by itself.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.orm import Session

from kiosk.domain.install_codes import (
    CODE_LIFE,
    LIVE_MOST,
    CodeTaken,
    CodeUnknown,
    TooManyCodes,
    new_install_code,
    normal_code,
)
from kiosk.domain.tokens import new_token, token_hash
from kiosk.models import InstallCode
from kiosk.services.devices import LINK_LIFE, Place, offer_to
from kiosk.services.records import Book


@dataclass(frozen=True)
class ShownCode:
    """The code of a browser, and how long it lives."""

    code: str
    expires_at: datetime
    given: bool
    """Whether an organiser gave it a window: the browser now takes that up."""


def shown_code(
    reader: Connection | Session, digest: bytes, now: datetime
) -> ShownCode | None:
    """Return the live code of the browser whose secret hashes to `digest`, or None."""
    row = reader.execute(
        select(InstallCode.code, InstallCode.expires_at, InstallCode.link_id).where(
            InstallCode.secret_hash == digest, InstallCode.expires_at > now
        )
    ).one_or_none()
    if row is None:
        return None
    return ShownCode(row.code, row.expires_at, given=row.link_id is not None)


def show_code(session: Session, now: datetime) -> tuple[ShownCode, str]:
    """Make a code for a browser that has none; return it and the browser's secret.

    Codes that have ended are deleted on the way. Raises TooManyCodes.
    """
    session.execute(delete(InstallCode).where(InstallCode.expires_at <= now))
    live = session.scalar(select(func.count(InstallCode.id))) or 0
    if live >= LIVE_MOST:
        raise TooManyCodes
    taken = set(session.scalars(select(InstallCode.code)))
    # One code in 86 million is taken; of two workers that draw the same at once,
    # the second is refused by the database and asks again.
    code = next(each for each in iter(new_install_code, "") if each not in taken)
    secret = new_token()
    session.add(
        InstallCode(
            code=code,
            secret_hash=token_hash(secret),
            created_at=now,
            expires_at=now + CODE_LIFE,
        )
    )
    session.flush()
    return ShownCode(code, now + CODE_LIFE, given=False), secret


def find_code(reader: Connection | Session, typed: str, now: datetime) -> str:
    """Return a typed code as it is kept, if a screen shows it and waits for a window.

    Raises CodeUnknown, CodeTaken.
    """
    code = normal_code(typed)
    row = reader.execute(
        select(InstallCode.link_id).where(
            InstallCode.code == code, InstallCode.expires_at > now
        )
    ).one_or_none()
    if row is None:
        raise CodeUnknown
    if row.link_id is not None:
        raise CodeTaken
    return code


def give_window(records: Book, centre_id: int, typed: str, place: Place) -> int:
    """Let the browser that shows a code become a window's screen.

    Returns the key of its pairing link. The code's row is locked first, so of two
    organisers with the same code one wins. Raises CodeUnknown, CodeTaken.
    """
    session = records.session
    session.execute(
        select(InstallCode.id)
        .where(InstallCode.code == normal_code(typed))
        .with_for_update()
    )
    code = find_code(session, typed, records.now)
    digest = session.execute(
        select(InstallCode.secret_hash).where(InstallCode.code == code)
    ).scalar_one()
    link = offer_to(records, centre_id, digest, place)
    session.execute(
        update(InstallCode)
        .where(InstallCode.code == code)
        # As long as the link, so that the browser still finds what it was given.
        .values(link_id=link, expires_at=records.now + LINK_LIFE)
    )
    return link
