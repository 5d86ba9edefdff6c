"""The signing key in its file, and the copies outside the database."""

import stat
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from kiosk.domain.notes import SigningKeyUnreadable
from kiosk.extensions import reading
from kiosk.extensions.signing import (
    COPIES,
    KEY_FILE,
    keep_copies,
    kept_signer,
    make_checkpoints,
)
from kiosk.queries.checkpoints import public_keys
from tests.checkpoints import CENTRE, add_entries
from tests.conftest import NOON
from tests.engines import ON_SQLITE


def test_key_is_made_once_and_only_its_owner_reads_it(tmp_path):
    first = kept_signer(tmp_path)
    path = tmp_path / KEY_FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text("utf-8").startswith("-----BEGIN PRIVATE KEY-----\n")
    assert kept_signer(tmp_path).public == first.public
    assert [file.name for file in tmp_path.iterdir()] == [KEY_FILE]


def test_key_signs_what_its_public_half_checks(tmp_path):
    signer = kept_signer(tmp_path)
    public = ed25519.Ed25519PublicKey.from_public_bytes(signer.public)
    public.verify(signer.sign(b"three lines"), b"three lines")


def test_processes_that_begin_together_use_the_same_key(tmp_path):
    barrier = threading.Barrier(8)

    def begin(_nth: int) -> bytes:
        barrier.wait(10)
        return kept_signer(tmp_path).public

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(begin, range(8)))) == 1
    assert [file.name for file in tmp_path.iterdir()] == [KEY_FILE]


def pem(key) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


@pytest.mark.parametrize(
    "content",
    [b"", b"no key", pem(rsa.generate_private_key(65537, 2048))],
    ids=["empty", "words", "another-kind"],
)
def test_a_file_that_holds_no_key_of_ours_is_said_so(tmp_path, content):
    path = tmp_path / KEY_FILE
    path.write_bytes(content)
    with pytest.raises(SigningKeyUnreadable, match=str(path)):
        kept_signer(tmp_path)
    assert path.read_bytes() == content


def test_a_folder_in_the_keys_place_is_said_so(tmp_path):
    (tmp_path / KEY_FILE).mkdir()
    with pytest.raises(SigningKeyUnreadable):
        kept_signer(tmp_path)


@ON_SQLITE
def test_every_note_is_copied_out_once(app, tmp_path):
    first = make_checkpoints(tmp_path, "test", NOON)
    assert len(first) == 2
    text = "".join(f"{view.note}\n" for view in first)
    assert (tmp_path / COPIES).read_text("utf-8") == text
    assert make_checkpoints(tmp_path, "test", NOON) == first
    assert (tmp_path / COPIES).read_text("utf-8") == text
    add_entries(CENTRE, NOON)
    second = make_checkpoints(tmp_path, "test", NOON)
    text += "".join(f"{view.note}\n" for view in second)
    assert (tmp_path / COPIES).read_text("utf-8") == text


@ON_SQLITE
def test_a_note_that_a_crash_kept_from_the_file_is_caught_up(app, tmp_path):
    [organisation, centre] = make_checkpoints(tmp_path, "test", NOON)
    (tmp_path / COPIES).write_text(f"{organisation.note}\n", "utf-8")
    make_checkpoints(tmp_path, "test", NOON)
    assert (tmp_path / COPIES).read_text("utf-8") == (
        f"{organisation.note}\n{centre.note}\n"
    )


@ON_SQLITE
def test_daily_round_does_and_says_nothing_when_nothing_is_due(app, tmp_path):
    assert len(make_checkpoints(tmp_path, "system", NOON, daily=True)) == 2
    (tmp_path / COPIES).unlink()
    assert make_checkpoints(tmp_path, "system", NOON, daily=True) == []
    assert not (tmp_path / COPIES).exists()


@ON_SQLITE
def test_a_key_that_was_lost_is_replaced_and_entered(app, tmp_path):
    make_checkpoints(tmp_path, "test", NOON)
    old = kept_signer(tmp_path).public
    (tmp_path / KEY_FILE).unlink()
    add_entries(CENTRE, NOON)
    make_checkpoints(tmp_path, "test", NOON)
    with reading() as session:
        assert public_keys(session) == [old, kept_signer(tmp_path).public]


def test_a_file_that_cannot_be_written_is_logged_and_not_fatal(tmp_path, caplog):
    keep_copies(tmp_path, ["a note\n"])
    assert "cannot be copied" in caplog.text
