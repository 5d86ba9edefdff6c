"""A report as plain tables and paragraphs: one content for page, workbook and document.

Whoever prints, calculates or reads aloud gets the same words and figures.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.domain.case_figures import Rate

Value = str | int | float | Rate | None
"""Words, a count, a difference in points of percent, a share; None: not shown."""
NOTHING = "–"


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table; the first column of a row names it."""

    caption: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Value]]
    note: str = ""
    """What a reader must know to read it rightly."""

    def has_shares(self, column: int) -> bool:
        """Whether a column holds shares."""
        return any(isinstance(row[column], Rate) for row in self.rows)


@dataclass(frozen=True, kw_only=True)
class Passage:
    """A heading and paragraphs under it."""

    heading: str
    lines: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Report:
    """A whole report, all words in one language."""

    title: str
    lines: Sequence[str]
    """Under the title: of whom, of when, drawn up when."""
    tables: Sequence[Table]
    passages: Sequence[Passage]
    language: str
    """BCP 47, such as zh-CN."""
    of: str
    """Heading of the denominators of a column of shares."""
    percent: str
    """Heading of its percentages."""


def value_text(value: Value) -> str:
    """Return a value as read: a share with both its counts, a difference signed."""
    if value is None:
        return NOTHING
    if isinstance(value, Rate):
        return _share(value)
    if isinstance(value, float):
        return f"{value:+.1f}" if round(value, 1) else "0.0"
    return str(value)


def _share(rate: Rate) -> str:
    percent = rate.percent
    if percent is None:
        return NOTHING
    return f"{percent:.1f} % ({rate.part}/{rate.whole})"
