"""Workbooks and their damaged relatives, made in memory."""

import io
import zipfile

from openpyxl import Workbook

from kiosk.services.sheets import read_sheets

TITLE = "某市政务服务中心窗口一览表"
SHEET = "xl/worksheets/sheet1.xml"
"""The part of a workbook that holds its first sheet."""
HEADINGS = ["单位", "窗口编号", "窗口名称", "业务类型", "位置", "电话"]
OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000
"""How both a password-protected workbook and an old .xls begin."""


def saved(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def workbook(rows, *, merged=(), name="窗口") -> bytes:
    """One sheet with these rows; `merged` names ranges such as "A3:A5"."""
    book = Workbook()
    sheet = book.active
    sheet.title = name
    for row in rows:
        sheet.append(row)
    for cells in merged:
        sheet.merge_cells(cells)
    return saved(book)


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """The same workbook with one of its parts replaced or added."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return made.getvalue()


def part_of(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)


def lines_of(data: bytes, most: int = 1000):
    """The filled lines of the only sheet, without trailing blanks."""
    (sheet,) = read_sheets(data, "windows.csv", most)
    assert sheet.complete
    trimmed = [(line, list(cells)) for line, cells in sheet.lines]
    for _, cells in trimmed:
        while cells and not cells[-1]:
            cells.pop()
    return trimmed
