"""Guesses at passwords, codes and numbers: counted before they are looked at.

A try is written, and committed, as a wrong one; only then is the guess looked at,
and what was right is corrected afterwards. Two workers, a restart or a cut line
therefore never let one more through than `kiosk.domain.throttle` allows.
"""

import hmac
from datetime import datetime
from hashlib import sha256

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from kiosk.domain.throttle import (
    DAY,
    HOUR,
    KEPT_FOR,
    PastTry,
    refuse_if_closed,
    wait_for_sender,
    wait_for_subject,
)
from kiosk.models import SignInTry

_DIGEST_BYTES = 16
_CLEARED_AT_ONCE = 50


def claim_try(
    session: Session, subject: str, sender: str, key: str, now: datetime
) -> int:
    """Write down that somebody is about to guess; return the key of the try.

    subject: what is guessed at, such as `password:wang.li` or `code:3`; each kind of
    secret and each known browser has its own. sender: the network address, or "" for
    a browser that is known, which no neighbour can lock out. key: the installation's
    secret, as only keyed hashes of both are kept. Commit before looking at the guess.
    Raises TooManyTries.
    """
    whom, where = _digest(key, f"subject {subject}"), _digest(key, f"sender {sender}")
    _one_at_a_time(session, whom, where)
    refuse_if_closed(wait_for_subject(_tries_at(session, whom, now), now))
    if sender:
        refuse_if_closed(wait_for_sender(_failures_from(session, where, now), now))
    _clear(session, now)
    row = {"subject": whom, "sender": where, "tried_at": now, "failed": True}
    inserted = session.execute(insert(SignInTry).values(row).returning(SignInTry.id))
    return inserted.scalar_one()


def try_succeeded(session: Session, try_id: int) -> None:
    """Correct a try whose guess was right; harmless when repeated."""
    session.execute(
        update(SignInTry).where(SignInTry.id == try_id).values(failed=False)
    )


def _digest(key: str, what: str) -> bytes:
    return hmac.digest(key.encode(), what.encode(), sha256)[:_DIGEST_BYTES]


def _one_at_a_time(session: Session, whom: bytes, where: bytes) -> None:
    """Let nobody else count the same tries until this one is committed.

    On SQLite the transaction has the writer's lock. Subject before sender in every
    transaction: two can then not wait for each other.
    """
    if session.get_bind().dialect.name == "sqlite":
        return
    for digest in (whom, where):
        number = int.from_bytes(digest[:8], "big", signed=True)
        session.execute(select(func.pg_advisory_xact_lock(number)))


def _tries_at(session: Session, whom: bytes, now: datetime) -> list[PastTry]:
    rows = session.execute(
        select(SignInTry.tried_at, SignInTry.failed).where(
            SignInTry.subject == whom, SignInTry.tried_at > now - DAY
        )
    )
    return [PastTry(at, failed) for at, failed in rows]


def _failures_from(session: Session, where: bytes, now: datetime) -> list[datetime]:
    return list(
        session.scalars(
            select(SignInTry.tried_at).where(
                SignInTry.sender == where,
                SignInTry.tried_at > now - HOUR,
                SignInTry.failed,
            )
        )
    )


def _clear(session: Session, now: datetime) -> None:
    """Forget tries of long ago; a few at a time, so that no guess has to wait."""
    oldest = select(SignInTry.id).order_by(SignInTry.id).limit(_CLEARED_AT_ONCE)
    session.execute(
        delete(SignInTry).where(
            SignInTry.id.in_(oldest), SignInTry.tried_at < now - KEPT_FOR
        )
    )
