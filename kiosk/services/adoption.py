"""What was there before the ledger is entered into it, once, after an upgrade.

Entries by `upgrade` say how things stood when the ledger began: that they had been
so before, nobody can prove. Records come first and together, ratings after them in
batches, each in a transaction of its own; an interrupted adoption goes on where it
was, and a finished one is left alone.
"""

import json
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, exists, func, select

from kiosk.domain.chain import canonical, commitment
from kiosk.models import (
    ORGANISATION,
    Chain,
    Comment,
    Installation,
    LedgerEntry,
    Rating,
    Window,
    table_of,
)
from kiosk.queries.ledger import heads
from kiosk.services.history import Committer
from kiosk.services.ledger import Draft, append
from kiosk.services.rating_entries import rating_draft
from kiosk.services.record_homes import homes
from kiosk.services.record_kinds import RECORDS
from kiosk.services.records import change_draft

BATCH = 5_000
BY = "upgrade"
_rating = table_of(Rating)
_window = table_of(Window)
_comment = table_of(Comment)
_entry = table_of(LedgerEntry)
_chain = table_of(Chain)
Report = Callable[[int, int], object]
"""Hears how many ratings are entered, of how many."""


def adopt(write: Committer, now: datetime, report: Report) -> int:
    """Enter what has no entry yet; return how many ratings that were.

    Harmless when repeated, and by several at once.
    """
    write(partial(_adopt_records, now=now))
    total = write(_missing)
    done = 0
    for chain_id in write(_unfinished):
        last: int | None = 0
        while last is not None:
            act = partial(_adopt_ratings, chain_id=chain_id, after=last, now=now)
            last, count = write(act)
            done += count
            report(done, max(done, total))
    return done


def adoption_is_due(connection: Connection) -> bool:
    """Whether an upgrade left something to enter; two look-ups for each chain."""
    begun = [head.number for head in heads(connection)]
    return 0 in begun or bool(_unfinished(connection))


def _adopt_records(connection: Connection, now: datetime) -> None:
    # Of two that begin at the same moment one waits here and finds it done.
    name = connection.scalar(select(Installation.organisation).with_for_update())
    chains = {head.chain_id: head for head in heads(connection)}
    if not chains or chains[ORGANISATION].number:
        return
    drafts: dict[int, list[Draft]] = defaultdict(list)
    for key, head in chains.items():
        drafts[key].append(_noted("begin", now, origin=head.origin))
    drafts[ORGANISATION].append(_noted("organisation", now, name=name))
    for model in RECORDS.values():
        table, home = table_of(model), homes(connection, model)
        for row in connection.execute(select(table).order_by(table.c.id)).mappings():
            told = change_draft(model, None, dict(row), by=BY, now=now)
            drafts[home(dict(row))].append(told)
    for key in sorted(drafts):
        append(connection, key, drafts[key], now)


def _unfinished(connection: Connection) -> list[int]:
    """Return the centres' chains whose ratings are not all entered."""
    return [
        head.chain_id
        for head in heads(connection)
        if head.centre_id is not None and _adopting(connection, head.chain_id)
    ]


def _missing(connection: Connection) -> int:
    counts = [
        connection.scalar(select(func.count()).select_from(_without_entry(chain_id)))
        for chain_id in _unfinished(connection)
    ]
    return sum(count or 0 for count in counts)


def _adopting(connection: Connection, chain_id: int) -> bool:
    begun = connection.scalar(
        select(_entry.c.body).where(_entry.c.chain_id == chain_id, _entry.c.number == 1)
    )
    if begun is None or json.loads(begun)["by"] != BY:
        return False
    done = exists().where(
        _entry.c.chain_id == chain_id,
        _entry.c.rating_id.is_(None),
        _entry.c.kind == "adopted",
    )
    return not connection.scalar(select(done))


def _adopt_ratings(
    connection: Connection, chain_id: int, after: int, now: datetime
) -> tuple[int | None, int]:
    """Enter one batch; return its last key, None after the last batch, and its size."""
    # Two that adopt at once would both take the same ratings.
    connection.execute(select(_chain).where(_chain.c.id == chain_id).with_for_update())
    left = _without_entry(chain_id)
    batch = select(left).where(left.c.id > after).order_by(left.c.id).limit(BATCH)
    rows = connection.execute(batch).mappings().all()
    if not rows:
        if _adopting(connection, chain_id):
            append(connection, chain_id, [_noted("adopted", now)], now)
        return None, 0
    keys = [row["id"] for row in rows]
    said = select(_comment).where(_comment.c.rating_id.between(keys[0], keys[-1]))
    words = {
        row.rating_id: commitment(row.salt, row.words)
        for row in connection.execute(said)
    }
    drafts = [
        rating_draft(dict(row), row["id"], words.get(row["id"]), BY) for row in rows
    ]
    append(connection, chain_id, drafts, now)
    return keys[-1], len(keys)


def _without_entry(chain_id: int) -> Any:
    return (
        select(_rating)
        .join(_window, _window.c.id == _rating.c.window_id)
        .where(
            _window.c.centre_id == chain_id,
            ~exists().where(_entry.c.rating_id == _rating.c.id),
        )
        .subquery()
    )


def _noted(kind: str, now: datetime, **more: Any) -> Draft:
    return Draft(kind, canonical(more | {"at": now, "by": BY}))
