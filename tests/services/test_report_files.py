"""Reports as workbook and document: words stay words, and offices can open them."""

import io
import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from docx import Document
from docx.oxml.ns import qn
from pypdf import PdfReader

from kiosk.domain.case_figures import Rate
from kiosk.domain.report_tables import Passage, Report, Table
from kiosk.services.report_files import FONT, report_document, report_workbook
from tests.spreadsheets import find_soffice

MADE = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
REPORT = Report(
    title="差评办理月报 2026年6月",
    lines=["市政务服务中心", "=1+1 全部单位"],
    tables=[
        Table(
            caption="按单位：[办理]",
            headings=["单位", "件数", "按时答复", "环比"],
            rows=[
                ["=HYPERLINK(1)", 8, Rate(7, 8), 12.54],
                ["@市医保局\x01", 0, Rate(0, 0), None],
                ["+三局", 1, None, -3.0],
            ],
            note="-括号内为件数",
        ),
        Table(caption="空表", headings=["原因"], rows=[]),
    ],
    passages=[Passage(heading="事例", lines=["=办事人久等", "http://example.org"])],
    language="zh-CN",
    of="应办件数",
    percent="百分比",
)


def sheets():
    return openpyxl.load_workbook(io.BytesIO(report_workbook(REPORT, MADE))).worksheets


def values(sheet):
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_a_share_stands_as_its_two_numbers_and_the_percentage():
    sheet = sheets()[0]
    headings = ["单位", "件数", "按时答复", "应办件数", "百分比", "环比"]
    assert values(sheet)[3] == headings
    assert values(sheet)[4][1:] == [8, 7, 8, 87.5, 12.5]
    assert values(sheet)[5][1:] == [0, 0, 0, "–", "–"]
    assert values(sheet)[6][1:] == [1, "–", "–", "–", -3]


def test_nothing_in_the_workbook_is_computed_or_a_link():
    for sheet in sheets():
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in {"s", "n"}
                assert cell.hyperlink is None
                assert not str(cell.value or "").startswith(("=", "@"))
    told = values(sheets()[0])
    assert [row[0] for row in told[4:7]] == ["'=HYPERLINK(1)", "'@市医保局", "'+三局"]
    assert told[8][0] == "'-括号内为件数"


def test_sheets_bear_the_names_of_the_tables_and_print_on_a4():
    found = sheets()
    assert [sheet.title for sheet in found] == ["按单位： 办理", "空表", "事例"]
    assert {sheet.page_setup.paperSize for sheet in found} == {9}
    assert {cell.font.name for cell in found[0][4]} == {FONT}
    assert values(found[2])[4:] == [["'=办事人久等"], ["http://example.org"]]


def test_the_same_report_gives_the_same_workbook():
    assert report_workbook(REPORT, MADE) == report_workbook(REPORT, MADE)


def document():
    return Document(io.BytesIO(report_document(REPORT, MADE)))


def test_the_document_has_title_tables_notes_and_passages():
    found = document()
    assert [each.text for each in found.paragraphs] == [
        REPORT.title,
        *REPORT.lines,
        "按单位：[办理]",
        "-括号内为件数",
        "空表",
        "事例",
        "=办事人久等",
        "http://example.org",
    ]
    rows = [[cell.text for cell in row.cells] for row in found.tables[0].rows]
    assert rows == [
        ["单位", "件数", "按时答复", "环比"],
        ["=HYPERLINK(1)", "8", "87.5 % (7/8)", "+12.5"],
        ["@市医保局", "0", "–", "–"],
        ["+三局", "1", "–", "-3.0"],
    ]


def test_the_document_is_a4_chinese_and_says_nothing_of_who_made_it():
    found = document()
    section = found.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert round(section.left_margin.mm) == 20
    fonts = found.styles["Heading 1"].element.rPr.rFonts
    assert fonts.get(qn("w:eastAsia")) == FONT
    assert fonts.get(qn("w:eastAsiaTheme")) is None
    assert (found.core_properties.author, found.core_properties.comments) == ("", "")
    assert found.core_properties.language == "zh-CN"
    assert found.core_properties.created.replace(tzinfo=UTC) == MADE


def test_heads_of_tables_stand_again_on_each_page():
    heads = [each.rows[0]._tr.trPr for each in document().tables]
    assert all(head.find(qn("w:tblHeader")) is not None for head in heads)


def converted(folder: Path, name: str, data: bytes) -> PdfReader:
    """Let LibreOffice print a file; skip where it, or its Writer, is not there."""
    soffice = find_soffice()
    writer = Path(soffice).resolve().parent / "libswlo.so"
    if name.endswith(".docx") and not writer.exists():
        missing = "no Writer found (apt-get install libreoffice-writer-nogui)"
        if os.environ.get("KIOSK_REQUIRE_OFFICE"):
            pytest.fail(missing)
        pytest.skip(missing)
    (folder / name).write_bytes(data)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [soffice, profile, "--headless", "--convert-to", "pdf"]
    subprocess.run(
        [*command, "--outdir", str(folder), str(folder / name)],
        check=True,
        capture_output=True,
        timeout=300,
    )
    return PdfReader(folder / "report.pdf")


def told_by(pdf: PdfReader) -> str:
    return "".join(page.extract_text() for page in pdf.pages).replace(" ", "")


def fonts_of(pdf: PdfReader) -> str:
    found = pdf.pages[0]["/Resources"]["/Font"].values()
    return " ".join(str(font.get_object()["/BaseFont"]) for font in found)


def test_libreoffice_prints_the_document_on_a4_in_chinese(tmp_path):
    pdf = converted(tmp_path, "report.docx", report_document(REPORT, MADE))
    assert "差评办理月报2026年6月" in told_by(pdf)
    assert "87.5%(7/8)" in told_by(pdf)
    assert [round(side) for side in pdf.pages[0].mediabox[2:]] == [595, 842]
    assert "CJK" in fonts_of(pdf)


def test_libreoffice_prints_the_workbook_on_a4_in_chinese(tmp_path):
    pdf = converted(tmp_path, "report.xlsx", report_workbook(REPORT, MADE))
    assert "差评办理月报2026年6月" in told_by(pdf)
    assert [round(side) for side in pdf.pages[0].mediabox[2:]] == [842, 595]
    assert "CJK" in fonts_of(pdf)
