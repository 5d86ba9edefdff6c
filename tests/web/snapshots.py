"""What a database says, table by table, to be compared with what it says later."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Table, select

from kiosk.extensions import db
from kiosk.models import Base

Rows = dict[str, list[dict[str, Any]]]
PASSING = {("sign_in", "seen_at"), ("device", "last_heard_at")}
"""What a look may note: that somebody is there."""
DRAWN = {
    ("window", "code"),
    ("rating", "event_id"),
    ("rating", "digest"),
    ("rating", "receipt"),
    ("comment", "salt"),
    ("contact", "sealed"),
    ("comment", "sealed"),
    ("case", "event_id"),
    ("case_text", "salt"),
    ("case_contact", "key_hash"),
    ("case_contact", "sealed"),
    ("mail_message", "about"),
    ("mail_message", "message_id"),
    ("phone_day", "phone"),
    ("ledger_entry", "salt"),
    ("ledger_entry", "commitment"),
    ("ledger_entry", "hash"),
    ("ledger_entry", "body"),
    ("chain", "tip"),
    ("device", "code"),
    ("device", "last_event_id"),
    ("checkpoint", "tip"),
    ("checkpoint", "signature"),
    ("signing_key", "public"),
    ("account", "password_hash"),
    ("account", "totp_secret"),
    ("clerk", "pin_hash"),
    ("recovery_code", "code_hash"),
    ("integration", "key_hash"),
    ("webhook", "secret"),
    ("ticket", "code"),
    ("sign_in_try", "subject"),
    *((table, "token_hash") for table in Base.metadata.tables),
    *((table, "holder_hash") for table in Base.metadata.tables),
}
"""Columns that hold random values, or hashes of them."""


def database(without: Collection[tuple[str, str]] = PASSING) -> Rows:
    """Return every row of every table, but for some columns."""
    with db.engine.connect() as connection:
        return {
            table.name: [
                _kept(table, row, without)
                for row in connection.execute(
                    select(table).order_by(*table.primary_key.columns)
                ).mappings()
            ]
            for table in Base.metadata.sorted_tables
        }


def differences(before: Rows, after: Rows) -> list[str]:
    """Return the names of the tables that changed."""
    return [name for name in before if before[name] != after[name]]


def _kept(
    table: Table, row: Mapping[str, Any], without: Collection[tuple[str, str]]
) -> dict[str, Any]:
    return {
        name: value for name, value in row.items() if (table.name, name) not in without
    }
