"""Files as offices send them, read as tables or refused in words."""

import io
import zipfile

import pytest

from kiosk.domain.sheets import (
    FileEmpty,
    FileProtected,
    FileTooLarge,
    NotATable,
    QuotesBroken,
    TextUndecodable,
)
from kiosk.services.sheets import read_sheets
from tests.workbooks import OLD_OR_LOCKED, SHEET, lines_of, with_part, workbook

MEGABYTE = 1024 * 1024
TEXT = "单位,窗口编号\r\n市人社局,A001\r\n\r\n,A002\r\n"
LINES = [(1, ["单位", "窗口编号"]), (2, ["市人社局", "A001"]), (4, ["", "A002"])]


# Text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_csv_is_read_in_each_encoding_that_spreadsheets_write(encoding):
    assert lines_of(TEXT.encode(encoding)) == LINES


def test_csv_is_read_in_utf_16_of_the_other_byte_order():
    assert lines_of(b"\xfe\xff" + TEXT.encode("utf-16-be")) == LINES


def test_rare_characters_of_names_survive_in_gb18030():
    assert lines_of("单位,㐂𠮷\n".encode("gb18030")) == [(1, ["单位", "㐂𠮷"])]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["unix", "windows", "mac"])
def test_each_delimiter_and_line_end_is_understood(delimiter, end):
    text = TEXT.replace(",", delimiter).replace("\r\n", end)
    assert lines_of(text.encode()) == LINES


def test_unicode_text_of_a_spreadsheet_is_read():
    text = TEXT.replace(",", "\t")
    assert lines_of(b"\xff\xfe" + text.encode("utf-16-le")) == LINES


def test_commas_in_a_title_do_not_decide_the_delimiter():
    text = "一楼,二楼,三楼\n单位;窗口编号;窗口名称\n甲;A001;乙\n"
    assert [cells[1:] for _, cells in lines_of(text.encode())] == [
        [],
        ["窗口编号", "窗口名称"],
        ["A001", "乙"],
    ]


def test_delimiters_within_quotes_do_not_decide_either():
    text = '单位,名称\n"a;b;c;d;e","f;g;h"\n'
    assert lines_of(text.encode())[1] == (2, ["a;b;c;d;e", "f;g;h"])


def test_quoted_cells_hold_delimiters_quotes_and_line_ends():
    text = '单位,名称\n"甲, ""乙""","一\n二"\n丙,丁\n'
    assert lines_of(text.encode()) == [
        (1, ["单位", "名称"]),
        (2, ['甲, "乙"', "一\n二"]),
        (4, ["丙", "丁"]),
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('甲,乙\n"丙,丁\n戊,己\n', 2),
        ('甲,乙\n丙,丁\n"戊"庚,己\n', 3),
        ('甲,"' + "长" * 131_073, 1),
    ],
    ids=["unclosed", "something after", "endless"],
)
def test_quotation_marks_that_do_not_match_are_refused_with_their_line(text, line):
    with pytest.raises(QuotesBroken) as refusal:
        lines_of(text.encode())
    assert refusal.value.values == {"file": "windows.csv", "line": line}


def test_no_more_lines_are_read_than_asked_for():
    data = "甲\n乙\n\n丙\n".encode()
    (sheet,) = read_sheets(data, "a.csv", 2)
    assert [line for line, _ in sheet.lines] == [1, 2]
    assert not sheet.complete
    (sheet,) = read_sheets(data, "a.csv", 3)
    assert [line for line, _ in sheet.lines] == [1, 2, 4]
    assert sheet.complete


def test_of_a_line_sixty_four_cells_are_read():
    (sheet,) = read_sheets((",".join("甲" * 65)).encode(), "a.csv", 9)
    assert len(sheet.lines[0][1]) == 64


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xfe\x00",
        b"window,name\nA001,\xff\xff\n",
        "单位,窗口编号,窗口名称\n".encode()[:-3] + b"\n",
        "市人力资源和社会保障局,A001\n".encode().replace(b"\xe5", b"\xc0", 1),
    ],
    ids=["half a character", "no encoding", "cut UTF-8", "broken UTF-8"],
)
def test_text_that_cannot_be_decoded_is_refused(data):
    with pytest.raises(TextUndecodable) as refusal:
        lines_of(data)
    assert str(refusal.value).startswith("The characters of windows.csv cannot be read")


# Refused by what it is


@pytest.mark.parametrize("data", [b"", b" \r\n\t\n"])
def test_an_empty_file_is_refused(data):
    with pytest.raises(FileEmpty) as refusal:
        lines_of(data)
    assert str(refusal.value) == "windows.csv is empty."


def test_ten_megabytes_are_looked_at_and_no_more():
    line = b"a,b\n" * 16
    whole = line * (10 * MEGABYTE // len(line))
    assert len(whole) == 10 * MEGABYTE
    assert not read_sheets(whole, "a.csv", 5)[0].complete
    with pytest.raises(FileTooLarge) as refusal:
        read_sheets(whole + b"a", "a.csv", 5)
    assert refusal.value.values == {"file": "a.csv", "most": 10}


def test_a_password_or_an_old_workbook_is_refused_with_what_to_do():
    with pytest.raises(FileProtected) as refusal:
        read_sheets(OLD_OR_LOCKED, "窗口.xlsx", 9)
    assert str(refusal.value).startswith(
        "窗口.xlsx is protected by a password or is an old .xls workbook."
    )


def _zip(name: str, content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n1 0 obj <<>> endobj\n",
        b"\x89PNG\r\n\x1a\n" + b"IHDR" * 9,
        b"\xff\xd8\xff\xe0" + b"JFIF" * 9,
        b"GIF89a\0\0",
        b"{\\rtf1\\ansi A001}",
        b"\n<HTML><table><tr><td>A001</table>",
        b"<?xml version='1.0'?><Workbook/>",
        "单位,窗口编号\n".encode("utf-16-le"),
        b"PK\x03\x04 and nothing that a directory would be found in",
        _zip("word/document.xml", b"<w/>"),
        workbook([["单位"]])[:-200],
        with_part(workbook([["单位"]]), SHEET, b"<worksheet><sheetData>"),
        with_part(workbook([["单位"]]), "xl/workbook.xml", b"not XML"),
    ],
    ids=[
        *("PDF", "PNG", "JPEG", "GIF", "RTF", "web page", "XML", "unmarked UTF-16"),
        *("no archive", "document", "cut workbook", "cut sheet", "broken workbook"),
    ],
)
def test_what_is_no_table_is_refused(data):
    with pytest.raises(NotATable) as refusal:
        lines_of(data)
    assert str(refusal.value).startswith("windows.csv cannot be read as a table.")


def test_the_name_of_a_file_is_cleaned_before_it_is_quoted():
    with pytest.raises(FileEmpty) as refusal:
        read_sheets(b"", "\u202ecod.exe\n", 9)
    assert refusal.value.values == {"file": "cod.exe"}
