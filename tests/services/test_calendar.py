"""The calendar of a centre: filled, edited, imported, and its hours."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, time

import pytest
from sqlalchemy import select

from kiosk.domain.calendar_list import DayRow, NoCalendarHeadings
from kiosk.domain.errors import UnknownTimeZone
from kiosk.domain.working_days import Span
from kiosk.extensions import reading, recording, transaction
from kiosk.models import Centre, Chain, LedgerEntry
from kiosk.queries.calendar import (
    CentreSettings,
    calendar_days,
    centre_settings,
    opening_hours,
    work_calendar,
    years_without_calendar,
)
from kiosk.services.calendar import (
    USUAL_HOURS,
    begin_calendar,
    fill_calendar,
    import_calendar,
    known_year,
    read_calendar,
    set_day,
    set_hours,
)
from kiosk.services.centres import ZoneFixed, change_centre
from kiosk.services.devices import make_pairing_link, pair_device
from tests.builders import make_window
from tests.engines import ON_POSTGRESQL
from tests.ledger_story import until_somebody_waits
from tests.screens import keep, phone_tap

CENTRE = 1
NATIONAL_DAY = DayRow(date(2026, 10, 1), working=False, name="国庆节")
WORKED = DayRow(date(2026, 10, 10), working=True, name="国庆节调休")


def act(clock, service, *args):
    with recording("account:1", clock()) as records:
        return service(records, CENTRE, *args)


def days(year=2026):
    with reading() as session:
        found = calendar_days(session, CENTRE, date(year, 1, 1), date(year, 12, 31))
    return {line.day: (line.working, line.name) for line in found}


def entries(kind):
    with reading() as session:
        query = select(LedgerEntry.number).where(LedgerEntry.kind == kind)
        return len(session.scalars(query).all())


def test_a_known_year_has_its_holidays_and_exchanged_days():
    known = {row.day: row for row in known_year(2026)}
    assert known[date(2026, 10, 1)] == NATIONAL_DAY
    assert known[date(2026, 10, 10)].working
    # A Saturday within the holiday is as its weekday already.
    assert date(2026, 10, 3) not in known
    assert known_year(2003) is None


def test_filling_twice_fills_once_and_leaves_what_was_entered_by_hand(app, clock):
    own = DayRow(date(2026, 10, 1), working=False, name="厅庆")
    act(clock, set_day, own)
    change, unknown = act(clock, fill_calendar, [2026, 2003])
    assert unknown == [2003]
    assert change.added == len(known_year(2026)) - 1
    assert days()[date(2026, 10, 1)] == (False, "厅庆")
    again, _ = act(clock, fill_calendar, [2026])
    assert (again.added, again.unchanged) == (0, len(known_year(2026)))
    assert entries("calendar") == len(known_year(2026))


def test_a_day_is_added_changed_and_struck_out(app, clock):
    assert act(clock, set_day, NATIONAL_DAY) == "added"
    assert act(clock, set_day, NATIONAL_DAY) == "unchanged"
    renamed = DayRow(NATIONAL_DAY.day, working=False, name="节")
    assert act(clock, set_day, renamed) == "changed"
    usual = DayRow(NATIONAL_DAY.day, working=True, name="")
    assert act(clock, set_day, usual) == "changed"
    assert act(clock, set_day, usual) == "unchanged"
    assert days() == {}
    assert entries("calendar") == 3


def test_a_list_is_taken_and_taken_again(app, clock):
    file = "日期,是否工作日,名称\n2026-10-01,否,国庆节\n2026-10-10,是,国庆节调休\n"
    found = read_calendar(file.encode(), "calendar.csv")
    assert found.rows == (NATIONAL_DAY, WORKED)
    first = act(clock, import_calendar, found.rows)
    assert (first.added, first.changed, first.unchanged) == (2, 0, 0)
    moved = [DayRow(NATIONAL_DAY.day, working=False, name="国庆"), WORKED]
    second = act(clock, import_calendar, moved)
    assert (second.added, second.changed, second.unchanged) == (0, 1, 1)
    with pytest.raises(NoCalendarHeadings):
        read_calendar(b"a,b\n1,2\n", "x.csv")


def test_hours_are_kept_changed_and_taken_away(app, clock):
    act(clock, set_hours, USUAL_HOURS)
    lunch = {0: (Span(time(9), time(12)), Span(time(13), time(18))), 1: ()}
    act(clock, set_hours, lunch)
    with reading() as session:
        assert opening_hours(session, CENTRE) == {0: lunch[0]}
    before = entries("hours")
    act(clock, set_hours, lunch)
    assert entries("hours") == before


def test_a_new_centre_has_hours_and_the_days_that_are_known(app, clock):
    act(clock, begin_calendar, 2026)
    with reading() as session:
        assert opening_hours(session, CENTRE) == USUAL_HOURS
        missing = years_without_calendar(session, CENTRE, (2026, 2027))
        calendar = work_calendar(session, CENTRE, date(2026, 1, 1), date(2026, 12, 31))
    assert 2026 not in missing
    assert not calendar.is_working_day(date(2026, 10, 1))
    assert calendar.closing(date(2026, 10, 10)) == time(17, 30)


def test_settings_of_a_centre_and_its_ledger_days(app, clock):
    wanted = CentreSettings("大厅", "Asia/Urumqi", "own", 2, 6, 20)
    assert act(clock, change_centre, wanted)
    assert not act(clock, change_centre, wanted)
    with reading() as session:
        assert centre_settings(session, CENTRE) == wanted
        assert session.get_one(Chain, CENTRE).time_zone == "Asia/Urumqi"
    nowhere = CentreSettings("大厅", "Asia/Nowhere", "own", 2, 6, 20)
    with pytest.raises(UnknownTimeZone):
        act(clock, change_centre, nowhere)


def test_the_zone_stays_once_days_were_counted_in_it(app, clock):
    with recording("test", clock()) as records:
        window = make_window(records.session)
    keep(phone_tap(window.id, 5), clock())
    with reading() as session:
        now = centre_settings(session, CENTRE)
    renamed = CentreSettings("大厅", now.time_zone, "cn", 1, 5, 15)
    assert act(clock, change_centre, renamed)
    moved = CentreSettings("大厅", "Europe/Berlin", "cn", 1, 5, 15)
    with pytest.raises(ZoneFixed):
        act(clock, change_centre, moved)


@ON_POSTGRESQL
def test_a_new_zone_and_a_new_screen_at_once_do_not_block_each_other(app, clock):
    """Heads are locked last: whoever holds a row of the centre can still finish."""
    with transaction() as session:
        token = make_pairing_link(session, make_window(session).id, clock())
    wanted = CentreSettings("大厅", "Asia/Urumqi", "own", 2, 6, 20)

    def move() -> bool:
        with app.app_context():
            return act(clock, change_centre, wanted)

    with ThreadPoolExecutor(1) as pool:
        with transaction() as session:
            # Pairing refers to the centre's row long before its entry is written.
            shared = select(Centre.id).with_for_update(read=True, key_share=True)
            session.execute(shared)
            moved = pool.submit(move)
            until_somebody_waits()
            pair_device(session, token, clock())
        assert moved.result(30)
