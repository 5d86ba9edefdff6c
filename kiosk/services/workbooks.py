"""XLSX workbooks as tables of text, read as a stream and within limits."""

import io
import re
import warnings
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any
from zipfile import ZipFile

from openpyxl.reader.excel import ExcelReader
from openpyxl.utils import column_index_from_string

from kiosk.domain.sheets import (
    UNPACKED_MOST,
    FileProtected,
    Line,
    NotATable,
    Sheet,
    UnpacksTooLarge,
)

_RATIO_MOST = 100
"""One row repeated 50,000 times packs 18-fold, a bomb up to 1,000-fold."""
_RATIO_FROM = 1024 * 1024
"""Bytes unpacked below which a part may pack as well as it likes."""
_PARTS_MOST = 2000
_ENCRYPTED = 1
_ROWS_MOST = 1_048_576
"""Rows of a sheet in Excel; a row said to be further down is not waited for."""
_CHARACTERS_MOST = 4000
"""Of a cell; more than any field takes, so that it is still refused as too long."""
_ZEROS = re.compile("0{2,20}")
_ROWS_END = b"sheetData>"
# Merged ranges stand behind all rows, and their references are plain ASCII: finding
# them so costs a hundredth of parsing the sheet a second time.
_MERGED = re.compile(
    rb"<(?:\w+:)?mergeCell\s[^>]*?\bref=[\"']([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})"
)


def read_workbook(
    data: bytes, file: str, lines_most: int, columns_most: int
) -> list[Sheet]:
    """Return the visible sheets with at most so many filled lines and columns.

    A cell merged downwards holds its text in each of its lines. Raises NotATable,
    FileProtected or UnpacksTooLarge.
    """
    _refuse_bomb(data, file)
    with warnings.catch_warnings():
        # openpyxl warns of features it leaves out, such as drop-down lists.
        warnings.filterwarnings("ignore", module="openpyxl")
        try:
            return list(_sheets(data, lines_most, columns_most))
        except Exception as broken:
            # A damaged or foreign file fails anywhere in openpyxl, with nearly any
            # exception; whichever it is, there is no table to take.
            raise NotATable(file=file) from broken


def _refuse_bomb(data: bytes, file: str) -> None:
    """Refuse by the directory alone; no part is ever unpacked beyond its entry."""
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except Exception as broken:
        raise NotATable(file=file) from broken
    if any(part.flag_bits & _ENCRYPTED for part in parts):
        raise FileProtected(file=file)
    if (
        len(parts) > _PARTS_MOST
        or sum(part.file_size for part in parts) > UNPACKED_MOST
        or any(
            part.file_size > max(_RATIO_FROM, _RATIO_MOST * part.compress_size)
            for part in parts
        )
    ):
        raise UnpacksTooLarge(file=file)


def _sheets(data: bytes, lines_most: int, columns_most: int) -> Iterator[Sheet]:
    reader = ExcelReader(io.BytesIO(data), read_only=True, keep_links=False)
    reader.read()
    parts = {sheet.name: rel.target for sheet, rel in reader.parser.find_sheets()}
    for sheet in reader.wb.worksheets:
        if sheet.sheet_state != "visible":
            continue
        # Some programs state the extent of a sheet wrongly.
        sheet.reset_dimensions()
        rows = enumerate(sheet.iter_rows(max_row=_ROWS_MOST), start=1)
        texts = (
            (line, [_text(cell) for cell in row[:columns_most]])
            for line, row in rows
            if row
        )
        filled = (line for line in texts if any(line[1]))
        lines = list(islice(filled, lines_most + 1))
        if len(lines) > lines_most:
            yield Sheet(sheet.title, lines[:lines_most], complete=False)
            continue
        merged = _merged(reader.archive.read(parts[sheet.title]))
        _fill_merged(lines, [each for each in merged if each[0] < columns_most])
        yield Sheet(sheet.title, lines, complete=True)


def _text(cell: Any) -> str:
    """Return what an office reads in a cell: 1 for 1.0, 001 where it is so shown."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return value[:_CHARACTERS_MOST].strip()
    if cell.data_type == "f":
        return "="
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and _ZEROS.fullmatch(cell.number_format):
        return str(value).zfill(len(cell.number_format))
    return str(value)


def _merged(part: bytes) -> list[tuple[int, int, int]]:
    """Return merged ranges as (column from 0, first line, last line), sorted."""
    return sorted(
        (column_index_from_string(column.decode()) - 1, int(first), int(last))
        for column, first, last in _MERGED.findall(part, part.rfind(_ROWS_END))
    )


def _fill_merged(lines: Sequence[Line], merged: list[tuple[int, int, int]]) -> None:
    """Write the text of a range into the lines below its first, in that column.

    Only downwards: a title or heading that spans columns stays one.
    """
    below = [line for line, _ in lines]
    reached = (-1, 0)
    for column, first, last in merged:
        # Ranges never overlap in a sound file; in another they would cost the
        # square of its size.
        if (column, first) <= reached:
            continue
        reached = (column, last)
        covered = lines[bisect_left(below, first) : bisect_right(below, last)]
        if covered and covered[0][0] == first:
            _fill(covered, column)


def _fill(covered: Sequence[Line], column: int) -> None:
    _, top = covered[0]
    text = top[column] if column < len(top) else ""
    for _, cells in covered[1:]:
        cells.extend([""] * (column + 1 - len(cells)))
        cells[column] = text
