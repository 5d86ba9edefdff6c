"""Counts that boards read, held against a recount of the ratings themselves."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, text

from kiosk.domain.intake import TALLIED, RatingState
from kiosk.domain.proof import Flaw
from kiosk.services.tallies import STEP

_LEVELS = range(1, 6)
_STATES = ", ".join(str(int(state)) for state in sorted(TALLIED))
_SHOWN = 50
"""Wrong cells that are named; one is enough to know that counts are wrong."""


def wrong_tallies(connection: Connection) -> Iterator[tuple[int, Flaw]]:
    """Yield, by chain, cells of the counts that a recount does not give."""
    for chain, window, day in connection.execute(_WRONG_DAYS):
        yield chain, Flaw("tally_day", None, {"window": window, "day": str(day)})
    for chain, window, day, clerk in connection.execute(_WRONG_CLERKS):
        values = {"window": window, "day": str(day), "clerk": clerk}
        yield chain, Flaw("tally_clerk", None, values)
    for chain, window, day in connection.execute(_WRONG_BUCKETS):
        yield chain, Flaw("tally_bucket", None, {"window": window, "day": str(day)})
    for chain, window, day in connection.execute(_WRONG_REASONS):
        yield chain, Flaw("tally_reason", None, {"window": window, "day": str(day)})
    for chain, window in connection.execute(_WRONG_SHOWN):
        yield chain, Flaw("tally_shown", None, {"window": window})


def _wrong(
    table: str, keys: Sequence[str], counts: Sequence[str], where: str, more: str = ""
) -> str:
    """Return SQL for the cells in which a table and the ratings differ.

    One side counts up, the other down, and what is not zero is wrong: that finds
    a cell that lacks on either side too.
    """
    by = ", ".join(keys)
    up = ", ".join(
        f"sum(CASE WHEN level = {name[1:]} THEN 1 ELSE 0 END) AS {name}"
        if name != "n"
        else "count(*) AS n"
        for name in counts
    )
    down = ", ".join(f"-{name}" for name in counts)
    wrong = " OR ".join(f"sum({name}) <> 0" for name in counts)
    return (
        f"SELECT w.centre_id, w.number, found.day{more} FROM (SELECT {by} FROM ("  # noqa: S608
        f"SELECT {by}, {up} FROM rating "
        f"WHERE state IN ({_STATES}){where} GROUP BY {by} "
        f"UNION ALL SELECT {by}, {down} FROM {table}) both_sides GROUP BY {by} "
        f'HAVING {wrong}) found JOIN "window" w ON w.id = found.window_id '
        f"ORDER BY found.day, found.window_id LIMIT {_SHOWN}"
    )


_FIVE = [f"c{level}" for level in _LEVELS]
_CELL = ["window_id", "day", "channel", "verified", "state"]
_WRONG_DAYS = text(_wrong("tally_day", _CELL, _FIVE, ""))
_WRONG_CLERKS = text(
    _wrong(
        "tally_clerk",
        ["clerk_id", *_CELL],
        _FIVE,
        " AND clerk_id IS NOT NULL",
        ", found.clerk_id",
    )
)
_WRONG_BUCKETS = text(
    _wrong(
        "tally_bucket", ["window_id", "day", "bucket", "channel", "state"], ["n"], ""
    )
)
_WRONG_REASONS = text(
    "SELECT w.centre_id, w.number, found.day FROM (SELECT window_id, day, state, "  # noqa: S608
    "reason FROM (SELECT r.window_id, r.day, r.state, t.reason, 1 AS n "
    "FROM rating_reason t JOIN rating r ON r.id = t.rating_id "
    f"WHERE r.state IN ({_STATES}) UNION ALL "
    "SELECT window_id, day, state, reason, -n FROM tally_reason) both_sides "
    "GROUP BY window_id, day, state, reason HAVING sum(n) <> 0) found "
    'JOIN "window" w ON w.id = found.window_id '
    f"ORDER BY found.day, found.window_id LIMIT {_SHOWN}"
)
_PENDING = " + ".join(f"p{level}" for level in _LEVELS)
_PENDING_AT_ALL = " + ".join(f"abs(p{level})" for level in _LEVELS)
# A correction takes one from what waits and adds one, a decision about a rating takes
# or adds one; nothing else adds beside the fewer than five new ratings themselves.
_DECISIONS = (
    "(SELECT count(*) FROM ledger_entry e WHERE e.chain_id = w.centre_id "
    "AND e.rating_id IS NULL AND e.kind IN ('hold', 'release', 'exclude'))"
)
_CORRECTIONS = (
    "(SELECT count(*) FROM rating r WHERE r.window_id = t.window_id "  # noqa: S608
    f"AND r.state = {int(RatingState.REVISED)})"
)
_WRONG_SHOWN = text(
    "SELECT w.centre_id, w.number FROM (SELECT window_id, "  # noqa: S608
    f"sum({_PENDING}) AS waiting, sum({_PENDING_AT_ALL}) AS held, "
    f"max(CASE WHEN state <> {int(RatingState.COUNTED)} AND {_PENDING_AT_ALL} <> 0 "
    "THEN 1 ELSE 0 END) AS misplaced FROM tally_day GROUP BY window_id) t "
    'JOIN "window" w ON w.id = t.window_id WHERE misplaced = 1 '
    f"OR (held >= {STEP} AND (waiting >= {STEP} + {_DECISIONS} "
    f"OR held >= {STEP} + {_DECISIONS} + 2 * {_CORRECTIONS})) "
    f"ORDER BY t.window_id LIMIT {_SHOWN}"
)
