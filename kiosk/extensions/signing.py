"""The signing key in its file, and checkpoints made, kept and copied out.

The key is no row: a stolen backup of the database alone cannot sign. The copies in
`checkpoints.txt` are outside the database, so that one who exchanges the database
must also know of them.
"""

import logging
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.domain.notes import SigningKeyUnreadable
from kiosk.extensions.database import reading, recording
from kiosk.extensions.key_files import keep_new_key
from kiosk.queries.checkpoints import CheckpointView, newest_checkpoints
from kiosk.services.checkpoints import (
    Signer,
    sign_checkpoints,
    sign_daily_checkpoints,
)

KEY_FILE = "ledger_key.pem"
COPIES = "checkpoints.txt"
_READABLE = 0o644
log = logging.getLogger(__name__)


def make_checkpoints(
    instance: Path, by: str, now: datetime, *, daily: bool = False
) -> list[CheckpointView]:
    """Sign every chain's head and copy the notes out; return each chain's newest.

    daily: only when one is due since the last close of business; else nothing is
    done and nothing returned. Raises SigningKeyUnreadable.
    """
    signer = kept_signer(instance)
    with recording(by, now) as records:
        sign = sign_daily_checkpoints if daily else sign_checkpoints
        made = sign(records, signer)
    if daily and not made:
        return []
    with reading() as session:
        newest = newest_checkpoints(session)
    # Not only those just made: what a crash kept from the file is caught up here.
    keep_copies(instance / COPIES, [view.note for view in newest])
    return newest


def kept_signer(instance: Path) -> Signer:
    """Return the key of this instance folder, made at the first call.

    On another machine, or after a restore without the file, that is a new key.
    Raises SigningKeyUnreadable.
    """
    path = instance / KEY_FILE
    if not path.exists():
        _make_key(path)
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm, OSError) as broken:
        raise SigningKeyUnreadable(path=path) from broken
    if not isinstance(key, Ed25519PrivateKey):
        raise SigningKeyUnreadable(path=path)
    return Signer(key.public_key().public_bytes_raw(), key.sign)


def keep_copies(path: Path, notes: Sequence[str]) -> None:
    """Add to the file of handed-out notes those that it lacks, and see them on disk.

    A full disk does not undo a checkpoint: that is logged, and the next one tries
    again.
    """
    try:
        known = path.read_text("utf-8") if path.exists() else ""
        missing = "".join(f"{note}\n" for note in notes if note not in known)
        if missing:
            _append(path, missing.encode())
    except (OSError, UnicodeDecodeError):
        log.exception("checkpoints cannot be copied to %s", path)


def _append(path: Path, data: bytes) -> None:
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, _READABLE)
    try:
        os.write(file, data)
        os.fsync(file)
    finally:
        os.close(file)


def _make_key(path: Path) -> None:
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    keep_new_key(path, pem)
