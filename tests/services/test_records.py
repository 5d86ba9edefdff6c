"""Rows that the ledger answers for: written once, told once, in one transaction."""

import json

import pytest
from sqlalchemy import event, select

from kiosk.domain.policy import Role
from kiosk.extensions import db, reading, recording
from kiosk.models import (
    ORGANISATION,
    Base,
    CalendarDay,
    Chain,
    Clerk,
    LedgerEntry,
    RoleGrant,
    Unit,
    table_of,
)
from kiosk.services import records as module
from kiosk.services.record_kinds import RECORDS, UNTOLD
from kiosk.services.records import Book
from tests.conftest import NOON
from tests.people import make_account

HALL = 1


def unit(name: str) -> dict[str, object]:
    return {"centre_id": HALL, "name": name}


def clerk(badge: str, **more: object) -> dict[str, object]:
    row = {
        "centre_id": HALL,
        "name": "王芳",
        "badge": badge,
        "named": True,
        "started_on": NOON.date(),
    }
    return row | more


def entries(chain: int = HALL) -> list[tuple[str, dict[str, object]]]:
    """Return kind and body of each entry but the first, oldest first."""
    with reading() as session:
        rows = session.execute(
            select(LedgerEntry.kind, LedgerEntry.body)
            .where(LedgerEntry.chain_id == chain, LedgerEntry.number > 1)
            .order_by(LedgerEntry.number)
        )
        return [(kind, json.loads(body)) for kind, body in rows]


def add(model: type[Base], *rows: dict[str, object], why: str = "") -> list[int]:
    with recording("test", NOON) as records:
        return records.add(model, HALL, list(rows), why=why)


def names(keys: list[int]) -> list[str]:
    with reading() as session:
        return [session.get_one(Unit, key).name for key in keys]


def test_keys_come_in_the_order_of_the_rows_and_each_row_is_told(app):
    given = [f"单位{n}" for n in (3, 1, 2)]
    keys = add(Unit, *map(unit, given), why="a list")
    assert names(keys) == given
    assert [(kind, body["key"], body["why"]) for kind, body in entries()] == [
        ("unit", key, "a list") for key in keys
    ]
    _, body = entries()[0]
    assert (body["by"], body["before"]) == ("test", None)
    assert body["after"]["name"] == "单位3"


def test_rows_that_are_alike_have_keys_of_their_own(app):
    account = make_account("zhang", Role.VIEWER, NOON)
    grant = {"account_id": account, "role": "juror", "granted_at": NOON}
    with recording("test", NOON) as records:
        keys = records.add(RoleGrant, ORGANISATION, [grant, grant])
    assert len(set(keys)) == 2
    assert [body["key"] for kind, body in entries(ORGANISATION)][-2:] == keys


def test_a_list_of_hundreds_costs_no_more_statements_than_one(app):
    prices = []
    for count in (1, 300):
        seen: list[str] = []
        listen = (
            "before_cursor_execute",
            lambda *told, seen=seen: seen.append(told[2]),
        )
        event.listen(db.engine, *listen)
        keys = add(Unit, *(unit(f"{count}-{n}") for n in range(count)))
        event.remove(db.engine, *listen)
        assert names(keys) == [f"{count}-{n}" for n in range(count)]
        prices.append(len(seen))
    # One alone joins its chain in fewer steps on PostgreSQL.
    assert prices[1] <= prices[0] + 4


def test_no_rows_are_no_entry(app):
    assert add(Unit) == []
    assert entries() == []


def test_a_change_is_told_with_what_was_before(app):
    [key] = add(Unit, unit("旧"))
    with recording("account:7", NOON) as records:
        assert records.change(Unit, HALL, key, {"name": "新"}, why="renamed")
    kind, body = entries()[-1]
    assert (kind, body["by"], body["why"]) == ("unit", "account:7", "renamed")
    assert (body["before"]["name"], body["after"]["name"]) == ("旧", "新")
    assert names([key]) == ["新"]


def test_a_change_to_the_same_is_none(app):
    [key] = add(Unit, unit("旧"))
    told = len(entries())
    with recording("test", NOON) as records:
        assert not records.change(Unit, HALL, key, {"name": "旧"})
    assert len(entries()) == told


def test_of_many_only_those_that_differ_are_changed_and_told(app, monkeypatch):
    monkeypatch.setattr(module, "_AT_ONCE", 2)
    keys = add(Unit, *(unit(f"单位{n}") for n in range(5)))
    told = len(entries())
    changes = {key: {"name": f"单位{min(n, 3)}"} for n, key in enumerate(keys)}
    changes[keys[4]] = {"name": "末"}
    with recording("test", NOON) as records:
        assert records.change_many(Unit, HALL, changes) == 1
    assert names(keys) == ["单位0", "单位1", "单位2", "单位3", "末"]
    assert len(entries()) == told + 1


def change_nothing(records: Book) -> None:
    records.change(Unit, HALL, 99_999, {"name": "新"})


def strike_nothing(records: Book) -> None:
    records.strike(Unit, HALL, 99_999)


def fail_after_adding(records: Book) -> None:
    records.add(Unit, HALL, [unit("甲")])
    raise LookupError("no unit 99999")


@pytest.mark.parametrize("act", [change_nothing, strike_nothing, fail_after_adding])
def test_an_act_that_fails_leaves_neither_row_nor_entry(app, act):
    with (
        pytest.raises(LookupError, match="no unit 99999"),
        recording("test", NOON) as records,
    ):
        act(records)
    assert entries() == []
    with reading() as session:
        assert session.scalars(select(Unit)).all() == []


def test_what_is_struck_is_gone_and_told(app):
    day = {"centre_id": HALL, "day": NOON.date(), "working": False, "name": "国庆节"}
    [key] = add(CalendarDay, day)
    with recording("test", NOON) as records:
        records.strike(CalendarDay, HALL, key, why="a mistake")
    with reading() as session:
        assert session.get(CalendarDay, key) is None
    kind, body = entries()[-1]
    assert (kind, body["after"], body["why"]) == ("calendar", None, "a mistake")
    assert body["before"]["name"] == "国庆节"


def test_a_note_tells_something_that_is_no_row(app):
    before = len(entries(ORGANISATION))
    with recording("terminal", NOON) as records:
        records.note(ORGANISATION, "export", {"what": "ledger"})
    kind, body = entries(ORGANISATION)[before]
    assert (kind, body["what"], body["by"]) == ("export", "ledger", "terminal")


def test_secrets_are_never_told(app):
    [key] = add(Clerk, clerk("001", pin_hash="$argon2id$secret"))
    with recording("test", NOON) as records:
        records.change(Clerk, HALL, key, {"pin_hash": "$argon2id$other", "name": "李"})
    assert "argon2" not in str(entries())
    assert "pin_hash" not in str(entries())


def test_entries_of_one_act_go_to_their_chains_in_the_order_of_the_keys(app):
    with recording("test", NOON) as records:
        records.note(HALL, "export", {"what": "b"})
        records.note(ORGANISATION, "export", {"what": "a"})
    assert entries()[-1][1]["what"] == "b"
    assert entries(ORGANISATION)[-1][1]["what"] == "a"
    with reading() as session:
        assert session.get_one(Chain, HALL).changed_at == NOON


def test_columns_left_out_exist():
    for model, columns in UNTOLD.items():
        assert model in RECORDS.values()
        assert columns <= {column.name for column in table_of(model).columns}
