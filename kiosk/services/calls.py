"""Calls of systems outside: counted by the minute, the last one written down."""

from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, or_, update

from kiosk.domain.interface import USE_NOTED
from kiosk.models import Integration
from kiosk.services.limits import count_form


def count_call(connection: Connection, integration_id: int, now: datetime) -> int:
    """Count a call of a system; return how many came this minute.

    When it last called is a look for people, so once a minute is enough.
    """
    connection.execute(
        update(Integration)
        .where(
            Integration.id == integration_id,
            or_(
                Integration.last_used_at.is_(None),
                Integration.last_used_at <= now - USE_NOTED,
            ),
        )
        .values(last_used_at=now)
    )
    # Minutes of systems lie beside those of addresses, under a name no address has.
    caller = sha256(f"integration {integration_id}".encode()).digest()
    return count_form(connection, caller, now)
