"""What the templates of clerks and of their lists are given."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kiosk.domain.sheets import BYTES_MOST
from kiosk.domain.staff import BADGE_MOST, NAME_MOST, PIN_LEAST, PIN_MOST
from kiosk.queries.staff import ClerkLine, PostingLine
from kiosk.services.staff_lists import StaffImport
from kiosk.web.forms import Form
from kiosk.web.manage.lists import Paged
from kiosk.web.manage.pages import WrongLine

Option = tuple[object, str]
"""Value and words of a choice."""


@dataclass(frozen=True, kw_only=True)
class ClerksPage:
    """Clerks, searched and filtered, and what can be filtered by."""

    clerks: Paged[ClerkLine]
    today: date
    units: Sequence[Option]
    states: Sequence[Option]
    there: int
    """Clerks in all, found or not."""
    may_edit: bool
    done: str = ""


@dataclass(frozen=True, kw_only=True)
class ClerkPage:
    """One clerk: what is known, where they belonged, and what may be done."""

    clerk: ClerkLine
    postings: Sequence[PostingLine]
    today: date
    may_edit: bool
    may_link: bool
    done: str = ""


@dataclass(frozen=True, kw_only=True)
class ClerkFormPage:
    """One act on a clerk, or a new one, with what was typed and what is wrong."""

    form: Form
    clerk: ClerkLine | None = None
    units: Sequence[Option] = ()
    others: Sequence[Option] = ()
    """Clerks who may succeed, or accounts that may be linked."""
    today: date | None = None
    name_most: int = 2 * NAME_MOST
    """Browsers count a rare character twice; the server counts characters."""
    badge_most: int = BADGE_MOST
    pin_least: int = PIN_LEAST
    pin_most: int = PIN_MOST


@dataclass(frozen=True, kw_only=True)
class ListImportPage:
    """A list to be chosen as a file, and why the last one was not taken."""

    section: str
    heading: str
    back: str
    """Address of the page that the import belongs to."""
    back_words: str
    action: str
    template: str
    """Address of the empty list."""
    columns: Sequence[str]
    sample: Sequence[str]
    note: str
    error: str = ""
    file_name: str = ""
    wrong: Sequence[WrongLine] = ()
    most: int = 200
    """So many wrong lines are shown; a thousand more tell nothing new."""
    megabytes: int = BYTES_MOST // 1024**2


@dataclass(frozen=True)
class StaffImportDone:
    """What became of a list of clerks."""

    taken: StaffImport
    left: int
    """Rows of people who have left; they were not taken."""
