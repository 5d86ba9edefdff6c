"""Cases behind a real server: made on its database, as a command beside it would."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import select

from kiosk.app import create_app
from kiosk.clock import utc_now
from kiosk.config import load_settings
from kiosk.domain.cases import Answer, Road, Source
from kiosk.extensions import db, reading, transaction
from kiosk.models import CaseRating, Placement, Rating, Window
from kiosk.services.case_answers import Reply
from kiosk.services.own_keys import keep_own_key
from tests.case_acts import EXPLAINED, Acts, rating_key
from tests.server import RealServer

SECRET = "an-own-secret-of-a-phone"


@contextmanager
def beside(server: RealServer) -> Iterator[None]:
    """Run the body on the server's database."""
    app = create_app(load_settings(server.environment))
    with app.app_context():
        try:
            yield
        finally:
            db.engine.dispose()


def unit_of(server: RealServer, number: str) -> int:
    """Return the key of the unit that a window belongs to."""
    with beside(server), reading() as session:
        query = (
            select(Placement.unit_id)
            .join(Window, Window.id == Placement.window_id)
            .where(Window.number == number)
        )
        return session.scalars(query).one()


@dataclass(frozen=True)
class Told:
    """A case that is answered, and the code of its rating's receipt."""

    key: int
    receipt: str


def answered_case(server: RealServer, number: str = "A001") -> Told:
    """Let a bad rating of an own phone be a case that is answered."""
    unit = unit_of(server, number)
    now = utc_now()
    with beside(server):
        with reading() as session:
            window = session.scalars(
                select(Window.id).where(Window.number == number)
            ).one()
        rating = rating_key(window, 1, now)
        key = Acts(lambda: now, unit).answered(
            EXPLAINED,
            source=Source.RATING,
            road=Road.PHONE,
            window_id=window,
            cause=2,
            half=1,
        )
        with transaction() as session:
            session.add(CaseRating(rating_id=rating, case_id=key))
            keep_own_key(session.connection(), rating, SECRET)
            receipt = session.get_one(Rating, rating).receipt
    return Told(key, receipt)


def answer_again(server: RealServer, key: int, words: str) -> None:
    """Let the unit answer a case that was opened again."""
    with beside(server):
        reply = Reply(answer=Answer.EXPLAINED, words=words)
        Acts(utc_now, unit_id=0).answer(key, reply)
