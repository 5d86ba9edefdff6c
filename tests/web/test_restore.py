"""The page that restores: an uploaded file or one that lies here, all or nothing."""

import io
import shutil
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kiosk.domain.backup_errors import BackupDiskFull
from kiosk.domain.policy import Role
from kiosk.extensions import reading, transaction
from kiosk.queries.installation import installation
from kiosk.services.installation import make_organiser_link
from kiosk.web.setup import restore as view
from tests.applications import copied_database, open_app
from tests.backups import make_backup
from tests.conftest import StoppedClock
from tests.engines import ON_SQLITE
from tests.lived_in import live_in
from tests.pages import Page, get
from tests.people import sign_in_as

pytestmark = ON_SQLITE
PAGE = "/setup/restore"


@pytest.fixture(scope="session")
def good(empty_sqlite, tmp_path_factory) -> Path:
    """A backup of a hall that has been lived in."""
    folder = tmp_path_factory.mktemp("good-web")
    clock = StoppedClock()
    with open_app(folder, copied_database(empty_sqlite, folder), clock):
        live_in(clock())
        make_backup(folder / "kept.zip", clock())
    return folder / "kept.zip"


@pytest.fixture
def folder(app, tmp_path) -> Path:
    made = tmp_path / "backups"
    made.mkdir()
    return made


def upload(client: FlaskClient, data: bytes, name: str = "书.zip", **more: str):
    given = {"file": (io.BytesIO(data), name), **more}
    return client.post(PAGE, data=given, content_type="multipart/form-data")


def is_empty() -> bool:
    with reading() as session:
        return not installation(session).is_set_up


def check_refused(answer, words: str, folder: Path) -> None:
    assert answer.status_code == 422
    page = Page(answer)
    assert words in page.one("#file-error").get_text()
    assert page.one("#file")["aria-invalid"] == "true"
    assert is_empty()
    assert [path for path in folder.iterdir() if path.name.startswith(".")] == []


def test_an_uploaded_backup_is_restored(holder, good, folder, app):
    answer = upload(holder, good.read_bytes())
    assert (answer.status_code, answer.location) == (303, "/setup/restored")
    page = get(holder, "setup.restored")
    assert "市政务服务局" in page.one(".lead").get_text()
    with reading() as session:
        assert installation(session).organisation == "市政务服务局"
    assert list(folder.iterdir()) == []
    # The link of the empty installation went with it; the restored one's are in force.
    assert holder.get(PAGE).status_code == 403


def test_a_backup_that_lies_here_is_restored(holder, good, folder):
    shutil.copy(good, folder / "old.zip")
    (folder / "other.zip").write_text("newer")
    page = get(holder, "setup.restore")
    offered = [each["value"] for each in page.soup.select("input[type=radio]")]
    assert sorted(offered) == ["old.zip", "other.zip"]
    answer = holder.post(
        PAGE, data={"kept": "old.zip"}, content_type="multipart/form-data"
    )
    assert answer.status_code == 303
    assert not is_empty()
    assert (folder / "old.zip").exists()


def test_a_form_as_browsers_send_it_without_a_file_takes_the_chosen_one(
    holder, good, folder
):
    shutil.copy(good, folder / "old.zip")
    assert upload(holder, b"", "", kept="old.zip").status_code == 303
    assert not is_empty()


def test_a_damaged_file_is_refused_by_its_name(holder, good, folder):
    answer = upload(holder, good.read_bytes()[:-2000], "C:\\x\\书.zip")
    check_refused(answer, "书.zip", folder)
    # And a good one is taken afterwards.
    assert upload(holder, good.read_bytes()).status_code == 303


@pytest.mark.parametrize("data", [{}, {"kept": ""}])
def test_nothing_chosen_is_said(holder, folder, data):
    answer = holder.post(
        f"{PAGE}?lang=en", data=data, content_type="multipart/form-data"
    )
    check_refused(answer, "Please choose a file.", folder)


@pytest.mark.parametrize("name", ["none.zip", "../kiosk.db", ".x.zip"])
def test_a_file_that_is_not_listed_cannot_be_chosen(holder, folder, name):
    answer = holder.post(
        f"{PAGE}?lang=en", data={"kept": name}, content_type="multipart/form-data"
    )
    check_refused(answer, "cannot be read", folder)


def test_a_form_of_another_kind_has_chosen_nothing(holder, folder):
    answer = holder.post(f"{PAGE}?lang=en", data={"kept": "x"})
    assert answer.status_code == 422


def test_more_than_the_setting_is_not_even_read(
    app, tmp_path, database_url, clock, folder
):
    with open_app(tmp_path, database_url, clock, backup_upload_mb=1) as small:
        with transaction() as session:
            link = make_organiser_link(session, clock())
        client = small.test_client()
        client.post("/setup/open", data={"key": link})
        most = get(client, "setup.restore", lang="en").one("#file-note").get_text()
        assert "At most 1 MB" in most
        given = {"data": {"kept": ""}, "content_type": "multipart/form-data"}
        said = str(1024 * 1024 + 64 * 1024 + 1)
        long = {"CONTENT_LENGTH": said}
        answer = client.post(PAGE, **given, environ_overrides=long)
        check_refused(answer, "1 MB", folder)


def test_a_full_disk_is_said(holder, folder, good, monkeypatch):
    def full(*_given: object, **_more: object) -> None:
        raise OSError(28, "no space left")

    monkeypatch.setattr(view.FormDataParser, "parse", full)
    answer = upload(holder, good.read_bytes())
    assert answer.status_code == 422
    assert BackupDiskFull.code == "backup_disk_full"
    assert is_empty()


def test_a_set_up_installation_has_no_such_page(organiser, holder, good, folder):
    for client in (organiser, holder):
        assert client.get(PAGE).status_code == 422
        assert upload(client, good.read_bytes()).status_code == 422


def test_strangers_restore_nothing(client, good, folder):
    assert client.get(PAGE).status_code == 403
    assert upload(client, good.read_bytes()).status_code == 403
    assert is_empty()
    assert list(folder.iterdir()) == []


def test_another_sites_page_restores_nothing(holder, good):
    given = {"file": (io.BytesIO(good.read_bytes()), "a.zip")}
    answer = holder.post(
        PAGE, data=given, content_type="multipart/form-data", origin=False
    )
    assert answer.status_code == 403
    assert is_empty()


def test_an_organiser_who_is_signed_in_restores_too(app, clock, good, folder):
    """The token is in the very form whose file is streamed to disk."""
    signed_in = sign_in_as(app, Role.ORGANISER, clock())
    token = Page(signed_in.get(PAGE)).one("input[name=csrf]")["value"]
    data = {"file": (io.BytesIO(good.read_bytes()), "kept.zip")}
    refused = signed_in.post(PAGE, data=data, token=False)
    assert refused.status_code == 403
    assert is_empty()
    data = {"csrf": token, "file": (io.BytesIO(good.read_bytes()), "kept.zip")}
    taken = signed_in.post(PAGE, data=data, token=False)
    assert taken.headers["Location"] == "/setup/restored"
    assert not is_empty()


def test_a_signed_in_organisers_form_needs_its_token(app, good, clock, folder):
    """Before the set-up there may be an account already; its form is protected too."""
    client = sign_in_as(app, Role.ORGANISER, clock())
    given = {"file": (io.BytesIO(good.read_bytes()), "a.zip")}
    answer = client.post(
        PAGE, data=given, content_type="multipart/form-data", token=False
    )
    assert answer.status_code == 403
    assert is_empty()
    assert list(folder.iterdir()) == []
    token = Page(client.get(PAGE)).one("input[name=csrf]")["value"]
    given = {"file": (io.BytesIO(good.read_bytes()), "a.zip"), "csrf": token}
    answer = client.post(
        PAGE, data=given, content_type="multipart/form-data", token=False
    )
    assert answer.status_code == 303
