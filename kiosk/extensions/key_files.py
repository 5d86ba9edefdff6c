"""Keys in files of the instance folder: made once, whole, for their owner alone."""

import logging
import os
import secrets
from pathlib import Path

_OWNER_ONLY = 0o600
log = logging.getLogger(__name__)


def keep_new_key(path: Path, content: bytes) -> None:
    """Write a key that only the owner reads, whole before it has its name.

    Of two processes starting together one makes it and the other keeps the winner's.
    """
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    try:
        with open(file, "wb") as handle:  # noqa: PTH123 - a descriptor, no path
            handle.write(content)
            handle.flush()
            os.fsync(file)
        os.link(draft, path)
    except FileExistsError:
        log.debug("another process made %s", path)
    finally:
        draft.unlink()
