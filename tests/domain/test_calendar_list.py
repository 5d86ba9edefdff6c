"""A calendar from a list: ways of writing days, and faults by line."""

from datetime import date

import pytest

from kiosk.domain.calendar_list import (
    DayNameTooLong,
    DayRow,
    NoCalendarHeadings,
    NotADay,
    day_name,
    parse_calendar_list,
    parse_day,
)

HEADS = (1, ["日期", "是否工作日", "名称"])
DAY = date(2026, 10, 1)


@pytest.mark.parametrize(
    "typed",
    ["2026-10-01", "2026/10/1", "2026.10.1", "2026年10月1日", "20261001",
     " 2026-10-01 00:00:00"],
)  # fmt: skip
def test_a_day_in_the_ways_offices_write_it(typed):
    assert parse_day(typed) == DAY


@pytest.mark.parametrize("typed", ["", "1 Oct", "2026-13-01", "1999-12-31", "2101-1-1"])
def test_what_is_no_day(typed):
    with pytest.raises(NotADay):
        parse_day(typed)


def test_rows_with_and_without_names():
    found = parse_calendar_list(
        [
            (1, ["2026年放假安排"]),
            (2, ["日期", "是否工作日", "名称"]),
            (3, ["2026-10-01", "否", "国庆节"]),
            (5, ["2026-10-10", "班"]),
        ]
    )
    assert found.errors == ()
    assert found.rows == (
        DayRow(DAY, working=False, name="国庆节"),
        DayRow(date(2026, 10, 10), working=True, name=""),
    )


def test_each_fault_is_named_with_its_line():
    found = parse_calendar_list(
        [
            HEADS,
            (2, ["2026-10-01", "否", "国庆节"]),
            (3, ["someday", "否"]),
            (4, ["2026-10-02", "maybe"]),
            (5, ["2026-10-03", "否", "很" * 61]),
            (6, ["2026-10-01", "是"]),
        ]
    )
    assert [row.day for row in found.rows] == [DAY]
    assert [(e.line, e.refusal.code) for e in found.errors] == [
        (3, "day_invalid"),
        (4, "working_invalid"),
        (5, "day_name_too_long"),
        (6, "day_twice"),
    ]


def test_columns_that_lack_or_come_twice():
    missing = parse_calendar_list([(1, ["日期", "名称"]), (2, ["2026-10-01", "x"])])
    assert [(e.line, e.refusal.code) for e in missing.errors] == [(1, "column_missing")]
    twice = parse_calendar_list([(1, ["日期", "日期", "是否工作日"])])
    assert [e.refusal.code for e in twice.errors] == ["column_twice"]
    with pytest.raises(NoCalendarHeadings):
        parse_calendar_list([(1, ["something", "else"])])


def test_a_name_is_cleaned_and_bounded():
    assert day_name(" 国庆节\u202e ") == "国庆节"
    assert len(day_name("很" * 60)) == 60
    with pytest.raises(DayNameTooLong):
        day_name("很" * 61)
