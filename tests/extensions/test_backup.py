"""Backups as files: one name, one whole file, or a sentence and nothing."""

import errno
import os
import resource
import stat
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from kiosk.domain.backup_errors import (
    BackupDiskFull,
    BackupExists,
    BackupForbidden,
    BackupNameWrong,
    BackupUnwritable,
)
from kiosk.extensions import backup as files
from kiosk.extensions import reading
from kiosk.models import LedgerEntry
from tests.backups import Parts, make_backup, unheard
from tests.engines import ON_SQLITE
from tests.lived_in import live_in

pytestmark = ON_SQLITE


@pytest.fixture
def folder(app, clock, tmp_path) -> Path:
    """A folder for backups of a hall that has been lived in."""
    live_in(clock())
    made = tmp_path / "backups"
    made.mkdir()
    return made


def noted() -> int:
    with reading() as session:
        return session.scalar(select(func.count()).where(LedgerEntry.kind == "backup"))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_backup_is_one_file_that_only_its_owner_reads(folder, clock):
    made = make_backup(folder / "a.zip", clock())
    assert names(folder) == ["a.zip"]
    assert stat.S_IMODE((folder / "a.zip").stat().st_mode) == 0o600
    assert made.size == (folder / "a.zip").stat().st_size
    assert noted() == 1


def test_a_file_that_is_there_stays_unless_it_is_to_be_replaced(folder, clock):
    kept = folder / "a.zip"
    kept.write_text("mine")
    with pytest.raises(BackupExists) as refusal:
        make_backup(kept, clock())
    assert refusal.value.values == {"file": "a.zip"}
    assert (kept.read_text(), names(folder), noted()) == ("mine", ["a.zip"], 0)
    make_backup(kept, clock(), overwrite=True)
    assert (names(folder), noted()) == (["a.zip"], 1)
    assert Parts.of(kept).manifest["format"] == "window-kiosk-backup"


def test_a_file_that_appears_meanwhile_stays(folder, clock):
    """Two may want the same name at the same moment."""
    kept = folder / "a.zip"

    def come_between(_done: int, _total: int) -> None:
        kept.write_text("theirs")

    with pytest.raises(BackupExists):
        files.back_up(kept, "test", clock(), come_between)
    assert (kept.read_text(), names(folder), noted()) == ("theirs", ["a.zip"], 0)


def test_a_folder_is_no_name_for_a_file(folder, clock):
    for wrong in (folder, folder / "missing" / "a.zip", folder / ("长" * 100)):
        with pytest.raises(BackupNameWrong):
            make_backup(wrong, clock(), overwrite=True)
    (folder / "file").write_text("")
    with pytest.raises(BackupNameWrong):
        make_backup(folder / "file" / "a.zip", clock())
    assert (names(folder), noted()) == (["file"], 0)


@contextmanager
def files_of_at_most(size: int):
    """The system refuses to let any file of this process grow beyond."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("size", [0, 1_000])
def test_a_full_disk_leaves_no_half_file(folder, clock, size):
    with files_of_at_most(size), pytest.raises(BackupDiskFull) as refusal:
        make_backup(folder / "a.zip", clock())
    assert refusal.value.values == {"file": "a.zip"}
    assert (names(folder), noted()) == ([], 0)
    make_backup(folder / "a.zip", clock())


@pytest.mark.parametrize(
    ("number", "refusal"),
    [
        (errno.EACCES, BackupForbidden), (errno.EROFS, BackupForbidden),
        (errno.EPERM, BackupForbidden), (errno.EDQUOT, BackupDiskFull),
        (errno.ENOSPC, BackupDiskFull), (errno.EIO, BackupUnwritable),
    ],
)  # fmt: skip
def test_each_kind_of_failure_has_its_sentence(folder, clock, number, refusal):
    def fail(_done: int, _total: int) -> None:
        raise OSError(number, os.strerror(number))

    with pytest.raises(refusal):
        files.back_up(folder / "a.zip", "test", clock(), fail)
    assert (names(folder), noted()) == ([], 0)


def test_without_the_right_to_write_nothing_is_left(folder, clock):
    """As another user, where we may become one."""
    if os.geteuid() != 0:
        pytest.skip("NOT TESTED: only root can become somebody else")
    child = os.fork()
    if child == 0:
        os.seteuid(65534)
        try:
            files.back_up(folder / "a.zip", "test", clock(), unheard)
        except BackupForbidden:
            os._exit(7)
        except BaseException:  # noqa: BLE001 - the child must not run tests
            os._exit(8)
        os._exit(9)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    assert names(folder) == []


def test_the_list_is_of_whole_backups_the_newest_first(folder):
    for nth, name in enumerate(["b.zip", "a.zip", "c.zip", "notes.txt", ".d.zip"]):
        (folder / name).write_bytes(b"x" * nth)
        os.utime(folder / name, (0, 1_000_000 + 60 * (nth // 2)))
    (folder / "folder.zip").mkdir()
    (folder / "link.zip").symlink_to(folder / "a.zip")
    found = files.backups_in(folder)
    assert [(one.name, one.size) for one in found] == [
        ("c.zip", 2),
        ("b.zip", 0),
        ("a.zip", 1),
    ]
    assert found[0].changed_at == datetime.fromtimestamp(1_000_060, UTC)
    assert files.backups_in(folder / "missing") == []


def test_deleting_is_harmless_twice_and_refused_where_it_is_forbidden(folder):
    (folder / "a.zip").write_text("x")
    files.remove_backup(folder / "a.zip")
    files.remove_backup(folder / "a.zip")
    assert names(folder) == []
    (folder / "b.zip").mkdir()
    with pytest.raises(BackupForbidden):
        files.remove_backup(folder / "b.zip")


def test_a_folder_is_made_for_its_owner_alone(folder):
    for _ in range(2):
        made = files.make_folder(folder / "deeper")
    assert stat.S_IMODE(made.stat().st_mode) == 0o700
    (folder / "file").write_text("")
    with pytest.raises(BackupNameWrong):
        files.make_folder(folder / "file")
