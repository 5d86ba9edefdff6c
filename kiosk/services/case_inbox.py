"""The inbox of cases: ratings that came with more than a level."""

from sqlalchemy import Connection
from sqlalchemy.dialects import sqlite

from kiosk.models import CaseInbox, table_of
from kiosk.services.prepared import Prepared
from kiosk.services.upsert import as_text

_inbox = table_of(CaseInbox)


def queue_rating(connection: Connection, rating_id: int) -> None:
    """Have a rating looked at for a case, once its transaction ends; again is harmless.

    What it came with must be kept in the same transaction, so that none is overlooked.
    """
    _QUEUE.run(connection, {"rating_id": rating_id})


def _put() -> sqlite.Insert:
    statement = sqlite.insert(_inbox)
    # To do nothing would not wait for whoever takes the row out at this moment, and
    # has not seen what this transaction brings.
    return statement.on_conflict_do_update(
        index_elements=["rating_id"],
        set_={"rating_id": statement.excluded.rating_id},
    )


_QUEUE = Prepared(as_text(_inbox, _put()))
