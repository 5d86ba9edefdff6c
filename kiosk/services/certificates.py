"""Certificates and plaques of a final list as PDF, in a Chinese serif face."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import product
from typing import cast

from fpdf import FPDF
from fpdf.enums import TextMode
from fpdf.fonts import TTFFont
from pylopdf_fonts_zh_cn import serif_path

from kiosk.services.pdf_pages import INK, PALE, UNPRINTABLE, Colour
from kiosk.services.qr import drawing

RED: Colour = (159, 29, 26)
GOLD: Colour = (176, 141, 69)

_FAMILY = "NotoSerifSC"
_WIDTH, _HEIGHT = 297.0, 210.0
_MIDDLE = _WIDTH / 2
_SIDE = 40.0
"""Margin of the words, millimetres."""
_POINT = 25.4 / 72
_BOLD_STROKE = 0.035
"""Outline of strengthened text, part of its size; the font has no bold cut."""
_LATTICE = (((2, 78), (2, 2), (78, 2)), ((14, 64), (14, 14), (64, 14)),
            ((14, 44), (34, 44), (34, 14)), ((24, 44), (24, 54), (14, 54)),
            ((44, 14), (44, 24), (34, 24)))  # fmt: skip
"""Lines in one corner of the frame, in 1/1123 of the page's width."""
_CORNER = 58.0
_UNIT = _WIDTH / 1123
_DIGITS = "〇一二三四五六七八九"
_TEN = 10


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """What one certificate and its plaque say."""

    unit: str
    """Empty where the unit itself is awarded."""
    name: str
    """Whom it is given to."""
    campaign: str
    award: str
    number: str
    """Of the certificate."""
    issuer: str
    day: date
    """The centre's day on which the result was fixed."""
    address: str
    """Where the code leads: the published result."""
    approval: str = ""
    """Number of the approval; without one no paper says that it commends."""

    @property
    def closing(self) -> str:
        """The last sentence: to commend needs an approval, to praise does not."""
        if self.approval:
            return "特颁此证，予以表彰。"
        return "予以通报表扬，特发此证，以资鼓励。"

    @property
    def whom(self) -> str:
        """The unit before the name, unless they are the same."""
        return f"{self.unit}\u3000{self.name}" if self.unit else self.name


@dataclass(frozen=True)
class _Face:
    """How words are set: points, colour, weight, space between characters."""

    size: float
    colour: Colour = INK
    bold: bool = False
    space: float = 0.0
    """Part of the size."""


def certificates_pdf(found: Sequence[Certificate], title: str, now: datetime) -> bytes:
    """Return one PDF, a page of A4 across for each certificate, in the order given."""
    with _document() as pdf:
        for certificate in found:
            pdf.add_page()
            _draw_certificate(pdf, certificate)
        return _finished(pdf, title, now)


def plaques_pdf(found: Sequence[Certificate], title: str, now: datetime) -> bytes:
    """Return one PDF with a plaque a page: what an engraver copies on metal."""
    with _document() as pdf:
        for certificate in found:
            pdf.add_page()
            _draw_plaque(pdf, certificate)
        return _finished(pdf, title, now)


def chinese_day(day: date) -> str:
    """Return a day in Chinese figures, such as 二〇二六年十二月十八日."""
    year = "".join(_DIGITS[int(digit)] for digit in f"{day.year:04}")
    return f"{year}年{_counted(day.month)}月{_counted(day.day)}日"


def missing(text: str) -> str:
    """Return the characters of a text that the serif face lacks, each once."""
    return "".join(mark for mark in dict.fromkeys(text) if not _has(mark))


def _counted(number: int) -> str:
    """Return a number from 1 to 99 as it is said."""
    tens, ones = divmod(number, _TEN)
    lead = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return lead + (_DIGITS[ones] if ones else "")


def _draw_certificate(pdf: FPDF, found: Certificate) -> None:
    _draw_frame(pdf)
    _centred(pdf, "荣誉证书", _Face(51, RED, bold=True, space=0.28), 50)
    whom = _Face(19, bold=True)
    _left(pdf, f"{found.whom}：", whom, _SIDE, 75)
    body = _Face(19)
    indent = _SIDE + 2 * body.size * _POINT
    _left(pdf, f"在“{found.campaign}”评选活动中，被评为", body, indent, 88)
    _centred(pdf, found.award, _Face(37, RED, bold=True, space=0.14), 116)
    _left(pdf, found.closing, body, indent, 136)
    _draw_foot(pdf, found)


def _draw_foot(pdf: FPDF, found: Certificate) -> None:
    _code(pdf, found.address, 43, 158.0, 24)
    small = _Face(10.5, PALE)
    lines = [f"证书编号 {found.number}", "扫码核对评选结果"]
    if found.approval:
        lines.insert(1, f"批准文号 {found.approval}")
    top = 171.5 - 2.75 * (len(lines) - 1)
    for order, line in enumerate(lines):
        _left(pdf, line, small, 72, top + order * 5.5, room=92)
    # Centred over each other, where the seal is pressed on both.
    _centred(pdf, found.issuer, _Face(16.5), 168.5, at=225, room=88)
    _centred(pdf, chinese_day(found.day), _Face(16.5), 178.5, at=225, room=88)


def _draw_plaque(pdf: FPDF, found: Certificate) -> None:
    _draw_frame(pdf)
    _centred(pdf, found.campaign, _Face(24), 58)
    _centred(pdf, found.award, _Face(60, RED, bold=True, space=0.14), 98)
    _centred(pdf, found.whom, _Face(26, bold=True), 128)
    _centred(pdf, found.issuer, _Face(19), 160)
    _centred(pdf, chinese_day(found.day), _Face(16.5), 172)


def _draw_frame(pdf: FPDF) -> None:
    pdf.set_draw_color(*GOLD)
    for margin, stroke in ((38.0, 2.0), (46.0, 0.75)):
        pdf.set_line_width(stroke * _UNIT)
        edge = margin * _UNIT
        pdf.rect(edge, edge, _WIDTH - 2 * edge, _HEIGHT - 2 * edge)
    pdf.set_line_width(1.5 * _UNIT)
    for across, down in product((1, -1), repeat=2):
        for path in _LATTICE:
            pdf.polyline([_in_corner(x, y, across, down) for x, y in path])


def _in_corner(x: float, y: float, across: int, down: int) -> tuple[float, float]:
    """Return a point of the lattice; -1: of the right corners, of the lower ones."""
    right, below = (_CORNER + x) * _UNIT, (_CORNER + y) * _UNIT
    return (
        right if across > 0 else _WIDTH - right,
        below if down > 0 else _HEIGHT - below,
    )


def _code(pdf: FPDF, address: str, left: float, top: float, side: float) -> None:
    code = drawing(address)
    module = side / code.side
    pdf.set_fill_color(*INK)
    for bar, row, length in code.bars:
        pdf.rect(left + bar * module, top + row * module, length * module, module, "F")


def _centred(
    pdf: FPDF, text: str, face: _Face, base: float, at: float = _MIDDLE, room: float = 0
) -> None:
    """Write one line whose middle is `at`; smaller where the room does not hold it."""
    said = _printable(text)
    size, width = _fitted(pdf, said, face, room or _WIDTH - 2 * _SIDE)
    # The space after the last character is not seen.
    width -= face.space * size * _POINT
    _write(pdf, said, face, size, (at - width / 2, base))


def _left(
    pdf: FPDF, text: str, face: _Face, left: float, base: float, room: float = 0
) -> None:
    said = _printable(text)
    size, _ = _fitted(pdf, said, face, room or _WIDTH - _SIDE - left)
    _write(pdf, said, face, size, (left, base))


def _fitted(pdf: FPDF, said: str, face: _Face, room: float) -> tuple[float, float]:
    """Return the size in points at which the room holds a line, and its width."""
    pdf.set_font(_FAMILY, size=face.size)
    width = pdf.get_string_width(said) + len(said) * face.space * face.size * _POINT
    if width <= room:
        return face.size, width
    return face.size * room / width, room


def _write(
    pdf: FPDF, said: str, face: _Face, size: float, place: tuple[float, float]
) -> None:
    # A context of its own: outline and spacing would stay on.
    with pdf.local_context():
        pdf.set_font(_FAMILY, size=size)
        pdf.set_char_spacing(face.space * size)
        pdf.set_text_color(*face.colour)
        pdf.set_draw_color(*face.colour)
        # The library takes the width of an outline for points, whatever the unit.
        pdf.set_line_width(size * _BOLD_STROKE)
        pdf.text_mode = TextMode.FILL_STROKE if face.bold else TextMode.FILL
        pdf.text(*place, said)


def _printable(text: str) -> str:
    return "".join(mark if _has(mark) else UNPRINTABLE for mark in text)


@cache
def _characters() -> frozenset[int]:
    with _document() as pdf:
        return frozenset(_font(pdf).cmap)


def _has(mark: str) -> bool:
    return ord(mark) in _characters()


def _font(pdf: FPDF) -> TTFFont:
    return cast("TTFFont", pdf.fonts[_FAMILY.lower()])


@contextmanager
def _document() -> Iterator[FPDF]:
    pdf = FPDF(unit="mm", format=(_WIDTH, _HEIGHT))
    pdf.add_font(_FAMILY, fname=serif_path())
    pdf.set_auto_page_break(auto=False)
    pdf.set_margin(0)
    pdf.set_lang("zh-CN")
    try:
        yield pdf
    finally:
        _font(pdf).close()


def _finished(pdf: FPDF, title: str, now: datetime) -> bytes:
    pdf.set_title(_printable(title))
    pdf.set_creation_date(now)
    return bytes(pdf.output())
