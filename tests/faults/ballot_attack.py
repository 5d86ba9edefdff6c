"""Somebody with the database, its files, the ledger and backups guesses who chose what.

Voters are put in every order that anything tells, and so are the ballots; then the
n-th voter is said to have cast the n-th ballot, and the same from the other end.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from sqlalchemy import select, text

from kiosk.extensions import db
from kiosk.models import LedgerEntry
from tests.backups import Parts

Ballots = dict[str, list[int]]
"""Who was chosen for each award, in some order."""
Truth = Mapping[int, Mapping[str, int]]
"""What each number chose for each award."""
_IN_FILE = {
    "sqlite": re.compile(rb"cadres(a\d\d)\[(\d+)\]"),
    # There a byte of length stands before each text.
    "postgresql": re.compile(rb"cadres.(a\d\d).\[(\d+)\]", re.DOTALL),
}
"""A vote as it lies in the file."""
_SYSTEM = "SELECT award, choices FROM vote"
_ORDERS = {
    "sqlite": ("", " ORDER BY key"),
    "postgresql": (
        "",
        " ORDER BY key",
        " ORDER BY ctid",
        " ORDER BY xmin::text::bigint, cmin::text::bigint, ctid",
    ),
}
"""Orders that a database can be asked for, hidden columns included."""


def best_guess(truth: Truth, backup: Path) -> tuple[float, str]:
    """Return the share of choices that the best way of guessing gets right, and it.

    backup: made after the close.
    """
    ways = dict(ballots_in_order(backup))
    tried = []
    for said, voters in voters_in_order():
        for kept, ballots in ways.items():
            tried.append((_right(truth, voters, ballots), f"{said}, {kept}"))
            back = _right(truth, voters[::-1], ballots)
            tried.append((back, f"{said} backwards, {kept}"))
    return max(tried)


def voters_in_order() -> Iterator[tuple[str, list[int]]]:
    """Yield numbers of slips in each order that something tells."""
    with db.engine.connect() as connection:
        query = select(LedgerEntry.body).where(LedgerEntry.kind == "elector")
        entries = [
            json.loads(body)
            for body in connection.scalars(query.order_by(LedgerEntry.number))
        ]
        spent = [each["after"] for each in entries if each["before"] is not None]
        yield "ledger", [after["number"] for after in spent if after["spent"]]
        rows = connection.execute(text("SELECT number FROM elector WHERE spent"))
        yield "electors", sorted(number for (number,) in rows)
        if connection.dialect.name == "postgresql":
            rows = connection.execute(
                text(
                    "SELECT number FROM elector WHERE spent ORDER BY xmin::text::bigint"
                )
            )
            yield "electors by transaction", [number for (number,) in rows]


def ballots_in_order(backup: Path) -> Iterator[tuple[str, Ballots]]:
    """Yield what was chosen in each order that something tells."""
    with db.engine.connect() as connection:
        for order in _ORDERS[connection.dialect.name]:
            rows = connection.execute(text(_SYSTEM + order))
            found = [(award, json.loads(choices)) for award, choices in rows]
            yield f"table{order}", _by_award((a, c[0]) for a, c in found)
    yield "file", _by_award(votes_in_files())
    names = Parts.of(backup).said("vote")["columns"]
    told = [dict(zip(names, row, strict=True)) for row in Parts.of(backup).rows("vote")]
    yield "backup", _by_award((r["award"], json.loads(r["choices"])[0]) for r in told)


def votes_in_files() -> list[tuple[str, int]]:
    """Return every vote that lies in the database's files, also deleted ones."""
    engine = db.engine
    found = _IN_FILE[engine.dialect.name].findall(_file_of_votes())
    return [(award.decode(), int(key)) for award, key in found]


def _file_of_votes() -> bytes:
    if db.engine.dialect.name == "sqlite":
        database = Path(str(db.engine.url.database))
        log = database.with_name(f"{database.name}-wal")
        return database.read_bytes() + (log.read_bytes() if log.exists() else b"")
    with db.engine.connect() as connection:
        alone = connection.execution_options(isolation_level="AUTOCOMMIT")
        alone.execute(text("CHECKPOINT"))
        read = text("SELECT pg_read_binary_file(pg_relation_filepath('vote'))")
        return bytes(alone.scalar(read))


def _by_award(votes: Iterable[tuple[str, int]]) -> Ballots:
    found: Ballots = defaultdict(list)
    for award, key in votes:
        found[award].append(key)
    return found


def _right(truth: Truth, voters: Sequence[int], ballots: Ballots) -> float:
    """Return the share of right guesses over all awards."""
    pairs = [
        truth[number][award] == key
        for award, keys in ballots.items()
        for number, key in zip(voters, keys, strict=False)
    ]
    return sum(pairs) / len(pairs)
