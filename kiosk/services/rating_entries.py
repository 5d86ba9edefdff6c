"""What the ledger says of a rating: everything that can move a place, no words."""

import secrets
from collections.abc import Mapping
from typing import Any

from kiosk.domain.chain import SALT_BYTES, canonical, commitment
from kiosk.services.ledger import Draft

TOLD = {
    "bucket": "bucket",
    "channel": "channel",
    "clerk": "clerk_id",
    "clerk_label": "clerk_label",
    "day": "day",
    "device": "device_id",
    "device_label": "device_label",
    "event": "event_id",
    "level": "level",
    "received": "received_at",
    "revises": "revises",
    "sequence": "sequence",
    "state": "state",
    "tapped": "tapped_at",
    "uncertain": "time_uncertain",
    "verified": "verified",
    "window": "window_id",
}
"""Names in an entry's body, and the columns of the rating they come from."""


def rating_draft(
    row: Mapping[str, Any], rating_id: int, words: bytes | None, by: str = ""
) -> Draft:
    """Return the entry of a kept rating; `words` is the commitment to its comment.

    `by`: who brought it, where it was neither a screen nor a phone.
    """
    body: dict[str, Any] = {name: row[column] for name, column in TOLD.items()}
    body["origin"] = row["origin"]
    if words is not None:
        body["words"] = words
    if by:
        body["by"] = by
    return Draft("rating", canonical(body), rating_id)


def salted(words: str) -> tuple[bytes, bytes]:
    """Return a fresh salt for a comment and the commitment the ledger keeps of it.

    A bare hash of a telephone number would be found by trying them all.
    """
    salt = secrets.token_bytes(SALT_BYTES)
    return salt, commitment(salt, words)
