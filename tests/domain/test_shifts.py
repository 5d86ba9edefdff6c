"""Times of shifts: midnight, days on which clocks change, and what collides."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from kiosk.domain.shift_errors import (
    ClerkBusy,
    ClockUnreadable,
    DayUnreadable,
    ShiftTooLong,
    TimeLeftOut,
    WindowTaken,
)
from kiosk.domain.shifts import (
    Sitting,
    Span,
    Timetable,
    clerk_at,
    day_end,
    day_span,
    moment_on,
    parse_day,
    parse_span,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
ST_JOHNS = ZoneInfo("America/St_Johns")
THURSDAY = date(2026, 7, 16)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["2026-07-16", "2026/7/16", "2026.07.16", "2026年7月16日", " 2026-07-16 00:00:00 "],
)
def test_days_are_read_as_offices_and_spreadsheets_write_them(text):
    assert parse_day(text) == THURSDAY


@pytest.mark.parametrize(
    "text", ["", "16.07.2026", "2026-02-30", "1999-12-31", "2100-01-01", "9999-12-31"]
)
def test_what_is_no_day_is_refused_and_quoted(text):
    with pytest.raises(DayUnreadable, match=f"“{text}”"):
        parse_day(text)


def test_first_and_last_day_that_are_believed():
    assert parse_day("2000-01-01") == date(2000, 1, 1)
    assert parse_day("2099-12-31") == date(2099, 12, 31)


def test_shift_within_a_day():
    assert parse_span(THURSDAY, "9:00", "17:30:00", SHANGHAI) == Span(
        utc(2026, 7, 16, 1), utc(2026, 7, 16, 9, 30)
    )


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("22:00", "06:00", 8),
        ("20:00", "24:00", 4),
        ("08:00", "00:00", 16),
        ("08:01", "00:01", 16),
        ("00:00", "16:00", 16),
    ],
)
def test_end_at_or_before_the_start_is_of_the_next_day(start, end, hours):
    span = parse_span(THURSDAY, start, end, SHANGHAI)
    assert span.start == moment_on(THURSDAY, time.fromisoformat(start), SHANGHAI)
    assert span.end - span.start == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("start", "end"), [("08:00", "00:01"), ("07:59", "24:00"), ("09:00", "09:00")]
)
def test_more_than_sixteen_hours_are_a_slip(start, end):
    with pytest.raises(ShiftTooLong, match="at most 16 hours"):
        parse_span(THURSDAY, start, end, SHANGHAI)


@pytest.mark.parametrize("text", ["", "9", "24:01", "25:00", "09:60", "9.30", "24:00"])
def test_start_that_is_no_time_of_day_is_refused(text):
    with pytest.raises(ClockUnreadable, match=f"“{text}”"):
        parse_span(THURSDAY, text, "10:00", SHANGHAI)


def test_end_that_is_no_time_of_day_is_refused():
    with pytest.raises(ClockUnreadable, match="“24:01”"):
        parse_span(THURSDAY, "20:00", "24:01", SHANGHAI)


CHANGES = [
    (SHANGHAI, date(2026, 3, 29), 24),
    (BERLIN, date(2026, 3, 28), 24),
    (BERLIN, date(2026, 3, 29), 23),
    (BERLIN, date(2026, 10, 25), 25),
    (ST_JOHNS, date(2026, 3, 8), 23),
    (ST_JOHNS, date(2026, 11, 1), 25),
    # Until 2011 its clocks changed a minute after midnight, over the end of a day.
    (ST_JOHNS, date(2010, 3, 14), 23),
    (ST_JOHNS, date(2010, 11, 6), 24),
    (ST_JOHNS, date(2010, 11, 7), 25),
]


@pytest.mark.parametrize(("zone", "day", "hours"), CHANGES)
def test_a_day_has_23_24_or_25_hours(zone, day, hours):
    span = day_span(day, zone)
    assert span.end - span.start == timedelta(hours=hours)
    assert day_span(day - timedelta(days=1), zone).end == span.start


@pytest.mark.parametrize(("zone", "day", "hours"), CHANGES)
def test_times_of_a_day_exist_once_and_in_order(zone, day, hours):
    moments = []
    for minutes in range(24 * 60):
        try:
            moments.append(moment_on(day, time(*divmod(minutes, 60)), zone))
        except TimeLeftOut:
            continue
    assert moments == sorted(set(moments))
    left_out = 24 * 60 - len(moments)
    assert left_out == (60 if hours == 23 else 0)


def test_time_that_the_clocks_jump_over_is_refused_in_words():
    with pytest.raises(TimeLeftOut, match=r"2026-03-29 .* never show 02:30"):
        parse_span(date(2026, 3, 29), "02:30", "09:00", BERLIN)
    with pytest.raises(TimeLeftOut, match=r"2026-03-29 .* never show 02:00"):
        parse_span(date(2026, 3, 28), "22:00", "02:00", BERLIN)
    assert parse_span(date(2026, 3, 28), "22:00", "03:00", BERLIN) == Span(
        utc(2026, 3, 28, 21), utc(2026, 3, 29, 1)
    )


def test_of_a_time_that_exists_twice_the_first_is_meant():
    night = parse_span(date(2026, 10, 25), "02:30", "03:00", BERLIN)
    assert night == Span(utc(2026, 10, 25, 0, 30), utc(2026, 10, 25, 2))
    late = parse_span(date(2026, 11, 1), "01:30", "02:00", ST_JOHNS)
    assert late == Span(utc(2026, 11, 1, 4), utc(2026, 11, 1, 5, 30))


def test_shift_over_the_end_of_summer_time_is_an_hour_longer_than_its_clock_says():
    span = parse_span(date(2026, 10, 24), "22:00", "06:00", BERLIN)
    assert span.end - span.start == timedelta(hours=9)
    spring = parse_span(date(2026, 3, 28), "22:00", "06:00", BERLIN)
    assert spring.end - spring.start == timedelta(hours=7)


@pytest.mark.parametrize(
    ("now", "zone", "end"),
    [
        (utc(2026, 7, 16, 4), SHANGHAI, utc(2026, 7, 16, 16)),
        (utc(2026, 7, 16, 15, 59), SHANGHAI, utc(2026, 7, 16, 16)),
        (utc(2026, 7, 16, 16), SHANGHAI, utc(2026, 7, 17, 16)),
        (utc(2026, 10, 25, 10), BERLIN, utc(2026, 10, 25, 23)),
        # The second 23:30 of the day: its first midnight is past already.
        (utc(2010, 11, 7, 3), ST_JOHNS, utc(2010, 11, 7, 3, 30)),
        (utc(2010, 11, 7, 2, 15), ST_JOHNS, utc(2010, 11, 7, 2, 30)),
    ],
)
def test_day_ends_after_now_whatever_the_clocks_do(now, zone, end):
    assert day_end(now, zone) == end


def test_words_name_the_second_day_only_where_there_is_one():
    assert parse_span(THURSDAY, "09:00", "12:00", SHANGHAI).words(SHANGHAI) == (
        "2026-07-16 09:00–12:00"
    )
    assert parse_span(THURSDAY, "22:00", "06:00", SHANGHAI).words(SHANGHAI) == (
        "2026-07-16 22:00 – 2026-07-17 06:00"
    )


def sitting(window: int, clerk: int, start: str, end: str) -> Sitting:
    span = parse_span(THURSDAY, start, end, SHANGHAI)
    return Sitting(window, clerk, span, f"A00{window}", f"示例{clerk}")


def test_who_came_last_sits_there_and_at_the_end_nobody_does():
    both = [sitting(1, 7, "09:00", "12:00"), sitting(1, 8, "10:00", "12:00")]
    ten = parse_span(THURSDAY, "10:00", "12:00", SHANGHAI)
    second = timedelta(seconds=1)
    assert clerk_at(both, ten.start - second) == 7
    assert clerk_at(both, ten.start) == 8
    assert clerk_at(both, ten.end - second) == 8
    assert clerk_at(both, ten.end) is None
    assert clerk_at([], ten.start) is None


@pytest.fixture
def timetable() -> Timetable:
    return Timetable(SHANGHAI, [sitting(1, 7, "09:00", "12:00")])


@pytest.mark.parametrize(
    ("start", "end"),
    [("08:00", "09:01"), ("11:59", "13:00"), ("08:00", "13:00"), ("10:00", "11:00")],
)
def test_overlap_of_one_clerk_names_the_other_shift(timetable, start, end):
    with pytest.raises(ClerkBusy, match=r"示例7 is at window A001 .* 09:00–12:00"):
        timetable.take(sitting(2, 7, start, end))


@pytest.mark.parametrize(
    ("start", "end"),
    [("08:00", "09:01"), ("11:59", "13:00"), ("08:00", "13:00"), ("10:00", "11:00")],
)
def test_two_clerks_at_one_window_name_the_other_shift(timetable, start, end):
    with pytest.raises(WindowTaken, match=r"示例7 sits at window A001 .* 09:00–12:00"):
        timetable.take(sitting(1, 8, start, end))


def test_shifts_that_only_touch_do_not_collide(timetable):
    assert timetable.take(sitting(1, 8, "08:00", "09:00"))
    assert timetable.take(sitting(1, 8, "12:00", "13:00"))
    assert timetable.take(sitting(2, 7, "12:00", "13:00"))
    with pytest.raises(WindowTaken, match="示例8"):
        timetable.take(sitting(1, 9, "12:30", "13:30"))


def test_the_very_same_shift_once_more_is_none(timetable):
    assert timetable.take(sitting(1, 7, "09:00", "12:00")) is False
    with pytest.raises(ClerkBusy):
        timetable.take(sitting(1, 7, "09:00", "12:30"))
