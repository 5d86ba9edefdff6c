"""Whom and what entries of the ledger mention, by the names of today."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Select, select
from sqlalchemy.orm import Session

from kiosk.models import (
    Account,
    Campaign,
    Candidate,
    Case,
    Centre,
    Clerk,
    Device,
    Inspection,
    Integration,
    Juror,
    ServiceType,
    Unit,
    Window,
)
from kiosk.queries.audit import Act

REFERENCES = {
    "account": "account",
    "account_id": "account",
    "campaign_id": "campaign",
    "candidate_id": "candidate",
    "case": "case",
    "case_id": "case",
    "centre_id": "centre",
    "clerk_id": "clerk",
    "decided_by": "account",
    "decided_by_id": "account",
    "from": "clerk",
    "handler_id": "account",
    "inspection_id": "inspection",
    "inspector_id": "account",
    "integration_id": "integration",
    "juror_id": "juror",
    "parent_id": "unit",
    "predecessor_id": "device",
    "proposed_by": "account",
    "proposed_by_id": "account",
    "replaces_id": "candidate",
    "service_type_id": "service-type",
    "to": "clerk",
    "unit": "unit",
    "unit_id": "unit",
    "window_id": "window",
}
"""Fields that hold a key, and whose."""
_ABOUT = (
    "case",
    "case_id",
    "account_id",
    "clerk_id",
    "window_id",
    "integration_id",
    "candidate_id",
    "campaign_id",
    "account",
)
"""Fields that say what an entry is about where its own row has no name."""

_TABLES: dict[str, Select[Any]] = {
    "account": select(Account.id, Account.name),
    "campaign": select(Campaign.id, Campaign.title),
    "candidate": select(Candidate.id, Candidate.name),
    "case": select(Case.id, Case.number),
    "centre": select(Centre.id, Centre.name),
    "clerk": select(Clerk.id, Clerk.name),
    "inspection": select(Inspection.id, Unit.name).join(
        Unit, Unit.id == Inspection.unit_id
    ),
    "integration": select(Integration.id, Integration.name),
    "juror": select(Juror.id, Account.name).join(
        Account, Account.id == Juror.account_id
    ),
    "service-type": select(ServiceType.id, ServiceType.name),
    "unit": select(Unit.id, Unit.name),
    "window": select(Window.id, Window.number),
    "device": select(Device.id, Window.number).join(
        Window, Window.id == Device.window_id
    ),
}
_IDS = {
    "account": Account.id,
    "campaign": Campaign.id,
    "candidate": Candidate.id,
    "case": Case.id,
    "centre": Centre.id,
    "clerk": Clerk.id,
    "inspection": Inspection.id,
    "integration": Integration.id,
    "juror": Juror.id,
    "service-type": ServiceType.id,
    "unit": Unit.id,
    "window": Window.id,
    "device": Device.id,
}


@dataclass(frozen=True)
class Names:
    """What rows are called today, by kind and key."""

    known: Mapping[str, Mapping[int, str]] = field(default_factory=dict)

    def of(self, kind: str, key: object) -> str:
        """Return the name, or the key itself where nothing has it any more."""
        found = self.known.get(kind, {})
        return found.get(key, f"{key}") if isinstance(key, int) else f"{key}"


def names_in(reader: Connection | Session, found: Iterable[Act]) -> Names:
    """Return the names of everything that acts mention, a statement for each kind."""
    keys = _keys(found)
    known = {}
    for kind, query in _TABLES.items():
        if keys[kind]:
            rows = reader.execute(query.where(_IDS[kind].in_(keys[kind])))
            known[kind] = {key: name for key, name in rows}  # noqa: C416 - rows are no pairs to mypy
    return Names(known)


def people(reader: Connection | Session) -> Sequence[tuple[int, str]]:
    """Return every account that there ever was, by name."""
    query = select(Account.id, Account.name).order_by(Account.name, Account.id)
    return [(key, name) for key, name in reader.execute(query)]


def mentioned(act: Act) -> list[tuple[str, int]]:
    """Return whom or what an act's row belongs to, as kinds and keys with names."""
    return [
        (REFERENCES[name], act.row[name])
        for name in _ABOUT
        if isinstance(act.row.get(name), int)
    ]


def _keys(found: Iterable[Act]) -> dict[str, set[int]]:
    keys: dict[str, set[int]] = defaultdict(set)
    for act in found:
        who, _, key = act.by.partition(":")
        if who in {"account", "device"} and key.isdecimal():
            keys[who].add(int(key))
        for kind, named in mentioned(act):
            keys[kind].add(named)
        for change in act.changes:
            pair = (change.before, change.after)
            keys[reference(act.kind, change.field)] |= {
                value for value in pair if isinstance(value, int)
            }
    return keys


def reference(kind: str, name: str) -> str:
    """Return whose key a field of such an entry holds, "" where it holds none."""
    # A window's successor is a window, a clerk's a clerk.
    return kind if name == "successor_id" else REFERENCES.get(name, "")
