"""Looks of inspectors, each taken once, and what units hold against the finds."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.domain.campaign_kinds import StageKind
from kiosk.domain.campaign_rules import Rules
from kiosk.domain.case_periods import Clock
from kiosk.domain.case_texts import TextKind
from kiosk.domain.cases import Road, Source
from kiosk.domain.chain import plain
from kiosk.domain.inspections import (
    FINDS_MOST,
    OBJECTION_DAYS,
    Find,
    FindingState,
    LookChanged,
    LookOutside,
    NothingThere,
    NothingToRule,
    TooManyFinds,
    check_objection,
    item_of,
    look_hash,
    parse_finding_reason,
    parse_note,
    sheet_of,
)
from kiosk.domain.policy import NotOpen, Scope
from kiosk.models import ORGANISATION, Clerk, Finding, Inspection, Unit
from kiosk.queries.calendar import work_calendar
from kiosk.queries.campaign_inputs import CentreDays
from kiosk.queries.case_desk import window_there
from kiosk.queries.case_opening import unit_on
from kiosk.services.candidate_locks import running_campaign
from kiosk.services.case_texts import write_text
from kiosk.services.cases import Opening, held_case, open_case
from kiosk.services.records import Book

_LOOK_AHEAD = timedelta(days=60)
_LOOKED, _FOUND = "looked_at", "found_at"


@dataclass(frozen=True, kw_only=True)
class Look:
    """What an inspector saw, as the device sends it."""

    event_id: UUID
    campaign_id: int
    sheet: str
    window_id: int | None
    """None: the unit as a whole."""
    unit_id: int | None
    """Only without a window."""
    announced: bool
    looked_at: datetime
    note: str = ""
    finds: Sequence[Find] = ()


def take_look(
    records: Book, look: Look, inspector_id: int, centre: CentreDays, clock: Clock
) -> int:
    """Take a look once; return its key, the same for the same look again.

    Each find becomes a case of its unit, which is put right like any other.

    What was seen in the days of inspection is taken also when it comes later, as
    from a device without a network, until the list is posted. Raises NotOpen,
    CampaignClosed, LookChanged, LookOutside, NothingThere, NoSuchSheet, TooManyFinds
    and NoWorkingDays.
    """
    session = records.session
    body = look_hash({**plain_look(look), "inspector": inspector_id})
    there = _same(session, look.event_id, body)
    if there is not None:
        return there
    running = running_campaign(session, look.campaign_id)
    # Somebody may have brought the same look while this one waited its turn.
    there = _same(session, look.event_id, body)
    if there is not None:
        return there
    _check_look(running.rules, look, centre)
    unit_id = _unit(session, look, centre)
    row = {
        "event_id": look.event_id,
        "body_hash": body,
        "campaign_id": look.campaign_id,
        "sheet": look.sheet,
        "unit_id": unit_id,
        "window_id": look.window_id,
        "announced": look.announced,
        "note": parse_note(look.note),
        "inspector_id": inspector_id,
        "looked_at": min(look.looked_at, records.now),
        "received_at": records.now,
    }
    [key] = records.add(Inspection, ORGANISATION, [row])
    _add_finds(records, key, unit_id, _Seen(running.rules, look, centre, clock))
    return key


def _same(session: Session, event_id: UUID, body: str) -> int | None:
    """Return the look of this id, or None. Raises LookChanged."""
    there = session.execute(
        select(Inspection.id, Inspection.body_hash).where(
            Inspection.event_id == event_id
        )
    ).first()
    if there is None:
        return None
    if there.body_hash != body:
        raise LookChanged
    return int(there.id)


def plain_look(look: Look) -> dict[str, object]:
    """Return a look as it is compared: in the kinds JSON has, without its moments.

    A form that is sent again says the same a moment later; what came first stands.
    """
    told = asdict(look) | {"finds": None}
    finds = [
        {name: plain(value) for name, value in asdict(find).items() if name != _FOUND}
        for find in look.finds
    ]
    kept = {name: plain(value) for name, value in told.items() if name != _LOOKED}
    return kept | {"finds": finds}


def object_to_finding(
    records: Book, key: int, reason: str, scope: Scope, centre: CentreDays
) -> None:
    """Let a unit object to a find, once, within three working days.

    Raises NotOpen, CampaignClosed, ReasonMissing, NotOpenToObjection.
    """
    finding, look = _locked(records.session, key, scope)
    words = parse_finding_reason(reason)
    received = centre.day(look.received_at)
    calendar = work_calendar(
        records.session, centre.centre_id, received, received + _LOOK_AHEAD
    )
    until = calendar.after(received, OBJECTION_DAYS)
    check_objection(FindingState(finding.state), centre.day(records.now), until)
    row = {"objection": words, "objected_at": records.now}
    row |= {"state": int(FindingState.OBJECTED)}
    records.change(Finding, ORGANISATION, key, row)


def rule_finding(
    records: Book, key: int, reason: str, account_id: int, *, drops: bool
) -> None:
    """Confirm or drop a find that a unit objected to; not by its own inspector.

    Raises NotOpen, CampaignClosed, ReasonMissing, NothingToRule.
    """
    finding, look = _locked(records.session, key, Scope())
    words = parse_finding_reason(reason)
    objected = finding.state == int(FindingState.OBJECTED)
    if not objected or look.inspector_id == account_id:
        raise NothingToRule
    state = FindingState.DROPPED if drops else FindingState.CONFIRMED
    row = {"state": int(state), "ruling": words, "ruled_at": records.now}
    records.change(Finding, ORGANISATION, key, row)


def _check_look(rules: Rules, look: Look, centre: CentreDays) -> None:
    """Refuse a look outside its stage, of an unknown sheet, or with too many finds."""
    sheet = sheet_of(rules, look.sheet)
    for find in look.finds:
        item_of(sheet, find.item)
    if len(look.finds) > FINDS_MOST:
        raise TooManyFinds(most=FINDS_MOST)
    day = centre.day(look.looked_at)
    stages = rules.of_kind(StageKind.INSPECT)
    if not any(stage.begins <= day <= stage.ends for stage in stages):
        raise LookOutside(day=day)


def _unit(session: Session, look: Look, centre: CentreDays) -> int:
    """Return whose window it was, or the unit itself. Raises NothingThere."""
    if look.window_id is not None:
        if not window_there(session, centre.centre_id, look.window_id):
            raise NothingThere
        return unit_on(session, look.window_id, centre.day(look.looked_at))
    unit = session.get(Unit, look.unit_id) if look.unit_id is not None else None
    if unit is None or unit.centre_id != centre.centre_id or unit.ended_on is not None:
        raise NothingThere
    return unit.id


@dataclass(frozen=True)
class _Seen:
    """A look and what its finds are measured by."""

    rules: Rules
    look: Look
    centre: CentreDays
    clock: Clock


def _add_finds(records: Book, key: int, unit_id: int, seen: _Seen) -> None:
    look, sheet = seen.look, sheet_of(seen.rules, seen.look.sheet)
    known = _clerks(records.session, {find.clerk_id for find in look.finds})
    rows = [
        {
            "inspection_id": key,
            "item": find.item,
            "deduction": item_of(sheet, find.item).deduction,
            "clerk_id": find.clerk_id if find.clerk_id in known else None,
            "note": parse_note(find.note),
            "found_at": min(find.found_at, records.now),
            "state": int(FindingState.STANDS),
            "case_id": _open_case(records, unit_id, seen, number),
        }
        for number, find in enumerate(look.finds)
    ]
    if rows:
        records.add(Finding, ORGANISATION, rows)


def _open_case(records: Book, unit_id: int, seen: _Seen, number: int) -> int:
    """Open the case of a find: what was seen is its words."""
    look, find = seen.look, seen.look.finds[number]
    title = item_of(sheet_of(seen.rules, look.sheet), find.item).title.zh
    note = parse_note(find.note)
    centre_id = seen.centre.centre_id
    case_id = open_case(
        records,
        Opening(
            centre_id=centre_id,
            event_id=uuid5(look.event_id, str(number)),
            source=Source.INSPECTION,
            road=Road.PATROL,
            unit_id=unit_id,
            window_id=look.window_id,
            received_at=records.now,
            received_on=seen.centre.day(look.looked_at),
        ),
        seen.clock,
    )
    words = f"{title}：{note}" if note else title
    case = held_case(records.session, (centre_id, case_id))
    write_text(records, case, TextKind.VOICE, words, None)
    return case_id


def _clerks(session: Session, keys: Collection[int | None]) -> set[int]:
    wanted = sorted(key for key in keys if key is not None)
    return set(session.scalars(select(Clerk.id).where(Clerk.id.in_(wanted))))


def _locked(session: Session, key: int, scope: Scope) -> tuple[Finding, Inspection]:
    """Return a find of the scope's units and its look, locked while it can change.

    Raises NotOpen, CampaignClosed.
    """
    found = session.execute(
        select(Inspection.campaign_id, Inspection.unit_id)
        .join(Finding, Finding.inspection_id == Inspection.id)
        .where(Finding.id == key)
    ).first()
    if found is None or not scope.holds(found.unit_id):
        raise NotOpen
    running_campaign(session, found.campaign_id)
    finding = session.get_one(Finding, key, populate_existing=True)
    return finding, session.get_one(Inspection, finding.inspection_id)
