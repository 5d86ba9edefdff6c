"""A report as files for an office: a workbook and a document, both on A4.

Words are written as words: nothing in a cell is computed and nothing becomes a link.
"""

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import xlsxwriter
from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.table import WD_ALIGN_VERTICAL
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table as DocxTable

from kiosk.domain.case_figures import Rate
from kiosk.domain.exported_words import as_words
from kiosk.domain.report_tables import NOTHING, Report, Table, Value, value_text

FONT = "SimSun"
"""Every Chinese office has it, and LibreOffice has replacements where it is missing."""
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")
_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")
_SHEET_NAME_MOST = 31
_A4_PAPER = 9
_HEAD = 3
"""Row of the headings, below title and lines."""
_WIDTH, _MARGIN = 210, 20
_FIRST_WIDE, _FIRST_NARROW, _FEW = 62, 36, 4
"""Millimetres of the column of names, in tables of few columns and of many."""
_INK = RGBColor(0, 0, 0)


def report_workbook(report: Report, made_at: datetime) -> bytes:
    """Return the report as XLSX: one sheet a table, shares as numbers of numbers.

    A column of shares becomes three: part, whole, and percent. The same report and
    moment give the same bytes.
    """
    file = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(file, options)
    book.set_properties(
        {"title": report.title, "created": made_at.replace(tzinfo=None)}
    )
    # What has no format of its own is written in this one.
    book.formats[0].set_font_name(FONT)
    styles = _styles(book)
    for table in report.tables:
        _sheet(book, report, table, styles)
    for passage in report.passages:
        rows = [[line] for line in passage.lines]
        told = Table(caption=passage.heading, headings=[""], rows=rows)
        _sheet(book, report, told, styles)
    book.close()
    return file.getvalue()


def report_document(report: Report, made_at: datetime) -> bytes:
    """Return the report as DOCX: A4, headings, tables with lines, notes below them."""
    document = Document()
    _page(document, report, made_at)
    document.add_heading(_written(report.title), level=0)
    for line in report.lines:
        document.add_paragraph(_written(line)).paragraph_format.space_after = Pt(2)
    for table in report.tables:
        document.add_heading(_written(table.caption), level=1)
        _table(document, table)
        if table.note:
            note = document.add_paragraph().add_run(_written(table.note))
            note.font.size = Pt(9)
    for passage in report.passages:
        document.add_heading(_written(passage.heading), level=1)
        for line in passage.lines:
            document.add_paragraph(_written(line))
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


@dataclass(frozen=True, kw_only=True)
class _Styles:
    title: Any
    head: Any
    figure_head: Any
    name: Any
    """Of the first column."""
    figure: Any
    """Of the others, to the right."""


def _styles(book: xlsxwriter.Workbook) -> _Styles:
    plain = {"font_name": FONT, "font_size": 11, "valign": "vcenter"}
    right = {"align": "right"}
    head = plain | {"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"}
    return _Styles(
        title=book.add_format(plain | {"bold": True, "font_size": 14}),
        head=book.add_format(head),
        figure_head=book.add_format(head | right),
        name=book.add_format(plain | {"text_wrap": True}),
        figure=book.add_format(plain | right),
    )


def _sheet(
    book: xlsxwriter.Workbook, report: Report, table: Table, styles: _Styles
) -> None:
    name = _SHEET_NAME.sub(" ", _written(table.caption))[:_SHEET_NAME_MOST].strip()
    sheet = book.add_worksheet(name)
    sheet.set_paper(_A4_PAPER)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_column(0, 0, 34 if len(table.headings) > 1 else 100)
    sheet.set_column(1, 30, 11)
    sheet.set_row(0, 26)
    sheet.write_string(0, 0, _safe(report.title), styles.title)
    sheet.write_string(1, 0, _safe(" · ".join(report.lines)))
    for column, words in enumerate(_headings(report, table)):
        style = styles.figure_head if column else styles.head
        sheet.write_string(_HEAD, column, _safe(words), style)
    for number, row in enumerate(table.rows, _HEAD + 1):
        for column, value in enumerate(_flat(table, row)):
            style = styles.figure if column else styles.name
            if isinstance(value, str):
                sheet.write_string(number, column, _safe(value), style)
            else:
                sheet.write_number(number, column, value, style)
    if table.note:
        sheet.write_string(_HEAD + len(table.rows) + 2, 0, _safe(table.note))


def _headings(report: Report, table: Table) -> Iterator[str]:
    for column, words in enumerate(table.headings):
        yield words
        if table.has_shares(column):
            yield report.of
            yield report.percent


def _flat(table: Table, row: Sequence[Value]) -> Iterator[str | int | float]:
    for column, value in enumerate(row):
        if isinstance(value, Rate):
            percent = value.percent
            yield from (value.part, value.whole)
            yield NOTHING if percent is None else round(percent, 1)
            continue
        yield _flat_one(value)
        if table.has_shares(column):
            yield from (NOTHING, NOTHING)


def _flat_one(value: str | float | None) -> str | int | float:
    if value is None:
        return NOTHING
    return round(value, 1) if isinstance(value, float) else value


def _page(document: DocxDocument, report: Report, made_at: datetime) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(_WIDTH), Mm(297)
    section.left_margin = section.right_margin = Mm(_MARGIN)
    section.top_margin = section.bottom_margin = Mm(_MARGIN)
    for name in ("Normal", "Title", "Heading 1"):
        style = document.styles[name]
        style.font.name = FONT
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for attribute in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme"):
            fonts.attrib.pop(qn(attribute), None)
        fonts.set(qn("w:eastAsia"), FONT)
        style.font.color.rgb = _INK
    document.styles["Normal"].font.size = Pt(10.5)
    document.styles["Title"].font.size = Pt(18)
    for line in list(document.styles["Title"].element.iter(qn("w:pBdr"))):
        line.getparent().remove(line)
    _language(document)
    told = document.core_properties
    told.title, told.author, told.language = report.title, "", report.language
    told.comments = ""
    told.created = told.modified = made_at.replace(tzinfo=None)


def _language(document: DocxDocument) -> None:
    """Say that the characters are Chinese: Japanese ones look different."""
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")


def _table(document: DocxDocument, table: Table) -> None:
    columns = len(table.headings)
    drawn = document.add_table(rows=1, cols=columns, style="Table Grid")
    drawn.autofit = False
    _fill(drawn, 0, table.headings, bold=True)
    _repeat_head(document)
    for number, row in enumerate(table.rows, 1):
        drawn.add_row()
        _fill(drawn, number, [value_text(value) for value in row], bold=False)
    first = _FIRST_WIDE if columns <= _FEW else _FIRST_NARROW
    rest = (_WIDTH - 2 * _MARGIN - first) / max(columns - 1, 1)
    for number, column in enumerate(drawn.columns):
        column.width = Mm(rest if number else first)
        for cell in column.cells:
            cell.width = column.width
            cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER


def _fill(drawn: DocxTable, number: int, texts: Sequence[str], *, bold: bool) -> None:
    for column, (cell, text) in enumerate(
        zip(drawn.rows[number].cells, texts, strict=True)
    ):
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_before = Pt(1)
        paragraph.paragraph_format.space_after = Pt(1)
        run = paragraph.add_run(_written(text))
        run.bold, run.font.size = bold, Pt(9)
        if column:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _repeat_head(document: DocxDocument) -> None:
    """Let the first row of the newest table stand again at the top of each page."""
    head = list(document.element.body.iterchildren(qn("w:tbl")))[-1].tr_lst[0]
    head.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _safe(text: str) -> str:
    return as_words(_written(text))


def _written(text: str) -> str:
    """Return the text without characters that XML cannot hold."""
    return _UNWRITABLE.sub("", text)
