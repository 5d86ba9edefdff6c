"""The report of what was erased, and of the backups that still hold it."""

from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.domain.policy import Role
from kiosk.extensions import recording, transaction
from kiosk.extensions.retention import erase_what_is_due
from kiosk.services.backup import note_download, note_removal
from tests.backups import make_backup
from tests.builders import make_window
from tests.canaries import Canaries, place_canaries
from tests.conftest import NOON
from tests.engines import ON_SQLITE
from tests.pages import Page, get
from tests.people import sign_in_as

pytestmark = ON_SQLITE
DAY = timedelta(days=1)


@pytest.fixture
def folder(app, tmp_path) -> Path:
    made = tmp_path / "backups"
    made.mkdir()
    return made


@pytest.fixture
def canaries(organiser) -> Canaries:
    with transaction() as session:
        window = make_window(session, "A001").id
    return place_canaries(window, NOON)


def look(client) -> Page:
    return get(client, "manage.erased", lang="en")


def rows(page: Page, part: str) -> list[list[str]]:
    lines = page.soup.select(f"section[aria-labelledby={part}] tbody tr")
    return [
        [" ".join(cell.get_text(" ").split()) for cell in line.select("th, td")]
        for line in lines
    ]


def test_an_empty_page_says_that_nothing_is_due_yet(organiser):
    page = look(organiser)
    assert page.texts(".lead") == ["Nothing has been kept long enough yet."]
    assert [row[-1] for row in rows(page, "kept")] == [
        "none waits",
        "none waits",
        "stay",
    ]
    assert page.soup.select("[aria-labelledby=copies] table") == []


def test_it_tells_what_was_erased_by_day_and_what_goes_next(
    organiser, canaries, folder
):
    kept = [row[-1] for row in rows(look(organiser), "kept")]
    assert kept == ["Wed 14 Oct 2026", "Sat 15 Jul 2028", "stay"]
    erase_what_is_due(NOON + 90 * DAY, folder)
    erase_what_is_due(NOON + 730 * DAY, folder)
    page = look(organiser)
    assert rows(page, "days") == [
        ["Sat 15 Jul 2028", "0", "2", "8", "0"],
        ["Wed 14 Oct 2026", "2", "0", "0", "0"],
    ]
    assert canaries.found_in(page.answer.data) == set()


def test_backups_that_hold_it_are_named_with_their_last_day(
    organiser, canaries, folder
):
    make_backup(folder / "kept.zip", NOON)
    make_backup(folder / "taken.zip", NOON + DAY)
    make_backup(folder.parent / "elsewhere.zip", NOON + 2 * DAY)
    make_backup(folder / "newest.zip", NOON + 3 * DAY)
    make_backup(folder / "gone.zip", NOON + 4 * DAY)
    (folder / "gone.zip").unlink()
    with recording("test", NOON + 5 * DAY) as records:
        note_download(records, "taken.zip")
        note_removal(records, "gone.zip")
    assert rows(look(organiser), "copies") == []
    erase_what_is_due(NOON + 90 * DAY, folder)
    page = look(organiser)
    assert [(row[0], row[-1]) for row in rows(page, "copies")] == [
        ("kept.zip", "Wed 18 Nov 2026"),
        ("taken.zip", "Wed 18 Nov 2026"),
        (
            "newest.zip",
            "Wed 18 Nov 2026 only once there is a newer one: please make a backup",
        ),
    ]
    assert [(row[0], row[-1]) for row in rows(page, "by-hand")] == [
        ("taken.zip", "Wed 18 Nov 2026"),
        ("elsewhere.zip", "Wed 18 Nov 2026"),
    ]


def test_one_made_afterwards_holds_nothing_of_it(organiser, canaries, folder):
    erase_what_is_due(NOON + 90 * DAY, folder)
    make_backup(folder / "after.zip", NOON + 91 * DAY)
    page = look(organiser)
    assert rows(page, "copies") == []
    assert "holds anything that was erased" in page.one("#copies").parent.text


@pytest.mark.parametrize("start", ["manage.settings", "manage.backups", "manage.audit"])
def test_pages_lead_to_it(organiser, start):
    page = get(organiser, start, lang="en")
    assert page.soup.select("a[href^='/manage/erased']")


def test_the_administrator_reads_it_and_a_handler_finds_no_such_page(app, hall, clock):
    administrator = sign_in_as(app, Role.ADMINISTRATOR, clock())
    assert administrator.get("/manage/erased").status_code == 200
    handler = sign_in_as(app, Role.CASE_HANDLER, clock())
    assert handler.get("/manage/erased").status_code == 404
