"""Screens in trouble on the start page: within two minutes, for those who can act."""

from datetime import time, timedelta

import pytest
from sqlalchemy import delete, select, update

from kiosk.domain.policy import Role
from kiosk.extensions import reading, transaction
from kiosk.models import (
    CalendarDay,
    Device,
    DeviceReport,
    Installation,
    OpeningHours,
    Unit,
)
from kiosk.queries.devices import paired_devices
from tests.builders import make_device, make_window
from tests.conftest import NOON
from tests.engines import ON_SQLITE
from tests.pages import Page, words
from tests.people import sign_in_as
from tests.statements import statements

pytestmark = ON_SQLITE
ASKED_EACH = 15


@pytest.fixture
def screens(app, hall, clock) -> list[int]:
    """Three windows with a screen each; the last is of another unit."""
    for number, unit in (("A001", "甲局"), ("A002", "甲局"), ("B001", "乙局")):
        with transaction() as session:
            make_device(session, make_window(session, number, unit=unit), clock())
    with reading() as session:
        return [line.id for line in paired_devices(session, 1)]


def report(screen: int, **values: object) -> None:
    with transaction() as session:
        session.execute(
            update(DeviceReport)
            .where(DeviceReport.device_id == screen)
            .values(reported_at=NOON, **values)
        )


def heard(now) -> None:
    with transaction() as session:
        session.execute(update(Device).values(last_heard_at=now))


def open_from(opens: time, closes: time) -> None:
    with transaction() as session:
        session.execute(delete(OpeningHours))
        for weekday in range(7):
            session.add(
                OpeningHours(centre_id=1, weekday=weekday, opens=opens, closes=closes)
            )


def troubles(client) -> dict[str, str]:
    """Return the due lines about tablets: name and count, and what they say."""
    page = Page(client.get("/manage?lang=en"))
    return {
        words(line.select_one(".task-name")): words(line.select_one(".task-what"))
        for line in page.soup.select(".task--due")
        if "tablet" in line.text.lower()
    }


def test_each_trouble_names_its_windows(organiser, screens, clock):
    ago = NOON - timedelta(minutes=1)
    report(screens[0], waiting=3, oldest_at=ago)
    report(screens[1], drawn_at=ago)
    report(screens[2], cloned_at=NOON, clone_sequence=7)
    told = troubles(organiser)
    assert list(told) == [
        "Two senders as one tablet 1",
        "Tablets: Not drawing 1",
        "Tablets: Not sending 1",
    ]
    assert told["Tablets: Not sending 1"].endswith("not taken: A001")
    assert told["Tablets: Not drawing 1"].endswith("hidden: A002")
    assert told["Two senders as one tablet 1"].endswith("ratings: B001")


def test_a_button_leads_to_the_very_screens(organiser, screens):
    report(screens[1], drawn_at=NOON - timedelta(minutes=1))
    page = Page(organiser.get("/manage?lang=en"))
    link = page.soup.select(".task--due a")[-1]["href"]
    listed = Page(organiser.get(link))
    assert listed.texts("#tablets tbody .plate") == ["A002"]


@pytest.mark.parametrize(("seconds", "count"), [(89, 0), (90, 1)])
def test_silence_shows_within_two_minutes(organiser, screens, clock, seconds, count):
    assert seconds + ASKED_EACH <= 120
    clock.forward(seconds=seconds)
    assert len(troubles(organiser)) == count


def test_at_night_nothing_is_reported(organiser, screens, clock):
    report(screens[0], waiting=3, oldest_at=NOON - timedelta(hours=1))
    open_from(time(9), time(12))
    assert troubles(organiser) == {}
    page = Page(organiser.get("/manage?lang=en"))
    assert "Not responding" not in page.one("#figures").text


def test_in_the_morning_screens_have_time_to_be_switched_on(organiser, screens, clock):
    heard(NOON - timedelta(hours=15))
    open_from(time(11, 59), time(17))
    assert troubles(organiser) == {}
    clock.forward(seconds=30)
    told = troubles(organiser)
    assert told["Tablets: Not responding 3"].endswith("A001 A002 B001")


def test_a_day_off_is_as_quiet_as_the_night(organiser, screens, clock):
    heard(NOON - timedelta(hours=15))
    open_from(time(9), time(17))
    assert len(troubles(organiser)) == 1
    with transaction() as session:
        today = NOON.date()
        session.add(CalendarDay(centre_id=1, day=today, working=False, name="示例"))
    assert troubles(organiser) == {}


def test_a_manager_is_told_of_own_windows_only(app, screens, clock):
    clock.forward(minutes=2)
    with reading() as session:
        unit = session.scalars(select(Unit.id).where(Unit.name == "乙局")).one()
    told = troubles(sign_in_as(app, Role.MANAGER, clock(), unit))
    assert told == {
        "Tablets: Not responding 1": "No sign of life for a minute and a half: B001"
    }


def test_who_cannot_act_is_not_told(app, screens, clock):
    clock.forward(minutes=2)
    viewer = sign_in_as(app, Role.VIEWER, clock())
    assert troubles(viewer) == {}
    assert "hx-get" not in Page(viewer.get("/manage")).one("#duties").attrs


def test_an_administrator_without_figures_is_told_too(app, screens, clock):
    clock.forward(minutes=2)
    client = sign_in_as(app, Role.ADMINISTRATOR, clock())
    assert list(troubles(client)) == ["Tablets: Not responding 3"]
    assert "hx-get" in Page(client.get("/manage")).one("#duties").attrs


def test_the_list_of_duties_renews_itself_only_when_it_changed(
    organiser, screens, clock
):
    page = Page(organiser.get("/manage?lang=en"))
    duties = page.one("#duties")
    assert duties["hx-trigger"] == f"every {ASKED_EACH}s"
    mark = duties["hx-vals"].split('"')[3]
    asked = f"{duties['hx-get']}&mark={mark}"
    assert organiser.get(asked).status_code == 204
    clock.forward(minutes=2)
    changed = organiser.get(asked)
    assert changed.status_code == 200
    assert "Tablets: Not responding" in changed.text
    whole = organiser.get("/manage?lang=en").text
    assert changed.text.strip() in whole


def test_asking_costs_the_same_however_many_screens(organiser, screens):
    with statements() as few:
        organiser.get("/manage/duties")
    for number in range(3):
        with transaction() as session:
            make_device(session, make_window(session, f"C00{number}"), NOON)
    with statements() as many:
        organiser.get("/manage/duties")
    assert len(few) == len(many)


def test_a_demonstration_never_sleeps(organiser, screens, clock):
    open_from(time(9), time(12))
    with transaction() as session:
        session.execute(update(Installation).values(demonstration=True))
    clock.forward(minutes=2)
    assert list(troubles(organiser)) == ["Tablets: Not responding 3"]
