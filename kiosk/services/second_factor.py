"""The second factor: a code of the phone (TOTP, RFC 6238), or one of ten on paper."""

import hmac
import unicodedata
from datetime import datetime

from pyotp import TOTP, random_base32
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from kiosk.domain.policy import NO_FACTOR_ROLES
from kiosk.domain.recovery_codes import (
    RECOVERY_CODES,
    new_recovery_code,
    plain_code,
)
from kiosk.domain.sign_in import CodeWrong, FactorNeeded
from kiosk.domain.tokens import token_hash
from kiosk.models import ORGANISATION, Account, RecoveryCode
from kiosk.queries.accounts import grants_of
from kiosk.services.records import Book

SECURITY_NOTE = "account-security"
"""Kind of the ledger's entries about passwords and second factors."""
_ISSUER = "Window Kiosk"
_STEP_SECONDS = 30
_TOLERANCE = (0, -1, 1)
"""Steps; a phone's clock is off by seconds, and typing takes some more."""
_DIGITS = 6
_TYPED_MOST = 60


def new_factor_secret() -> str:
    """Return a fresh secret of 160 random bits in Base32."""
    return random_base32()


def factor_address(secret: str, login: str) -> str:
    """Return what the QR code of an enrolment holds."""
    return TOTP(secret).provisioning_uri(name=login, issuer_name=_ISSUER)


def enrol_factor(records: Book, account_id: int, secret: str, code: str) -> list[str]:
    """Make `secret` the account's second factor; return ten fresh recovery codes.

    code: what the phone shows now, as proof that it knows the secret; it cannot be
    used again. Earlier recovery codes are void. Raises CodeWrong.
    """
    step = _step_of(secret, code, records.now)
    if step is None:
        raise CodeWrong
    _set_factor(records.session, account_id, secret, records.now, step)
    _note(records, account_id, "factor-enrolled")
    return _replace_codes(records.session, account_id)


def take_code(session: Session, account_id: int, code: str, now: datetime) -> bool:
    """Use up a code of the phone or of the paper; return whether it was right.

    Of two that send the same code at once one gets in.
    """
    return _take_phone_code(session, account_id, code, now) or _take_paper_code(
        session, account_id, code, now
    )


def renew_codes(records: Book, account_id: int) -> list[str]:
    """Return ten fresh recovery codes; the earlier ones are void."""
    _note(records, account_id, "recovery-codes-renewed")
    return _replace_codes(records.session, account_id)


def remove_factor(records: Book, account_id: int) -> None:
    """Turn the second factor off; raise FactorNeeded where the account needs it."""
    session = records.session
    if not may_remove_factor(session, account_id):
        raise FactorNeeded
    _set_factor(session, account_id, None, None, 0)
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    _note(records, account_id, "factor-removed")


def may_remove_factor(session: Session, account_id: int) -> bool:
    """Whether the account may go without: neither a role nor anybody demands one."""
    required = session.scalar(
        select(Account.factor_required).where(Account.id == account_id)
    )
    roles = {grant.role for grant in grants_of(session, account_id)}
    return not required and NO_FACTOR_ROLES.issuperset(roles)


def _set_factor(
    session: Session,
    account_id: int,
    secret: str | None,
    confirmed_at: datetime | None,
    step: int,
) -> None:
    session.execute(
        update(Account)
        .where(Account.id == account_id)
        .values(totp_secret=secret, totp_confirmed_at=confirmed_at, totp_last_step=step)
    )


def _take_phone_code(
    session: Session, account_id: int, code: str, now: datetime
) -> bool:
    secret = session.scalar(
        select(Account.totp_secret).where(
            Account.id == account_id, Account.totp_confirmed_at.is_not(None)
        )
    )
    step = _step_of(secret, code, now) if secret else None
    if step is None:
        return False
    # One statement compares and sets: of two requests the second finds no row.
    taken = session.execute(
        update(Account)
        .where(
            Account.id == account_id,
            Account.totp_secret == secret,
            Account.totp_last_step < step,
        )
        .values(totp_last_step=step)
        .returning(Account.id)
    )
    return taken.one_or_none() is not None


def _take_paper_code(
    session: Session, account_id: int, code: str, now: datetime
) -> bool:
    taken = session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.account_id == account_id,
            RecoveryCode.code_hash == _paper_hash(code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCode.id)
    )
    return taken.one_or_none() is not None


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    """Return the thirty-second step whose code this is, or None."""
    digits = "".join(_plain(code).split())
    if len(digits) != _DIGITS or not digits.isascii():
        return None
    current = int(now.timestamp()) // _STEP_SECONDS
    factor = TOTP(secret)
    for ahead in _TOLERANCE:
        expected = factor.at((current + ahead) * _STEP_SECONDS)
        if hmac.compare_digest(expected, digits):
            return current + ahead
    return None


def _replace_codes(session: Session, account_id: int) -> list[str]:
    codes = [new_recovery_code() for _ in range(RECOVERY_CODES)]
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    session.add_all(
        RecoveryCode(account_id=account_id, code_hash=_paper_hash(code))
        for code in codes
    )
    return codes


def _paper_hash(code: str) -> bytes:
    return token_hash(plain_code(_plain(code)))


def _plain(typed: str) -> str:
    """Return what was typed with full-width digits and letters made plain."""
    return unicodedata.normalize("NFKC", typed[:_TYPED_MOST])


def _note(records: Book, account_id: int, what: str) -> None:
    records.note(ORGANISATION, SECURITY_NOTE, {"account": account_id, "what": what})
