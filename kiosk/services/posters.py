"""Posters and stickers of windows as PDF: what stands on them, and on which sheet."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import cycle, islice
from typing import TypeVar

from fpdf import FPDF

from kiosk.services.pdf_pages import (
    PALE,
    UNPRINTABLE,
    Column,
    Line,
    Style,
    document,
    draw_cuts,
    finished,
    lacking,
)

__all__ = [
    "CALL", "CALL_ENGLISH", "LAYOUTS", "UNPRINTABLE", "Kind", "Layout", "Poster",
    "Unprintable", "posters_pdf", "sheets", "unprintable",
]  # fmt: skip

# A poster speaks to whoever stands before it, so it always says both.
CALL = "扫一扫，评一评"
CALL_ENGLISH = "Scan to rate this service"

_MARK, _OFF = 6.0, 1.5
"""Length of a cut mark beside a sticker, and how far off it stands."""
_MARGIN, _PLATE, _NAMES, _CODE = 14.0, (15.0, 24.0), (42.0, 40.0), (83.0, 86.0)
_CALL_TOP, _ENGLISH_TOP, _ADDRESS_TOP = 171.0, 183.5, 195.0
_STICKER_MARGIN, _STICKER_PLATE, _STICKER_CODE = 4.0, (3.5, 9.0), (17.0, 39.0)
_STICKER_NAME_TOP, _STICKER_CALL_TOP, _STICKER_ENGLISH_TOP = 12.9, 55.4, 62.0


Piece = TypeVar("Piece")


class Kind(StrEnum):
    """What can be printed of a window."""

    A4 = "a4"
    A5 = "a5"
    PAIR = "a5-pair"
    """Two A5 posters on a sheet of A4 across, to be cut."""
    STICKER_70 = "sticker-70"
    STICKER_50 = "sticker-50"


@dataclass(frozen=True)
class Layout:
    """How pieces of one size lie side by side in the middle of a sheet; millimetres."""

    width: float
    height: float
    columns: int
    rows: int
    piece: tuple[float, float]
    """Width and height of each."""
    scale: float = 1.0
    """Enlargement of the A5 poster, or of the sticker of 70 mm."""
    sticker: bool = False

    @property
    def pieces(self) -> int:
        """How many a sheet holds."""
        return self.columns * self.rows

    @property
    def corner(self) -> tuple[float, float]:
        """Left and top of the first piece."""
        return (
            (self.width - self.columns * self.piece[0]) / 2,
            (self.height - self.rows * self.piece[1]) / 2,
        )

    @property
    def cuts(self) -> tuple[Line, ...]:
        """Where to cut: marks in the margin, lines only where there is no margin."""
        upright = self._marks(self.columns, 0, self.height)
        across = self._marks(self.rows, 1, self.width)
        return (*upright, *((y1, x1, y2, x2) for x1, y1, x2, y2 in across))

    def place(self, order: int) -> tuple[float, float]:
        """Return left and top of a sheet's nth piece, counted from 0 row by row."""
        row, column = divmod(order, self.columns)
        left, top = self.corner
        return left + column * self.piece[0], top + row * self.piece[1]

    def _marks(self, count: int, axis: int, length: float) -> Iterator[Line]:
        """Yield the cuts across one axis, as if this axis ran from left to right."""
        start, margin = self.corner[axis], self.corner[1 - axis]
        if not margin:
            for order in range(1, count):
                place = start + order * self.piece[axis]
                yield place, 0, place, length
            return
        for order in range(count + 1):
            place = start + order * self.piece[axis]
            far = margin - _OFF
            yield place, far - _MARK, place, far
            yield place, length - far, place, length - far + _MARK


LAYOUTS = {
    Kind.A4: Layout(210, 297, 1, 1, (210, 297), scale=297 / 210),
    # The PDF library's own A5 was once off by a millimetre and still warns.
    Kind.A5: Layout(148, 210, 1, 1, (148, 210)),
    Kind.PAIR: Layout(297, 210, 2, 1, (148.5, 210)),
    Kind.STICKER_70: Layout(210, 297, 2, 4, (70, 70), sticker=True),
    Kind.STICKER_50: Layout(210, 297, 3, 5, (50, 50), scale=50 / 70, sticker=True),
}


@dataclass(frozen=True)
class Poster:
    """What one window's poster says, and where its code leads."""

    number: str
    name: str
    unit: str
    address: str


@dataclass(frozen=True)
class Unprintable:
    """Characters of a window's number, name or unit that the PDF's font lacks."""

    number: str
    characters: str


def sheets(pieces: Sequence[Piece], kind: Kind) -> list[list[Piece]]:
    """Return what lies on each sheet, in the order given.

    A sheet of stickers that would stay half empty gets its own ones again.
    """
    layout, found = LAYOUTS[kind], []
    for start in range(0, len(pieces), layout.pieces):
        sheet = pieces[start : start + layout.pieces]
        room = layout.pieces if layout.sticker else len(sheet)
        found.append(list(islice(cycle(sheet), room)))
    return found


def posters_pdf(
    posters: Sequence[Poster], title: str, now: datetime, kind: Kind = Kind.A5
) -> bytes:
    """Return one PDF with the posters or stickers, in the order given."""
    layout = LAYOUTS[kind]
    with document(layout.width, layout.height) as pdf:
        for sheet in sheets(posters, kind):
            pdf.add_page()
            draw_cuts(pdf, layout.cuts)
            for order, poster in enumerate(sheet):
                _draw(pdf, poster, layout, layout.place(order))
        return finished(pdf, title, now)


def unprintable(posters: Iterable[Poster]) -> list[Unprintable]:
    """Return the windows whose poster as PDF would lack characters, and which."""
    return [
        Unprintable(poster.number, characters)
        for poster in posters
        for characters in [lacking(poster.number + poster.name + poster.unit)]
        if characters
    ]


def _draw(
    pdf: FPDF, poster: Poster, layout: Layout, place: tuple[float, float]
) -> None:
    margin = _STICKER_MARGIN if layout.sticker else _MARGIN
    left, top = place
    width = layout.piece[0] / layout.scale - 2 * margin
    column = Column(pdf, left + margin * layout.scale, top, width, layout.scale)
    if layout.sticker:
        _draw_sticker(column, poster)
    else:
        _draw_poster(column, poster)


def _draw_poster(column: Column, poster: Poster) -> None:
    column.plate(poster.number, 44, *_PLATE)
    _draw_names(column, poster)
    column.code(poster.address, *_CODE)
    column.write(column.fitted(CALL, Style(26, bold=True)), _CALL_TOP)
    column.write(column.fitted(CALL_ENGLISH, Style(13, PALE)), _ENGLISH_TOP)
    column.write(column.fitted(poster.address, Style(8, PALE)), _ADDRESS_TOP)


def _draw_names(column: Column, poster: Poster) -> None:
    name = column.fitted(poster.name, Style(28, bold=True))
    unit = column.fitted(poster.unit, Style(14, PALE))
    top, height = _NAMES
    end = column.write(name, top + (height - name.height - unit.height - 2) / 2)
    column.write(unit, end + 2)


def _draw_sticker(column: Column, poster: Poster) -> None:
    column.plate(poster.number, 19, *_STICKER_PLATE)
    name = column.fitted(poster.name, Style(9), lines=1)
    column.write(name, _STICKER_NAME_TOP)
    column.code(poster.address, *_STICKER_CODE)
    column.write(column.fitted(CALL, Style(14, bold=True)), _STICKER_CALL_TOP)
    column.write(column.fitted(CALL_ENGLISH, Style(8, PALE)), _STICKER_ENGLISH_TOP)
