"""Rows of cases in a hall that has been lived in: at least one in each table."""

from datetime import datetime, timedelta
from uuid import UUID

from kiosk.domain.case_texts import TextKind
from kiosk.extensions import recording, transaction
from kiosk.models import (
    Account,
    Case,
    CaseAppeal,
    CaseContact,
    CaseOpening,
    CaseRating,
    CaseText,
    MailMessage,
    Rating,
    ReplyTemplate,
)
from kiosk.services.case_texts import write_text
from kiosk.services.records import Book

ABOUT = UUID(int=11, version=4)


def add_cases(centre: int, account: int, rating: int, now: datetime) -> None:
    """Add a case with everything that can hang on one; `rating`: what it is about."""
    with recording("test", now) as records:
        due = now + timedelta(days=5, microseconds=1)
        row = {
            "centre_id": centre,
            "number": "2026-0001",
            "event_id": ABOUT,
            "source": "complaint",
            "road": "desk",
            "unit_id": 1,
            "received_at": now,
            "received_on": now.date(),
            "accept_due": due,
            "answer_due": due,
            "rectify_due": due,
            "state": 3,
            "late": True,
            "second": 2,
        }
        [case] = records.add(Case, centre, [row])
        template = {"centre_id": centre, "cause": 1, "name": "等候", "words": "您好"}
        records.add(ReplyTemplate, centre, [template])
        text = _wrote(records, case, rating, account)
        appeal = {"case_id": case, "side": "clerk", "text_id": text}
        records.add(CaseAppeal, centre, [appeal | {"filed_at": now, "reason": "查"}])
        _told(records, centre, case, rating)
    with transaction() as session:
        session.add(CaseRating(rating_id=rating, case_id=case, second=2))
        session.add(
            CaseContact(
                case_id=case, key_hash=b"h" * 32, sealed=b"\x00\xff", consented_at=now
            )
        )
        session.add(
            CaseOpening(case_id=case, account_id=account, opened_at=now, reason="回访")
        )
        session.get_one(Account, account).email = "zhang@example.org"
        session.add(
            MailMessage(
                message_id=UUID(int=12, version=4),
                account_id=account,
                about="due 2026-07-16",
                subject="到期提醒",
                body="有 1 件到期",
                created_at=now,
            )
        )


def _wrote(records: Book, case: int, rating: int, account: int) -> int:
    session = records.session
    row = session.get_one(Case, case)
    text = write_text(records, row, TextKind.APPEAL, "我不同意 🙂", account)
    session.get_one(CaseText, text).rating_id = rating
    return text


def _told(records: Book, centre: int, case: int, rating: int) -> None:
    """Enter what the acts would have entered that bring these rows."""
    event = records.session.get_one(Rating, rating).event_id
    about = {"case": case, "rating": event}
    records.note(centre, "case-rating", about)
    records.note(centre, "case-second", about | {"second": 2})
    records.note(centre, "contact", {"case": case, "what": "given", "road": "desk"})
