"""What Flask is extended with; `transaction()` and `write()` alone commit."""

from flask_babel import Babel
from flask_migrate import Migrate

from kiosk.extensions.database import (
    core_transaction,
    db,
    engine_options,
    prepare,
    reading,
    recording,
    transaction,
    write,
)
from kiosk.extensions.fair_lock import TurnNotReached
from kiosk.extensions.sqlite import Checkpointer, checkpointing

babel = Babel()
migrate = Migrate()

__all__ = [
    "Checkpointer",
    "TurnNotReached",
    "babel",
    "checkpointing",
    "core_transaction",
    "db",
    "engine_options",
    "migrate",
    "prepare",
    "reading",
    "recording",
    "transaction",
    "write",
]
