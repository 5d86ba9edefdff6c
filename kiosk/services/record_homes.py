"""Which chain answers for a row: that of its centre, or the organisation's."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, select

from kiosk.models import (
    ORGANISATION,
    Base,
    Case,
    CaseAppeal,
    Clerk,
    Integration,
    Placement,
    Posting,
    Webhook,
    Window,
    table_of,
)

_PARENTS: dict[type[Base], tuple[str, type[Base]]] = {
    CaseAppeal: ("case_id", Case),
    Placement: ("window_id", Window),
    Posting: ("clerk_id", Clerk),
    Webhook: ("integration_id", Integration),
}
"""Rows that belong to a centre through another row."""


def homes(
    connection: Connection, model: type[Base]
) -> Callable[[Mapping[str, Any]], int]:
    """Return what tells the chain's key of a row of a record table."""
    if model not in _PARENTS:
        return lambda row: int(row.get("centre_id") or ORGANISATION)
    column, parent = _PARENTS[model]
    table = table_of(parent)
    rows = connection.execute(select(table.c.id, table.c.centre_id)).tuples()
    centres = dict(rows.all())
    return lambda row: int(centres.get(row[column]) or ORGANISATION)
