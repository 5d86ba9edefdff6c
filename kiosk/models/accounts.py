"""People who sign in, what they may do, and the browsers they do it from."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.models.base import Base, BigKey


class Account(Base):
    """Somebody who can sign in. Never deleted: the ledger names it."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(40), unique=True)
    """What is typed to sign in; kept in lower case."""
    name: Mapped[str] = mapped_column(String(60))
    email: Mapped[str | None] = mapped_column(String(254))
    """Where notices go, given by the person; None: no notices by e-mail."""
    password_hash: Mapped[str] = mapped_column(String(200))
    """Argon2id; empty: nobody can sign in with a password."""
    factor_required: Mapped[bool]
    """Whether a second factor must be enrolled before anything else is open."""
    totp_secret: Mapped[str | None] = mapped_column(String(64))
    totp_confirmed_at: Mapped[datetime | None]
    totp_last_step: Mapped[int] = mapped_column(BigKey)
    """Thirty-second step of the last code that was taken; none counts twice."""
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class RoleGrant(Base):
    """A role of an account, in one unit and below where the role needs a unit."""

    __tablename__ = "role_grant"
    __table_args__ = (
        Index(
            "ix_role_grant_in_force",
            "account_id",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    role: Mapped[str] = mapped_column(String(20))
    """A value of kiosk.domain.policy.Role."""
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    granted_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """A code that replaces the second factor once."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    used_at: Mapped[datetime | None]


class Invitation(Base):
    """A one-time link that lets somebody choose login and password."""

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    role: Mapped[str] = mapped_column(String(20))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    clerk_id: Mapped[int | None] = mapped_column(ForeignKey("clerk.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """Whom it lets choose a new password; set when used, where it invites anew."""
    made_by: Mapped[str] = mapped_column(String(40), server_default="")
    """Who made it, as the ledger writes it; it ends with this person's account."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    """When it was used or withdrawn."""


class SignIn(Base):
    """A signed-in browser: the session, ended by its owner, by time or by others."""

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    agent: Mapped[str] = mapped_column(String(60))
    """Browser and system in a few words, for the owner's list."""
    factor_passed: Mapped[bool]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class KnownDevice(Base):
    """A browser in which an account signed in before: no lock keeps it out."""

    __tablename__ = "known_device"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    created_at: Mapped[datetime]


class SignInTry(Base):
    """A guess at a password, a code or a number; written before it is looked at."""

    __tablename__ = "sign_in_try"
    __table_args__ = (
        Index("ix_sign_in_try_subject_tried_at", "subject", "tried_at"),
        Index("ix_sign_in_try_sender_tried_at", "sender", "tried_at"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    subject: Mapped[bytes] = mapped_column(LargeBinary(16))
    """Keyed hash of what is guessed at: an account, or it from a known browser."""
    sender: Mapped[bytes] = mapped_column(LargeBinary(16))
    """Keyed hash of the network address; no address itself is kept."""
    tried_at: Mapped[datetime]
    failed: Mapped[bool]
