"""The product without its ledger: a tap raises the version of its centre, no more.

Its taps then have the same number of the same rows but for the entry, so what the
ledger costs can be read off; that is all it is good for.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, update

from kiosk.app import create_app
from kiosk.models import Chain, table_of
from kiosk.services import ratings
from kiosk.services.prepared import Prepared

_chain = table_of(Chain)
_RAISE = Prepared(
    update(_chain)
    .where(_chain.c.id == bindparam("chain"))
    .values(number=_chain.c.number + 1, changed_at=bindparam("moment"))
)


def _raise_version(
    connection: Connection, chain_id: int, _drafts: Sequence[Any], now: datetime
) -> int:
    _RAISE.run(connection, {"chain": chain_id, "moment": now})
    return 0


def _no_draft(*_told: Any) -> None:
    """Write nothing down."""


ratings.append = _raise_version
ratings.rating_draft = _no_draft
app = create_app()
