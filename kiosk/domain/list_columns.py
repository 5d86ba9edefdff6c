"""Lists of any kind as offices keep them: headings found, cells named, or errors.

Above the headings stand up to ten title rows. Columns that nobody asks for are left
alone. An apostrophe that keeps a spreadsheet from computing a cell is taken off.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from kiosk.domain.errors import RuleBroken, sentence
from kiosk.domain.exported_words import as_typed
from kiosk.domain.sheets import Line
from kiosk.domain.window_headings import TITLE_ROWS_MOST, filled
from kiosk.domain.window_list import (
    CellEmpty,
    CellFormula,
    CellTooLong,
    ColumnMissing,
    ColumnTwice,
    LineError,
    TooManyRows,
)

_FIELDS_LEAST = 2
_NOT_HEADING = re.compile(r"\(.*?\)|[\s_*:.#-]")


class HeadingsMissing(RuleBroken):
    """No row looks like the headings of this list."""

    code = "list_headings_missing"
    text = sentence(
        "No row with headings was found at the top. The list needs the columns "
        "%(columns)s."
    )


class ListEmpty(RuleBroken):
    """Headings, and nothing below them."""

    code = "list_empty"
    text = sentence("There is nothing below the headings.")


class LinesWrong(RuleBroken):
    """Lines of a list are wrong, so nothing of it is taken."""

    code = "lines_wrong"
    text = sentence("Some lines are wrong, so nothing was taken. Please correct them.")

    def __init__(self, errors: Sequence[LineError]) -> None:
        """Take what is wrong, by line."""
        super().__init__()
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list: its field, its name in the manual, how it may be headed."""

    field: str
    shown: str
    known: frozenset[str]
    """Headings without case, blanks and remarks in brackets."""
    most: int
    """Characters of a cell."""
    required: bool = True


@dataclass(frozen=True, slots=True)
class NamedRow:
    """A line's cells by field; a column that the list does not have is left out."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class NamedRows:
    """The rows whose cells can be read, and what is wrong with the others."""

    rows: tuple[NamedRow, ...]
    errors: tuple[LineError, ...]


def read_rows(
    table: Iterable[Line], columns: Sequence[Column], rows_most: int
) -> NamedRows:
    """Read a table by its headings.

    A missing or doubled column is an error in the line of the headings, and no row
    is then read. Raises HeadingsMissing, ListEmpty or TooManyRows for the whole.
    """
    lines = list(islice(filled(table), rows_most + TITLE_ROWS_MOST + 2))
    at = _headings_at(lines, columns)
    line, title = lines[at]
    places, wrong = _places(title, columns)
    if wrong:
        return NamedRows((), tuple(LineError(line, each) for each in wrong))
    # Lists made for print repeat their headings on every page.
    body = [each for each in lines[at + 1 :] if each[1] != title]
    if not body:
        raise ListEmpty
    if len(body) > rows_most:
        raise TooManyRows(most=rows_most)
    return _read_body(body, columns, places)


def heading_key(text: str) -> str:
    """Return a heading without case, width, blanks and remarks in brackets."""
    return _NOT_HEADING.sub("", unicodedata.normalize("NFKC", text).casefold())


def _headings_at(lines: Sequence[Line], columns: Sequence[Column]) -> int:
    known = frozenset().union(*(column.known for column in columns))
    named = [
        sum(heading_key(cell) in known for cell in cells)
        for _, cells in lines[: TITLE_ROWS_MOST + 1]
    ]
    if max(named, default=0) < _FIELDS_LEAST:
        shown = ", ".join(column.shown for column in columns if column.required)
        raise HeadingsMissing(columns=shown)
    return named.index(max(named))


def _places(
    title: Sequence[str], columns: Sequence[Column]
) -> tuple[dict[str, int], list[RuleBroken]]:
    keys = [heading_key(cell) for cell in title]
    places: dict[str, int] = {}
    wrong: list[RuleBroken] = []
    for column in columns:
        found = [place for place, key in enumerate(keys) if key in column.known]
        if len(found) > 1:
            wrong.append(ColumnTwice(column=title[found[1]]))
        elif found:
            places[column.field] = found[0]
        elif column.required:
            wrong.append(ColumnMissing(column=column.shown))
    return places, wrong


def _read_body(
    body: Sequence[Line], columns: Sequence[Column], places: Mapping[str, int]
) -> NamedRows:
    rows: list[NamedRow] = []
    errors: list[LineError] = []
    for line, cells in body:
        values = {
            field: cells[place] if place < len(cells) else ""
            for field, place in places.items()
        }
        faults = [_fault(column, values.get(column.field, "")) for column in columns]
        said = [LineError(line, fault) for fault in faults if fault is not None]
        errors += said
        if not said:
            typed = {field: as_typed(value) for field, value in values.items()}
            rows.append(NamedRow(line, typed))
    return NamedRows(tuple(rows), tuple(errors))


def _fault(column: Column, value: str) -> RuleBroken | None:
    if value.startswith("="):
        return CellFormula(column=column.shown)
    if not value and column.required:
        return CellEmpty(column=column.shown)
    if len(value) > column.most:
        return CellTooLong(column=column.shown, most=column.most)
    return None
