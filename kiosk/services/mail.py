"""The queue of notices: written once, taken by one sender at a time, tried again.

A sender takes a notice by moving its next try away, in a transaction of its own, and
talks to the mail server after that one has ended. Killed before it notes how the try
went, it leaves a notice that is due again: sent twice at worst, under one Message-ID,
and never lost.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session

from kiosk.domain.mail import KEPT, LEASE, Letter, next_try, parse_address
from kiosk.domain.policy import NotOpen
from kiosk.models import ORGANISATION, Account, MailMessage, table_of
from kiosk.services.records import Book
from kiosk.services.upsert import as_text


@dataclass(frozen=True)
class TakenMail:
    """A notice that one sender may send now."""

    id: int
    message_id: UUID
    address: str
    """"" where the account has none any more."""
    subject: str
    body: str
    created_at: datetime
    tries: int
    """This one included."""
    until: datetime
    """When others may take it again."""


def set_address(records: Book, account_id: int, given: str) -> None:
    """Keep, change or take out an account's e-mail address.

    The entry says that it changed, never what it is. Raises MailAddressWrong.
    """
    address = parse_address(given)
    account = records.session.get_one(
        Account, account_id, with_for_update=True, populate_existing=True
    )
    if account.email == address:
        return
    account.email = address
    what = "address-given" if address else "address-erased"
    records.note(ORGANISATION, "mail-address", {"account": account_id, "what": what})


def queue_mail(
    session: Session, account_id: int, topic: str, letter: Letter, now: datetime
) -> bool:
    """Put a notice into the queue; return whether the topic was new to the account."""
    row = {
        "message_id": uuid4(),
        "account_id": account_id,
        "about": topic,
        "subject": letter.subject,
        "body": letter.body,
        "created_at": now,
        "next_try_at": now,
        "tries": 0,
        "sent_at": None,
        "trouble": "",
    }
    return session.execute(_PUT, row).one_or_none() is not None


def take_mail(session: Session, now: datetime) -> TakenMail | None:
    """Take the notice that is due first, None where none is due.

    None also where another sender took it in this moment.
    """
    due = MailMessage.next_try_at <= now
    oldest = (
        select(MailMessage.id)
        .where(due)
        .order_by(MailMessage.next_try_at, MailMessage.id)
        .limit(1)
        .scalar_subquery()
    )
    until = now + LEASE
    row = session.execute(
        update(MailMessage)
        # Asked once more: who waited for another sender finds it taken.
        .where(MailMessage.id == oldest, due)
        .values(next_try_at=until, tries=MailMessage.tries + 1)
        .returning(*(getattr(MailMessage, name) for name in _TAKEN))
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if row is None:
        return None
    address = session.scalar(
        select(Account.email).where(
            Account.id == row.account_id, Account.disabled_at.is_(None)
        )
    )
    return TakenMail(
        row.id,
        row.message_id,
        address or "",
        row.subject,
        row.body,
        row.created_at,
        row.tries,
        until,
    )


def note_mail(session: Session, taken: TakenMail, trouble: str, now: datetime) -> None:
    """Note how a try went: "" it has left, else why not, and when it is tried again.

    Too late, when somebody else has taken the notice since, a failure changes nothing.
    """
    kept = update(MailMessage).where(MailMessage.id == taken.id)
    if not trouble:
        session.execute(kept.values(sent_at=now, next_try_at=None, trouble=""))
        return
    again = next_try(taken.tries, taken.created_at, now, trouble)
    still_ours = MailMessage.next_try_at == taken.until
    session.execute(kept.where(still_ours).values(next_try_at=again, trouble=trouble))


def send_mail_again(session: Session, key: int, now: datetime) -> None:
    """Let a notice that was given up leave once more. Raises NotOpen for any other."""
    found = session.scalar(
        update(MailMessage)
        .where(
            MailMessage.id == key,
            MailMessage.next_try_at.is_(None),
            MailMessage.sent_at.is_(None),
        )
        .values(next_try_at=now, created_at=now, tries=0)
        .returning(MailMessage.id)
        .execution_options(synchronize_session=False)
    )
    if found is None:
        raise NotOpen


def forget_mail(session: Session, now: datetime) -> int:
    """Delete notices that left, or were given up, long ago; return how many."""
    gone = session.execute(
        delete(MailMessage)
        .where(MailMessage.next_try_at.is_(None), MailMessage.created_at < now - KEPT)
        .returning(MailMessage.id)
        .execution_options(synchronize_session=False)
    )
    return len(gone.all())


_TAKEN = ("id", "message_id", "account_id", "subject", "body", "created_at", "tries")
_mail = table_of(MailMessage)
_PUT = as_text(
    _mail,
    sqlite.insert(_mail)
    .on_conflict_do_nothing(index_elements=["account_id", "about"])
    .returning(_mail.c.id),
    _mail.c.id,
)
