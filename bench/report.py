"""What a part of the run found: tables, goals, and how they are printed."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from unicodedata import east_asian_width


@dataclass(frozen=True)
class Goal:
    """A bound that a measured value keeps or misses."""

    text: str
    value: float
    bound: float
    unit: str = "x"
    at_least: bool = False

    @property
    def met(self) -> bool:
        """Whether the value lies on the right side of its bound."""
        if self.at_least:
            return self.value >= self.bound
        return self.value <= self.bound

    def line(self) -> list[str]:
        """Return the goal as a row of a table."""
        sign = ">=" if self.at_least else "<="
        return [
            "pass" if self.met else "MISSED",
            self.text,
            f"{self.value:.4g} {self.unit}",
            f"{sign} {self.bound:g} {self.unit}",
        ]


@dataclass(frozen=True)
class Table:
    """Columns and rows of one measurement; the first column names the row."""

    columns: list[str]
    rows: list[list[str]]


@dataclass
class Report:
    """All that one part of the run found."""

    title: str
    tables: list[Table] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    rounds: list[dict[str, Any]] = field(default_factory=list)
    """Raw figures of each round, for `--json`."""

    def as_data(self) -> dict[str, Any]:
        """Return everything as plain data."""
        goals = [asdict(goal) | {"met": goal.met} for goal in self.goals]
        return asdict(self) | {"goals": goals}


def print_report(report: Report) -> None:
    """Print tables, goals and notes of one part."""
    print(f"\n== {report.title} ==")
    for table in report.tables:
        print()
        print_table(table)
    if report.goals:
        print()
        lines = [goal.line() for goal in report.goals]
        print_table(Table(["", "goal", "measured", "bound"], lines))
    for note in report.notes:
        print(f"  - {note}")


def print_table(table: Table) -> None:
    """Print rows under their columns: words to the left, figures to the right."""
    lines = [table.columns, *table.rows]
    widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
    figures = [_figures(column) for column in zip(*table.rows, strict=True)]
    for number, line in enumerate(lines):
        cells = [
            _pad(cell, width, right=right)
            for cell, width, right in zip(line, widths, figures, strict=True)
        ]
        print("  " + "  ".join(cells).rstrip())
        if number == 0:
            print("  " + "  ".join("-" * width for width in widths))


def _figures(cells: Sequence[str]) -> bool:
    return any(cells) and all(cell[:1].isdigit() or cell in {"", "-"} for cell in cells)


def _width(text: str) -> int:
    return sum(2 if east_asian_width(mark) in "WF" else 1 for mark in text)


def _pad(text: str, width: int, *, right: bool) -> str:
    space = " " * (width - _width(text))
    return space + text if right else text + space
