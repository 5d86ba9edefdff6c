"""Notices: what they say, when they leave, when they are tried again."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from kiosk.domain.mail import (
    FOR_GOOD,
    GIVEN_UP,
    OF_THE_SERVER,
    WAITS,
    CaseNews,
    MailAddressWrong,
    Trouble,
    case_letter,
    case_topic,
    leaves_now,
    next_try,
    parse_address,
    try_letter,
)
from kiosk.domain.working_days import WorkCalendar
from kiosk.services.calendar import USUAL_HOURS

ZONE = ZoneInfo("Asia/Shanghai")
DAY = date(2026, 7, 16)
CALENDAR = WorkCalendar(
    {date(2026, 7, 17): False, date(2026, 7, 18): True}, USUAL_HOURS
)


def local(day: date, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute, second), ZONE).astimezone(UTC)


def test_a_notice_counts_what_waits_and_says_nothing_else():
    news = CaseNews(late=2, calls=1)
    letter = case_letter(news, "市政务大厅", DAY, "https://a.example/manage")
    assert letter.subject == "办理单待办 （含逾期）2026-07-16 · Cases waiting for you"
    assert "- 已逾期：2 件\n- 待回访：1 件\n" in letter.body
    assert "- overdue: 2\n- citizens to be called back: 1\n" in letter.body
    assert letter.body.count("https://a.example/manage") == 2
    assert "今日到期" not in letter.body


def test_what_is_not_late_is_not_called_so():
    assert "逾期" not in case_letter(CaseNews(today=1), "厅", DAY, "x").subject
    assert "逾期" in case_letter(CaseNews(raised=1), "厅", DAY, "x").subject


def test_where_nothing_waits_there_is_no_news():
    assert not CaseNews()
    assert CaseNews(fresh=1)


def test_the_test_message_names_the_hall():
    assert try_letter("市政务大厅").body.startswith("市政务大厅\n")


@pytest.mark.parametrize(
    ("moment", "leaves"),
    [
        (local(DAY, 7, 59, 59), False),
        (local(DAY, 8), True),
        (local(DAY, 17, 29, 59), True),
        (local(DAY, 17, 30), False),
        (local(date(2026, 7, 17), 9), False),
        (local(date(2026, 7, 18), 9), True),
        (local(date(2026, 7, 19), 9), False),
    ],
)
def test_it_leaves_on_working_days_between_eight_and_closing(moment, leaves):
    assert leaves_now(CALENDAR, ZONE, moment) is leaves


def test_a_topic_names_centre_and_day():
    assert case_topic(3, DAY) == "cases 3 2026-07-16"


@pytest.mark.parametrize(
    "given",
    [
        "zhang.san@example.org",
        " a+b@mail.example.com.cn ",
        "a@b.cn",
        f"{'a' * 64}@example.org",
        "o'neil_x-y@example.org",
    ],
)
def test_an_address_is_kept_as_given(given):
    assert parse_address(given) == given.strip()


@pytest.mark.parametrize("given", ["", "  "])
def test_no_address_is_none(given):
    assert parse_address(given) is None


@pytest.mark.parametrize(
    "given",
    [
        "zhang",
        "zhang@",
        "@example.org",
        "a@b@example.org",
        "a b@example.org",
        "a@example",
        "a..b@example.org",
        ".a@example.org",
        "a@-example.org",
        "a@example.org\r\nBcc: b@example.org",
        "a@example.org,b@example.org",
        "张三@example.org",
        f"{'a' * 65}@example.org",
        f"a@{'b' * 63}.{'c' * 63}.{'d' * 63}.{'e' * 63}.org",
        '"a"@example.org',
    ],
)
def test_what_is_no_address_is_refused(given):
    with pytest.raises(MailAddressWrong):
        parse_address(given)


def test_waits_grow_and_the_last_one_stays():
    now = local(DAY, 9)
    waits = [next_try(tries, now, now, Trouble.TIMEOUT) - now for tries in range(1, 7)]
    assert waits == [*WAITS, WAITS[-1], WAITS[-1]]


def test_a_notice_of_days_ago_is_given_up():
    made = local(DAY, 9)
    last = made + GIVEN_UP - WAITS[-1]
    before = last - timedelta(microseconds=1)
    assert next_try(9, made, before, Trouble.TIMEOUT) == before + WAITS[-1]
    assert next_try(9, made, last, Trouble.TIMEOUT) is None


def test_what_fails_for_good_is_not_tried_again():
    now = local(DAY, 9)
    for trouble in Trouble:
        assert (next_try(1, now, now, trouble) is None) == (trouble in FOR_GOOD)
    assert not FOR_GOOD & OF_THE_SERVER
