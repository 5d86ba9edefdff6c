"""The key of the contacts: made once, for its owner alone, and never in a backup."""

import stat
import threading
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from kiosk.domain.contacts import ContactKeyUnreadable, Reach
from kiosk.extensions import recording
from kiosk.extensions.backup import back_up
from kiosk.extensions.sealing import KEY_FILE, kept_sealer
from kiosk.models import Contact
from kiosk.services.contacts import give_contact
from tests.conftest import NOON
from tests.engines import ON_SQLITE
from tests.lived_in import live_in

RATING = UUID("6a0c0a4e-40e2-4a3f-8b43-2f1a9c1d7b10")
LI = Reach("李女士", "13900005678")


def test_key_is_made_once_and_only_its_owner_reads_it(tmp_path):
    sealed = kept_sealer(tmp_path).seal(LI, RATING)
    path = tmp_path / KEY_FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert kept_sealer(tmp_path).open(sealed, RATING) == LI
    assert [file.name for file in tmp_path.iterdir()] == [KEY_FILE]


def test_processes_that_begin_together_use_the_same_key(tmp_path):
    barrier = threading.Barrier(8)

    def begin(_nth: int) -> bytes:
        barrier.wait(10)
        return kept_sealer(tmp_path).seal(LI, RATING)

    with ThreadPoolExecutor(8) as pool:
        sealed = list(pool.map(begin, range(8)))
    assert {kept_sealer(tmp_path).open(each, RATING) for each in sealed} == {LI}
    assert [file.name for file in tmp_path.iterdir()] == [KEY_FILE]


@pytest.mark.parametrize("content", ["", "no key", "a2V5\n", "=" * 44, "AAAA" * 11])
def test_a_file_that_holds_no_key_is_never_replaced(tmp_path, content):
    path = tmp_path / KEY_FILE
    path.write_text(content)
    with pytest.raises(ContactKeyUnreadable) as refused:
        kept_sealer(tmp_path)
    assert refused.value.values["path"] == path
    assert path.read_text() == content


def test_a_folder_in_its_place_is_refused(tmp_path):
    (tmp_path / KEY_FILE).mkdir()
    with pytest.raises(ContactKeyUnreadable):
        kept_sealer(tmp_path)


@ON_SQLITE
def test_a_backup_holds_sealed_contacts_and_not_the_key(app, tmp_path):
    secret = "an-own-secret-of-a-phone"
    live_in(NOON).screen.rate(2, NOON + timedelta(hours=1), own=secret)
    with recording("citizen", NOON) as records:
        give_contact(records, secret, LI, kept_sealer(tmp_path))
        sealed = records.session.scalars(select(Contact.sealed)).all()[-1]
    key = (tmp_path / KEY_FILE).read_bytes().strip()
    path = tmp_path / "kept.zip"
    back_up(path, "test", NOON, lambda _done, _total: None)
    with ZipFile(path) as archive:
        told = b"".join(archive.read(name) for name in archive.namelist())
    assert b64encode(sealed) in told
    assert key not in told
    assert LI.phone.encode() not in told
