"""What becomes of a case of the demonstration: each act at a moment of its own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from kiosk.domain.case_appeals import Appellant
from kiosk.domain.cases import Answer, CallOutcome, Second, Side
from kiosk.domain.contacts import Reach
from kiosk.domain.demonstration_cases import (
    APPEAL,
    DOUBT,
    EXPLAINED,
    HELD_UP,
    PAUSED,
    PHONE,
    PROMISED,
    RECTIFIED,
    UNFOUNDED,
)
from kiosk.domain.reasons import Aspect
from kiosk.models import Account, Case, Rating
from kiosk.queries.case_clock import case_clock
from kiosk.services.case_answers import (
    Reply,
    agree_unfounded,
    answer_case,
    doubt_case,
    look_back_at,
    rectify_case,
)
from kiosk.services.case_appeals import file_appeal
from kiosk.services.case_returns import call_back, rate_answer
from kiosk.services.case_time import close_over
from kiosk.services.cases import Actor, accept_case, pause_case
from kiosk.services.contacts import register_contact
from kiosk.services.records import Book
from kiosk.services.sealing import Sealer

SECOND_DAYS, LOOK_BACK_DAYS = 10, 20


class TooLateError(Exception):
    """The rest of a case lies behind the end of the demonstration."""


@dataclass(frozen=True)
class ToldCase:
    """One case while it is told."""

    found: tuple[int, int]
    cause: Aspect
    start: datetime
    rating_id: int | None = None


class Stage:
    """Lets people act at moments of their own, all in one book."""

    def __init__(self, records: Book, centre_id: int, sealer: Sealer) -> None:
        self.records, self.centre_id, self.sealer = records, centre_id, sealer
        self.end, self.session = records.now, records.session
        self.clock = case_clock(
            self.session,
            centre_id,
            self.end,
            second=SECOND_DAYS,
            look_back=LOOK_BACK_DAYS,
        )
        self.unit = Actor(Side.UNIT, self._account("demo-manager"))
        self.outside = Actor(Side.OUTSIDE, self._account("demo-handler"))

    @contextmanager
    def at(self, moment: datetime) -> Iterator[Book]:
        """Yield the book at a moment; raises TooLateError behind the end."""
        if moment > self.end:
            raise TooLateError
        self.records.now = moment
        try:
            yield self.records
        finally:
            self.records.now = self.end

    def on(self, case: ToldCase, days: int, hours: float = 3) -> datetime:
        """Return a moment so many working days after a case came, before closing."""
        return self.clock.due(case.start, days) - timedelta(hours=hours)

    def _account(self, login: str) -> int | None:
        return self.session.scalar(select(Account.id).where(Account.login == login))


Script = Callable[[Stage, ToldCase], None]


def _waiting(_teller: Stage, _case: ToldCase) -> None:
    """Leave a case to be accepted."""


def _accepted(teller: Stage, case: ToldCase) -> None:
    with teller.at(teller.on(case, 1)) as records:
        accept_case(records, case.found, teller.unit)


def _paused(teller: Stage, case: ToldCase) -> None:
    _accepted(teller, case)
    with teller.at(teller.on(case, 2, 4)) as records:
        pause_case(records, case.found, teller.unit, PAUSED)


def _doubted(teller: Stage, case: ToldCase) -> None:
    _accepted(teller, case)
    with teller.at(teller.on(case, 2, 2)) as records:
        doubt_case(records, case.found, teller.unit, DOUBT, teller.clock)


def _answered(teller: Stage, case: ToldCase, reply: Reply, days: int = 4) -> None:
    with teller.at(teller.on(case, days, 2)) as records:
        answer_case(records, case.found, teller.unit, reply, teller.clock)


def explained(teller: Stage, case: ToldCase) -> None:
    """Accept a case and answer that there was a reason."""
    _accepted(teller, case)
    words = EXPLAINED.get(case.cause, EXPLAINED[Aspect.EFFICIENCY])
    _answered(teller, case, Reply(answer=Answer.EXPLAINED, words=words), 3)


def _silent(teller: Stage, case: ToldCase) -> None:
    explained(teller, case)
    due = teller.session.get_one(Case, case.found[1]).second_due
    with teller.at(due or teller.end) as records:
        close_over(records, teller.centre_id)


def _promised(teller: Stage, case: ToldCase) -> None:
    _accepted(teller, case)
    words, measure = PROMISED.get(case.cause, PROMISED[Aspect.EFFICIENCY])
    reply = Reply(answer=Answer.RECTIFIED, words=words, measure=measure)
    _answered(teller, case, reply)


def _to_be_called(teller: Stage, case: ToldCase) -> None:
    rating = teller.session.get_one(Rating, case.rating_id)
    with teller.at(teller.on(case, 1, 5)) as records:
        reach = Reach("李女士", PHONE)
        register_contact(
            records, teller.centre_id, rating.receipt, reach, teller.sealer
        )
    _promised(teller, case)


def _content(teller: Stage, case: ToldCase) -> None:
    _promised(teller, case)
    with teller.at(teller.on(case, 8)) as records:
        rectify_case(records, case.found, teller.unit, RECTIFIED)
    with teller.at(teller.on(case, 9)) as records:
        rate_answer(records, case.found, Second.CONTENT, teller.clock, case.rating_id)
    with teller.at(teller.on(case, 26)) as records:
        look_back_at(records, case.found, teller.unit, HELD_UP)


def _called(teller: Stage, case: ToldCase) -> None:
    _to_be_called(teller, case)
    with teller.at(teller.on(case, 6)) as records:
        call_back(
            records, case.found, teller.outside, CallOutcome.CONTENT, teller.clock
        )


def _not_content(teller: Stage, case: ToldCase) -> None:
    explained(teller, case)
    with teller.at(teller.on(case, 5)) as records:
        rate_answer(records, case.found, Second.NOT, teller.clock, case.rating_id)
    words, measure = PROMISED.get(case.cause, PROMISED[Aspect.EFFICIENCY])
    reply = Reply(answer=Answer.RECTIFIED, words=words, measure=measure, done=True)
    _answered(teller, case, reply, 8)
    with teller.at(teller.on(case, 10)) as records:
        rate_answer(records, case.found, Second.FAIRLY, teller.clock, case.rating_id)


def _unfounded(teller: Stage, case: ToldCase) -> None:
    _doubted(teller, case)
    with teller.at(teller.on(case, 4)) as records:
        agree_unfounded(records, case.found, teller.outside, UNFOUNDED, teller.clock)


def _appealed(teller: Stage, case: ToldCase) -> None:
    _unfounded(teller, case)
    with teller.at(teller.on(case, 6)) as records:
        file_appeal(records, case.found, Appellant.CITIZEN, APPEAL)


NEWEST: tuple[Script, ...] = (
    _waiting,
    _waiting,
    _paused,
    _accepted,
    _doubted,
    _to_be_called,
    explained,
    _appealed,
)
"""What became of the newest cases, the newest first."""
OLDER: tuple[Script, ...] = (
    _content,
    _called,
    _silent,
    _not_content,
    _content,
    _unfounded,
)
"""And of the others in turn."""
