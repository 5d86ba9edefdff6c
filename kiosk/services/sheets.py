"""Files as offices have them: bytes in, tables of text out, or a refusal.

What a file is, its first bytes say; its name is only quoted. Nothing is evaluated:
a formula comes out as its text, which begins with an equals sign.
"""

import csv
import io
from collections.abc import Iterable
from itertools import islice

from kiosk.domain.free_text import clean_text
from kiosk.domain.sheets import (
    BYTES_MOST,
    FileEmpty,
    FileProtected,
    FileTooLarge,
    Line,
    NotATable,
    QuotesBroken,
    Sheet,
    TextUndecodable,
)
from kiosk.services.workbooks import read_workbook

COLUMNS_MOST = 64
_OLE = b"\xd0\xcf\x11\xe0"
_ZIP = b"PK\x03\x04"
_NEVER_TEXT = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"{\\rtf")
# Office systems export web pages under the name of a workbook.
_MARKUP_WITHIN = 1000
_MARKUP = ("<!doctype", "<html", "<?xml", "<table", "<meta")
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_DELIMITERS = ",;\t"
_SAMPLE_LINES = 20


def read_sheets(data: bytes, file_name: str, lines_most: int) -> list[Sheet]:
    """Return the sheets of a workbook that can be seen, or the one of a CSV file.

    CSV: UTF-8, GB18030 (GBK) or, with its mark, UTF-16; commas, semicolons or tabs.
    Of each sheet at most `lines_most` filled lines are read, and of each line 64
    cells. Raises one of the refusals of kiosk.domain.sheets.
    """
    file = clean_text(file_name)
    if len(data) > BYTES_MOST:
        raise FileTooLarge(file=file, most=BYTES_MOST // 1024**2)
    if not data.strip():
        raise FileEmpty(file=file)
    if data.startswith(_OLE):
        raise FileProtected(file=file)
    if data.startswith(_NEVER_TEXT):
        raise NotATable(file=file)
    if data.startswith(_ZIP):
        return read_workbook(data, file, lines_most, COLUMNS_MOST)
    return [_text_sheet(_decode(data, file), file, lines_most)]


def _decode(data: bytes, file: str) -> str:
    try:
        text = _text_of(data)
    except UnicodeDecodeError as broken:
        raise TextUndecodable(file=file) from broken
    if "\0" in text or text[:_MARKUP_WITHIN].lstrip().lower().startswith(_MARKUP):
        raise NotATable(file=file)
    return text


def _text_of(data: bytes) -> str:
    if data.startswith(_UTF16_MARKS):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        if _damaged_utf8(data):
            raise
        return data.decode("gb18030")


def _damaged_utf8(data: bytes) -> bool:
    """Whether text that is not UTF-8 was so before something broke it.

    GB18030 gives a meaning to nearly all bytes, so a cut file would be taken with
    every word wrong. Read as UTF-8, real GBK fails at almost every character, a
    damaged file at few.
    """
    text = data.decode("utf-8-sig", errors="replace")
    broken = text.count("\N{REPLACEMENT CHARACTER}")
    sound = sum(mark > "\x7f" for mark in text) - broken
    return broken < sound


def _text_sheet(text: str, file: str, lines_most: int) -> Sheet:
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True
    )
    lines: list[Line] = []
    begun = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                lines.append((begun, cells[:COLUMNS_MOST]))
            if len(lines) > lines_most:
                break
            begun = reader.line_num + 1
    except csv.Error as broken:
        raise QuotesBroken(file=file, line=begun) from broken
    return Sheet(file, lines[:lines_most], complete=len(lines) <= lines_most)


def _delimiter(text: str) -> str:
    """Return the delimiter that cuts the first lines into most cells."""
    sample = list(islice(io.StringIO(text, newline=""), _SAMPLE_LINES))
    return max(_DELIMITERS, key=lambda delimiter: _cells(sample, delimiter))


def _cells(sample: Iterable[str], delimiter: str) -> int:
    try:
        return sum(len(cells) for cells in csv.reader(sample, delimiter=delimiter))
    except csv.Error:
        return 0
