"""Secrets that open a rating's rights on its author's own phone."""

from sqlalchemy import Connection
from sqlalchemy.dialects import sqlite

from kiosk.domain.tokens import token_hash
from kiosk.models import OwnKey, table_of
from kiosk.services.upsert import as_text

_own = table_of(OwnKey)


def keep_own_key(connection: Connection, rating_id: int, secret: str) -> None:
    """Keep the hash of the secret that a screen handed to a rating's author.

    A secret stays with the first rating that brought it: a correction carries the
    same one, since the phone may have opened it already, and is found from there.
    """
    row = {"rating_id": rating_id, "key_hash": token_hash(secret)}
    connection.execute(_KEEP_FIRST, row)


_KEEP_FIRST = as_text(_own, sqlite.insert(_own).on_conflict_do_nothing())
