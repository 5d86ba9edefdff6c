"""Files with lists of windows: found in whatever an office sends."""

from collections.abc import Sequence

from kiosk.domain.sheets import Sheet
from kiosk.domain.window_headings import TITLE_ROWS_MOST, find_headings
from kiosk.domain.window_list import (
    LINES_MOST,
    WINDOWS_MOST,
    NoHeadings,
    TooManyRows,
    TwoLists,
    WindowList,
    parse_window_list,
)
from kiosk.services.sheets import read_sheets


def read_window_list(data: bytes, file_name: str) -> WindowList:
    """Read a CSV or XLSX file into windows and errors by line.

    In a workbook the list is the one visible sheet with all needed headings, else
    the first with any. Raises a refusal of kiosk.domain.sheets or, for the file as
    a whole, of kiosk.domain.window_list.
    """
    sheet = _the_list(read_sheets(data, file_name, LINES_MOST))
    if not sheet.complete:
        raise TooManyRows(most=WINDOWS_MOST)
    return parse_window_list(sheet.lines)


def _the_list(sheets: Sequence[Sheet]) -> Sheet:
    found = [(sheet, find_headings(sheet.lines)) for sheet in sheets]
    some = [(sheet, headings) for sheet, headings in found if headings is not None]
    whole = [sheet for sheet, headings in some if not headings.missing()]
    if len(whole) > 1:
        raise TwoLists(first=whole[0].name, second=whole[1].name)
    for sheet in [*whole, *(sheet for sheet, _ in some)]:
        return sheet
    raise NoHeadings(most=TITLE_ROWS_MOST + 1)
