"""Screens that send over real connections, many at once, and never give up."""

import http.client
import json
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from kiosk.clock import utc_now
from kiosk.domain.levels import Level
from kiosk.domain.reasons import BAD_REASONS, GOOD_REASONS, LIST_VERSION
from kiosk.extensions import reading
from kiosk.models import FollowUp, Rating
from tests.recount import check_tallies
from tests.screens import Screen
from tests.server import RealServer
from tests.waiting import PATIENCE

_PAUSE = 0.02
_CLOCKS = {"run": "0f" * 16, "ms": 0, "offset": None}
Body = dict[str, Any]
Answer = tuple[int, dict[str, object]]


class Line:
    """One kept-alive connection of a screen to the server."""

    def __init__(self, server: RealServer, screen: Screen) -> None:
        self._connection = http.client.HTTPConnection(
            "127.0.0.1", server.port, timeout=PATIENCE
        )
        self._headers = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Origin": server.url,
            "Cookie": f"kiosk_device={screen.secret}",
        }

    def send(self, body: Body) -> Answer:
        """Send once; raises when the connection breaks or answers nonsense."""
        try:
            self._connection.request(
                "POST", "/tablet/ratings", json.dumps(body), self._headers
            )
            answer = self._connection.getresponse()
            return answer.status, json.loads(answer.read())
        except BaseException:
            self._connection.close()
            raise

    def close(self) -> None:
        self._connection.close()


def all_at_once(
    server: RealServer,
    screens: Sequence[Screen],
    bodies: Callable[[int, int], Body],
    rounds: int,
) -> list[list[Answer]]:
    """Let every screen send in the same moment, round by round; return the answers.

    `bodies(round, sender)` is what each sends.
    """
    together = threading.Barrier(len(screens), timeout=PATIENCE)
    answers: list[list[Answer]] = [[(0, {})] * len(screens) for _ in range(rounds)]

    def send(place: int, screen: Screen) -> None:
        line = Line(server, screen)
        for number in range(rounds):
            body = bodies(number, place)
            together.wait()
            answers[number][place] = line.send(body)
        line.close()

    threads = [threading.Thread(target=send, args=pair) for pair in enumerate(screens)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE * 4)
    return answers


@dataclass
class Visitor:
    """Taps one after the other on a screen; each until it is acknowledged."""

    server: RealServer
    screen: Screen
    enough: threading.Event
    acknowledged: dict[UUID, object] = field(default_factory=dict)
    resent: int = 0

    def run(self) -> None:
        line = Line(self.server, self.screen)
        while not self.enough.is_set():
            body = self.next_body()
            status, answer = 0, {}
            while status != 200:
                try:
                    status, answer = line.send(body)
                except (OSError, http.client.HTTPException, ValueError):
                    self.resent += 1
                    self.enough.wait(_PAUSE)
            self.note(body, answer)
        line.close()

    def next_tap(self) -> Body:
        # Six seconds apart, so that none is merged into the one before it.
        at = utc_now() + timedelta(seconds=6 * len(self.screen.sent))
        return self.screen.tap(1 + len(self.screen.sent) % 5, at)

    def next_body(self) -> Body:
        """Return what is sent next: a tap as pages of the first release send it."""
        return self.next_tap()

    def note(self, body: Body, answer: Body) -> None:
        """Remember what was acknowledged, by its own id."""
        assert answer["id"] == body["id"]
        self.acknowledged[UUID(str(body["id"]))] = answer["receipt"]


@dataclass
class BatchVisitor(Visitor):
    """Sends batches, as an outbox does: taps, and the reasons for the first."""

    ticked: set[UUID] = field(default_factory=set)
    """Acknowledged follow-ups."""

    def next_body(self) -> Body:
        taps = [self.next_tap() for _ in range(3)]
        return batch_of([*taps, reasons_for(self.screen, taps[0])])

    def note(self, body: Body, answer: Body) -> None:
        told = {each["id"]: each["receipt"] for each in answer["results"]}
        assert list(told) == [event["id"] for event in body["events"]]
        for event in body["events"]:
            if event.get("kind") == "reasons":
                self.ticked.add(UUID(event["id"]))
            else:
                self.acknowledged[UUID(event["id"])] = told[event["id"]]


def batch_of(events: Sequence[Body], sent_at: datetime | None = None) -> Body:
    """Return a batch of events as an outbox sends it, from a clock that is right."""
    at = (sent_at or utc_now()).isoformat()
    return {**_CLOCKS, "sent_at": at, "events": [_CLOCKS | event for event in events]}


def reasons_for(screen: Screen, tap: Body) -> Body:
    """Return the follow-up of a tap: one reason of its side, by its number."""
    listed = BAD_REASONS if Level(int(str(tap["level"]))).bad else GOOD_REASONS
    return screen.tap(tap["level"], utc_now()) | {
        "kind": "reasons",
        "rating": tap["id"],
        "list": LIST_VERSION,
        "reasons": [listed[0].number],
    }


def check_nothing_lost_nothing_twice(visitors: Sequence[Visitor]) -> None:
    """Assert that rows and acknowledgements are the same set, each once."""
    with reading() as session:
        kept = Counter(session.scalars(select(Rating.event_id)))
        follow_ups = Counter(session.scalars(select(FollowUp.event_id)))
    acknowledged = {event for one in visitors for event in one.acknowledged}
    lost = acknowledged - kept.keys()
    assert len(lost) == 0, f"{len(lost)} of {len(acknowledged)} acknowledged are lost"
    assert kept == Counter(acknowledged)
    ticked = {
        e for one in visitors if isinstance(one, BatchVisitor) for e in one.ticked
    }
    assert follow_ups == Counter(ticked)
    check_tallies()
