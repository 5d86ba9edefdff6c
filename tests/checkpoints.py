"""Checkpoints for tests: a signer of the test's own, and a ledger that has entries."""

from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text

from kiosk.extensions import db, reading, recording
from kiosk.queries.checkpoints import CheckpointView, newest_checkpoints
from kiosk.services.checkpoints import Signer, sign_checkpoints

CENTRE = 1
"""Key of the only centre's chain in an empty installation."""


def new_signer() -> Signer:
    key = Ed25519PrivateKey.generate()
    return Signer(key.public_key().public_bytes_raw(), key.sign)


def sign(signer: Signer, now: datetime) -> int:
    with recording("test", now) as records:
        return sign_checkpoints(records, signer)


def add_entries(chain: int, now: datetime, count: int = 1) -> None:
    """Let a chain grow by notes that mean nothing."""
    for nth in range(count):
        with recording("test", now) as records:
            records.note(chain, "export", {"what": f"test {nth}"})


def newest() -> dict[int, CheckpointView]:
    """The newest checkpoint of each chain, by its key."""
    with reading() as session:
        return {view.chain_id: view for view in newest_checkpoints(session)}


def checkpoint_now(now: datetime, chain: int = CENTRE) -> CheckpointView:
    """Sign with a key that nobody keeps; return a chain's checkpoint."""
    sign(new_signer(), now)
    return newest()[chain]


def behind_the_product(statement: str) -> None:
    """Change the ledger as somebody does who owns the database: no triggers."""
    with db.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            connection.execute(text(statement))
            return
        query = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = connection.execute(query).all()
        for name, _ in triggers:
            connection.execute(text(f'DROP TRIGGER "{name}"'))
        connection.execute(text(statement))
        for _, made in triggers:
            connection.exec_driver_sql(made)
