"""What has been kept long enough is erased, by itself."""

from datetime import datetime

from kiosk.extensions.database import reading, recording
from kiosk.queries.contacts import contacts_to_erase
from kiosk.queries.limits import passing_to_forget
from kiosk.services.contacts import erase_settled
from kiosk.services.limits import forget_passing


def erase_what_is_due(now: datetime) -> int:
    """Erase contacts whose call was settled long enough ago; return how many.

    Counts of addresses and phones that are over go too. Safe to repeat and to kill:
    each time it takes what is due then.
    """
    with reading() as session:
        # Almost always nothing is due; then nobody's turn to write is taken.
        contacts = contacts_to_erase(session, now)
        passing = passing_to_forget(session, now)
    if not contacts and not passing:
        return 0
    with recording("system", now) as records:
        forget_passing(records.session, now)
        return erase_settled(records)
