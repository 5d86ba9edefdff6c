"""A case about the clerk of the first unit: answered, appealed against, and rated.

Also a notice of cases that never left.
"""

from datetime import datetime
from uuid import UUID

from kiosk.domain.case_appeals import Appellant
from kiosk.domain.cases import Road, Source
from kiosk.extensions import recording, transaction
from kiosk.models import CaseContact, CaseRating, MailMessage
from kiosk.services.case_appeals import file_appeal
from kiosk.services.replies import ReplyDraft, add_reply
from tests.case_acts import CENTRE, PROMISE, Acts


def make_case(
    unit: int, window: int, clerk: object, rating: object, now: datetime
) -> dict[str, object]:
    """Make a case of a rating, and words to reply with; return what addresses name."""
    acts = Acts(lambda: now, unit)
    key = acts.answered(
        PROMISE,
        source=Source.RATING,
        road=Road.PHONE,
        window_id=window,
        clerk_id=clerk,
        cause=2,
        half=1,
    )
    with transaction() as session:
        session.add(CaseRating(rating_id=rating, case_id=key))
        # As if taken down at the desk as well, so that it has a slip.
        session.add(CaseContact(case_id=key, key_hash=b"s" * 32))
    with recording("citizen", now) as records:
        words = "和实际不符，请再看一看。"
        appeal = file_appeal(records, (CENTRE, key), Appellant.CITIZEN, words)
    with recording("test", now) as records:
        reply = add_reply(records, CENTRE, ReplyDraft("2", "致歉", "让您久等了。"))
    return {
        "/manage/cases key": key,
        "/manage/mine/cases key": key,
        "/manage/appeals key": appeal,
        "/manage/replies key": reply,
    }


def make_mail(account: int, now: datetime) -> dict[str, object]:
    """Make a notice that was given up; return what addresses name."""
    with transaction() as session:
        mail = MailMessage(
            message_id=UUID(int=13, version=4),
            account_id=account,
            about="cases 1 2026-07-15",
            subject="办理单待办",
            body="1 件",
            created_at=now,
            tries=1,
            trouble="recipient",
        )
        session.add(mail)
        session.flush()
        return {"/manage/mail key": mail.id}
