"""Cases of the demonstration, in every state, made as people would make them.

Each act has a moment of its own in the weeks before the demonstration ends; what would
come later is left out, and the case stands where it stands.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from secrets import token_urlsafe
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import Connection, Row, select
from sqlalchemy.orm import Session

from kiosk.domain.case_opening import half_of, week_of
from kiosk.domain.cases import Road, Source
from kiosk.domain.contacts import Reach
from kiosk.domain.demonstration_cases import (
    CAUSES,
    PHONE,
    THANKS,
    TOLD,
    Told,
)
from kiosk.domain.demonstration_errors import InstallationReal
from kiosk.domain.reasons import Aspect
from kiosk.domain.replies import RepliesThere
from kiosk.models import Case, Centre, Comment, Installation, Rating, Window
from kiosk.queries.case_opening import bad_by_week, opinion_of, unit_on
from kiosk.services.case_desk import TakenDown, take_down
from kiosk.services.case_opening import ROADS, belong, join_bare
from kiosk.services.case_returns import grade_suggestion
from kiosk.services.case_time import close_over, raise_overdue
from kiosk.services.cases import Opening, open_case
from kiosk.services.demonstration_lives import (
    NEWEST,
    OLDER,
    Stage,
    ToldCase,
    TooLateError,
    explained,
)
from kiosk.services.records import book
from kiosk.services.replies import take_suggested
from kiosk.services.sealing import Sealer

_BAD = 2
_JOINED, _LEAST = 3, 3
"""Windows whose bare ratings of last week were joined, and from how many on."""


def tell_cases(connection: Connection, now: datetime, sealer: Sealer) -> int:
    """Fill the demonstration with cases; return how many there are then.

    Once there are any nothing is added. Raises InstallationReal.
    """
    with Session(connection) as session:
        row = session.get(Installation, 1, with_for_update=True)
        if row is None or not row.demonstration:
            raise InstallationReal
        centre_id = session.scalars(select(Centre.id).order_by(Centre.id)).first()
        if centre_id is None or session.scalar(select(Case.id).limit(1)) is not None:
            return 0
        with book(session, "system", row.set_up_at or now) as records:
            with suppress(RepliesThere):
                take_suggested(records, centre_id)
            return _Teller(records, centre_id, sealer).tell()


class _Teller(Stage):
    """Opens the cases and lets each go its way."""

    def tell(self) -> int:
        """Tell all cases, the oldest first; return how many."""
        rows = _spoken(self.session)
        newest = dict(enumerate(NEWEST))
        for place, row in enumerate(rows):
            late = newest.get(len(rows) - 1 - place)
            script = late or OLDER[place % len(OLDER)]
            with suppress(TooLateError):
                script(self, self._from_rating(row))
        for nth, told in enumerate(TOLD):
            with suppress(TooLateError):
                self._from_desk(nth, told)
        self._join()
        raise_overdue(self.records, self.centre_id, self.clock)
        close_over(self.records, self.centre_id)
        return len(self.session.scalars(select(Case.id)).all())

    def _from_rating(self, row: Row[tuple[int, datetime, str]]) -> ToldCase:
        rating_id, moment, words = row
        cause = CAUSES.get(words, Aspect.ATTITUDE)
        opinion = opinion_of(self.session, rating_id)
        opening = Opening(
            centre_id=self.centre_id,
            event_id=opinion.event_id,
            source=Source.RATING,
            road=ROADS[opinion.channel],
            unit_id=unit_on(self.session, opinion.window_id, opinion.day),
            window_id=opinion.window_id,
            clerk_id=opinion.clerk_id,
            cause=int(cause),
            received_at=moment,
            received_on=opinion.day,
            half=half_of(moment, self.clock.zone),
        )
        with self.at(moment) as records:
            key = open_case(records, opening, self.clock)
            belong(records, opinion, key)
        return ToldCase((self.centre_id, key), cause, moment, rating_id)

    def _from_desk(self, nth: int, told: Told) -> None:
        moment = self.end - timedelta(hours=told.hours)
        windows = self.session.scalars(select(Window.id).order_by(Window.id)).all()
        down = TakenDown(
            event_id=uuid5(NAMESPACE_URL, f"urn:window-kiosk:demonstration-case:{nth}"),
            secret=token_urlsafe(24),
            source=told.source,
            road=Road.DESK if nth else Road.HOTLINE,
            window=True,
            place=windows[told.window % len(windows)],
            cause=told.cause,
            words=told.words,
            day=self.clock.day(moment),
            half=half_of(moment, self.clock.zone),
            reach=Reach(told.name, PHONE) if told.name else None,
        )
        with self.at(moment) as records:
            key = take_down(
                records, self.centre_id, down, frozenset(), self.sealer, self.clock
            )
        case = ToldCase((self.centre_id, key), Aspect(told.cause), moment)
        explained(self, case)
        if told.source is Source.SUGGESTION:
            with self.at(self.on(case, 4)) as records:
                grade_suggestion(records, case.found, self.outside, 3, THANKS)

    def _join(self) -> None:
        today = self.clock.day(self.end)
        week = week_of(today - timedelta(days=7))
        counts = bad_by_week(self.session, week)
        worst = sorted(
            (-bad, cell[1]) for cell, (bad, _) in counts.items() if cell[2] == week
        )
        for _, window_id in worst[:_JOINED]:
            # A few hours ago: they wait for their unit.
            with self.at(self.end - timedelta(hours=3)) as records:
                join_bare(records, window_id, week, _LEAST, self.clock)


def _spoken(session: Session) -> Sequence[Row[tuple[int, datetime, str]]]:
    """Return rating, time and words of the bad comments, the oldest first."""
    return session.execute(
        select(Rating.id, Rating.tapped_at, Comment.words)
        .join(Comment, Comment.rating_id == Rating.id)
        .where(Rating.level <= _BAD, Comment.words != "")
        .order_by(Rating.tapped_at, Rating.id)
    ).all()
