"""Complaints and ideas taken down for somebody without a phone: opened once a form."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from kiosk.domain.case_desk import OwnUnit, PlaceUnknown, SlipTaken, half_span
from kiosk.domain.case_periods import Clock
from kiosk.domain.case_texts import TextKind
from kiosk.domain.cases import Road, Source, parse_words
from kiosk.domain.contacts import NOTICE_VERSION, Reach
from kiosk.domain.masking import mask
from kiosk.domain.tokens import token_hash
from kiosk.models import Case, CaseContact
from kiosk.queries.case_desk import lone_clerk, unit_there, window_there
from kiosk.queries.case_opening import unit_on
from kiosk.services.case_texts import write_text
from kiosk.services.cases import Opening, held_case, open_case, take_turn
from kiosk.services.contacts import KIND
from kiosk.services.records import Book
from kiosk.services.sealing import Sealer


@dataclass(frozen=True, kw_only=True)
class TakenDown:
    """What somebody told at the desk or on the telephone."""

    event_id: UUID
    """Of the form: the same once more opens nothing."""
    secret: str
    """Opens the citizen's own page; it stands on their slip and nowhere else."""
    source: Source
    road: Road
    window: bool
    """Whether `place` is a window; else a unit."""
    place: int
    cause: int
    words: str
    day: date
    half: int
    reach: Reach | None = None
    """How to call them back, by consent."""


def take_down(
    records: Book,
    centre_id: int,
    told: TakenDown,
    own_units: frozenset[int],
    sealer: Sealer,
    clock: Clock,
) -> int:
    """Open the case of what somebody told; return its key, again for the same form.

    `own_units`: those of which the writer is no outsider. Numbers in the words are
    hidden. Raises WordsMissing, WordsTooLong, PlaceUnknown, OwnUnit, SlipTaken and
    NoWorkingDays.
    """
    words = mask(parse_words(told.words))
    session = records.session
    take_turn(session, centre_id)
    there = session.scalar(select(Case.id).where(Case.event_id == told.event_id))
    if there is not None:
        return _same(records, there, told)
    opening = _opening(records, centre_id, told, clock)
    if opening.unit_id in own_units:
        raise OwnUnit
    key = open_case(records, opening, clock)
    case = held_case(session, (centre_id, key))
    write_text(records, case, TextKind.VOICE, words, None)
    _keep(records, case, told, sealer)
    return key


def _same(records: Book, key: int, told: TakenDown) -> int:
    """Return the key of the case that this very form opened."""
    contact = records.session.get(CaseContact, key)
    if contact is None or contact.key_hash != token_hash(told.secret):
        raise SlipTaken
    return key


def _opening(records: Book, centre_id: int, told: TakenDown, clock: Clock) -> Opening:
    session, place = records.session, told.place
    if told.window:
        if not window_there(session, centre_id, place):
            raise PlaceUnknown
        unit = unit_on(session, place, told.day)
    else:
        if not unit_there(session, centre_id, place, told.day):
            raise PlaceUnknown
        unit = place
    clerk = None
    if told.window and told.source is Source.COMPLAINT:
        # An idea is about nobody; of several on duty nobody knows who it was.
        span = half_span(told.day, told.half, clock.zone)
        clerk = lone_clerk(session, place, span)
    return Opening(
        centre_id=centre_id,
        event_id=told.event_id,
        source=told.source,
        road=told.road,
        unit_id=unit,
        window_id=place if told.window else None,
        clerk_id=clerk,
        cause=told.cause,
        received_at=records.now,
        received_on=told.day,
        half=told.half,
    )


def _keep(records: Book, case: Case, told: TakenDown, sealer: Sealer) -> None:
    """Keep the hash of the slip's secret, and how to reach its holder, sealed."""
    reach = told.reach
    records.session.add(
        CaseContact(
            case_id=case.id,
            key_hash=token_hash(told.secret),
            sealed=None if reach is None else sealer.seal(reach, case.event_id),
            consented_at=None if reach is None else records.now,
        )
    )
    records.session.flush()
    if reach is not None:
        given = {"what": "given", "road": str(told.road), "notice": NOTICE_VERSION}
        records.note(case.centre_id, KIND, {"case": case.id, **given})
