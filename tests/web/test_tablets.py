"""The list of tablets: states in words, search and choices, pages, files."""

import csv
import io

import pytest
from sqlalchemy import update

from kiosk.extensions import reading, recording, transaction
from kiosk.models import Device, DeviceGap, DeviceReport
from kiosk.queries.devices import paired_devices
from kiosk.services.devices import revoke_device
from kiosk.web.screen_mark import shell_mark
from tests.builders import make_device, make_window
from tests.conftest import NOON
from tests.engines import ON_SQLITE
from tests.pages import Page

pytestmark = ON_SQLITE
LIST = "/manage/tablets?lang=en"


@pytest.fixture
def screens(app, hall, clock) -> tuple[int, int]:
    """Two windows of two units, each with a screen."""
    for number, unit in (("A001", "甲局"), ("B002", "乙局")):
        with transaction() as session:
            make_device(session, make_window(session, number, unit=unit), clock())
    with reading() as session:
        first, second = (line.id for line in paired_devices(session, 1))
    return first, second


def report(screen: int, **values: object) -> None:
    with transaction() as session:
        session.execute(
            update(DeviceReport)
            .where(DeviceReport.device_id == screen)
            .values(reported_at=NOON, **values)
        )


def plates(page: Page) -> list[str]:
    return page.texts("#tablets tbody .plate")


def cell(page: Page, number: str) -> str:
    rows = [row for row in page.texts("#tablets tbody tr") if row.startswith(number)]
    [found] = rows
    return found


def withdraw(screen: int, now) -> None:
    with recording("test", now) as records:
        revoke_device(records, screen)


def test_the_list_says_in_words_how_each_screen_is(organiser, screens, clock):
    first, second = screens
    ago = clock.forward(seconds=-75)
    clock.forward(seconds=75)
    report(
        first,
        waiting=12,
        set_aside=3,
        oldest_at=ago,
        battery=64,
        version="0123456789",
        offset_ms=-420_000,
        storage="memory",
        tested_at=NOON,
    )
    with transaction() as session:
        session.add(DeviceGap(device_id=first, first=4, last=5))
    report(second, version=f"{shell_mark()}-1a2b", offset_ms=1000, storage="disk")
    page = Page(organiser.get(LIST))
    for words in (
        "Not sending",
        "keeps nothing on disk",
        "Clock fast by 7 min",
        "older page than the server's",
        "waiting 12, set aside 3",
        " 12 3 2 64% ",
    ):
        assert words in cell(page, "A001")
    good = cell(page, "B002")
    assert "Working 12:00" in good
    assert "Clock" not in good
    assert "older" not in good
    assert good.endswith("0 0 0 – None")


@pytest.mark.parametrize(
    ("offset", "words"),
    [
        (-121_000, "Clock fast by 2 min"),
        (119 * 60_000, "Clock slow by 119 min"),
        (120 * 60_000, "Clock slow by 2 h"),
        (47 * 3_600_000, "Clock slow by 47 h"),
        (-48 * 3_600_000, "Clock fast by 2 days"),
        (1_784_000_000_000, "Clock slow by 20648 days"),
    ],
)
def test_a_wrong_clock_is_told_in_words(organiser, screens, offset, words):
    report(screens[0], offset_ms=offset)
    assert words in cell(Page(organiser.get(LIST)), "A001")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", ["A001", "B002"]),
        ("&q=b002", ["B002"]),
        ("&q=甲局", ["A001"]),
        ("&q=左侧", ["B002"]),
        ("&unit=甲局", ["A001"]),
        ("&state=working", ["B002"]),
        ("&state=not-drawing", ["A001"]),
        ("&state=silent", []),
        ("&state=cloned", ["B002"]),
        ("&state=withdrawn", []),
        ("&state=nonsense", []),
    ],
)
def test_search_and_choices_narrow_the_list(organiser, screens, clock, asked, found):
    first, second = screens
    report(first, drawn_at=clock.forward(seconds=-31))
    clock.forward(seconds=31)
    report(second, cloned_at=NOON, clone_sequence=7)
    with transaction() as session:
        session.execute(
            update(Device).where(Device.id == second).values(name="柜台左侧")
        )
    page = Page(organiser.get(LIST + asked))
    assert plates(page) == found
    assert f"Tablets: {len(found)}" in page.one(".found").text


def test_withdrawn_screens_are_found_where_they_are_looked_for(
    organiser, screens, clock
):
    withdraw(screens[0], clock())
    assert plates(Page(organiser.get(LIST))) == ["B002"]
    page = Page(organiser.get(f"{LIST}&state=withdrawn"))
    assert plates(page) == ["A001"]
    assert "Taken out of use" in cell(page, "A001")


def test_the_list_comes_in_pages_and_as_a_file(organiser, app, hall, clock):
    with transaction() as session:
        window = make_window(session, "A001")
        for _ in range(51):
            make_device(session, window, clock())
    page = Page(organiser.get(LIST))
    assert len(plates(page)) == 50
    assert len(plates(Page(organiser.get(f"{LIST}&page=2")))) == 1
    file = organiser.get("/manage/tablets/file?lang=en&format=csv")
    assert len(file.text.splitlines()) == 52
    assert organiser.get("/manage/tablets/file?format=xlsx").data[:2] == b"PK"


def test_the_file_says_what_the_list_says(organiser, screens, clock):
    report(screens[0], waiting=2, battery=64, browser="Chromium 87", tested_at=NOON)
    text = organiser.get("/manage/tablets/file?lang=en&q=A001").text
    headings, row = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    told = dict(zip(headings, row, strict=True))
    assert told["Paired"].startswith("2026-07-16 12:00")
    assert told["Last heard"] == told["Paired"]
    del told["Paired"], told["Last heard"]
    assert told == {
        "Window": "A001",
        "Window name": "社保综合A001",
        "Unit": "甲局",
        "Tablet": "",
        "State": "Working",
        "Test tap": "Arrived",
        "Waiting": "2",
        "Set aside": "0",
        "Numbers missing": "0",
        "Battery (per cent)": "64",
        "Clock": "",
        "Version": "",
        "Browser": "Chromium 87",
    }
