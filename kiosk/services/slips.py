"""A visit's slip as PDF, for the roll of a receipt printer: black, as long as needed.

What stands on it serves the citizen who takes it along: no case number, no minute.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from kiosk.services.pdf_pages import (
    BLACK,
    Column,
    Style,
    Words,
    document,
    finished,
    lacking,
)
from kiosk.services.qr import drawing

# A slip goes home with anybody, so it always says both.
CALL = "请扫码评价本次服务"
CALL_ENGLISH = "Please scan to rate this service"

_MARGIN = 5.0
"""Millimetres on each side that no receipt printer reaches."""
_DOT = 25.4 / 203
"""Millimetres of a receipt printer's dot; all common ones print 203 of them an inch."""
_CODE_PART = 0.8
"""Of the width that can be printed, at most so much is the code."""
_TOP, _GAP, _END = 4.0, 1.5, 8.0
_REFERENCE = 48.0
"""Printed width of a 58 mm roll, for which the sizes below are meant."""
_WIDER = 1.25
"""Enlargement on a roll of 80 mm: more words a line, and larger ones."""


@dataclass(frozen=True)
class Slip:
    """What a visit's slip says, and where its code leads."""

    centre: str
    number: str
    name: str
    item: str
    """Empty: it says nothing of it."""
    day: date
    morning: bool
    """The half-day of the service; nothing finer stands on it."""
    address: str
    valid_until: date
    """The last day on which the code opens."""

    @property
    def served(self) -> str:
        """Return the half-day of the service, in both languages."""
        half = "上午 morning" if self.morning else "下午 afternoon"
        return f"{self.day.isoformat()} {half}"

    @property
    def validity(self) -> str:
        """Return until when the code can be used, in Chinese."""
        return f"有效期至 {self.valid_until.isoformat()}，仅限一次"

    @property
    def validity_english(self) -> str:
        """Return until when the code can be used, in English."""
        return f"Valid until {self.valid_until.isoformat()}, once"


def slip_pdf(slip: Slip, width: int, now: datetime) -> bytes:
    """Return a slip as one page, for a roll 58 or 80 mm wide."""
    scale = 1.0 if width - 2 * _MARGIN <= _REFERENCE else _WIDER
    column_width = (width - 2 * _MARGIN) / scale
    with document(width, width) as scratch:
        # Only words that are broken into lines tell how long the page has to be.
        scratch.add_page()
        column = Column(scratch, 0, 0, column_width, scale)
        above, below = _above(column, slip), _below(column, slip)
    side = _code_side(slip.address, column_width * scale) / scale
    height = _TOP + _height(above) + side + _height(below) + _END
    with document(width, height * scale) as pdf:
        pdf.add_page()
        column = Column(pdf, _MARGIN, 0, column_width, scale)
        top = _write(column, above, _TOP)
        column.code(slip.address, top, side)
        _write(column, below, top + side)
        return finished(pdf, CALL, now)


def unprintable_on(slip: Slip) -> str:
    """Return the characters of a slip that the PDF's font lacks, each once."""
    return lacking(slip.centre + slip.number + slip.name + slip.item)


def _above(column: Column, slip: Slip) -> list[Words]:
    words = [
        column.fitted(slip.centre, Style(9, BLACK)),
        column.fitted(slip.number, Style(30, BLACK, bold=True), lines=1),
        column.fitted(slip.name, Style(12, BLACK, bold=True)),
        column.fitted(slip.served, Style(9, BLACK), lines=1),
    ]
    if slip.item:
        words.insert(3, column.fitted(slip.item, Style(9, BLACK)))
    return words


def _below(column: Column, slip: Slip) -> list[Words]:
    return [
        column.fitted(text, Style(size, BLACK, bold=bold), lines=lines)
        for text, size, bold, lines in (
            (CALL, 14, True, 1),
            (CALL_ENGLISH, 8, False, 1),
            (slip.validity, 9, True, 1),
            (slip.validity_english, 8, False, 1),
            (slip.address, 7, False, 3),
        )
    ]


def _code_side(address: str, width: float) -> float:
    """Return the side of a code whose modules are whole dots of the printer."""
    modules = drawing(address).side
    return modules * _DOT * (width * _CODE_PART // (modules * _DOT))


def _height(parts: Sequence[Words]) -> float:
    return sum(words.height + _GAP for words in parts)


def _write(column: Column, parts: Sequence[Words], top: float) -> float:
    for words in parts:
        top = column.write(words, top) + _GAP
    return top
