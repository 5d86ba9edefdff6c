"""Chains of the ledger: one for the organisation, one for each centre."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from kiosk.domain.chain import canonical, first_tip
from kiosk.models import ORGANISATION, Centre, Chain
from kiosk.services.ledger import Draft, append


def begin_chain(
    session: Session, identity: UUID, centre: Centre | None, zone: str, now: datetime
) -> None:
    """Begin the chain of a centre, or without one that of the organisation.

    Its origin holds the installation's random identity, so that no checkpoint of
    one installation fits another. The first entry says when it began.
    """
    key = ORGANISATION if centre is None else centre.id
    name = "organisation" if centre is None else f"centre/{centre.code}"
    origin = f"window-kiosk/{identity}/{name}"
    session.add(
        Chain(
            id=key,
            centre_id=None if centre is None else centre.id,
            origin=origin,
            time_zone=zone,
            number=0,
            tip=first_tip(origin),
            changed_at=now,
        )
    )
    session.flush()
    begun = canonical({"origin": origin, "at": now, "by": "system"})
    append(session.connection(), key, [Draft("begin", begun)], now)
    session.expire_all()
