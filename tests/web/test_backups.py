"""The page of backups: made, handed out, deleted, and watched while they are made."""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from kiosk.domain.backup_errors import BackupDiskFull, BackupFailed
from kiosk.domain.policy import Role
from kiosk.extensions import reading
from kiosk.extensions.backup import backups_in
from kiosk.models import ORGANISATION, LedgerEntry
from kiosk.web import backing_up
from kiosk.web.backing_up import BackupState, backup_state
from tests.backups import Parts
from tests.engines import ON_SQLITE
from tests.pages import Page, get
from tests.people import sign_in_as
from tests.waiting import until

pytestmark = ON_SQLITE
PAGE = "/manage/backups"
NAME = "window-kiosk-20260716-120000.zip"


@pytest.fixture
def folder(app, tmp_path) -> Path:
    made = tmp_path / "backups"
    made.mkdir()
    return made


def entries(kind: str) -> list[dict[str, object]]:
    with reading() as session:
        found = session.scalars(
            select(LedgerEntry.body)
            .where(LedgerEntry.chain_id == ORGANISATION, LedgerEntry.kind == kind)
            .order_by(LedgerEntry.number)
        )
        return [json.loads(body) for body in found]


def make(client) -> Page:
    answer = client.post(PAGE)
    assert (answer.status_code, answer.location) == (303, PAGE)
    return get(client, "manage.backups")


def test_an_empty_page_says_what_to_do(organiser):
    page = get(organiser, "manage.backups", lang="en")
    assert "No backup has been made yet." in page.texts(".m-title p")
    assert page.one("#due")
    assert page.soup.select("table") == []
    assert page.one("form.act button")


def test_a_backup_is_made_and_listed(organiser, folder):
    page = make(organiser)
    [made] = entries("backup")
    assert page.texts("tbody th")[0].startswith(NAME)
    assert page.texts("tbody .code") == [made["sha256"][:12]]
    assert page.soup.select(".warning") == []
    assert Parts.of(folder / NAME).manifest["organisation"] == "市政务服务局"
    assert made["by"].startswith("account:")


def test_a_second_press_in_the_same_second_changes_nothing(organiser, folder):
    make(organiser)
    page = make(organiser)
    assert page.soup.select(".warning") == []
    assert [file.name for file in backups_in(folder)] == [NAME]
    assert len(entries("backup")) == 1


def test_the_name_is_of_the_centres_clock_and_each_is_handed_out(
    organiser, clock, folder
):
    make(organiser)
    clock.forward(minutes=1)
    page = make(organiser)
    names = [words.split()[0] for words in page.texts("tbody th")]
    assert sorted(names) == [NAME, "window-kiosk-20260716-120100.zip"]
    for name in names:
        answer = organiser.post(f"{PAGE}/{name}/download")
        assert answer.data == (folder / name).read_bytes()
        answer.close()
    assert [told["file"] for told in entries("export")] == names


@pytest.mark.parametrize(("days", "warned"), [(7, 0), (7.001, 1)])
def test_after_a_week_the_page_warns(organiser, app, clock, days, warned):
    make(organiser)
    clock.forward(days=days)
    later = sign_in_as(app, Role.ORGANISER, clock())
    assert len(get(later, "manage.backups").soup.select("#due")) == warned


def test_a_download_is_the_file_and_is_entered(organiser, folder):
    make(organiser)
    answer = organiser.post(f"{PAGE}/{NAME}/download")
    assert answer.status_code == 200
    assert answer.data == (folder / NAME).read_bytes()
    assert answer.headers["Content-Disposition"] == f"attachment; filename={NAME}"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.mimetype == "application/zip"
    assert zipfile.ZipFile(io.BytesIO(answer.data)).testzip() is None
    [told] = entries("export")
    assert (told["what"], told["file"]) == ("backup", NAME)
    answer.close()


def test_looking_at_the_address_of_a_download_hands_out_nothing(organiser):
    make(organiser)
    assert organiser.get(f"{PAGE}/{NAME}/download").status_code == 405
    assert entries("export") == []


def test_a_backup_goes_after_it_was_asked_twice(organiser, folder):
    make(organiser)
    page = get(organiser, "manage.ask_remove_backup", name=NAME)
    assert NAME in page.heading
    assert (folder / NAME).exists()
    for _ in range(2):
        answer = organiser.post(f"{PAGE}/{NAME}/delete")
        assert (answer.status_code, answer.location) == (303, PAGE)
    assert list(folder.iterdir()) == []
    assert [told["file"] for told in entries("backup-removed")] == [NAME]


OTHERS = [
    "kiosk.db",
    "../kiosk.db",
    "..%2Fkiosk.db",
    ".hidden.zip",
    "none.zip",
    "link.zip",
]


@pytest.mark.parametrize("name", OTHERS)
def test_nothing_else_is_handed_out_or_deleted(organiser, folder, name):
    (folder / ".hidden.zip").write_text("a draft")
    (folder / "link.zip").symlink_to(folder.parent / "kiosk.db")
    for act in ("download", "delete"):
        answer = organiser.post(f"{PAGE}/{name}/{act}")
        assert answer.status_code in {303, 404, 405}, act
    assert organiser.get(f"{PAGE}/{name}/delete").status_code == 404
    assert (folder / ".hidden.zip").exists()
    assert (folder / "link.zip").is_symlink()
    assert (folder.parent / "kiosk.db").exists()
    assert entries("export") == entries("backup-removed") == []


def test_a_backup_brought_from_elsewhere_is_listed_as_such(organiser, folder):
    (folder / "old.zip").write_bytes(b"x" * 3 * 1024 * 1024)
    page = get(organiser, "manage.backups", lang="en")
    assert page.texts("tbody td")[1:3] == ["3.0 MB", "made elsewhere"]
    (folder / "old.zip").write_bytes(b"x" * 1025)
    page = get(organiser, "manage.backups", lang="en")
    assert page.texts("tbody td")[1] == "2 KB"


@pytest.mark.parametrize(
    "role", sorted(set(Role) - {Role.ORGANISER, Role.ADMINISTRATOR})
)
def test_backups_are_open_to_organisers_and_administrators_alone(
    app, clock, role, hall
):
    other = sign_in_as(app, role, clock())
    assert other.get(PAGE).status_code == 404
    assert other.post(PAGE).status_code == 404
    assert sign_in_as(app, Role.ADMINISTRATOR, clock()).get(PAGE).status_code == 200


def test_a_backup_needs_the_forms_token(organiser):
    assert organiser.post(PAGE, token=False).status_code == 403
    assert entries("backup") == []


# While one is made


@pytest.fixture
def turn(app) -> Iterator[backing_up._Turn]:
    """Somebody makes a backup and has come a third of the way."""
    taken = backing_up._take_turn()
    with taken.file:
        taken.report(1, 3)
        yield taken


def test_a_large_backup_goes_on_behind_the_page(organiser, folder, monkeypatch):
    monkeypatch.setattr(backing_up, "SMALL", 0)
    assert organiser.post(PAGE).status_code == 303
    until(lambda: not backup_state().running)
    assert [file.name for file in backups_in(folder)] == [NAME]
    assert backup_state() == BackupState(finished=True)


def test_the_page_shows_how_far_it_is(organiser, turn):
    page = get(organiser, "manage.backups", lang="en")
    bar = page.one("progress")
    assert (bar["value"], bar["max"]) == ("1", "3")
    assert "33 %" in page.one("#backed-up").get_text()
    assert page.soup.select("form.act") == []
    assert page.one("#backing-up")["hx-get"] == "/manage/backups/progress?lang=en"
    fragment = organiser.get("/manage/backups/progress?lang=en")
    assert fragment.text.strip() in page.answer.text


def test_before_the_first_step_the_bar_has_no_value(organiser, turn):
    turn.tell(BackupState())
    page = get(organiser, "manage.backups")
    assert page.one("progress").get("value") is None


def test_a_press_meanwhile_begins_no_second_one(organiser, folder, turn):
    make(organiser)
    assert list(folder.iterdir()) == []
    assert entries("backup") == []


def test_when_it_has_ended_the_fragment_leads_to_the_list(organiser):
    answer = organiser.get("/manage/backups/progress")
    assert answer.headers["HX-Redirect"] == PAGE
    make(organiser)
    answer = organiser.get("/manage/backups/progress")
    assert answer.headers["HX-Redirect"] == PAGE


def test_a_state_that_is_being_written_does_not_break_the_page(organiser, turn):
    turn.file.seek(0)
    turn.file.truncate()
    turn.file.write('{"done": 1')
    turn.file.flush()
    assert backup_state() == BackupState(running=True)
    assert get(organiser, "manage.backups").one("progress")


def test_a_server_that_was_stopped_leaves_a_word(organiser, turn):
    turn.file.close()
    page = get(organiser, "manage.backups", lang="en")
    assert "The server was stopped meanwhile." in page.one("#failed + p").get_text()
    make(organiser)
    assert get(organiser, "manage.backups").soup.select(".warning") == []


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_one_that_ended_before_its_first_step_is_not_taken_for_the_one_before(
    organiser, clock, monkeypatch
):
    def end(*_given: object) -> None:
        raise SystemExit

    make(organiser)
    clock.forward(minutes=1)
    monkeypatch.setattr(backing_up, "back_up", end)
    assert make(organiser).one("#failed")
    assert backup_state().stopped


def test_why_it_was_not_made_is_told_in_the_language_of_the_page(
    organiser, folder, monkeypatch
):
    def full(path: Path, *_given: object) -> None:
        raise BackupDiskFull(file=path.name)

    monkeypatch.setattr(backing_up, "back_up", full)
    make(organiser)
    for name in ("en", "zh"):
        page = get(organiser, "manage.backups", lang=name)
        words = page.one("#failed + p").get_text()
        assert NAME in words
        assert ("enough room" in words) == (name == "en")
    assert entries("backup") == []


def test_a_folder_that_cannot_be_made_is_a_sentence(organiser, folder):
    folder.rmdir()
    folder.write_text("no folder")
    for answer in (organiser.post(PAGE), organiser.get(PAGE)):
        assert answer.status_code == 422
        assert "backups" in Page(answer).heading


def test_a_failure_of_ours_is_written_down_and_told(
    organiser, folder, monkeypatch, caplog
):
    def fail(*_given: object) -> None:
        raise LookupError("ours")

    monkeypatch.setattr(backing_up, "back_up", fail)
    page = make(organiser)
    assert page.status == 200
    state = backup_state()
    assert state.refusal == BackupFailed.text
    assert "the backup was not made" in caplog.text


def test_a_disk_too_full_to_say_so_is_seen_as_stopped(app):
    class Full(io.StringIO):
        def truncate(self, _size: int | None = None) -> int:
            raise OSError(28, "no space left")

    backing_up._Turn(Full()).tell(BackupState())
    assert BackupState().stopped
    assert not BackupState(finished=True).stopped
    assert not BackupState(running=True).stopped
