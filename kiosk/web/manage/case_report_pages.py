"""The month's report on cases, put into words and tables in the request's language."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from babel.dates import format_date
from flask_babel import gettext

from kiosk.domain.case_figures import Change, Figures, Rate
from kiosk.domain.cases import Source
from kiosk.domain.months import Month
from kiosk.domain.report_tables import Passage, Report, Table, Value, value_text
from kiosk.queries.case_report import NO_RATINGS, MonthView, UnitRatings
from kiosk.queries.places import CentreView
from kiosk.web.case_words import cause_words, source_words
from kiosk.web.filters import moment_of
from kiosk.web.language import language
from kiosk.web.manage.case_report_units import unit_tables
from kiosk.web.manage.case_report_words import BCP, reason_text

REASONS_MOST = 10
_MONTH = {"zh": "y年M月", "en": "MMMM y"}


@dataclass(frozen=True, kw_only=True)
class ReportData:
    """What a report is made of."""

    centre: CentreView
    month: Month
    now: datetime
    running: bool
    """Whether the month is not over."""
    view: MonthView
    before: MonthView
    """The month before."""
    units: Mapping[int, str]
    """Names by key, in order."""
    whole_centre: bool


@dataclass(frozen=True, kw_only=True)
class CaseReportPage:
    """The report with the months to choose from."""

    report: Report
    month: Month
    months: Sequence[tuple[str, str]]
    """Address and name, the newest first."""

    def text(self, value: Value) -> str:
        """Return a value as read."""
        return value_text(value)


def month_words(month: Month) -> str:
    """Return a month with its year, such as 2026年7月."""
    name = language()
    return format_date(month.first, _MONTH[name], locale=name)


def case_report(data: ReportData) -> Report:
    """Return the report, all words in the language of the request."""
    return Report(
        title=gettext(
            "Monthly report on cases, %(month)s", month=month_words(data.month)
        ),
        lines=list(_lines(data)),
        tables=[
            _totals(data),
            _sources(data),
            _seconds(data),
            *unit_tables(data.view, data.units),
            _causes(data.view),
            _reasons(data.view),
        ],
        passages=_passages(data),
        language=BCP[language()],
        of=gettext("Of how many"),
        percent=gettext("In percent"),
    )


def _lines(data: ReportData) -> Iterator[str]:
    yield data.centre.name
    if data.whole_centre:
        yield gettext("All units")
    else:
        yield gettext("Units: %(names)s", names=" · ".join(data.units.values()))
    yield gettext(
        "Cases received in this month, as they stand on %(moment)s.",
        moment=moment_of(data.now, data.centre.zone),
    )
    if data.running:
        yield gettext("The month is not over: the figures will change.")


def _totals(data: ReportData) -> Table:
    rows: list[list[Value]] = []
    now, before = _rates(data.view), _rates(data.before)
    for (words, rate), (_, former) in zip(now, before, strict=True):
        points = Change(rate, former).points if rate and former else None
        rows.append([words, rate, former, points])
    return Table(
        caption=gettext("How cases were handled"),
        headings=[
            gettext("Figure"),
            gettext("This month"),
            gettext("Month before"),
            gettext("Change in points"),
        ],
        rows=rows,
        note=gettext(
            "In brackets: how many of how many. A case whose day has not come yet is "
            "neither a success nor a failure and is left out of both numbers. A case "
            "that was answered anew is measured by its last answer; that it was ever "
            "overdue stays counted."
        ),
    )


_CASE_RATES: tuple[Callable[[Figures], Rate], ...] = (
    lambda figures: figures.accepted,
    lambda figures: figures.answered,
    lambda figures: figures.rectified,
    lambda figures: figures.rectified_in_time,
    lambda figures: figures.called,
    lambda figures: figures.second.rate,
    lambda figures: figures.second.satisfied,
    lambda figures: figures.reopened,
    lambda figures: figures.raised,
    lambda figures: figures.upheld,
)


def _rates(view: MonthView) -> list[tuple[str, Rate | None]]:
    words = (
        gettext("Accepted in time"),
        gettext("Answered in time"),
        gettext("Put right, of what was promised"),
        gettext("Put right in time, of what was promised"),
        gettext("Called back, of those who left a contact"),
        gettext("Answers that were rated"),
        gettext("Content or fairly content, of those who rated the answer"),
        gettext("Opened again, of the answered"),
        gettext("Ever overdue"),
        gettext("Appeals upheld, of the decided"),
    )
    rates = [rate(view.whole) for rate in _CASE_RATES]
    told = list(view.ratings.values())
    return [
        *zip(words, rates, strict=True),
        (gettext("Response: ratings of people served"), _response(told)),
        (gettext("Satisfied or better, of the ratings"), _share(told, 3)),
        (gettext("Fairly satisfied or better, of the ratings"), _share(told, 2)),
    ]


def _response(told: Sequence[UnitRatings]) -> Rate | None:
    """Return the response of the units whose own is shown."""
    shown = [each.response for each in told if each.response.percent is not None]
    if not shown:
        return None
    return Rate(sum(each.ratings for each in shown), sum(each.served for each in shown))


def _share(told: Sequence[UnitRatings], level: int) -> Rate | None:
    """Return the share of ratings above a level, of units with enough of them."""
    shown = [each for each in told if each.shown is not None]
    if not shown:
        return None
    every = sum(shown, NO_RATINGS)
    return Rate(sum(every.levels[level:]), sum(every.levels))


def _sources(data: ReportData) -> Table:
    now, before = data.view.whole, data.before.whole
    rows: list[list[Value]] = [
        [
            source_words(source),
            now.by_source[source].cases,
            now.by_source[source].ratings,
            before.by_source[source].cases,
        ]
        for source in Source
    ]
    total: list[Value] = [gettext("Together"), now.cases, now.ratings, before.cases]
    return Table(
        caption=gettext("Where cases came from"),
        headings=[
            gettext("Source"),
            gettext("Cases"),
            gettext("Ratings in them"),
            gettext("Cases, month before"),
        ],
        rows=[*rows, total],
        note=gettext(
            "Joined: bad ratings of one window, week and cause, answered together by "
            "one measure."
        ),
    )


def _seconds(data: ReportData) -> Table:
    now, before = data.view.whole.second, data.before.whole.second
    return Table(
        caption=gettext("What citizens made of the answers"),
        headings=[
            gettext("Second rating"),
            gettext("Cases"),
            gettext("Cases, month before"),
        ],
        rows=[
            [gettext("Content"), now.content, before.content],
            [gettext("Fairly content"), now.fairly, before.fairly],
            [gettext("Not content"), now.not_content, before.not_content],
            [gettext("Not rated"), now.unrated, before.unrated],
        ],
        note=gettext(
            "Not rated is never taken for content. Where several citizens rated one "
            "answer, the least counts; a case that was opened again waits for the "
            "rating of its new answer. Not reached in two calls: %(count)d.",
            count=data.view.whole.unreached,
        ),
    )


def _causes(view: MonthView) -> Table:
    amounts = sorted(
        view.whole.by_cause.items(), key=lambda item: (-item[1].cases, item[0])
    )
    return Table(
        caption=gettext("Causes of the cases"),
        headings=[gettext("Cause"), gettext("Cases"), gettext("Ratings in them")],
        rows=[[cause_words(key), each.cases, each.ratings] for key, each in amounts],
    )


def _reasons(view: MonthView) -> Table:
    return Table(
        caption=gettext("Reasons of bad ratings"),
        headings=[gettext("Reason"), gettext("Times given")],
        rows=[
            [reason_text(number), count]
            for number, count in view.reasons[:REASONS_MOST]
        ],
        note=gettext("Reasons given fewer than five times are not shown."),
    )


def _passages(data: ReportData) -> list[Passage]:
    lines = [
        f"{example.number} · {cause_words(example.cause)} · {example.words}"
        for example in data.view.examples
    ]
    if not lines:
        return []
    return [Passage(heading=gettext("Examples, told again by the writer"), lines=lines)]
