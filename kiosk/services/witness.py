"""The witness: whether a checkpoint of yesterday fits the ledger of today.

Anybody may ask, so an answer costs a few look-ups by index, however long the chain
is. It compares with the hash that is stored; that the entries before it still give
this hash is what checking an export shows.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from kiosk.domain.chain import first_tip
from kiosk.domain.errors import sentence
from kiosk.domain.notes import Note, Statement, key_id
from kiosk.queries.checkpoints import (
    ChainView,
    chain_by_key,
    chain_by_origin,
    hash_at,
    public_keys,
)


class Finding(StrEnum):
    """What the witness can say."""

    FITS = "fits"
    FITS_UNSIGNED = "fits-unsigned"
    OTHER_LEDGER = "other-ledger"
    NOT_OUR_SIGNATURE = "not-our-signature"
    SHORTER = "shorter"
    OTHER_HASH = "other-hash"
    OTHER_UNSIGNED = "other-unsigned"
    OTHER_CODE = "other-code"


SENTENCES = {
    Finding.FITS: sentence(
        "Yes. The ledger still begins with exactly what this checkpoint covers; "
        "%(since)d entries have been added since."
    ),
    Finding.FITS_UNSIGNED: sentence(
        "Yes. The ledger still begins with what these lines say; %(since)d entries "
        "have been added since. They carry no signature."
    ),
    Finding.OTHER_LEDGER: sentence(
        "No. This checkpoint belongs to another ledger: none here has the name "
        "%(origin)s."
    ),
    Finding.NOT_OUR_SIGNATURE: sentence(
        "No. The signature is not ours: none of the keys of this installation made "
        "it for these lines."
    ),
    Finding.SHORTER: sentence(
        "No. The checkpoint covers %(size)d entries, and the ledger here has only "
        "%(now)d: entries are missing."
    ),
    Finding.OTHER_HASH: sentence(
        "No. Entry %(size)d has another hash here than in the checkpoint: something "
        "up to it was changed after the checkpoint was handed out."
    ),
    Finding.OTHER_UNSIGNED: sentence(
        "No. Entry %(size)d has another hash here than in these lines. They carry no "
        "signature, so it is open which of the two is right."
    ),
    Finding.OTHER_CODE: sentence(
        "No. The first %(size)d entries of this ledger give the short code %(ours)s, "
        "not %(code)s."
    ),
}
"""English sentences with their places, for translation at the edge."""
_GOOD = {Finding.FITS, Finding.FITS_UNSIGNED}


@dataclass(frozen=True)
class Verdict:
    """The answer and the numbers of its sentence."""

    finding: Finding
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        """Whether the checkpoint fits."""
        return self.finding in _GOOD

    @property
    def text(self) -> str:
        """The English sentence, to be filled from `values`."""
        return SENTENCES[self.finding]


def examine_note(reader: Connection | Session, note: Note) -> Verdict:
    """Return whether a note fits: its ledger, its signature, its size, its hash."""
    said = note.statement
    chain = chain_by_origin(reader, said.origin)
    if chain is None:
        return Verdict(Finding.OTHER_LEDGER, {"origin": said.origin})
    if note.signatures and not _is_ours(reader, note):
        return Verdict(Finding.NOT_OUR_SIGNATURE)
    if said.size > chain.size:
        return _shorter(chain, said.size)
    if _tip_at(reader, chain, said.size) != said.tip:
        finding = Finding.OTHER_HASH if note.signatures else Finding.OTHER_UNSIGNED
        return Verdict(finding, {"size": said.size})
    finding = Finding.FITS if note.signatures else Finding.FITS_UNSIGNED
    return Verdict(finding, {"since": chain.size - said.size})


def examine_code(
    reader: Connection | Session, chain_id: int, size: int, code: str
) -> Verdict | None:
    """Return whether a short code fits the first `size` entries of a chain.

    None where there is no such chain. code: as kiosk.domain.notes.parse_code gives it.
    """
    chain = chain_by_key(reader, chain_id)
    if chain is None:
        return None
    if size > chain.size:
        return _shorter(chain, size)
    ours = Statement(chain.origin, size, _tip_at(reader, chain, size)).code
    if ours != code:
        values = {"size": size, "ours": ours, "code": code}
        return Verdict(Finding.OTHER_CODE, values)
    return Verdict(Finding.FITS, {"since": chain.size - size})


def _shorter(chain: ChainView, size: int) -> Verdict:
    return Verdict(Finding.SHORTER, {"size": size, "now": chain.size})


def _tip_at(reader: Connection | Session, chain: ChainView, size: int) -> bytes:
    if size == 0:
        return first_tip(chain.origin)
    # An entry that somebody took out of the middle has no hash at all.
    return hash_at(reader, chain.id, size) or b""


def _is_ours(reader: Connection | Session, note: Note) -> bool:
    """Whether some key of this installation made one of the signatures."""
    name = note.statement.origin
    keys = {key_id(name, public): public for public in public_keys(reader)}
    return any(
        _holds(keys[line.key_id], line.signature, note.statement)
        for line in note.signatures
        if line.name == name and line.key_id in keys
    )


def _holds(public: bytes, signature: bytes, statement: Statement) -> bool:
    key = Ed25519PublicKey.from_public_bytes(public)
    try:
        key.verify(signature, statement.body.encode())
    except InvalidSignature:
        return False
    return True
