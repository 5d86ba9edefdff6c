"""The hash chain: how an entry is written down, hashed and joined to the one before.

An entry's hash covers its place, day and kind, a salted commitment to its body, and
the hash of the entry before it. So a copy without bodies can be checked by anybody,
and a body can be erased without breaking the chain. `tools/verify_ledger.py` says
the same in the standard library alone; a test holds both against each other.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from hashlib import sha256
from typing import Any
from uuid import UUID

SALT_BYTES = 32
ENTRY_MARK = b"\x00"
"""First byte of what is hashed, so that nothing can pass for something else."""
_ORIGIN_MARK = b"\x02"


@dataclass(frozen=True, slots=True)
class Link:
    """The public part of an entry: everything but salt and body."""

    number: int
    day: date
    kind: str
    commitment: bytes


def first_tip(origin: str) -> bytes:
    """Return what the first entry of a chain is joined to."""
    return sha256(_ORIGIN_MARK + origin.encode()).digest()


def commitment(salt: bytes, body: str) -> bytes:
    """Return SHA-256 of salt and body: binding, and silent about a guessable body."""
    return sha256(salt + body.encode()).digest()


def entry_hash(tip: bytes, link: Link) -> bytes:
    """Return the hash of an entry that follows the one with hash `tip`."""
    return joined(tip, link.number, link.day.isoformat(), link.kind, link.commitment)


def joined(tip: bytes, number: int, day: str, kind: str, sealed: bytes) -> bytes:
    """Return `entry_hash` of parts as they are stored: a million a minute pass here."""
    line = f"{number}\n{day}\n{kind}\n"
    return sha256(ENTRY_MARK + tip + line.encode() + sealed).digest()


def canonical(body: Mapping[str, Any]) -> str:
    """Return JSON with sorted keys, no spaces and no fractions, the same everywhere.

    Raises TypeError for what has no exact form, such as a float.
    """
    return json.dumps(
        {name: plain(value) for name, value in body.items()},
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )


def plain(value: Any) -> Any:
    """Return a value as JSON may hold it: times in UTC, bytes in hex.

    Raises TypeError for floats and anything unknown.
    """
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, Mapping):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return _word(value)


def _word(value: Any) -> str:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise TypeError("a time without its zone has no canonical form")
        # Always with six digits, so that equal times are equal texts.
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError(f"{type(value).__name__} has no canonical form")
