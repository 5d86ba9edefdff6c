"""`flask board`: the live board on the terminal, as JSON or as a sheet."""

import csv
import io
import json
from dataclasses import asdict
from typing import Any

import click
from flask_babel import force_locale, gettext

from kiosk.cli import current
from kiosk.clock import utc_now
from kiosk.domain.column_width import column_width, padded
from kiosk.domain.served import MORE_THAN_SERVED
from kiosk.extensions import reading
from kiosk.queries.board import Board, BoardRow, compute_board

_DECIMALS = 4
_FIELDS = (
    "window",
    "name",
    "unit",
    "service_type",
    "ratings",
    "effective",
    "mean",
    "good_rate",
    "served",
    "response_rate",
    "over_served",
    "score",
    "place",
    "low",
    "high",
    "listed",
    "reason",
)
_MARK_OF_UTF_8 = "\ufeff"
"""Without it spreadsheets read Chinese as something else."""
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_HEADINGS = (
    "place",
    "window",
    "name",
    "unit",
    "score",
    "range",
    "ratings",
    "good %",
    "response %",
    "moved",
    "",
)
_TO_THE_RIGHT = frozenset(
    {"place", "score", "ratings", "good %", "response %", "moved"}
)


@click.command("board")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "csv"]),
    default="text",
    show_default=True,
)
def board(form: str) -> None:
    """Print the live board: every window with its fair score, place and range."""
    centre = current.this_centre()
    with current.refusals(), reading() as session:
        found = compute_board(session, centre, utc_now())
    if form == "json":
        click.echo(as_json(found))
    elif form == "csv":
        click.echo(as_csv(found), nl=False)
    else:
        with force_locale(current.settings().default_language):
            click.echo(as_text(found))


def as_json(found: Board) -> str:
    """Return the board as a JSON object, its floats to four decimals."""
    whole = {
        "version": found.version,
        "computed_at": found.computed_at.isoformat(),
        "windows": [_record(row) for row in found.rows],
    }
    return json.dumps(whole, ensure_ascii=False, indent=2, allow_nan=False)


def as_csv(found: Board) -> str:
    """Return the board as a sheet that opens as it is in spreadsheets."""
    sheet = io.StringIO()
    sheet.write(_MARK_OF_UTF_8)
    writer = csv.writer(sheet)
    writer.writerow(_FIELDS)
    for row in found.rows:
        record = _record(row)
        writer.writerow([_harmless(record[name]) for name in _FIELDS])
    return sheet.getvalue()


def as_text(found: Board) -> str:
    """Return the board as aligned columns: the listed by place, then the others."""
    lines = [_HEADINGS, *map(_cells, [*found.listed, *found.waiting])]
    widths = [max(map(column_width, column)) for column in zip(*lines, strict=True)]
    shown = [
        "  ".join(
            padded(cell, width, right=heading in _TO_THE_RIGHT)
            for cell, width, heading in zip(line, widths, _HEADINGS, strict=True)
        ).rstrip()
        for line in lines
    ]
    period = found.period
    head = f"{period.first} – {period.last}, version {found.version}"
    return "\n".join([head, *shown])


def _record(row: BoardRow) -> dict[str, Any]:
    values = asdict(row) | {"reason": row.reason and row.reason.code}
    return {name: _rounded(values[name]) for name in _FIELDS}


def _rounded(value: object) -> object:
    return round(value, _DECIMALS) if isinstance(value, float) else value


def _harmless(value: object) -> object:
    """Return a cell that no spreadsheet takes for a formula."""
    if isinstance(value, str) and value.startswith(_STARTS_A_FORMULA):
        return f"'{value}"
    return value


def _cells(row: BoardRow) -> tuple[str, ...]:
    listed = row.place is not None
    return (
        str(row.place) if listed else "–",
        row.window,
        row.name,
        row.unit,
        "" if row.score is None else f"{row.score:.1f}",
        f"{row.low}–{row.high}" if listed else "",
        f"{row.ratings:,}",
        "" if row.good_rate is None else f"{row.good_rate:.1f}",
        "" if row.response_rate is None else f"{row.response_rate:.1f}",
        f"{row.change:+d}" if row.change else _unmoved(row),
        " · ".join(filter(None, [_lacks(row), _flag(row)])),
    )


def _unmoved(row: BoardRow) -> str:
    return "" if row.change is None else "0"


def _lacks(row: BoardRow) -> str:
    if row.reason is None:
        return ""
    text, values = row.reason.words()
    words: str = gettext(text, **values)
    return words


def _flag(row: BoardRow) -> str:
    return gettext(MORE_THAN_SERVED) if row.over_served else ""
