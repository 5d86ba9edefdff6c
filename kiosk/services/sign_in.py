"""Sessions of signed-in browsers, and the browsers that are known."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from kiosk.domain.tokens import new_token, token_hash
from kiosk.models import ORGANISATION, Account, KnownDevice, SignIn
from kiosk.services.records import Book
from kiosk.services.second_factor import SECURITY_NOTE

KNOWN_FOR = timedelta(days=400)
"""How long a browser stays known: as long as browsers keep a cookie at most."""


def begin_sign_in(
    session: Session,
    account_id: int,
    agent: str,
    now: datetime,
    *,
    factor_passed: bool = False,
) -> str:
    """Begin a session; return the secret for the browser's cookie.

    Always a new one, so that nobody can prepare a session for somebody else.
    """
    secret = new_token()
    session.add(
        SignIn(
            account_id=account_id,
            token_hash=token_hash(secret),
            agent=agent[:60],
            factor_passed=factor_passed,
            created_at=now,
            seen_at=now,
        )
    )
    return secret


def note_seen(session: Session, sign_in_id: int, now: datetime) -> None:
    """Remember that a session was used just now."""
    session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(seen_at=now))


def end_sign_in(session: Session, sign_in_id: int, now: datetime) -> None:
    """End a session; harmless when it has ended."""
    session.execute(
        update(SignIn)
        .where(SignIn.id == sign_in_id, SignIn.ended_at.is_(None))
        .values(ended_at=now)
    )


def end_own_sign_in(
    session: Session, account_id: int, sign_in_id: int, now: datetime
) -> bool:
    """End one of the account's sessions; return False where it is not its own."""
    ended = session.execute(
        update(SignIn)
        .where(SignIn.id == sign_in_id, SignIn.account_id == account_id)
        .values(ended_at=now)
        .returning(SignIn.id)
    )
    return ended.one_or_none() is not None


def end_all_sign_ins(
    session: Session, account_id: int, now: datetime, *, kept: int | None = None
) -> None:
    """End the account's sessions, all but `kept`."""
    query = update(SignIn).where(
        SignIn.account_id == account_id, SignIn.ended_at.is_(None)
    )
    if kept is not None:
        query = query.where(SignIn.id != kept)
    session.execute(query.values(ended_at=now))


def change_password(records: Book, account_id: int, password_hash: str) -> None:
    """Store a new password; end every session and forget every known browser.

    The caller begins a new session for the browser that asked.
    """
    session = records.session
    session.execute(
        update(Account)
        .where(Account.id == account_id)
        .values(password_hash=password_hash)
    )
    end_all_sign_ins(session, account_id, records.now)
    forget_devices(session, account_id, kept=())
    note = {"account": account_id, "what": "password-changed"}
    records.note(ORGANISATION, SECURITY_NOTE, note)


def renew_hash(session: Session, account_id: int, was: str, password_hash: str) -> None:
    """Store the same password by today's costs, unless it was changed meanwhile."""
    session.execute(
        update(Account)
        .where(Account.id == account_id, Account.password_hash == was)
        .values(password_hash=password_hash)
    )


def know_device(session: Session, account_id: int, now: datetime) -> str:
    """Make the browser a known one of the account; return the secret for its cookie."""
    session.execute(
        delete(KnownDevice).where(
            KnownDevice.account_id == account_id,
            KnownDevice.created_at < now - KNOWN_FOR,
        )
    )
    secret = new_token()
    session.add(
        KnownDevice(
            account_id=account_id, token_hash=token_hash(secret), created_at=now
        )
    )
    return secret


def known_device(
    session: Session, account_id: int, digests: Collection[bytes]
) -> int | None:
    """Return the key of the account's known browser that has one of these secrets."""
    return session.scalar(
        select(KnownDevice.id)
        .where(
            KnownDevice.account_id == account_id, KnownDevice.token_hash.in_(digests)
        )
        .limit(1)
    )


def forget_devices(session: Session, account_id: int, kept: Collection[bytes]) -> None:
    """Forget the account's known browsers but those with one of these secrets."""
    session.execute(
        delete(KnownDevice).where(
            KnownDevice.account_id == account_id,
            KnownDevice.token_hash.not_in(kept),
        )
    )
