"""Tables that leave the product: CSV and XLSX in which no cell is a formula."""

import csv
import io
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

import xlsxwriter

from kiosk.domain.exported_words import as_words

Cell = str | int | float | date | datetime | None

_BOM = "\ufeff"
_ROWS_A_PIECE = 500


def harmless(cell: Cell) -> str | int | float:
    """Return a cell that no spreadsheet computes; numbers stay numbers."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, str):
        return as_words(cell.replace("\x00", ""))
    return cell


def csv_pieces(
    headings: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> Iterator[bytes]:
    """Yield a CSV file in UTF-8 with its mark, every cell quoted, CRLF at the ends."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    out.write(_BOM)
    writer.writerow([harmless(cell) for cell in headings])
    for number, row in enumerate(rows, 1):
        writer.writerow([harmless(cell) for cell in row])
        if number % _ROWS_A_PIECE == 0:
            yield _taken(out)
    yield _taken(out)


def workbook(
    title: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> bytes:
    """Return an XLSX file of one sheet; words are words, never formulas or links."""
    with tempfile.TemporaryFile() as file:
        book = xlsxwriter.Workbook(
            file,
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        sheet = book.add_worksheet(re.sub(r"[\[\]:*?/\\']", " ", title)[:31])
        bold = book.add_format({"bold": True})
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, max(len(headings) - 1, 0), 18)
        sheet.write_row(0, 0, [harmless(cell) for cell in headings], bold)
        for number, row in enumerate(rows, 1):
            for column, cell in enumerate(row):
                safe = harmless(cell)
                if isinstance(safe, str):
                    sheet.write_string(number, column, safe)
                else:
                    sheet.write_number(number, column, safe)
        book.close()
        file.seek(0)
        return file.read()


def _taken(out: io.StringIO) -> bytes:
    piece = out.getvalue().encode()
    out.seek(0)
    out.truncate()
    return piece
