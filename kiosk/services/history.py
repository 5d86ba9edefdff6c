"""Past ratings from a file: all of it is checked first, then taken in batches.

The file is read twice and never held, so its size is bounded by the disk. Every
batch has a transaction of its own and is harmless when repeated: a reading that
was interrupted is finished by reading the same file again.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import BinaryIO, Protocol, TypeVar
from uuid import UUID

from sqlalchemy import Connection

from kiosk.domain.errors import IdTaken, RuleBroken
from kiosk.domain.history import HistoryPlace, HistoryReader, Repeats
from kiosk.domain.history_errors import RowsWrong
from kiosk.domain.intake import Tap
from kiosk.domain.sheets import FileEmpty
from kiosk.domain.window_list import LineError
from kiosk.queries.history import known_clerks, numbered_windows
from kiosk.queries.places import CentreView
from kiosk.services.past_ratings import record_history
from kiosk.services.rating_rows import Hall, conflicting
from kiosk.services.text_tables import TableForm, table_form, table_rows

BATCH = 5_000
"""Ratings in one transaction: a screen that waits for its turn waits half a second."""
SHOWN = 50
"""Wrong rows that are named one by one; of the others only the number is told."""

T = TypeVar("T")
Reading = tuple[int, Tap | RuleBroken]


class Committer(Protocol):
    """Runs one act in a transaction of its own, and again if that was undone."""

    def __call__(self, act: Callable[[Connection], T], /) -> T:
        """Return what `act` returned once it is committed."""
        raise NotImplementedError


@dataclass(frozen=True)
class HistoryCheck:
    """What a file holds, before anything of it is taken."""

    centre: CentreView
    place: HistoryPlace
    form: TableForm
    ratings: int
    """Right rows; one that repeats an earlier row is the same rating."""
    wrong: tuple[LineError, ...]
    """The first of the wrong rows, by line."""
    wrong_count: int
    left_out: frozenset[int]
    """Lines of rows that are wrong or repeat an earlier one."""


@dataclass(frozen=True)
class HistoryTaken:
    """What became of a file's right rows."""

    new: int
    known: int
    """Ratings that were there already."""


@dataclass
class _Findings:
    ratings: int = 0
    wrong: list[LineError] = field(default_factory=list)
    wrong_count: int = 0
    left_out: set[int] = field(default_factory=set)
    repeats: Repeats = field(default_factory=Repeats)


def check_history(
    connection: Connection,
    stream: BinaryIO,
    file_name: str,
    centre: CentreView,
    now: datetime,
) -> HistoryCheck:
    """Read a whole CSV file and say what is right and what is wrong with it.

    `stream` must be seekable. Wrong are also rows whose id is already kept with
    another body. Raises what makes the file as a whole unreadable: FileEmpty,
    TextUndecodable, QuotesBroken, ColumnsMissing, ColumnTwice.
    """
    form = table_form(stream, file_name)
    windows = numbered_windows(connection, centre.id)
    clerks = known_clerks(connection, centre.id)
    place = HistoryPlace(centre.code, centre.zone, windows, now, clerks)
    found = _Findings()
    for block in _blocks(_readings(stream, form, place), BATCH):
        _note(connection, block, found)
    return HistoryCheck(
        centre=centre,
        place=place,
        form=form,
        ratings=found.ratings,
        wrong=tuple(found.wrong),
        wrong_count=found.wrong_count,
        left_out=frozenset(found.left_out),
    )


def take_history(
    write: Committer,
    stream: BinaryIO,
    check: HistoryCheck,
    report: Callable[[int, int], object],
    *,
    by: str,
    skip_bad: bool = False,
) -> HistoryTaken:
    """Take the right rows of a checked file, batch by batch; return what was new.

    `by`: who brings it, for the ledger. `report` hears after each batch how many
    ratings are done, of how many. Raises RowsWrong when rows are wrong and
    `skip_bad` does not allow to leave them out; IdTaken when one of the ids was taken
    meanwhile with another body.
    """
    if check.wrong_count and not skip_bad:
        raise RowsWrong(count=check.wrong_count)
    hall = Hall(check.centre.id, check.centre.zone)
    now = check.place.now
    new = taken = 0
    for taps in _blocks(_right(stream, check), BATCH):
        new += write(_record(taps, hall, now, by))
        taken += len(taps)
        report(taken, check.ratings)
    return HistoryTaken(new=new, known=taken - new)


def _record(
    taps: Sequence[Tap], hall: Hall, now: datetime, by: str
) -> Callable[[Connection], int]:
    return lambda connection: record_history(connection, taps, hall, now, by)


def _note(connection: Connection, block: Sequence[Reading], found: _Findings) -> None:
    wrong: dict[int, RuleBroken] = {}
    taps: dict[UUID, tuple[int, Tap]] = {}
    for line, what in block:
        try:
            tap = _first(line, what, found.repeats)
        except RuleBroken as refusal:
            wrong[line] = refusal
            continue
        if tap is None:
            found.left_out.add(line)
        else:
            taps[tap.event_id] = line, tap
    for tap in conflicting(connection, [tap for _, tap in taps.values()]):
        wrong[taps.pop(tap.event_id)[0]] = IdTaken(id=tap.event_id)
    found.ratings += len(taps)
    found.wrong_count += len(wrong)
    found.left_out.update(wrong)
    room = SHOWN - len(found.wrong)
    found.wrong += [LineError(line, wrong[line]) for line in sorted(wrong)[:room]]


def _first(line: int, what: Tap | RuleBroken, repeats: Repeats) -> Tap | None:
    if isinstance(what, RuleBroken):
        raise what
    return what if repeats.first_line(line, what) == line else None


def _right(stream: BinaryIO, check: HistoryCheck) -> Iterator[Tap]:
    for line, what in _readings(stream, check.form, check.place):
        if line in check.left_out:
            continue
        if isinstance(what, RuleBroken):
            # The file is no longer the one that was checked.
            raise what
        yield what


def _readings(
    stream: BinaryIO, form: TableForm, place: HistoryPlace
) -> Iterator[Reading]:
    rows = table_rows(stream, form)
    _, headings = next(rows, (0, None))
    if headings is None:
        raise FileEmpty(file=form.file)
    reader = HistoryReader(headings, place)
    for line, cells in rows:
        try:
            yield line, reader.read(cells)
        except RuleBroken as refusal:
            yield line, refusal


def _blocks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    rest = iter(items)
    while block := list(islice(rest, size)):
        yield block
