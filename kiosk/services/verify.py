"""Whether the ledger is whole, and whether what we show is what it says."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain as each_of

from sqlalchemy import Connection

from kiosk.domain.notes import Note, Statement
from kiosk.domain.proof import Flaw
from kiosk.queries.ledger import Head, heads
from kiosk.services.verify_cases import CaseReplay
from kiosk.services.verify_chain import ChainCheck
from kiosk.services.verify_checkpoints import (
    kept_statements,
    unsigned_notes,
    wrong_checkpoints,
)
from kiosk.services.verify_ratings import not_entered
from kiosk.services.verify_reasons import ReasonReplay
from kiosk.services.verify_records import RecordReplay
from kiosk.services.verify_tallies import wrong_tallies
from kiosk.services.verify_tickets import wrong_tickets

Report = Callable[[int, int], object]
"""Hears how many entries were looked at, of how many."""


@dataclass(frozen=True)
class ChainVerdict:
    """What was found of one chain."""

    origin: str
    size: int
    tip: bytes
    ratings: int
    flaws: tuple[Flaw, ...]
    """The first of each sort: by number, those in no entry last."""


@dataclass(frozen=True)
class Verdict:
    """What was found of the whole ledger."""

    chains: tuple[ChainVerdict, ...]
    checkpoints: int
    """Checkpoints that the chains were held against."""
    strange: tuple[Statement, ...]
    """Checkpoints from outside, of chains that are not here."""

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong; strange checkpoints are the caller's to judge."""
        return not any(chain.flaws for chain in self.chains)


def verify_ledger(
    connection: Connection,
    notes: Sequence[Note] = (),
    report: Report = lambda _done, _total: None,
) -> Verdict:
    """Check all chains, and the database against them; reads only.

    `notes`: checkpoints held outside the database. All reads must see one moment:
    `begin_snapshot` first. Memory does not grow with the ratings.
    """
    chains = heads(connection)
    outside = [note.statement for note in notes]
    kept = kept_statements(connection)
    told = [*outside, *kept]
    records, reasons = RecordReplay(connection), ReasonReplay(connection)
    replays = (records, reasons, cases := CaseReplay(connection))
    checks = [ChainCheck(connection, one, replays, _of(one, told)) for one in chains]
    progress = _counted(report, sum(head.number for head in chains))
    for check in checks:
        check.run(progress)
    ends = each_of(
        records.at_the_end(),
        not_entered(connection),
        reasons.not_entered(),
        wrong_tallies(connection),
        wrong_tickets(connection),
        cases.at_the_end(),
        wrong_checkpoints(connection),
        unsigned_notes(connection, notes),
    )
    found = _first_of_each(ends)
    known = {head.origin for head in chains}
    return Verdict(
        chains=tuple(
            _verdict(head, check, found.get(head.chain_id, []))
            for head, check in zip(chains, checks, strict=True)
        ),
        checkpoints=len(kept) + sum(one.origin in known for one in outside),
        strange=tuple(one for one in outside if one.origin not in known),
    )


def _of(head: Head, statements: Iterable[Statement]) -> list[Statement]:
    return [one for one in statements if one.origin == head.origin]


def _counted(report: Report, total: int) -> Callable[[int], None]:
    done = 0

    def more(entries: int) -> None:
        nonlocal done
        done += entries
        report(done, total)

    return more


def _verdict(head: Head, check: ChainCheck, more: list[Flaw]) -> ChainVerdict:
    flaws = sorted([*check.flaws, *more], key=lambda flaw: flaw.order)
    return ChainVerdict(head.origin, head.number, head.tip, check.ratings, tuple(flaws))


def _first_of_each(flaws: Iterable[tuple[int, Flaw]]) -> dict[int, list[Flaw]]:
    """Return the first flaw of each sort, by chain."""
    first: dict[int, dict[str, Flaw]] = {}
    for chain, flaw in flaws:
        known = first.setdefault(chain, {}).setdefault(flaw.code, flaw)
        if flaw.order < known.order:
            first[chain][flaw.code] = flaw
    return {chain: list(by_code.values()) for chain, by_code in first.items()}
