"""Cases, and what people do with them, through the services as pages call them."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from sqlalchemy import select

from kiosk.domain.case_periods import Clock, Periods
from kiosk.domain.case_texts import TextKind
from kiosk.domain.cases import (
    Answer,
    CallOutcome,
    CaseState,
    Road,
    Second,
    Side,
    Source,
)
from kiosk.domain.errors import RuleBroken
from kiosk.domain.working_days import WorkCalendar
from kiosk.extensions import reading, recording, transaction
from kiosk.models import Case, CaseRating, CaseText, Rating
from kiosk.services.calendar import USUAL_HOURS
from kiosk.services.case_answers import (
    Reply,
    agree_unfounded,
    answer_case,
    doubt_case,
    look_back_at,
    rectify_case,
    send_back,
)
from kiosk.services.case_returns import (
    call_back,
    grade_suggestion,
    rate_answer,
    reopen_case,
)
from kiosk.services.cases import (
    Actor,
    Opening,
    accept_case,
    close_case,
    open_case,
    pause_case,
    resume_case,
)
from tests.screens import ZONE, keep, phone_tap
from tests.staff import entries

CENTRE = 1
CLOCK = Clock(WorkCalendar({}, USUAL_HOURS), ZONE, Periods())
"""No holidays; Monday to Friday until 17:30."""
UNIT, OUTSIDE = Actor(Side.UNIT), Actor(Side.OUTSIDE)
CITIZEN, SWEEP = Actor(Side.CITIZEN), Actor(Side.CLOCK)
PROMISE = Reply(answer=Answer.RECTIFIED, words="我们会改。", measure="加开一个窗口。")
DONE = replace(PROMISE, done=True)
EXPLAINED = Reply(answer=Answer.EXPLAINED, words="当天系统检修，未能及时告知。")


def opening(unit_id: int, now: datetime, **more: object) -> Opening:
    values: dict[str, object] = {
        "centre_id": CENTRE,
        "event_id": uuid4(),
        "source": Source.COMPLAINT,
        "road": Road.DESK,
        "unit_id": unit_id,
        "received_at": now,
        "received_on": CLOCK.day(now),
    }
    return Opening(**(values | more))


class Acts:
    """What is done with cases, each in a transaction of its own, at a stopped clock."""

    def __init__(self, now, unit_id: int) -> None:
        self.now = now
        self.unit_id = unit_id

    def opened(self, **more: object) -> int:
        with self._recording("system") as records:
            return open_case(records, opening(self.unit_id, self.now(), **more), CLOCK)

    def accepted(self, **more: object) -> int:
        key = self.opened(**more)
        self.accept(key)
        return key

    def answered(self, reply: Reply = EXPLAINED, **more: object) -> int:
        key = self.accepted(**more)
        self.answer(key, reply)
        return key

    def about_ratings(self, window_id: int, *levels: int) -> tuple[int, list[int]]:
        """Return an answered joined case and the keys of its ratings."""
        ratings = [rating_key(window_id, level, self.now()) for level in levels]
        key = self.answered(source=Source.JOINED, road=Road.TABLET)
        with transaction() as session:
            rows = [CaseRating(rating_id=each, case_id=key) for each in ratings]
            session.add_all(rows)
            events = [session.get_one(Rating, each).event_id for each in ratings]
        with self._recording("system") as records:
            for event in events:
                body = {"case": key, "rating": event}
                records.note(CENTRE, "case-rating", body)
        return key, ratings

    def accept(self, key: int, actor: Actor = UNIT, centre: int = CENTRE) -> None:
        with self._recording() as records:
            accept_case(records, (centre, key), actor)

    def pause(self, key: int, reason: str = "等系统升级", actor: Actor = UNIT) -> None:
        with self._recording() as records:
            pause_case(records, (CENTRE, key), actor, reason)

    def resume(self, key: int, actor: Actor = UNIT) -> None:
        with self._recording() as records:
            resume_case(records, (CENTRE, key), actor, CLOCK)

    def answer(self, key: int, reply: Reply = EXPLAINED, actor: Actor = UNIT) -> None:
        with self._recording() as records:
            answer_case(records, (CENTRE, key), actor, reply, CLOCK)

    def doubt(self, key: int, words: str = "查无此事", actor: Actor = UNIT) -> None:
        with self._recording() as records:
            doubt_case(records, (CENTRE, key), actor, words, CLOCK)

    def agree(self, key: int, words: str = "经查…", actor: Actor = OUTSIDE) -> None:
        with self._recording() as records:
            agree_unfounded(records, (CENTRE, key), actor, words, CLOCK)

    def send_back(
        self, key: int, words: str = "请再查", actor: Actor = OUTSIDE
    ) -> None:
        with self._recording() as records:
            send_back(records, (CENTRE, key), actor, words, CLOCK)

    def rectify(self, key: int, words: str = "已加开。", actor: Actor = UNIT) -> None:
        with self._recording() as records:
            rectify_case(records, (CENTRE, key), actor, words)

    def look_back(self, key: int, words: str = "未再发生", actor: Actor = UNIT) -> None:
        with self._recording() as records:
            look_back_at(records, (CENTRE, key), actor, words)

    def call(self, key: int, outcome: CallOutcome, actor: Actor = OUTSIDE) -> None:
        with self._recording() as records:
            call_back(records, (CENTRE, key), actor, outcome, CLOCK)

    def rate(self, key: int, second: Second, rating_id: int | None = None) -> None:
        with self._recording("citizen") as records:
            rate_answer(records, (CENTRE, key), second, CLOCK, rating_id)

    def reopen(self, key: int, actor: Actor = CITIZEN) -> None:
        with self._recording("citizen") as records:
            reopen_case(records, (CENTRE, key), actor, CLOCK)

    def close(self, key: int, actor: Actor = OUTSIDE) -> None:
        with self._recording() as records:
            close_case(records, (CENTRE, key), actor)

    def grade(
        self, key: int, grade: int, words: str = "谢谢您", actor: Actor = OUTSIDE
    ) -> None:
        with self._recording() as records:
            grade_suggestion(records, (CENTRE, key), actor, grade, words)

    def _recording(self, by: str = "account:1"):
        return recording(by, self.now())


def rating_key(window_id: int, level: int, now: datetime) -> int:
    event = keep(phone_tap(window_id, level), now).event_id
    with reading() as session:
        return session.scalars(select(Rating.id).where(Rating.event_id == event)).one()


def case_row(key: int) -> Case:
    with reading() as session:
        return session.get_one(Case, key)


def stands(key: int) -> CaseState:
    return CaseState(case_row(key).state)


def seconds(key: int) -> list[int | None]:
    """Return what each citizen of a case made of its answer, in their order."""
    with reading() as session:
        query = (
            select(CaseRating.second)
            .where(CaseRating.case_id == key)
            .order_by(CaseRating.rating_id)
        )
        return list(session.scalars(query))


def texts(key: int) -> list[tuple[TextKind, str]]:
    """Return kind and words of what is written in a case, oldest first."""
    with reading() as session:
        rows = session.scalars(
            select(CaseText).where(CaseText.case_id == key).order_by(CaseText.id)
        )
        return [(TextKind(row.kind), row.words) for row in rows]


def told_of(key: int) -> list[str]:
    """Return why each entry about a case was made, oldest first."""
    bodies = [json.loads(body) for body in entries("case")]
    return [body.get("why", "") for body in bodies if body["key"] == key]


def at_once(app, *acts) -> list[object]:
    """Do things in as many threads; return what each returned or was refused with."""
    barrier = threading.Barrier(len(acts))

    def run(act) -> object:
        with app.app_context():
            barrier.wait(10)
            try:
                return act()
            except RuleBroken as refusal:
                return type(refusal)

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def authors(key: int) -> list[int | None]:
    """Return who wrote each text of a case, oldest first."""
    with reading() as session:
        query = (
            select(CaseText.account_id)
            .where(CaseText.case_id == key)
            .order_by(CaseText.id)
        )
        return list(session.scalars(query))
