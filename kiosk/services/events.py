"""Events out of a screen's outbox: ratings, follow-ups and test taps, in a batch.

A batch is one transaction. Each event stands for itself: what is refused keeps none
of the others waiting, and what was kept once is acknowledged for ever.
"""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from kiosk.domain.errors import NotAnEventId, RuleBroken
from kiosk.domain.events import Batch, Kind, parse_clocks, parse_event, parse_own
from kiosk.domain.intake import (
    Channel,
    Tap,
    parse_event_id,
    parse_moment,
    parse_sequence,
    same_opinion,
)
from kiosk.domain.levels import parse_level
from kiosk.domain.reasons import parse_list_version
from kiosk.domain.receipts import receipt_code
from kiosk.domain.tap_time import Clocks, time_of_tap
from kiosk.services.follow_ups import Ticked, keep_follow_up
from kiosk.services.ledger import Draft, append
from kiosk.services.own_keys import keep_own_key
from kiosk.services.ratings import Acknowledgement, Standing, keep_rating
from kiosk.services.screens import Place, Screen, Screens, note_test

_SMALL = timedelta(seconds=1)
"""A clock wrong by less is right; its time is kept as it stands."""


@dataclass(frozen=True)
class Refused:
    """An event that is not taken, now or ever, and why."""

    event_id: UUID | None
    refusal: RuleBroken


Outcome = Acknowledgement | Refused


def record_events(
    connection: Connection, digest: bytes, batch: Batch, now: datetime
) -> list[Outcome]:
    """Keep the events of the screen whose cookie hashes to `digest`, in their order.

    The screen's row is locked first, so its events are taken one after another. Of
    a lone event the refusal is raised, since only a rollback undoes it. Raises
    DeviceUnknown.
    """
    screens = Screens(connection, digest, now)
    intake = _Intake(connection, screens, batch.sent, now)
    outcomes = [
        intake.take(event, alone=len(batch.events) == 1) for event in batch.events
    ]
    # Before the ledger, so that the centre's head stays the last row locked.
    screens.note()
    append_by_centre(connection, intake.drafts, now)
    return outcomes


def append_by_centre(
    connection: Connection, drafts: Sequence[tuple[int, Draft]], now: datetime
) -> None:
    """Enter drafts into the chains of their centres, heads in the order of keys."""
    for centre in sorted({centre for centre, _ in drafts}):
        own = [draft for chain, draft in drafts if chain == centre]
        append(connection, centre, own, now)


class _Intake:
    """Takes the events of one batch."""

    def __init__(
        self,
        connection: Connection,
        screens: Screens,
        sent: Clocks | None,
        now: datetime,
    ) -> None:
        self._connection = connection
        self._screens = screens
        self._sent = sent
        self._now = now
        self.drafts: list[tuple[int, Draft]] = []

    def take(self, event: object, *, alone: bool) -> Outcome:
        try:
            with nullcontext() if alone else self._connection.begin_nested():
                return self._take(event)
        except RuleBroken as refusal:
            if alone:
                raise
            return Refused(id_of(event), refusal)

    def _take(self, event: object) -> Acknowledgement:
        kind, parts = parse_event(event)
        event_id = parse_event_id(parts.get("id"))
        place = self._screens.place(parts.get("device"), parts.get("window"))
        sequence = parse_sequence(parts.get("sequence"))
        if kind is Kind.RATING:
            return self._rating(event_id, sequence, place, parts)
        if kind is Kind.REASONS:
            draft = self._reasons(event_id, place, parts)
            if draft is not None:
                self.drafts.append((place.hall.centre_id, draft))
            self._screens.arrived(place.screen, sequence, new=draft is not None)
        else:
            note_test(self._connection, place.screen.id, self._now)
            self._screens.arrived(place.screen, sequence, new=None)
        return Acknowledgement(event_id, receipt_code(event_id))

    def _rating(
        self, event_id: UUID, sequence: int, place: Place, parts: Mapping[str, Any]
    ) -> Acknowledgement:
        screen = place.screen
        revises = parts.get("revises")
        tap = Tap(
            event_id=event_id,
            window_id=place.window_id,
            channel=Channel.TABLET,
            level=parse_level(parts.get("level")),
            tapped_at=parse_moment(parts.get("tapped_at")),
            device_id=screen.id,
            sequence=sequence,
            revises=None if revises is None else parse_event_id(revises),
        )
        tap = replace(tap, made_at=self._made_at(tap, screen, parts))
        own = parse_own(parts.get("own"))
        standing = Standing(
            last_contact=screen.last_delivery_at,
            merged_into=_repeated(screen, tap),
            held=self._screens.withdrawn,
            elsewhere=not place.at_home,
        )
        kept = keep_rating(self._connection, tap, place.hall, self._now, standing)
        merged = standing.merged_into is not None
        screen.remember(tap, self._now, merged=merged)
        self._screens.arrived(screen, sequence, new=kept.draft is not None)
        if kept.draft is not None:
            self.drafts.append((place.hall.centre_id, kept.draft))
            if own is not None and kept.draft.rating_id is not None:
                keep_own_key(self._connection, kept.draft.rating_id, own)
        return kept.acknowledgement

    def _made_at(
        self, tap: Tap, screen: Screen, parts: Mapping[str, Any]
    ) -> datetime | None:
        """Return our time of a tap, where the screen's clock was found wrong."""
        if self._sent is None or tap.tapped_at is None:
            return None
        clocks = parse_clocks(parts)
        found = time_of_tap(clocks, self._sent, self._now, screen.last_delivery_at)
        return found if abs(found - tap.tapped_at) > _SMALL else None

    def _reasons(
        self, event_id: UUID, place: Place, parts: Mapping[str, Any]
    ) -> Draft | None:
        ticked = Ticked(
            event_id=event_id,
            device_id=place.screen.id,
            rating=parse_event_id(parts.get("rating")),
            reasons=parts.get("reasons"),
            list_version=parse_list_version(parts.get("list")),
        )
        return keep_follow_up(self._connection, ticked, self._now)


def _repeated(screen: Screen, tap: Tap) -> UUID | None:
    """Return the counted rating that a tap merely repeats."""
    if tap.revises is not None or screen.last_event_id == tap.event_id:
        return None
    at = tap.tapped_at
    if at is None or not same_opinion(
        tap.level, at, screen.last_level, screen.last_tapped_at
    ):
        return None
    return screen.last_event_id


def id_of(event: object) -> UUID | None:
    """Return the id of an event that may be none, or None."""
    try:
        return parse_event_id(event.get("id") if isinstance(event, Mapping) else None)
    except NotAnEventId:
        return None
