"""What a database itself remembers of rows that were written anew, forgotten.

SQLite overwrites what is deleted, and the checkpoint within a minute takes it out of
the write-ahead log. PostgreSQL keeps the old rows, in the order and with the numbers
of the transactions they came in, until somebody cleans up: that is done here.
"""

import logging

from sqlalchemy.exc import SQLAlchemyError

from kiosk.extensions.database import db

log = logging.getLogger(__name__)


def forget_old_votes() -> bool:
    """Have the votes' table written into a new file; return whether it was.

    Only after the commit of whatever replaced the rows. A failure is logged: nothing
    is lost with it, and `VACUUM FULL vote` does the same later.
    """
    if db.engine.dialect.name != "postgresql":
        return True
    try:
        with db.engine.connect() as connection:
            alone = connection.execution_options(isolation_level="AUTOCOMMIT")
            alone.exec_driver_sql("VACUUM FULL vote")
    except SQLAlchemyError:
        log.exception("old votes were not cleaned up; run: VACUUM FULL vote")
        return False
    return True
