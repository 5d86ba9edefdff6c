"""Systems outside: who they are, what they may do, and when they last called."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Select, and_, or_, select
from sqlalchemy.orm import Session

from kiosk.domain.integrations import ApiScope, key_mark
from kiosk.models import Integration


@dataclass(frozen=True)
class IntegrationView:
    """A system outside, as its page shows it."""

    id: int
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    last_used_at: datetime | None
    former_until: datetime | None
    """Until when the key before still opens; may be past."""
    revoked_at: datetime | None
    mark: str
    """Of its key: tells it from the next one."""

    def may(self, scope: ApiScope) -> bool:
        """Whether it is let in, and to this."""
        return self.revoked_at is None and scope in self.scopes


@dataclass(frozen=True)
class Caller:
    """The system that a key belongs to."""

    id: int
    centre_id: int
    name: str
    scopes: frozenset[str]
    last_used_at: datetime | None


def integrations(reader: Connection | Session, centre_id: int) -> list[IntegrationView]:
    """Return a centre's systems by name, revoked ones included."""
    query = _views().where(Integration.centre_id == centre_id)
    rows = reader.execute(query.order_by(Integration.name))
    return [_view(row) for row in rows.tuples()]


def integration_by_id(
    reader: Connection | Session, centre_id: int, key: int
) -> IntegrationView | None:
    """Return one of a centre's systems, or None."""
    query = _views().where(Integration.centre_id == centre_id, Integration.id == key)
    row = reader.execute(query).tuples().one_or_none()
    return None if row is None else _view(row)


def caller_of(
    reader: Connection | Session, digest: bytes, now: datetime
) -> Caller | None:
    """Return whose key has this hash, the key before included while it opens."""
    before = and_(Integration.former_hash == digest, Integration.former_until > now)
    row = reader.execute(
        select(
            Integration.id,
            Integration.centre_id,
            Integration.name,
            Integration.scopes,
            Integration.last_used_at,
        ).where(
            or_(Integration.key_hash == digest, before),
            Integration.revoked_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        return None
    found, centre_id, name, scopes, last_used_at = row
    return Caller(found, centre_id, name, frozenset(scopes.split()), last_used_at)


_Row = tuple[
    int, str, str, datetime, datetime | None, datetime | None, datetime | None, bytes
]


def _views() -> Select[_Row]:
    return select(
        Integration.id,
        Integration.name,
        Integration.scopes,
        Integration.created_at,
        Integration.last_used_at,
        Integration.former_until,
        Integration.revoked_at,
        Integration.key_hash,
    )


def _view(row: _Row) -> IntegrationView:
    key, name, scopes, created_at, last_used_at, former_until, revoked_at, digest = row
    return IntegrationView(
        id=key,
        name=name,
        scopes=tuple(scopes.split()),
        created_at=created_at,
        last_used_at=last_used_at,
        former_until=former_until,
        revoked_at=revoked_at,
        mark=key_mark(digest),
    )
