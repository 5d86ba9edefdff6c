"""Posters as PDF: one A5 page a window, its code drawn as vectors, the font inside."""

from collections.abc import Iterable, Iterator, Sequence
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

# A poster speaks to whoever stands before it, so it always says both.
CALL = "扫一扫，评一评"
CALL_ENGLISH = "Scan to rate this service"
UNPRINTABLE = "〓"
"""Stands on the PDF for a character its font lacks, so that nothing just vanishes."""

_WIDTH, _HEIGHT, _MARGIN = 148.0, 210.0, 14.0
_LINE = _WIDTH - 2 * _MARGIN
_FAMILY = "NotoSansSC"
_POINT = 25.4 / 72
_LEADING = 1.3
_MOST_LINES = 2
_SMALLEST = 7.0
_BOLD_STROKE = 0.035
"""Outline of strengthened text, part of its size; the font has no bold cut."""
_INK, _PALE, _ACCENT = (29, 37, 40), (74, 84, 87), (20, 87, 94)
_PLATE_TOP, _PLATE_HEIGHT = 15.0, 24.0
_NAMES_TOP, _NAMES_HEIGHT = 42.0, 40.0
_CODE_TOP, _CODE_SIDE = 83.0, 86.0
_CALL_TOP, _ENGLISH_TOP, _ADDRESS_TOP = 171.0, 183.5, 195.0


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


def posters_pdf(posters: Sequence[Poster], title: str, now: datetime) -> bytes:
    """Return one PDF with an A5 page for each poster, in the order given."""
    with _document() as pdf:
        pdf.set_auto_page_break(auto=False)
        pdf.set_margin(0)
        pdf.c_margin = 0
        pdf.set_title(_printable(title))
        pdf.set_lang("zh-CN")
        pdf.set_creation_date(now)
        for poster in posters:
            pdf.add_page()
            _draw(pdf, poster)
        return bytes(pdf.output())


def unprintable(posters: Iterable[Poster]) -> list[Unprintable]:
    """Return the windows whose poster as PDF would lack characters, and which."""
    found = []
    for poster in posters:
        said = dict.fromkeys(poster.number + poster.name + poster.unit)
        lacking = "".join(mark for mark in said if not _has(mark))
        if lacking:
            found.append(Unprintable(poster.number, lacking))
    return found


@contextmanager
def _document() -> Iterator[FPDF]:
    """Yield an empty document with our font; the font's file is closed again."""
    # The library's own "A5" was once off by a millimetre and still warns.
    pdf = FPDF(unit="mm", format=(_WIDTH, _HEIGHT))
    pdf.add_font(_FAMILY, fname=sans_path())
    try:
        yield pdf
    finally:
        _font(pdf).close()


def _font(pdf: FPDF) -> TTFFont:
    return cast("TTFFont", pdf.fonts[_FAMILY.lower()])


@cache
def _characters() -> frozenset[int]:
    with _document() as pdf:
        return frozenset(_font(pdf).cmap)


def _has(mark: str) -> bool:
    return ord(mark) in _characters()


def _printable(text: str) -> str:
    return "".join(mark if _has(mark) else UNPRINTABLE for mark in text)


def _draw(pdf: FPDF, poster: Poster) -> None:
    _draw_plate(pdf, _printable(poster.number))
    _draw_names(pdf, _printable(poster.name), _printable(poster.unit))
    _draw_code(pdf, poster.address)
    _write(pdf, [CALL], 26, _CALL_TOP, _INK, bold=True)
    _write(pdf, [CALL_ENGLISH], 13, _ENGLISH_TOP, _PALE)
    size, lines = _fitted(pdf, poster.address, 8)
    _write(pdf, lines, size, _ADDRESS_TOP, _PALE)


def _draw_plate(pdf: FPDF, number: str) -> None:
    size = 44.0
    pdf.set_font(_FAMILY, size=size)
    width = pdf.get_string_width(number)
    room = _LINE - 16
    if width > room:
        size, width = size * room / width, room
    pdf.set_fill_color(*_ACCENT)
    left = (_WIDTH - width) / 2 - 8
    pdf.rect(
        left, _PLATE_TOP, width + 16, _PLATE_HEIGHT, "F",
        round_corners=True, corner_radius=3,
    )  # fmt: skip
    top = _PLATE_TOP + (_PLATE_HEIGHT - size * _POINT * _LEADING) / 2
    _write(pdf, [number], size, top, (255, 255, 255), bold=True)


def _draw_names(pdf: FPDF, name: str, unit: str) -> None:
    big, names = _fitted(pdf, name, 28)
    small, units = _fitted(pdf, unit, 14)
    line = _POINT * _LEADING
    height = big * line * len(names) + small * line * len(units) + 2
    top = _NAMES_TOP + (_NAMES_HEIGHT - height) / 2
    _write(pdf, names, big, top, _INK, bold=True)
    _write(pdf, units, small, top + big * line * len(names) + 2, _PALE)


def _draw_code(pdf: FPDF, address: str) -> None:
    code = drawing(address)
    module = _CODE_SIDE / code.side
    origin = (_WIDTH - _CODE_SIDE) / 2
    pdf.set_fill_color(0)
    for left, top, length in code.bars:
        pdf.rect(
            origin + left * module, _CODE_TOP + top * module,
            length * module, module, "F",
        )  # fmt: skip


def _fitted(pdf: FPDF, text: str, size: float) -> tuple[float, list[str]]:
    """Return text in at most two lines, smaller only when two do not hold it."""
    while True:
        lines = _wrapped(pdf, text, size)
        if len(lines) <= _MOST_LINES or size <= _SMALLEST:
            return size, lines
        size -= 1


def _wrapped(pdf: FPDF, text: str, size: float) -> list[str]:
    pdf.set_font(_FAMILY, size=size)
    lines = pdf.multi_cell(
        _LINE,
        text=text,
        dry_run=True,
        output=MethodReturnValue.LINES,
        # Chinese breaks after any character, Latin words stay whole.
        wrapmode=WrapMode.WORD if text.isascii() else WrapMode.CHAR,
    )
    return cast("list[str]", lines)


def _write(
    pdf: FPDF,
    lines: Sequence[str],
    size: float,
    top: float,
    colour: tuple[int, int, int],
    *,
    bold: bool = False,
) -> None:
    """Write centred lines; `top` in millimetres, `size` in points."""
    pdf.set_font(_FAMILY, size=size)
    pdf.set_text_color(*colour)
    pdf.set_draw_color(*colour)
    pdf.set_line_width(size * _POINT * _BOLD_STROKE)
    pdf.text_mode = TextMode.FILL_STROKE if bold else TextMode.FILL
    pdf.set_y(top)
    for line in lines:
        pdf.set_x(_MARGIN)
        pdf.cell(
            _LINE, size * _POINT * _LEADING, line,
            align=Align.C, new_x=XPos.LEFT, new_y=YPos.NEXT,
        )  # fmt: skip
