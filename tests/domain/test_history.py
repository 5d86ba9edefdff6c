"""A row of past ratings: what it stands for, and what is wrong with it."""

from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from kiosk.domain.history import (
    HistoryPlace,
    HistoryReader,
    NumberedWindow,
    Repeats,
    parse_past_moment,
)
from kiosk.domain.history_errors import (
    CellsTooMany,
    ChannelUnknown,
    ColumnsMissing,
    IdTwice,
    LevelUnknown,
    TimeNotPast,
    TimeTooOld,
    TimeUnreadable,
    WindowNotThere,
)
from kiosk.domain.intake import Channel, Origin, Tap, history_id
from kiosk.domain.levels import Level
from kiosk.domain.window_list import CellEmpty, CellTooLong, ColumnTwice

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 7, 16, 4, 0, tzinfo=UTC)
HALF_PAST_TWO = datetime(2026, 7, 15, 6, 30, tzinfo=UTC)
PLACE = HistoryPlace(
    centre_code="main",
    zone=SHANGHAI,
    windows={
        "A01": [NumberedWindow(3, date(2026, 3, 1)), NumberedWindow(7, None)],
        "B02": [NumberedWindow(9, date(2026, 7, 15))],
    },
    now=NOW,
)
ALL = ["window", "time", "channel", "level", "id", "clerk", "device", "comment"]


def read(headings: list[str], *cells: str) -> Tap:
    return HistoryReader(headings, PLACE).read(cells)


def read_row(**changes: str) -> Tap:
    row = {"window": "A01", "time": "2026-07-15 14:30", "channel": "tablet"}
    row |= {"level": "5"} | changes
    return read(list(row), *row.values())


def test_row_with_every_column_becomes_a_rating():
    given = "0F8FAD5B-D9CB-469F-A165-70867728950E"
    tap = read(
        ALL, "A01", "2026-07-15T14:30+08:00", "phone", "2", given, "张三", "T-1", "慢"
    )
    assert tap == Tap(
        event_id=UUID(given),
        window_id=7,
        channel=Channel.PHONE,
        origin=Origin.HISTORY,
        level=Level.DISSATISFIED,
        tapped_at=HALF_PAST_TWO,
        comment="慢",
        clerk_label="张三",
        device_label="T-1",
    )


@pytest.mark.parametrize(
    "headings",
    [
        ["窗口编号", "时间", "渠道", "评价等级"],
        [" Window", "TIME ", "Channel", "le vel"],
        ["Window", "时 间", "CHANNEL", "评价等级"],
    ],
)
def test_headings_are_read_in_both_languages_whatever_case_and_blanks(headings):
    assert read(headings, "A01", "2026-07-15 14:30", "终端", "满意").level == 4


def test_optional_chinese_headings_and_columns_nobody_asked_for():
    tap = read(
        ["留言", "大厅", "编号", "窗口人员", "终端", "窗口编号", "时间", "渠道",
         "level"],
        "谢谢", "东厅", "k1", "李四", "T9", "A01", "2026-07-15 14:30", "扫码", "1",
    )  # fmt: skip
    assert tap.event_id == history_id("main", "id:k1")
    assert (tap.comment, tap.clerk_label, tap.device_label) == ("谢谢", "李四", "T9")


def test_missing_headings_are_all_named():
    with pytest.raises(ColumnsMissing) as refusal:
        HistoryReader(["window", "when", "level"], PLACE)
    assert refusal.value.values == {"names": "time (时间), channel (渠道)"}


def test_two_columns_of_one_meaning_are_refused():
    with pytest.raises(ColumnTwice) as refusal:
        HistoryReader(["window", "时间", "channel", "level", "Time"], PLACE)
    assert refusal.value.values == {"column": "Time"}


@pytest.mark.parametrize(
    ("words", "channel"),
    [
        ("tablet", Channel.TABLET),
        ("0", Channel.TABLET),
        ("评价终端", Channel.TABLET),
        (" 终端 ", Channel.TABLET),
        ("Phone", Channel.PHONE),
        ("1", Channel.PHONE),
        ("手机", Channel.PHONE),
        ("扫码", Channel.PHONE),
    ],
)
def test_channel_words(words, channel):
    assert read_row(channel=words).channel is channel


@pytest.mark.parametrize("words", ["2", "fax", "tablet phone", "-1", "电话"])
def test_other_channels_are_refused(words):
    with pytest.raises(ChannelUnknown):
        read_row(channel=words)


@pytest.mark.parametrize(
    ("words", "level"),
    [
        ("1", 1),
        ("2", 2),
        ("3", 3),
        ("4", 4),
        ("5", 5),
        ("非常满意", 5),
        ("满意", 4),
        (" 基本满意 ", 3),
        ("不满意", 2),
        ("非常不满意", 1),
        ("Very satisfied", 5),
        ("SATISFIED", 4),
        ("fairly_satisfied", 3),
        ("dissatisfied", 2),
        ("very  dissatisfied", 1),
    ],
)
def test_level_words(words, level):
    assert read_row(level=words).level == level


@pytest.mark.parametrize("words", ["5; drop", "0", "6", "5.0", "好", "five", "-1"])
def test_other_levels_are_refused_and_quoted(words):
    with pytest.raises(LevelUnknown) as refusal:
        read_row(level=words)
    assert refusal.value.values == {"given": words}


def test_long_wrong_words_are_quoted_in_part():
    with pytest.raises(LevelUnknown) as refusal:
        read_row(level="很" * 41)
    assert refusal.value.values == {"given": "很" * 40 + "…"}
    with pytest.raises(LevelUnknown) as refusal:
        read_row(level="很" * 40)
    assert refusal.value.values == {"given": "很" * 40}


@pytest.mark.parametrize(
    "words",
    [
        "2026-07-15T14:30:00+08:00",
        "2026-07-15T06:30Z",
        "2026-07-15 06:30:00+00:00",
        "2026-07-15 14:30",
        "2026-07-15 14:30:00",
        "2026/7/15 14:30",
        "2026/07/15  14:30:00",
        "2026-7-15T14:30",
        "20260715T143000",
        "20260715T063000Z",
    ],
)
def test_time_forms_that_mean_the_same(words):
    moment = parse_past_moment(words, SHANGHAI, NOW)
    assert (moment, moment.tzinfo) == (HALF_PAST_TWO, UTC)


def test_one_digit_hours_and_parts_of_a_second():
    assert parse_past_moment("2026/7/15 9:05:07.250", SHANGHAI, NOW) == datetime(
        2026, 7, 15, 1, 5, 7, 250_000, tzinfo=UTC
    )


@pytest.mark.parametrize(
    "words",
    [
        "2026-07-15",
        "15.07.2026 14:30",
        "2026-07/15 14:30",
        "2026-02-30 14:30",
        "2026-07-15 24:30",
        "2026-07-15 2:30 PM",
        "14:30",
        "TT",
        "45853.6",
        "yesterday",
    ],
)
def test_other_times_are_refused_as_they_were_written(words):
    with pytest.raises(TimeUnreadable) as refusal:
        parse_past_moment(words, SHANGHAI, NOW)
    assert refusal.value.values == {"given": words}


def test_time_may_be_now_but_not_later():
    assert parse_past_moment("2026-07-16 12:00", SHANGHAI, NOW) == NOW
    with pytest.raises(TimeNotPast):
        parse_past_moment("2026-07-16 12:00:00.000001", SHANGHAI, NOW)


def test_time_before_the_year_2000_is_refused_at_either_end_of_the_calendar():
    first = parse_past_moment("2000-01-01T00:00Z", SHANGHAI, NOW)
    assert first == datetime(2000, 1, 1, tzinfo=UTC)
    for words in ("1999-12-31T23:59:59Z", "0001-01-01T00:00+14:00"):
        with pytest.raises(TimeTooOld):
            parse_past_moment(words, SHANGHAI, NOW)
    with pytest.raises(TimeNotPast):
        parse_past_moment("9999-12-31T23:59:59-14:00", SHANGHAI, NOW)


@pytest.mark.parametrize("column", ["window", "time", "channel", "level"])
def test_required_cell_that_is_blank_is_named(column):
    with pytest.raises(CellEmpty) as refusal:
        read_row(**{column: " \u200b"})
    assert refusal.value.values == {"column": column}


def test_column_is_called_what_the_file_calls_it():
    headings = ["窗口 编号", "时间", "渠道", "评价等级", "留言"]
    with pytest.raises(CellEmpty) as refusal:
        read(headings, "", "2026-07-15 14:30", "终端", "5", "")
    assert refusal.value.values == {"column": "窗口 编号"}
    with pytest.raises(CellTooLong) as refusal:
        read(headings, "A01", "2026-07-15 14:30", "终端", "5", "好" * 501)
    assert refusal.value.values == {"column": "留言", "most": 500}


def test_row_that_ends_early_lacks_its_last_cells():
    headings = ["window", "time", "channel", "level", "comment"]
    assert read(headings, "A01", "2026-07-15 14:30", "终端", "5").comment == ""
    with pytest.raises(CellEmpty):
        read(headings, "A01", "2026-07-15 14:30", "终端")


def test_cells_beyond_the_last_column_may_only_be_blank():
    headings = ["window", "time", "channel", "level"]
    row = ["A01", "2026-07-15 14:30", "终端", "5"]
    assert read(headings, *row, "", " ").level == 5
    with pytest.raises(CellsTooMany):
        read(headings, *row, "", "谢谢")


@pytest.mark.parametrize("column", ["id", "clerk", "device"])
def test_labels_hold_64_characters(column):
    read_row(**{column: "名" * 64})
    with pytest.raises(CellTooLong) as refusal:
        read_row(**{column: "名" * 65})
    assert refusal.value.values == {"column": column, "most": 64}


def test_comments_hold_500_characters_and_keep_only_their_lines():
    assert read_row(comment="好" * 500).comment == "好" * 500
    with pytest.raises(CellTooLong):
        read_row(comment="好" * 501)
    assert read_row(comment=" a \u202eb\r\n c\x00\tok ").comment == "a b\nc ok"


def test_number_means_the_window_that_bore_it_on_that_day():
    assert read_row(time="2026-02-28 23:59").window_id == 3
    assert read_row(time="2026-03-01 00:00").window_id == 7
    assert read_row(window="B02", time="2026-07-14 10:00").window_id == 9


@pytest.mark.parametrize("number", ["B02", "Z99", "a01"])
def test_number_of_no_window_on_that_day_is_refused(number):
    with pytest.raises(WindowNotThere) as refusal:
        read_row(window=number)
    assert refusal.value.values == {"number": number}


def test_day_of_a_window_is_the_centres_day():
    utc_day_before = "2026-02-28T16:00Z"
    assert read_row(time=utc_day_before).window_id == 7


def test_same_file_read_again_gives_the_same_ids_and_equal_rows_are_two():
    def ids() -> list[UUID]:
        reader = HistoryReader(["window", "time", "channel", "level"], PLACE)
        row = ["A01", "2026-07-15 14:30", "终端", "5"]
        other = ["A01", "2026-07-15 14:30", "终端", "4"]
        return [reader.read(cells).event_id for cells in (row, other, row, row)]

    first = ids()
    assert len(set(first)) == 4
    assert ids() == first


def test_id_of_a_row_does_not_depend_on_how_its_words_are_written():
    plain = read(["window", "time", "channel", "level"], "A01", "2026-07-15 14:30",
                 "tablet", "5")  # fmt: skip
    assert (
        read_row(
            time="2026-07-15T06:30Z", channel="评价终端", level="非常满意", comment=" "
        )
        == plain
    )


def test_words_of_different_columns_never_make_equal_rows():
    assert read_row(clerk="ab", device="c").event_id != (
        read_row(clerk="a", device="bc").event_id
    )


def test_foreign_id_stays_in_its_centre_and_apart_from_rows():
    assert read_row(id="2026/1").event_id == history_id("main", "id:2026/1")
    assert read_row(id="2026/1").event_id != history_id("other", "id:2026/1")
    version_one = "c232ab00-9414-11ec-b3c8-9f6bdeced846"
    assert read_row(id=version_one).event_id == UUID(version_one)


def test_repeated_id_is_one_rating_with_the_same_body_and_an_error_with_another():
    repeats = Repeats()
    assert repeats.first_line(2, read_row(id="k1")) == 2
    assert repeats.first_line(3, read_row(id="k2")) == 3
    assert repeats.first_line(9, read_row(id="k1")) == 2
    with pytest.raises(IdTwice) as refusal:
        repeats.first_line(10, read_row(id="k1", level="4"))
    assert refusal.value.values == {"first": 2}


def test_times_of_other_zones_are_understood():
    tokyo = timezone(timedelta(hours=9))
    words = HALF_PAST_TWO.astimezone(tokyo).isoformat()
    assert read_row(time=words).tapped_at == HALF_PAST_TWO
