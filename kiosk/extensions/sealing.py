"""The key that seals contacts, in its file in the instance folder.

The key is no row and in no backup: a stolen copy of the database, or a backup of it,
shows no contact. Who restores on another machine and wants to open the contacts there
brings the file along, by another way than the backup.
"""

import secrets
from base64 import b64decode, b64encode
from pathlib import Path

from kiosk.domain.contacts import ContactKeyUnreadable
from kiosk.extensions.key_files import keep_new_key
from kiosk.services.sealing import KEY_BYTES, Sealer

KEY_FILE = "contact_key"


def kept_sealer(instance: Path) -> Sealer:
    """Return the sealer with this instance folder's key, made at the first call.

    Raises ContactKeyUnreadable.
    """
    path = instance / KEY_FILE
    try:
        if not path.exists():
            keep_new_key(path, b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n")
        return Sealer(b64decode(path.read_bytes().strip(), validate=True))
    except (OSError, ValueError) as broken:
        raise ContactKeyUnreadable(path=path) from broken
