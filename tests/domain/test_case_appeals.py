"""Appeals: until when a clerk may, over weekends and exchanged working days."""

from datetime import date, datetime, time, timedelta

import pytest

from kiosk.domain.case_appeals import (
    REASON_MOST,
    AppealTooLate,
    NothingAgainstYou,
    RulingReasonMissing,
    appeal_until,
    check_clerk_appeal,
    parse_ruling,
)
from kiosk.domain.case_periods import Clock, Periods
from kiosk.domain.cases import Answer
from kiosk.domain.working_days import NoWorkingDays, Span, WorkCalendar
from tests.screens import ZONE

HOURS = {day: (Span(time(9), time(17, 30)),) for day in range(6)}
OFF = {date(2026, 10, day): False for day in (1, 2, 5, 6, 7)}
EXCHANGED = {date(2026, 9, 27): True, date(2026, 10, 10): True}


def clock(exceptions=None) -> Clock:
    return Clock(WorkCalendar(exceptions or {}, HOURS), ZONE, Periods())


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), ZONE)


THURSDAY = at(date(2026, 7, 16), 10)


@pytest.mark.parametrize(
    ("answered", "until"),
    [
        # The weekend between does not count, though the hall is open on Saturdays.
        (THURSDAY, at(date(2026, 7, 23), 17, 30)),
        (at(date(2026, 7, 16), 17, 29), at(date(2026, 7, 23), 17, 30)),
        # After closing, or on a Saturday: as if answered on the next working day.
        (at(date(2026, 7, 16), 17, 30), at(date(2026, 7, 24), 17, 30)),
        (at(date(2026, 7, 18), 10), at(date(2026, 7, 27), 17, 30)),
        # National Day: five days off, and the Saturday of 10 October is worked.
        (at(date(2026, 9, 30), 10), at(date(2026, 10, 13), 17, 30)),
        (at(date(2026, 9, 24), 10), at(date(2026, 9, 30), 17, 30)),
        # The year's end.
        (at(date(2026, 12, 31), 10), at(date(2027, 1, 7), 17, 30)),
    ],
)
def test_five_working_days_after_the_answer(answered, until):
    assert appeal_until(answered, clock(OFF | EXCHANGED)) == until


def test_until_the_close_of_the_last_day_and_not_after():
    until = at(date(2026, 7, 23), 17, 30)
    before = until - timedelta(microseconds=1)
    check_clerk_appeal(Answer.EXPLAINED, THURSDAY, before, clock())
    with pytest.raises(AppealTooLate, match="The 5 working days"):
        check_clerk_appeal(Answer.EXPLAINED, THURSDAY, until, clock())


def test_without_working_days_there_is_no_end():
    days = [date(2026, 7, 1) + timedelta(days=n) for n in range(800)]
    with pytest.raises(NoWorkingDays):
        appeal_until(THURSDAY, clock(dict.fromkeys(days, False)))


def test_nobody_appeals_against_being_cleared():
    check_clerk_appeal(Answer.RECTIFIED, THURSDAY, THURSDAY, clock())
    with pytest.raises(NothingAgainstYou):
        check_clerk_appeal(Answer.UNFOUNDED, THURSDAY, THURSDAY, clock())


@pytest.mark.parametrize("text", ["", " \n ", "长" * (REASON_MOST + 1)])
def test_a_ruling_needs_its_reason(text):
    with pytest.raises(RulingReasonMissing, match="at most 200 characters"):
        parse_ruling(text)


def test_a_reason_is_kept_tidied():
    assert parse_ruling(" 监控显示\n  已说明 ") == "监控显示 已说明"
    assert parse_ruling("长" * REASON_MOST) == "长" * REASON_MOST
