"""Pages of a PDF in millimetres: text in our font, codes as vectors, cut marks."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import cast

from fpdf import FPDF
from fpdf.enums import Align, MethodReturnValue, TextMode, WrapMode, XPos, YPos
from fpdf.fonts import TTFFont
from pylopdf_fonts_zh_cn import sans_path

from kiosk.services.qr import drawing

UNPRINTABLE = "〓"
"""Stands on the PDF for a character its font lacks, so that nothing just vanishes."""
Colour = tuple[int, int, int]
BLACK, WHITE = (0, 0, 0), (255, 255, 255)
INK, PALE, ACCENT = (29, 37, 40), (74, 84, 87), (20, 87, 94)

_FAMILY = "NotoSansSC"
_POINT = 25.4 / 72
_LEADING = 1.3
_SMALLEST = 7.0
_BOLD_STROKE = 0.035
"""Outline of strengthened text, part of its size; the font has no bold cut."""
_HAIR = 0.2

Line = tuple[float, float, float, float]
"""From left and top to left and top, in millimetres."""


@dataclass(frozen=True)
class Style:
    """How words are set: points of their size, colour, weight."""

    size: float
    colour: Colour = INK
    bold: bool = False


@dataclass(frozen=True)
class Words:
    """Words broken into the lines they take in one column."""

    lines: tuple[str, ...]
    style: Style

    @property
    def height(self) -> float:
        """Millimetres of the column they take."""
        return self.style.size * _POINT * _LEADING * len(self.lines)


@dataclass(frozen=True)
class Column:
    """A column of a page, in millimetres of its own: one of them is `scale` on paper.

    Everything in it stands centred; heights are counted from its top.
    """

    pdf: FPDF
    left: float
    """Millimetres on paper, as is `top`."""
    top: float
    width: float
    """Millimetres of the column's own."""
    scale: float = 1.0

    def fitted(self, text: str, style: Style, lines: int = 2) -> Words:
        """Return text in so many lines at most, smaller only when they do not hold it.

        What does not fit at the smallest legible size ends in an ellipsis.
        """
        said, smallest = printable(text), min(style.size, _SMALLEST)
        while True:
            found = self._wrapped(said, style.size)
            if len(found) <= lines:
                return Words(tuple(found), style)
            if style.size <= smallest:
                return Words((*found[: lines - 1], found[lines - 1][:-1] + "…"), style)
            size = max(style.size - 1, smallest)
            style = Style(size, style.colour, style.bold)

    def write(self, words: Words, top: float) -> float:
        """Write words from this height on; return the height where they end."""
        size = words.style.size * self.scale
        # A context of its own: the outline of strengthened text would stay on.
        with self.pdf.local_context():
            self._set(words.style, size)
            self.pdf.set_y(self.top + top * self.scale)
            for line in words.lines:
                self.pdf.set_x(self.left)
                self.pdf.cell(
                    self.width * self.scale, size * _POINT * _LEADING, line,
                    align=Align.C, new_x=XPos.LEFT, new_y=YPos.NEXT,
                )  # fmt: skip
        return top + words.height

    def plate(self, text: str, size: float, top: float, height: float) -> None:
        """Write a number in white on a plate of this height, as wide as it needs."""
        said, side = printable(text), height / 3
        self.pdf.set_font(_FAMILY, size=size)
        width, room = self.pdf.get_string_width(said), self.width - 2 * side
        if width > room:
            size, width = size * room / width, room
        self.pdf.set_fill_color(*ACCENT)
        self.pdf.rect(
            self.left + ((self.width - width) / 2 - side) * self.scale,
            self.top + top * self.scale,
            (width + 2 * side) * self.scale, height * self.scale, "F",
            round_corners=True, corner_radius=height / 8 * self.scale,
        )  # fmt: skip
        number = Words((said,), Style(size, WHITE, bold=True))
        self.write(number, top + (height - number.height) / 2)

    def code(self, address: str, top: float, side: float) -> None:
        """Draw an address as a code with this side, its quiet zone included."""
        code = drawing(address)
        module = side * self.scale / code.side
        left = self.left + (self.width - side) / 2 * self.scale
        self.pdf.set_fill_color(*BLACK)
        for bar, row, length in code.bars:
            self.pdf.rect(
                left + bar * module, self.top + top * self.scale + row * module,
                length * module, module, "F",
            )  # fmt: skip

    def _set(self, style: Style, size: float) -> None:
        self.pdf.set_font(_FAMILY, size=size)
        self.pdf.set_text_color(*style.colour)
        self.pdf.set_draw_color(*style.colour)
        # The library takes the width of an outline for points, whatever the unit.
        self.pdf.set_line_width(size * _BOLD_STROKE)
        self.pdf.text_mode = TextMode.FILL_STROKE if style.bold else TextMode.FILL

    def _wrapped(self, text: str, size: float) -> list[str]:
        self.pdf.set_font(_FAMILY, size=size)
        lines = self.pdf.multi_cell(
            self.width,
            text=text,
            dry_run=True,
            output=MethodReturnValue.LINES,
            # Chinese breaks after any character, Latin words stay whole.
            wrapmode=WrapMode.WORD if text.isascii() else WrapMode.CHAR,
        )
        return cast("list[str]", lines)


@contextmanager
def document(width: float, height: float) -> Iterator[FPDF]:
    """Yield an empty document with pages of this size; the font is closed again."""
    pdf = FPDF(unit="mm", format=(width, height))
    pdf.add_font(_FAMILY, fname=sans_path())
    pdf.set_auto_page_break(auto=False)
    pdf.set_margin(0)
    pdf.c_margin = 0
    pdf.set_lang("zh-CN")
    try:
        yield pdf
    finally:
        _font(pdf).close()


def finished(pdf: FPDF, title: str, now: datetime) -> bytes:
    """Return the document as a file that names itself and the time it was made."""
    pdf.set_title(printable(title))
    pdf.set_creation_date(now)
    return bytes(pdf.output())


def draw_cuts(pdf: FPDF, cuts: Sequence[Line]) -> None:
    """Draw thin lines along which the sheet is to be cut."""
    pdf.set_draw_color(*PALE)
    pdf.set_line_width(_HAIR)
    for cut in cuts:
        pdf.line(*cut)


def printable(text: str) -> str:
    """Return the text with a sign in place of each character the font lacks."""
    return "".join(mark if _has(mark) else UNPRINTABLE for mark in text)


def lacking(text: str) -> str:
    """Return the characters of a text that the font lacks, each once."""
    return "".join(mark for mark in dict.fromkeys(text) if not _has(mark))


def _font(pdf: FPDF) -> TTFFont:
    return cast("TTFFont", pdf.fonts[_FAMILY.lower()])


@cache
def _characters() -> frozenset[int]:
    with document(1, 1) as pdf:
        return frozenset(_font(pdf).cmap)


def _has(mark: str) -> bool:
    return ord(mark) in _characters()
