"""What the audit's template and its files are given: entries in words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask_babel import gettext

from kiosk.domain.errors import sentence
from kiosk.queries.audit import RATING, Act, RatingLine
from kiosk.queries.audit_names import Names
from kiosk.services.exports import Cell
from kiosk.web.manage.audit_words import (
    about_words,
    actor_words,
    field_words,
    kind_words,
    value_words,
)

HEADINGS = (
    sentence("Number"),
    sentence("When"),
    sentence("Who"),
    sentence("Kind"),
    sentence("About"),
    sentence("Field"),
    sentence("Before"),
    sentence("After"),
    sentence("Reason"),
)


@dataclass(frozen=True)
class Row:
    """A field of an entry: what it was, and what it is."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """An entry in the language of the request."""

    number: int
    when: str
    kind: str
    about: str
    who: str = ""
    done: str = ""
    """Added, changed or struck out; empty where no row is meant."""
    why: str = ""
    rows: Sequence[Row] = ()
    tells_before: bool = False
    """Whether there was something before: not of new rows, nor of what only tells."""
    erased: bool = False


@dataclass(frozen=True, kw_only=True)
class AuditPage:
    """A page of entries, the newest first, and what can be chosen."""

    lines: Sequence[Line]
    chosen: Mapping[str, str]
    """What is asked for, by name of the field."""
    chains: Sequence[tuple[str, str]]
    kinds: Sequence[tuple[str, str]]
    people: Sequence[tuple[str, str]]
    older: str
    """Address of the next page, empty on the last."""
    newest: str
    """Address of the first page, empty on it."""
    ratings: bool
    error: str = ""


def act_line(act: Act, names: Names, zone: ZoneInfo) -> Line:
    """Return an act in words, its time by the chain's clock."""
    when = act.at.astimezone(zone).strftime("%Y-%m-%d %H:%M") if act.at else ""
    return Line(
        number=act.number,
        when=when or act.day.isoformat(),
        kind=kind_words(act.kind),
        about=about_words(act, names),
        who="" if act.erased else actor_words(act.by, names),
        done=_done(act),
        why=act.why,
        rows=[
            Row(
                field_words(change.field),
                value_words(act, change.field, change.before, names, zone),
                value_words(act, change.field, change.after, names, zone),
            )
            for change in act.changes
        ],
        tells_before=act.is_row and not act.is_new,
        erased=act.erased,
    )


def rating_line(rating: RatingLine) -> Line:
    """Return a rating in words: no level, no minute, nobody."""
    half = gettext("morning") if rating.morning else gettext("afternoon")
    return Line(
        number=rating.number,
        when=f"{rating.day.isoformat()} {half}",
        kind=kind_words(RATING),
        about=rating.window,
    )


def cells(line: Line) -> Iterator[tuple[Cell, ...]]:
    """Yield an entry's rows of a table: one for each field, at least one."""
    kind = f"{line.kind} · {line.done}" if line.done else line.kind
    if line.erased:
        kind = f"{kind} · {gettext('erased')}"
    head = (line.number, line.when, line.who, kind, line.about)
    for row in line.rows or [Row("", "", "")]:
        yield (*head, row.field, row.before, row.after, line.why)


def _done(act: Act) -> str:
    if act.is_new:
        return str(gettext("added"))
    if act.is_struck:
        return str(gettext("struck out"))
    return str(gettext("changed")) if act.is_row else ""
