"""Inspections: looks with a sheet, what was found, and what a unit holds against it.

Every occurrence of an item costs the item's points. A find counts from the moment it
is received until somebody other than its inspector drops it.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum

from kiosk.domain.campaign_rules import Rules, Sheet, SheetItem
from kiosk.domain.chain import canonical
from kiosk.domain.errors import RuleBroken, sentence
from kiosk.domain.free_text import clean_text

NOTE_MOST = 400
"""Characters of a note, an objection or a ruling."""
FINDS_MOST = 60
"""Occurrences in one look."""
OBJECTION_DAYS = 3
"""Working days in which a unit can object to a find."""


class FindingState(IntEnum):
    """What became of a find."""

    STANDS = 1
    OBJECTED = 2
    """The unit holds something against it; it counts until that is decided."""
    CONFIRMED = 3
    DROPPED = 4
    """It does not count."""


class NoSuchSheet(RuleBroken):
    """The rules know no such sheet, or no such item on it."""

    code = "sheet_unknown"
    text = sentence(
        "This sheet is not one of the campaign's. Please open it once more."
    )


class TooManyFinds(RuleBroken):
    """One look has more occurrences than can be."""

    code = "finds_many"
    text = sentence("A look has at most %(most)d finds. Nothing was taken.")


class LookOutside(RuleBroken):
    """A look lies outside the days of inspection."""

    code = "look_outside"
    text = sentence("On %(day)s there was no inspection in this campaign.")


class LookChanged(RuleBroken):
    """The same look is sent again with other content."""

    code = "look_changed"
    text = sentence(
        "This look was received before with other content. What came first stands."
    )


class NothingThere(RuleBroken):
    """The window or unit of a look does not exist on that day."""

    code = "look_nowhere"
    text = sentence("Please choose the window or unit once more: it is not open.")


class ReasonMissing(RuleBroken):
    """An objection or a ruling without words."""

    code = "finding_reason"
    text = sentence("Please say why in at most %(most)d characters.")


class NotOpenToObjection(RuleBroken):
    """A find is objected to twice or too late."""

    code = "finding_closed"
    text = sentence(
        "Objections to this find were taken until %(day)s, or one was made already."
    )


class NothingToRule(RuleBroken):
    """A find is ruled on that nobody objected to, or by its own inspector."""

    code = "finding_no_ruling"
    text = sentence(
        "There is nothing for you to decide here: no objection is open, or the find "
        "is your own."
    )


@dataclass(frozen=True, kw_only=True)
class Find:
    """One occurrence of one item."""

    item: str
    note: str
    found_at: datetime
    clerk_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class FindFact:
    """A find that counts, as the composite reads it."""

    unit_id: int
    window_id: int | None
    clerk_id: int | None
    deduction: int


@dataclass(frozen=True, kw_only=True)
class Deductions:
    """Points off by whom they are about; with 0 whoever was looked at without a find.

    Units hold what was found at their windows too; people only what names them.
    """

    windows: Mapping[int, int]
    units: Mapping[int, int]
    clerks: Mapping[int, int]


def sheet_of(rules: Rules, key: str) -> Sheet:
    """Return a sheet of the rules. Raises NoSuchSheet."""
    found = next((sheet for sheet in rules.sheets if sheet.key == key), None)
    if found is None:
        raise NoSuchSheet
    return found


def item_of(sheet: Sheet, key: str) -> SheetItem:
    """Return an item of a sheet. Raises NoSuchSheet."""
    found = next((item for item in sheet.items if item.key == key), None)
    if found is None:
        raise NoSuchSheet
    return found


def look_hash(body: Mapping[str, object]) -> str:
    """Return by what a look is told from another one with its id."""
    return hashlib.sha256(canonical(dict(body)).encode()).hexdigest()


def parse_note(typed: str) -> str:
    """Return a note as it is kept; longer ones are cut."""
    return clean_text(typed)[:NOTE_MOST]


def parse_finding_reason(typed: str) -> str:
    """Return an objection or a ruling. Raises ReasonMissing."""
    reason = clean_text(typed)
    if not 0 < len(reason) <= NOTE_MOST:
        raise ReasonMissing(most=NOTE_MOST)
    return reason


def check_objection(state: FindingState, today: date, until: date) -> None:
    """Refuse to object twice or too late. Raises NotOpenToObjection."""
    if state is not FindingState.STANDS or today > until:
        raise NotOpenToObjection(day=until)


def deducted(
    looks: Sequence[tuple[int, int | None]],
    finds: Sequence[FindFact],
    clerks: Mapping[int, int],
) -> Deductions:
    """Add up the points off.

    looks: unit and window of every look. clerks: unit of every person who may be a
    candidate; those of a unit that was looked at have at least 0.
    """
    windows = {window: 0 for _, window in looks if window is not None}
    units = {unit: 0 for unit, _ in looks}
    people = {clerk: 0 for clerk, unit in clerks.items() if unit in units}
    for find in finds:
        units[find.unit_id] = units.get(find.unit_id, 0) + find.deduction
        if find.window_id is not None:
            windows[find.window_id] = windows.get(find.window_id, 0) + find.deduction
        if find.clerk_id is not None:
            people[find.clerk_id] = people.get(find.clerk_id, 0) + find.deduction
    return Deductions(windows=windows, units=units, clerks=people)
