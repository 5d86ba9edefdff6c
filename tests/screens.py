"""Screens of a hall and what they send, without a browser."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from kiosk.domain.events import Batch
from kiosk.domain.intake import Channel, Origin, Tap
from kiosk.domain.levels import Level
from kiosk.domain.tap_time import Clocks
from kiosk.domain.tokens import token_hash
from kiosk.extensions import transaction, write
from kiosk.models import Device
from kiosk.services.events import Outcome, record_events
from kiosk.services.rating_rows import Hall
from kiosk.services.ratings import Acknowledgement, record_rating
from kiosk.services.taps import record_tap
from tests.builders import make_device, make_window

ZONE = ZoneInfo("Asia/Shanghai")
HALL = Hall(1, ZONE)
"""The only centre of an empty installation."""


@dataclass
class Screen:
    """A paired screen: it numbers its taps and remembers what it sent."""

    secret: str
    device_id: int
    window_id: int
    sent: list[dict[str, object]] = field(default_factory=list)

    @property
    def digest(self) -> bytes:
        return token_hash(self.secret)

    def tap(self, level: object, at: datetime, **more: object) -> dict[str, object]:
        """Return the body of a new tap; `more` replaces or adds parts of it."""
        body = {
            "id": str(uuid4()),
            "sequence": len(self.sent) + 1,
            "tapped_at": at.isoformat(),
            "level": level,
        }
        self.sent.append(body | more)
        return self.sent[-1]

    def deliver(self, body: dict[str, object], now: datetime) -> Acknowledgement:
        """Hand a body to the service, in a transaction of its own."""
        return write(lambda connection: record_tap(connection, self.digest, body, now))

    def send(
        self, events: list[object], now: datetime, sent: Clocks | None = None
    ) -> list[Outcome]:
        """Hand a batch to the service, in one transaction."""
        batch = Batch(events, sent)
        return write(
            lambda connection: record_events(connection, self.digest, batch, now)
        )

    def reasons(
        self, rating: UUID, numbers: object, **more: object
    ) -> dict[str, object]:
        """Return the body of a follow-up to one of its ratings."""
        said = {"kind": "reasons", "rating": str(rating), "list": 1, "reasons": numbers}
        return self.tap(None, NOWHEN, **said | more)

    def rate(self, level: int, now: datetime, **more: object) -> UUID:
        """Tap and deliver at once; return the event's id."""
        return self.deliver(self.tap(level, now, **more), now).event_id


def pair_screen(number: str, now: datetime) -> Screen:
    """Make a window with a paired screen."""
    with transaction() as session:
        return another_screen(session, make_window(session, number), now)


def another_screen(session: Session, window, now: datetime) -> Screen:
    """Pair one more screen with a window."""
    secret = make_device(session, window, now)
    device = session.scalars(
        select(Device).where(Device.token_hash == token_hash(secret))
    ).one()
    return Screen(secret, device.id, window.id)


def phone_tap(window_id: int, level: int, **said: object) -> Tap:
    """Return a rating as the phone page makes it."""
    values: dict[str, object] = {
        "event_id": uuid4(),
        "window_id": window_id,
        "channel": Channel.PHONE,
        "origin": Origin.PRINTED,
        "level": Level(level),
        "tapped_at": None,
    }
    return Tap(**(values | said))


def past_tap(window_id: int, level: int, at: datetime, **said: object) -> Tap:
    """Return a rating as a history file brings it."""
    return phone_tap(window_id, level, tapped_at=at, **said)


def keep(tap: Tap, now: datetime) -> Acknowledgement:
    """Hand a rating to the one intake, in a transaction of its own."""

    def act(connection: Connection) -> Acknowledgement:
        return record_rating(connection, tap, HALL, now)

    return write(act)


NOWHEN = datetime(2026, 7, 16, 4, 0, tzinfo=UTC)
"""The time at a follow-up, which decides nothing."""
FAR_APART = timedelta(seconds=6)
"""More than what merges two taps into one opinion."""
