"""Checkpoints are made: every chain's head is signed, once for each state of it."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select

from kiosk.domain.notes import Statement
from kiosk.models import ORGANISATION, Chain, Checkpoint, SigningKey
from kiosk.queries.checkpoints import checkpoint_is_due, checkpoint_of
from kiosk.services.records import Book


@dataclass(frozen=True, slots=True)
class Signer:
    """The installation's signing key, ready for use; the secret stays where it is."""

    public: bytes
    """Ed25519, raw, 32 bytes."""
    sign: Callable[[bytes], bytes]
    """Return the signature of a message, 64 bytes."""


def sign_daily_checkpoints(records: Book, signer: Signer) -> int:
    """Sign what is due since the last close of business; return how many were.

    Many workers may find it due at the same moment: one at a time looks again.
    """
    _wait_for_turn(records)
    if not checkpoint_is_due(records.session, records.now):
        return 0
    return sign_checkpoints(records, signer)


def sign_checkpoints(records: Book, signer: Signer) -> int:
    """Sign the head of each chain that is not signed yet; return how many were.

    The centres come first, and the organisation's chain notes what was signed: so
    its own checkpoint, the last, vouches for theirs. None is noted in the chain it
    covers, which would never be at rest. Repeating it changes nothing.
    """
    _wait_for_turn(records)
    key = _registered(records, signer.public)
    centres = records.session.scalars(
        select(Chain.id).where(Chain.id != ORGANISATION).order_by(Chain.id)
    ).all()
    made = sum(_signed(records, chain_id, key, signer) for chain_id in centres)
    # What was noted must be in the chain before its own head is signed.
    records.close()
    return made + _signed(records, ORGANISATION, key, signer)


def _wait_for_turn(records: Book) -> None:
    # The organisation's head: first in the order of heads, and written by us anyway.
    records.session.execute(
        select(Chain.id).where(Chain.id == ORGANISATION).with_for_update()
    )


def _registered(records: Book, public: bytes) -> int:
    """Return the key's row, entered when this machine signs for the first time."""
    query = select(SigningKey.id).where(SigningKey.public == public)
    known = records.session.scalar(query)
    if known is not None:
        return known
    key = SigningKey(public=public, made_at=records.now)
    records.session.add(key)
    records.session.flush()
    records.note(ORGANISATION, "key", {"public": public})
    return key.id


def _signed(records: Book, chain_id: int, key: int, signer: Signer) -> bool:
    # A centre's head is read without a lock: whatever joins the chain meanwhile
    # comes after it, and no rating waits for a signature.
    head = records.session.execute(
        select(Chain.origin, Chain.number, Chain.tip).where(Chain.id == chain_id)
    ).one()
    found = Statement(head.origin, head.number, head.tip)
    if checkpoint_of(records.session, chain_id, found.size) is not None:
        return False
    records.session.add(
        Checkpoint(
            chain_id=chain_id,
            key_id=key,
            size=found.size,
            tip=found.tip,
            signature=signer.sign(found.body.encode()),
            made_at=records.now,
        )
    )
    if chain_id != ORGANISATION:
        told = {"origin": found.origin, "size": found.size, "tip": found.tip}
        records.note(ORGANISATION, "checkpoint", told)
    return True
