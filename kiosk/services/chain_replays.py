"""Ledgers followed entry by entry, from wherever their rows come."""

from typing import Any

from kiosk.domain.backup_errors import ChainBroken
from kiosk.domain.backups import ChainPart, ChainReplay
from kiosk.domain.chain import Link


class Replays:
    """Replays the ledgers of a file or a database, entry by entry in key order."""

    def __init__(self, name: str, heads: dict[int, ChainPart]) -> None:
        """Begin all chains; `name` is what a refusal calls the source."""
        self._name = name
        self._heads = heads
        self._replays = {key: ChainReplay(head.origin) for key, head in heads.items()}

    def take(self, values: list[Any]) -> None:
        """Take an entry's row; raise ChainBroken where it does not follow."""
        chain, number, day, kind, committed, stored, salt, body, _ = values
        replay = self._replays.get(chain)
        if replay is None:
            raise ChainBroken(origin=str(chain), file=self._name, number=number)
        link = Link(number, day, kind, committed)
        if not replay.follow(link, stored, salt, body):
            raise self._broken(chain, replay.number)

    def end(self) -> None:
        """Raise ChainBroken unless every chain ends at its head."""
        for key, head in self._heads.items():
            replay = self._replays[key]
            if not replay.ends_at(head.number, bytes.fromhex(head.tip)):
                raise self._broken(key, replay.number + 1)

    def _broken(self, chain: int, number: int) -> ChainBroken:
        origin = self._heads[chain].origin
        return ChainBroken(origin=origin, file=self._name, number=number)
