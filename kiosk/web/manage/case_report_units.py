"""The tables of a month's report that stand by unit."""

from collections.abc import Callable, Mapping

from flask_babel import gettext

from kiosk.domain.case_figures import Figures, Rate
from kiosk.domain.report_tables import Table, Value
from kiosk.domain.served import MORE_THAN_SERVED
from kiosk.domain.small_groups import SMALLEST_GROUP, are_told_apart
from kiosk.queries.case_report import NO_RATINGS, MonthView, UnitRatings

_HANDLED: tuple[Callable[[Figures], Value], ...] = (
    lambda figures: figures.cases,
    lambda figures: figures.ratings,
    lambda figures: figures.accepted,
    lambda figures: figures.answered,
    lambda figures: figures.rectified,
    lambda figures: figures.rectified_in_time,
    lambda figures: figures.raised,
)
_RETURNED: tuple[Callable[[Figures], Value], ...] = (
    lambda figures: figures.called,
    lambda figures: figures.second.satisfied,
    lambda figures: figures.second.unrated,
    lambda figures: figures.reopened,
    lambda figures: figures.appeals,
    lambda figures: figures.upheld,
)


def unit_tables(view: MonthView, names: Mapping[int, str]) -> list[Table]:
    """Return how each unit handled its cases, what came back, and its ratings."""
    return [_handled(view, names), _returned(view, names), _rated(view, names)]


def _handled(view: MonthView, names: Mapping[int, str]) -> Table:
    return Table(
        caption=gettext("By unit: handled in time"),
        headings=[
            gettext("Unit"),
            gettext("Cases"),
            gettext("Ratings in them"),
            gettext("Accepted in time"),
            gettext("Answered in time"),
            gettext("Put right"),
            gettext("Put right in time"),
            gettext("Ever overdue"),
        ],
        rows=_rows(view, names, _HANDLED),
    )


def _returned(view: MonthView, names: Mapping[int, str]) -> Table:
    return Table(
        caption=gettext("By unit: what came back"),
        headings=[
            gettext("Unit"),
            gettext("Called back"),
            gettext("Content or fairly content"),
            gettext("Not rated"),
            gettext("Opened again"),
            gettext("Appeals"),
            gettext("Appeals upheld"),
        ],
        rows=_rows(view, names, _RETURNED),
    )


def _rated(view: MonthView, names: Mapping[int, str]) -> Table:
    rows: list[list[Value]] = []
    for key, name in names.items():
        ratings = view.ratings.get(key, NO_RATINGS)
        in_cases = view.in_cases.get(key, 0)
        rows.append([name, *_readings(ratings), _without_case(ratings, in_cases)])
    return Table(
        caption=gettext("By unit: ratings"),
        headings=[
            gettext("Unit"),
            gettext("Ratings"),
            gettext("Satisfied or better"),
            gettext("Fairly satisfied or better"),
            gettext("Response"),
            gettext("Bad ratings without a case"),
        ],
        rows=rows,
        note=gettext(
            "Groups of fewer than %(most)d ratings are not shown, nor counted in the "
            "totals. Without a case stay bad ratings without words and reasons, as "
            "long as a window has too few of them in a week.",
            most=SMALLEST_GROUP,
        ),
    )


def _rows(
    view: MonthView,
    names: Mapping[int, str],
    columns: tuple[Callable[[Figures], Value], ...],
) -> list[list[Value]]:
    """Return a row for each unit that had cases."""
    return [
        [name, *(column(view.units[key]) for column in columns)]
        for key, name in names.items()
        if key in view.units
    ]


def _readings(ratings: UnitRatings) -> list[Value]:
    shown = ratings.shown
    good, fair = ratings.levels[3:], ratings.levels[2:]
    return [
        shown,
        None if shown is None else Rate(sum(good), shown),
        None if shown is None else Rate(sum(fair), shown),
        _response(ratings),
    ]


def _response(ratings: UnitRatings) -> Value:
    response = ratings.response
    if response.exceeds:
        return str(gettext(MORE_THAN_SERVED))
    return None if response.percent is None else Rate(response.ratings, response.served)


def _without_case(ratings: UnitRatings, in_cases: int) -> Value:
    """Return a share of the bad ratings, where it points at nobody."""
    without = max(0, ratings.bad - in_cases)
    if ratings.bad < SMALLEST_GROUP or not are_told_apart([without]):
        return None
    return Rate(without, ratings.bad)
