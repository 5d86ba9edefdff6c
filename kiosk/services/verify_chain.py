"""One chain from its first entry to its head: hashes, bodies, what they tell of."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, text

from kiosk.domain.notes import Statement
from kiosk.domain.proof import Flaw, Walk, sealed_body
from kiosk.queries.ledger import Head, erasures, stream
from kiosk.services.erasure import ERASABLE
from kiosk.services.record_kinds import RECORDS
from kiosk.services.verify_cases import KINDS, CaseReplay
from kiosk.services.verify_ratings import RatingReplay, told_columns
from kiosk.services.verify_reasons import ReasonReplay
from kiosk.services.verify_records import RecordReplay

Progress = Callable[[int], object]
"""Hears how many more entries were looked at."""
_TELL_EVERY = 10_000
_UNREADABLE = (KeyError, TypeError, ValueError, AttributeError)
"""What an entry raises that is not of the form of its kind; SQLite keeps any."""


class ChainCheck:
    """Walks one chain; `flaws` then holds what is wrong, the first of each sort."""

    def __init__(
        self,
        connection: Connection,
        head: Head,
        replays: tuple[RecordReplay, ReasonReplay, CaseReplay],
        points: Iterable[Statement],
    ) -> None:
        """`points`: checkpoints of this chain that its hashes must agree with.

        `replays`: what goes on from chain to chain.
        """
        self._connection = connection
        self._head = head
        self._records, self._reasons, self._cases = replays
        self._erased = erasures(connection, head.chain_id)
        wordless = {number for number, what in self._erased if what == "comment"}
        self._ratings = RatingReplay(connection, head.chain_id, wordless)
        self._walk = Walk(head.origin)
        self._points: dict[int, set[bytes]] = defaultdict(set)
        for point in points:
            self._points[point.size].add(point.tip)
        self.flaws: list[Flaw] = []

    @property
    def ratings(self) -> int:
        """Entries of kind `rating` so far."""
        return self._ratings.count

    def run(self, progress: Progress) -> None:
        """Walk to the end."""
        self._agree(0, self._walk.tip)
        for row in self._rows():
            flaw = self._entry(*row)
            if flaw is not None:
                self._add(flaw)
            if row[0] % _TELL_EVERY == 0:
                progress(_TELL_EVERY)
        self._end()

    def _rows(self) -> Iterator[tuple[int, tuple[Any, ...]]]:
        query = _ENTRIES.format(columns=told_columns(self._connection.dialect.name))
        values = {"chain": self._head.chain_id}
        for row in stream(self._connection, text(query), values):
            yield row[0], row

    def _entry(self, number: int, row: tuple[Any, ...]) -> Flaw | None:
        _, day, kind, sealed, stored, salt, body, *now = row
        expected = self._walk.number + 1
        try:
            code = self._walk.step(number, day, kind, sealed, stored)
            if code is not None:
                return Flaw(code, expected)
            self._agree(number, stored)
            if salt is None or body is None:
                return self._without_body(number, kind)
            if not sealed_body(salt, body, sealed):
                return Flaw("commitment_differs", number)
            return self._told(number, kind, json.loads(body), tuple(now))
        except _UNREADABLE:
            return Flaw("unreadable", number)

    def _told(
        self, number: int, kind: str, body: Mapping[str, Any], now: tuple[Any, ...]
    ) -> Flaw | None:
        if kind == "rating":
            return self._ratings.rating(number, body, now)
        if kind in KINDS:
            self._cases.entry(self._head.chain_id, number, kind, body)
        if kind in RECORDS:
            return self._records.entry(self._head.chain_id, number, kind, body)
        flaw = None
        if kind == "reasons":
            flaw = self._reasons.entry(self._head.chain_id, number, body)
        if "rating" in body:
            flaw = self._ratings.later(number, body) or flaw
        return flaw

    def _without_body(self, number: int, kind: str) -> Flaw | None:
        told = self._erased.get((number, "body"))
        if told is None or told["kind"] != kind or kind not in ERASABLE:
            return Flaw("erased_silently", number)
        if kind == "rating":
            self._ratings.erased(number, told)
        else:
            self._records.erased(self._head.chain_id, number, told)
        return None

    def _agree(self, number: int, stored: bytes) -> None:
        said = self._points.pop(number, None)
        if said is not None and said != {stored}:
            self._add(Flaw("checkpoint_differs", number))

    def _end(self) -> None:
        walk, head = self._walk, self._head
        if (walk.number, walk.tip) != (head.number, head.tip):
            at = min(walk.number, head.number) + 1
            self._add(Flaw("head_differs", at, {"head": head.number}))
        if self._points:
            cut = walk.number + 1
            self._add(Flaw("checkpoint_ahead", cut, {"size": max(self._points)}))
        unexplained = self._ratings.unexplained()
        if unexplained is not None:
            self._add(unexplained)

    def _add(self, flaw: Flaw) -> None:
        # A chain that was rebuilt is wrong in each entry: one of a sort says so.
        if all(flaw.code != known.code for known in self.flaws):
            self.flaws.append(flaw)


_ENTRIES = """
SELECT e.number, CAST(e.day AS TEXT), e.kind, e.commitment, e.hash, e.salt, e.body,
    {columns}, c.salt, c.words
FROM ledger_entry e
LEFT JOIN rating r ON r.id = e.rating_id
LEFT JOIN comment c ON c.rating_id = e.rating_id
WHERE e.chain_id = :chain ORDER BY e.number
"""
