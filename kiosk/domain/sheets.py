"""What a file must be to be read as a table, and how it is refused otherwise."""

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.domain.errors import RuleBroken, sentence

BYTES_MOST = 10 * 1024 * 1024
"""Largest file that is looked at."""
UNPACKED_MOST = 64 * 1024 * 1024
"""Largest sum of a workbook's parts once unpacked, in bytes."""

Line = tuple[int, list[str]]
"""A line's number in the file, from 1, and its cells."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook, or the only one of a text file.

    lines: those with at least one filled cell, in their order. complete: whether
    these are all; False when reading stopped at the asked number of lines.
    """

    name: str
    lines: Sequence[Line]
    complete: bool


class FileEmpty(RuleBroken):
    """There is nothing in the file."""

    code = "file_empty"
    text = sentence("%(file)s is empty.")


class FileTooLarge(RuleBroken):
    """The file exceeds what a list can need."""

    code = "file_too_large"
    text = sentence(
        "%(file)s is larger than %(most)d MB. Please keep only the list in it."
    )


class FileProtected(RuleBroken):
    """Encrypted by a password, or a workbook of Excel 2003 and before.

    Both are the same kind of container, and neither can be read here.
    """

    code = "file_protected"
    text = sentence(
        "%(file)s is protected by a password or is an old .xls workbook. Please take "
        "the password off and save it as .xlsx, or save it as CSV."
    )


class NotATable(RuleBroken):
    """A picture, a document, a damaged workbook: anything but a table."""

    code = "file_not_a_table"
    text = sentence(
        "%(file)s cannot be read as a table. Please save the list as .xlsx or as CSV."
    )


class UnpacksTooLarge(RuleBroken):
    """A workbook whose parts unpack to far more than a list."""

    code = "file_unpacks_too_large"
    text = sentence(
        "%(file)s unpacks to far more than a list can be and was not opened. Please "
        "copy the list alone into a new workbook."
    )


class TextUndecodable(RuleBroken):
    """Text in none of the encodings that spreadsheets write."""

    code = "text_undecodable"
    text = sentence(
        "The characters of %(file)s cannot be read. Please save it as CSV UTF-8 or "
        "as .xlsx."
    )


class QuotesBroken(RuleBroken):
    """A quotation mark opens a cell and nothing closes it properly."""

    code = "quotes_broken"
    text = sentence(
        "The quotation marks in %(file)s do not match, in line %(line)d or after it. "
        "Please correct them or save the list as .xlsx."
    )
