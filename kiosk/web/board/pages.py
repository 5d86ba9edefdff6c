"""What the board's templates show: numbers as written, bars as lengths."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from babel.dates import format_date, format_datetime
from flask_babel import gettext

from kiosk.domain.board import SEATS, Period, Reason
from kiosk.domain.column_width import column_width
from kiosk.domain.intake import BUCKET_MINUTES
from kiosk.domain.levels import BEST_FIRST, Level
from kiosk.domain.ranking import DEFAULTS
from kiosk.queries.board import Board, BoardRow
from kiosk.queries.checkpoints import CheckpointView
from kiosk.queries.places import CentreView
from kiosk.web.language import language

T = TypeVar("T")

ROWS_A_PAGE = 10
LEAST_BAR = 2.0
"""Percent: a part that is there is never drawn thinner."""
_OFFICE_HOURS = range(8, 18)
# Places of a Latin letter: what the wall's strip holds, and what stands around words.
_STRIP_FITS = 96
_PLATE_AND_GAPS = 5
_LONGEST_SHARE = 60
_AXIS_STEP = 5
_NOTHING = "–"
_NAME_FITS = 17
_NAME_FITS_SMALLER = 23
_NUMBER_FITS = 5
_DAY = {"zh": "y年M月d日", "en": "d MMM y"}
_DAY_OF_YEAR = {"zh": "M月d日", "en": "d MMM"}
_MOMENT = {"zh": "M月d日 HH:mm", "en": "d MMM, HH:mm"}


@dataclass(frozen=True)
class Line:
    """A listed window."""

    window: str
    name: str
    size: str
    """Empty, `long` or `longest`: how the wall sets the name so that it fits."""
    plate: str
    """Empty or `long`, likewise for the number."""
    unit: str
    place: int
    low: int
    high: int
    score: str
    ratings: str
    good: str
    change: int | None


@dataclass(frozen=True)
class Waiting:
    """A window that is not listed yet, and what is missing, in words."""

    window: str
    name: str
    lacks: str


@dataclass(frozen=True)
class Page:
    """Ten places: what the wall shows at a time."""

    number: int
    first: int
    last: int
    axis: int
    """Last place on the axis that these ten share on the wall."""
    lines: Sequence[Line]


@dataclass(frozen=True)
class Share:
    """A level among the shown ratings, in percent; `bar` is the drawn length."""

    level: Level
    percent: str
    """A dash where no ratings are shown yet."""
    bar: float


@dataclass(frozen=True)
class Hour:
    """Ratings of one hour of today; `bar` in percent of the busiest."""

    hour: int
    ratings: int
    bar: float
    running: bool


@dataclass(frozen=True)
class Proof:
    """The newest checkpoint of the ledger, for whoever writes it down or scans it."""

    code: str
    made: str
    chain: int
    size: int


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Everything between the head of the board and its foot."""

    period: str
    windows: int
    listed: int
    pages: Sequence[Page]
    seat: int | None
    """The place of the tick on the axis, None while fewer are listed."""
    waiting: Sequence[Sequence[Waiting]]
    today: str
    ratings: str
    rated: bool
    """Whether any rating is shown: without one there is no percentage."""
    good: str
    shares: Sequence[Share]
    hours: Sequence[Hour]
    changed: str
    changed_iso: str
    zone: str
    needs: dict[str, int]
    """What a window must have to be listed."""
    held: str
    """Ratings that are looked at first; "" where there are none."""
    proof: Proof | None
    """None before the first checkpoint."""


def scene_of(
    board: Board, centre: CentreView, hour: int, checkpoint: CheckpointView | None
) -> Scene:
    """Return a board as it is shown in the language of the request."""
    listed, waiting = board.listed, board.waiting
    changed = _ten_minutes(board.changed_at.astimezone(centre.zone))
    return Scene(
        period=_period(board.period),
        windows=len(board.rows),
        listed=len(listed),
        pages=_pages([_line(row) for row in listed]),
        seat=SEATS if len(listed) > SEATS else None,
        waiting=_strips([_waiting(row, row.reason) for row in waiting if row.reason]),
        today=_whole(board.today),
        ratings=_whole(sum(row.ratings for row in board.rows)),
        rated=any(board.levels),
        good=_percent(sum(board.levels[-2:]), sum(board.levels)),
        shares=_shares(board.levels),
        hours=_hours(board.hours, hour),
        changed=_written(changed, _MOMENT),
        changed_iso=changed.isoformat(timespec="seconds"),
        zone=centre.zone.key,
        needs={
            "ratings": round(DEFAULTS.listed_effective),
            "days": DEFAULTS.listed_days,
            "gate": round(DEFAULTS.gate_percent),
        },
        held=_whole(board.held) if board.held else "",
        proof=_proof(checkpoint) if checkpoint else None,
    )


def _ten_minutes(moment: datetime) -> datetime:
    """Return where its ten minutes begin: the minute would be that of one rating."""
    minute = moment.minute - moment.minute % BUCKET_MINUTES
    return moment.replace(minute=minute, second=0, microsecond=0)


def _proof(checkpoint: CheckpointView) -> Proof:
    made = checkpoint.made_at.astimezone(checkpoint.zone)
    return Proof(
        code=checkpoint.code,
        made=_written(made, _MOMENT),
        chain=checkpoint.chain_id,
        size=checkpoint.size,
    )


def _line(row: BoardRow) -> Line:
    width = column_width(row.name)
    size = "long" if width > _NAME_FITS else ""
    return Line(
        window=row.window,
        name=row.name,
        size="longest" if width > _NAME_FITS_SMALLER else size,
        plate="long" if column_width(row.window) > _NUMBER_FITS else "",
        unit=row.unit,
        place=row.place or 0,
        low=row.low or 0,
        high=row.high or 0,
        score=f"{row.score or 0:.1f}",
        ratings=_whole(row.ratings),
        good=f"{row.good_rate or 0:.1f}",
        change=row.change,
    )


def _waiting(row: BoardRow, reason: Reason) -> Waiting:
    text, values = reason.words()
    return Waiting(row.window, row.name, gettext(text, **values))


def _pages(lines: Sequence[Line]) -> list[Page]:
    return [
        Page(number, part[0].place, part[-1].place, _axis(part, len(lines)), part)
        for number, part in enumerate(_groups(lines, ROWS_A_PAGE), start=1)
    ]


def _axis(lines: Sequence[Line], listed: int) -> int:
    """Return the end of an axis from place 1 that holds all ranges and the seat.

    In fives, so that it does not stretch and shrink with every rating.
    """
    last = max(SEATS, *(line.high for line in lines)) + 1
    return min(listed, last + -last % _AXIS_STEP)


def _groups(items: Sequence[T], size: int) -> list[Sequence[T]]:
    return [items[at : at + size] for at in range(0, len(items), size)]


def _strips(windows: Sequence[Waiting]) -> list[list[Waiting]]:
    """Return the windows in groups that each fit into one line of the wall."""
    strips: list[list[Waiting]] = []
    whole = _STRIP_FITS - column_width(gettext("Not listed yet"))
    room = 0
    for window in windows:
        words = window.window + window.name + window.lacks
        width = min(column_width(words), _LONGEST_SHARE) + _PLATE_AND_GAPS
        if width > room:
            strips.append([])
            room = whole
        strips[-1].append(window)
        room -= width
    return strips


def _shares(levels: Sequence[int]) -> list[Share]:
    shares = []
    for level in BEST_FIRST:
        percent = 100 * levels[level - 1] / (sum(levels) or 1)
        bar = max(percent, LEAST_BAR) if percent else 0.0
        written = _percent(levels[level - 1], sum(levels))
        shares.append(Share(level, written, round(bar, 1)))
    return shares


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}" if whole else _NOTHING


def _hours(ratings: Sequence[int], running: int) -> list[Hour]:
    """Return office hours, and earlier and later ones that have ratings."""
    busy = [hour for hour, count in enumerate(ratings) if count]
    shown = range(
        min([*busy, _OFFICE_HOURS.start]), max([*busy, _OFFICE_HOURS.stop - 1]) + 1
    )
    most = max(ratings) or 1
    return [
        Hour(hour, ratings[hour], round(100 * ratings[hour] / most, 1), hour == running)
        for hour in shown
    ]


def _period(period: Period) -> str:
    """Return both ends of the period; the year stands once if it is the same."""
    first, last = period.first, period.last
    if language() == "en":
        short = _day(first, _DAY_OF_YEAR if first.year == last.year else _DAY)
        return f"{short} – {_day(last, _DAY)}"
    short = _day(last, _DAY_OF_YEAR if first.year == last.year else _DAY)
    return f"{_day(first, _DAY)}至{short}"


def _day(day: date, patterns: dict[str, str]) -> str:
    name = language()
    return format_date(day, patterns[name], locale=name)


def _written(moment: datetime, patterns: dict[str, str]) -> str:
    name = language()
    return format_datetime(moment, patterns[name], locale=name)


def _whole(number: int) -> str:
    return f"{number:,}"
