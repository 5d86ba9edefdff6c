"""A case about a clerk with an account, answered, and the people who rule appeals."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from kiosk.domain.case_appeals import Appellant
from kiosk.domain.case_periods import Clock, Periods
from kiosk.domain.case_texts import TextKind
from kiosk.domain.cases import Answer, Road, Side, Source
from kiosk.domain.policy import Role
from kiosk.domain.working_days import WorkCalendar
from kiosk.extensions import reading, recording, transaction
from kiosk.models import Case, CaseAppeal, CaseText
from kiosk.queries.case_clerk import case_words
from kiosk.services.case_answers import Reply, answer_case
from kiosk.services.case_appeals import file_appeal
from kiosk.services.case_texts import write_text
from kiosk.services.cases import Actor, Opening, accept_case, held_case, open_case
from kiosk.services.clerks import link_account
from tests.builders import make_window
from tests.people import make_account
from tests.screens import HALL, ZONE
from tests.staff import make_clerk, unit_key

UNIT = Actor(Side.UNIT)
PLAIN = Clock(WorkCalendar(), ZONE, Periods())
VOICE, REPLY = "等了四十分钟，还被训了一句", "让您久等了，向您致歉"
MEASURE = "高峰时段增开一个窗口"
AGAIN, OTHERWISE = "答复与事实不符", "当时系统故障，我已说明"


@dataclass(frozen=True)
class World:
    """Keys of the people and things of a case."""

    case_id: int
    clerk_id: int
    clerk_account: int
    window_id: int

    @property
    def found(self) -> tuple[int, int]:
        return 1, self.case_id


def make_world(now: datetime) -> World:
    """Make a clerk with an account, and a case about them that waits."""
    with transaction() as session:
        window_id = make_window(session, "A001").id
    clerk = make_clerk()
    account = make_account("clerk", Role.CLERK, now)
    with recording("test", now) as records:
        link_account(records, HALL, clerk, account)
    return World(open_about(clerk, window_id, now), clerk, account, window_id)


def open_about(
    clerk_id: int | None,
    window_id: int,
    now: datetime,
    source: Source = Source.RATING,
    on: date = date(2026, 7, 16),
) -> int:
    """Open a case, with a citizen's words in it; return its key."""
    opening = Opening(
        centre_id=1,
        event_id=uuid4(),
        source=source,
        road=Road.PHONE,
        unit_id=unit_key(),
        window_id=window_id,
        clerk_id=clerk_id,
        cause=3,
        received_at=now,
        received_on=on,
        half=2,
    )
    with recording("system", now) as records:
        key = open_case(records, opening, PLAIN)
        case = held_case(records.session, (1, key))
        write_text(records, case, TextKind.VOICE, VOICE, None)
    return key


def answer(case_id: int, now: datetime, how: Answer = Answer.RECTIFIED) -> None:
    """Accept a case and answer it, with a promise where something is put right."""
    with recording("test", now) as records:
        accept_case(records, (1, case_id), UNIT)
    answer_again(case_id, now, how)


def answer_again(case_id: int, now: datetime, how: Answer = Answer.RECTIFIED) -> None:
    """Answer a case that is being checked."""
    measure = MEASURE if how is Answer.RECTIFIED else ""
    reply = Reply(answer=how, words=REPLY, measure=measure)
    with recording("test", now) as records:
        answer_case(records, (1, case_id), UNIT, reply, PLAIN)


def appeal_of_citizen(case_id: int, now: datetime, words: str = AGAIN) -> int:
    with recording("citizen", now) as records:
        return file_appeal(records, (1, case_id), Appellant.CITIZEN, words)


def appeal_of_clerk(
    case_id: int, account_id: int, now: datetime, words: str = OTHERWISE
) -> int:
    with recording(f"account:{account_id}", now) as records:
        return file_appeal(
            records, (1, case_id), Appellant.CLERK, words, account_id, PLAIN
        )


def the_case(case_id: int) -> Case:
    with reading() as session:
        return session.get_one(Case, case_id)


def the_appeal(appeal_id: int) -> CaseAppeal:
    with reading() as session:
        return session.get_one(CaseAppeal, appeal_id)


def written(case_id: int, *kinds: TextKind) -> list[str]:
    with reading() as session:
        return [text.words for text in case_words(session, case_id, kinds)]


def writers(case_id: int, kind: TextKind) -> list[int | None]:
    with reading() as session:
        rows = session.query(CaseText).filter_by(case_id=case_id, kind=str(kind))
        return [row.account_id for row in rows]
