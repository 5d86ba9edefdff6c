"""Lists as files: the one sheet of a workbook that holds the list asked for."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from kiosk.domain.free_text import clean_text
from kiosk.domain.list_columns import HeadingsMissing
from kiosk.domain.sheets import FileEmpty, Line
from kiosk.domain.window_list import TooManyRows
from kiosk.services.sheets import read_sheets

T = TypeVar("T")


def read_list(
    data: bytes,
    file_name: str,
    lines_most: int,
    parse: Callable[[Sequence[Line]], T],
) -> T:
    """Return what `parse` makes of the first sheet that has its headings.

    Raises a refusal of kiosk.domain.sheets, TooManyRows, or what `parse` raises.
    """
    missing: HeadingsMissing | None = None
    for sheet in read_sheets(data, file_name, lines_most):
        try:
            found = parse(sheet.lines)
        except HeadingsMissing as refusal:
            missing = missing or refusal
            continue
        if not sheet.complete:
            raise TooManyRows(most=lines_most)
        return found
    raise missing or FileEmpty(file=clean_text(file_name))
