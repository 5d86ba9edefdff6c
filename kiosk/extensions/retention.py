"""What has been kept long enough is erased, by itself."""

from datetime import datetime

from kiosk.extensions.database import reading, recording
from kiosk.queries.contacts import contacts_to_erase
from kiosk.services.contacts import erase_settled


def erase_what_is_due(now: datetime) -> int:
    """Erase contacts whose call was settled long enough ago; return how many.

    Safe to repeat and to kill: each time it takes what is due then.
    """
    with reading() as session:
        # Almost always nothing is due; then nobody's turn to write is taken.
        if not contacts_to_erase(session, now):
            return 0
    with recording("system", now) as records:
        return erase_settled(records)
