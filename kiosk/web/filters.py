"""How numbers, times and levels are written, per language."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, get_day_names
from flask import Flask

from kiosk.domain.errors import sentence
from kiosk.domain.levels import Level
from kiosk.web.language import language

LEVEL_WORDS = {
    Level.VERY_SATISFIED: sentence("Very satisfied"),
    Level.SATISFIED: sentence("Satisfied"),
    Level.FAIRLY_SATISFIED: sentence("Fairly satisfied"),
    Level.DISSATISFIED: sentence("Dissatisfied"),
    Level.VERY_DISSATISFIED: sentence("Very dissatisfied"),
}
_DAY = {"zh": "M月d日", "en": "d MMM"}
_MOMENT = {"zh": "M月d日 HH:mm", "en": "d MMM, HH:mm"}
_HALF = {"zh": "M月d日 a", "en": "d MMM, a"}
_WEEKDAY = {"zh": "EEEE", "en": "EEEE"}
_DATE = {"zh": "y年M月d日 EEE", "en": "EEE d MMM y"}
_MONTH = {"zh": "M月", "en": "MMMM"}
_TIME = {"zh": "HH:mm", "en": "HH:mm"}


def _written(moment: datetime, zone: ZoneInfo, patterns: dict[str, str]) -> str:
    name = language()
    return format_datetime(moment.astimezone(zone), patterns[name], locale=name)


def day_of(moment: datetime, zone: ZoneInfo) -> str:
    """Return the day, e.g. 7月16日."""
    return _written(moment, zone, _DAY)


def moment_of(moment: datetime, zone: ZoneInfo) -> str:
    """Return day and minute, e.g. 7月16日 14:26."""
    return _written(moment, zone, _MOMENT)


def half_day_of(moment: datetime, zone: ZoneInfo) -> str:
    """Return day and half, e.g. 7月16日 下午: all that a receipt may tell."""
    return _written(moment, zone, _HALF)


def weekday_of(moment: datetime, zone: ZoneInfo) -> str:
    """Return the day of the week, e.g. 星期四."""
    return _written(moment, zone, _WEEKDAY)


def time_of(moment: datetime, zone: ZoneInfo) -> str:
    """Return the minute of the day, e.g. 14:26."""
    return _written(moment, zone, _TIME)


def date_of(day: date) -> str:
    """Return a day in full, e.g. 2026年7月16日 周四."""
    name = language()
    return format_date(day, _DATE[name], locale=name)


def month_of(day: date) -> str:
    """Return the month of a day, e.g. 7月."""
    name = language()
    return format_date(day, _MONTH[name], locale=name)


def weekday_letters() -> list[tuple[str, str]]:
    """Return the days of the week from Monday, each short and in full."""
    name = language()
    short = get_day_names("narrow", locale=name)
    full = get_day_names("wide", locale=name)
    return [(short[day], full[day]) for day in range(7)]


def register_filters(app: Flask) -> None:
    """Let templates use them."""
    app.jinja_env.filters.update(
        day_of=day_of,
        moment_of=moment_of,
        half_day_of=half_day_of,
        weekday_of=weekday_of,
        time_of=time_of,
        date_of=date_of,
        month_of=month_of,
    )
    app.jinja_env.globals["weekday_letters"] = weekday_letters
    app.jinja_env.globals["LEVEL_WORDS"] = LEVEL_WORDS
