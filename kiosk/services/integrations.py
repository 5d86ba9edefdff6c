"""Systems outside: taken in with a key of their own, given a new one, shut out."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kiosk.domain.integrations import (
    OVERLAP,
    ApiScope,
    IntegrationNameTaken,
    IntegrationRevoked,
    KeyReplaced,
    key_mark,
    new_key,
)
from kiosk.domain.policy import NotOpen
from kiosk.domain.tokens import token_hash
from kiosk.models import Centre, Integration
from kiosk.services.records import Book


@dataclass(frozen=True)
class MadeIntegration:
    """A new system, and its key, which nobody can read again."""

    id: int
    key: str


def make_integration(
    records: Book, centre_id: int, name: str, scopes: Collection[ApiScope]
) -> MadeIntegration:
    """Take a system in; `name` and `scopes` as parsed. Raises IntegrationNameTaken."""
    key = new_key()
    row = {
        "centre_id": centre_id,
        "name": name,
        "scopes": " ".join(sorted(scopes)),
        "key_hash": token_hash(key),
        "former_hash": None,
        "former_until": None,
        "created_at": records.now,
        "last_used_at": None,
        "revoked_at": None,
    }
    session = records.session
    # Of two who take in one name at once, the second waits here and then sees it.
    session.scalars(select(Centre.id).filter_by(id=centre_id).with_for_update()).one()
    taken = select(Integration.id).filter_by(centre_id=centre_id, name=name)
    if session.scalar(taken) is not None:
        raise IntegrationNameTaken
    [made] = records.add(Integration, centre_id, [row])
    return MadeIntegration(made, key)


def rotate_key(
    records: Book, centre_id: int, integration_id: int, seen: str = ""
) -> str:
    """Give a system a new key; the one before opens for another day.

    One that was still open beside it opens no more. `seen`: the mark of the key that
    is to be replaced, so that a form sent twice makes one; "": whichever it is.
    Raises NotOpen, IntegrationRevoked, KeyReplaced.
    """
    session = records.session
    row = _found(session, centre_id, integration_id)
    if row.revoked_at is not None:
        raise IntegrationRevoked
    if seen and seen != key_mark(row.key_hash):
        raise KeyReplaced
    key, former = new_key(), row.key_hash
    until = records.now + OVERLAP
    records.change(Integration, centre_id, integration_id, {"former_until": until})
    session.execute(
        update(Integration)
        .filter_by(id=integration_id)
        .values(key_hash=token_hash(key), former_hash=former)
    )
    return key


def revoke_integration(records: Book, centre_id: int, integration_id: int) -> bool:
    """Shut a system out at once, for ever; return whether it was let in until now.

    Raises NotOpen.
    """
    row = _found(records.session, centre_id, integration_id)
    if row.revoked_at is not None:
        return False
    values = {"revoked_at": records.now, "former_until": None}
    records.change(Integration, centre_id, integration_id, values)
    return True


def _found(session: Session, centre_id: int, integration_id: int) -> Integration:
    row = session.scalars(
        select(Integration).filter_by(id=integration_id).with_for_update()
    ).one_or_none()
    if row is None or row.centre_id != centre_id:
        raise NotOpen
    return row
