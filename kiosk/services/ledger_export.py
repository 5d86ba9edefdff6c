"""The ledger as a file that others can check without us: JSON, a line an entry.

The public form holds no bodies and no time of day, only what the chain is made of.
"""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection

from kiosk.queries.ledger import Head, entries, heads

FORMAT = "window-kiosk-ledger-1"


def public_lines(connection: Connection, chain_id: int) -> Iterator[str]:
    """Yield the lines of the public form, each with its line end.

    Raises LookupError where the chain does not exist.
    """
    head = _head(connection, chain_id)
    return _lines(connection, head, bodies=False)


def whole_lines(connection: Connection, chain_id: int) -> Iterator[str]:
    """Yield the lines with salts and bodies, for auditors; null where erased.

    Raises LookupError where the chain does not exist.
    """
    head = _head(connection, chain_id)
    return _lines(connection, head, bodies=True)


def _head(connection: Connection, chain_id: int) -> Head:
    found = [head for head in heads(connection) if head.chain_id == chain_id]
    if not found:
        raise LookupError(f"there is no chain {chain_id}")
    return found[0]


def _lines(connection: Connection, head: Head, *, bodies: bool) -> Iterator[str]:
    yield _line(
        {
            "format": FORMAT,
            "origin": head.origin,
            "size": head.number,
            "tip": head.tip.hex(),
        }
    )
    for number, day, kind, commitment, stored, *more in entries(
        connection, head, bodies=bodies
    ):
        told = {"n": number, "day": day, "kind": kind}
        told |= {"c": bytes(commitment).hex(), "h": bytes(stored).hex()}
        if bodies:
            salt, body = more
            told |= {"salt": salt and bytes(salt).hex(), "body": body}
        yield _line(told)


def _line(told: dict[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")) + "\n"
