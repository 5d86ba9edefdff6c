"""The invented hall: always the same, plausible, and open about what it shows."""

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from kiosk.domain.demonstration import DAYS, Demonstration, demonstration
from kiosk.domain.demonstration_hall import (
    BAD_WORDS,
    DIFFICULTY,
    GOOD_WORDS,
    IDLE_WINDOW,
    LOW_WINDOW,
    MIDDLE_WORDS,
    NEW_WINDOW,
    hall_windows,
)
from kiosk.domain.demonstration_roster import (
    clerks_in_week,
    duty_days,
    duty_span,
    hall_clerks,
    opened,
    week_of,
)
from kiosk.domain.intake import Channel, Tap
from kiosk.domain.ranking import FairBoard, Unlisted, fair_scores

SHANGHAI = ZoneInfo("Asia/Shanghai")
THURSDAY_NOON = datetime(2026, 7, 16, 4, 0, tzinfo=UTC)
CLOSING = datetime(2026, 7, 16, 9, 0, tzinfo=UTC)
MOMENTS = [
    THURSDAY_NOON,
    datetime(2026, 11, 22, 7, 40, tzinfo=UTC),  # a Sunday
    datetime(2027, 1, 3, 16, 30, tzinfo=UTC),  # Monday, half past midnight
    datetime(2026, 3, 2, 9, 0, tzinfo=UTC),  # Monday, closing time
    datetime(2028, 2, 29, 3, 0, tzinfo=UTC),
]
IDS = range(1, 61)


def at(now: datetime) -> Demonstration:
    return demonstration(now, SHANGHAI)


@cache
def taps_at(now: datetime) -> list[Tap]:
    whole = at(now)
    return whole.taps(IDS, 0, whole.total)


def board_of(whole: Demonstration) -> FairBoard:
    counts = np.zeros((len(whole.windows), len(whole.days), 2, 5), np.int64)
    for place, day in enumerate(whole.days):
        where = (day.window, place, day.phone.astype(int), day.level - 1)
        np.add.at(counts, where, 1)
    kinds = list(DIFFICULTY)
    types = [kinds.index(window.service_type) for window in whole.windows]
    return fair_scores(counts, types)


def test_hall_has_60_windows_in_12_units_that_share_8_service_types():
    windows = hall_windows()
    assert len({window.number for window in windows}) == len(windows) == 60
    assert len({window.unit for window in windows}) == 12
    kinds = Counter(window.service_type for window in windows)
    assert len(kinds) == 8
    assert min(kinds.values()) >= 5
    assert all(re.fullmatch(r"0000-555\d{4}", window.phone) for window in windows)
    assert len({window.phone for window in windows}) == 60


@pytest.mark.unmeasured
def test_same_moment_gives_the_same_ratings():
    again = demonstration.__wrapped__(THURSDAY_NOON, SHANGHAI)
    assert again is not at(THURSDAY_NOON)
    assert again.taps(IDS, 0, again.total) == taps_at(THURSDAY_NOON)


def test_other_seed_gives_other_ratings():
    other = demonstration(THURSDAY_NOON, SHANGHAI, seed=1)
    assert other.taps(IDS, 0, 50) != taps_at(THURSDAY_NOON)[:50]


def test_later_moment_of_the_day_only_adds_ratings():
    noon = taps_at(THURSDAY_NOON)
    evening = taps_at(CLOSING)
    assert evening[: len(noon)] == noon
    assert len(evening) > len(noon) + 100


def test_parts_make_up_the_whole_wherever_they_are_cut():
    whole = at(THURSDAY_NOON)
    first_day = len(whole.days[0])
    taps = taps_at(THURSDAY_NOON)[: first_day + 9]
    for cut in (0, 1, first_day - 1, first_day, first_day + 1):
        parts = whole.taps(IDS, 0, cut) + whole.taps(IDS, cut, first_day + 9)
        assert parts == taps
    assert whole.taps(IDS, 5, 5) == []
    assert (
        whole.taps(IDS, whole.total - 3, whole.total + 5)
        == (taps_at(THURSDAY_NOON)[-3:])
    )


@pytest.mark.unmeasured
@pytest.mark.parametrize("now", MOMENTS)
def test_size_is_about_55_000_and_no_id_stands_twice(now):
    taps = taps_at(now)
    assert 52_000 < len(taps) < 58_000
    assert len({tap.event_id for tap in taps}) == len(taps)


@pytest.mark.unmeasured
@pytest.mark.parametrize("now", MOMENTS)
def test_ratings_come_in_order_within_90_days_and_never_after_now(now):
    times = [tap.tapped_at for tap in taps_at(now)]
    first = now.astimezone(SHANGHAI).date() - timedelta(days=DAYS - 1)
    assert times == sorted(times)
    assert times[0].astimezone(SHANGHAI).date() >= first
    assert times[-1] <= now


def test_ratings_of_today_end_at_the_very_second():
    last = taps_at(CLOSING)[-1].tapped_at
    total = at(CLOSING).total
    assert at(last).total == total
    assert at(last - timedelta(seconds=1)).total < total


def test_hall_is_open_on_working_days_in_the_morning_and_the_afternoon():
    local = [tap.tapped_at.astimezone(SHANGHAI) for tap in taps_at(CLOSING)]
    assert {moment.weekday() for moment in local} == {0, 1, 2, 3, 4}
    minutes = Counter(moment.hour * 60 + moment.minute for moment in local)
    assert all(540 <= m < 720 or 810 <= m < 1020 for m in minutes)
    by_hour = Counter(moment.hour for moment in local)
    assert by_hour[10] > 1.5 * by_hour[15]
    assert by_hour[10] == max(by_hour.values())


def test_windows_serve_between_3_and_40_a_day_with_few_exceptions():
    whole = at(THURSDAY_NOON)
    numbers = [window.number for window in whole.windows]
    window = np.concatenate([day.window for day in whole.days])
    a_day = np.bincount(window, minlength=60) / len(whole.days)
    usual = [n not in {IDLE_WINDOW, NEW_WINDOW} for n in numbers]
    assert a_day[usual].min() > 2.5
    assert a_day[usual].max() < 45
    assert np.median(a_day[usual]) == pytest.approx(13, abs=2)
    assert 0 < a_day[numbers.index(IDLE_WINDOW)] < 0.4


def test_share_of_phones_varies_and_phones_are_harsher():
    taps = taps_at(THURSDAY_NOON)
    phone = Counter(t.window_id for t in taps if t.channel is Channel.PHONE)
    every = Counter(t.window_id for t in taps)
    shares = [phone[i] / every[i] for i in IDS if every[i] > 100]
    assert min(shares) < 0.2
    assert max(shares) > 0.45
    means = [
        np.mean([t.level for t in taps if t.channel is channel]) for channel in Channel
    ]
    assert 0.03 < means[Channel.TABLET] - means[Channel.PHONE] < 0.2


def test_words_come_by_phone_and_fit_the_level():
    taps = taps_at(THURSDAY_NOON)
    said = [tap for tap in taps if tap.comment]
    assert 800 < len(said) < 2500
    assert {tap.channel for tap in said} == {Channel.PHONE}
    good = {tap.comment for tap in said if tap.level >= 4}
    middle = {tap.comment for tap in said if tap.level == 3}
    bad = {tap.comment for tap in said if tap.level <= 2}
    assert good == set(GOOD_WORDS)
    assert middle == set(MIDDLE_WORDS)
    assert bad == set(BAD_WORDS)


def test_new_window_has_ratings_since_three_days_only():
    whole = at(THURSDAY_NOON)
    place = [window.number for window in whole.windows].index(NEW_WINDOW)
    days = {day.day for day in whole.days if place in day.window}
    assert whole.opened_on[place] == date(2026, 7, 13)
    assert days == {date(2026, 7, day) for day in (13, 14, 15, 16)}
    others = set(whole.opened_on) - {date(2026, 7, 13)}
    assert others == {date(2026, 4, 18)}


@pytest.mark.parametrize("now", MOMENTS)
def test_board_lists_all_but_the_new_the_idle_and_the_low_window(now):
    whole = at(now)
    board = board_of(whole)
    reasons = {
        window.number: Unlisted(reason)
        for window, reason in zip(whole.windows, board.reason, strict=True)
        if reason
    }
    assert set(reasons) == {NEW_WINDOW, IDLE_WINDOW, LOW_WINDOW}
    assert reasons[LOW_WINDOW] is Unlisted.BELOW_GATE
    assert reasons[IDLE_WINDOW] is Unlisted.TOO_FEW
    assert reasons[NEW_WINDOW] in {Unlisted.TOO_FEW, Unlisted.TOO_FEW_DAYS}


def test_board_tells_windows_apart_and_adjusts_for_difficulty():
    board = board_of(at(THURSDAY_NOON))
    listed = board.score[board.listed]
    assert listed.max() - listed.min() > 5
    assert -4 < board.channel_gap < -0.5
    assert board.difficulty.max() > 1.15
    assert board.difficulty.min() < 0.95


def test_sixty_clerks_bear_signs_instead_of_names_and_some_are_not_named():
    clerks = hall_clerks()
    assert [clerk.unit for clerk in clerks] == [w.unit for w in hall_windows()]
    assert len({clerk.name for clerk in clerks}) == 60
    assert {clerk.name[:2] for clerk in clerks} == {"示例"}
    assert [clerk.badge for clerk in clerks[:2]] == ["1001", "1002"]
    assert 5 < sum(not clerk.named for clerk in clerks) < 12


def test_clerks_change_windows_on_mondays_within_their_unit():
    monday = date(2026, 7, 13)
    week = clerks_in_week(week_of(monday))
    assert sorted(week) == list(range(60))
    units = [window.unit for window in hall_windows()]
    assert [units[clerk] for clerk in week] == units
    sunday = monday + timedelta(days=6)
    assert clerks_in_week(week_of(sunday)) == week
    assert clerks_in_week(week_of(sunday + timedelta(days=1))) != week


@pytest.mark.unmeasured
def test_every_rating_carries_the_clerk_of_its_window_and_week():
    whole = at(THURSDAY_NOON)
    keys = range(1001, 1061)
    taps = whole.taps(IDS, 0, whole.total, keys)
    for tap in taps[:: len(taps) // 500]:
        day = tap.tapped_at.astimezone(SHANGHAI).date()
        assert tap.clerk_id == 1001 + clerks_in_week(week_of(day))[tap.window_id - 1]
    assert {tap.clerk_id for tap in taps_at(THURSDAY_NOON)} == {None}
    assert [tap.digest() for tap in taps] == [
        tap.digest() for tap in taps_at(THURSDAY_NOON)
    ]


def test_duty_is_on_working_days_and_on_the_last_day_whatever_it_is():
    friday, sunday = date(2026, 7, 10), date(2026, 7, 12)
    days = duty_days(friday, sunday)
    assert days[:3] == [friday, sunday, date(2026, 7, 13)]
    assert days[-1] == date(2026, 7, 24)
    assert len(days) == 12


@pytest.mark.parametrize(
    ("clock", "start", "end"),
    [
        ("12:00", "08:30", "17:30"),
        ("08:30", "08:30", "17:30"),
        ("08:29", "08:00", "17:30"),
        ("03:17", "03:00", "17:30"),
        ("00:10", "00:00", "16:00"),
        ("17:29", "08:30", "17:30"),
        ("17:30", "08:30", "00:00"),
        ("23:59", "08:30", "00:00"),
    ],
)
def test_somebody_is_on_duty_at_the_moment_the_demonstration_ends(clock, start, end):
    day = date(2026, 7, 16)
    now = datetime.fromisoformat(f"2026-07-16T{clock}+08:00")
    span = duty_span(day, now, SHANGHAI)
    assert span.holds(now)
    shown = [f"{m.astimezone(SHANGHAI):%H:%M}" for m in (span.start, span.end)]
    assert shown == [start, end]
    other = duty_span(day - timedelta(days=1), now, SHANGHAI)
    assert f"{other.start.astimezone(SHANGHAI):%H:%M}" == "08:30"


def test_shifts_hold_every_rating_and_new_windows_begin_later():
    whole = at(CLOSING)
    place = [window.number for window in whole.windows].index(NEW_WINDOW)
    assert place not in opened(whole.opened_on, date(2026, 7, 12))
    assert len(opened(whole.opened_on, date(2026, 7, 13))) == 60
    for tap in taps_at(CLOSING)[::97]:
        day = tap.tapped_at.astimezone(SHANGHAI).date()
        assert duty_span(day, CLOSING, SHANGHAI).holds(tap.tapped_at)
