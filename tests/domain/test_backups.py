"""The form of a backup: what is written is read back, and nothing else is read."""

import json
from datetime import UTC, date, datetime, time, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.backups import (
    CODECS,
    ChainPart,
    ChainReplay,
    Manifest,
    NotTheForm,
    TablePart,
    format_version,
    read_manifest,
    read_row,
    write_row,
)
from kiosk.domain.chain import Link, commitment, entry_hash, first_tip

MOMENT = datetime(2026, 7, 16, 4, 0, 0, 5, tzinfo=UTC)
MANIFEST = Manifest(
    schema="0002",
    product="0.1.0",
    made_at=MOMENT,
    identity=UUID(int=7),
    organisation="市政务服务局",
    tables=(TablePart("unit", ("id", "name"), 2, 30, "ab"),),
    chains=(ChainPart(0, "origin", 9, "cd"),),
)
VALUES = {
    bool: st.booleans(),
    bytes: st.binary(),
    date: st.dates(),
    datetime: st.datetimes(
        timezones=st.sampled_from([UTC, timezone(timedelta(hours=8))])
    ),
    int: st.integers(),
    str: st.text(st.characters(exclude_categories=["Cs"])),
    time: st.times(),
    UUID: st.uuids(),
}


def told(kind, value):
    write = CODECS[kind].write
    return value if write is None else write(value)


@pytest.mark.parametrize("kind", CODECS)
@given(data=st.data())
def test_each_value_comes_back_through_a_line(kind, data):
    value = data.draw(VALUES[kind])
    line = write_row([told(kind, value), None])
    assert line.count(b"\n") == 1
    back, nothing = read_row(line, 2)
    assert CODECS[kind].read(back) == value
    assert type(CODECS[kind].read(back)) is kind
    assert nothing is None


def test_equal_times_are_equal_texts():
    elsewhere = MOMENT.astimezone(timezone(timedelta(hours=-3, minutes=-30)))
    assert told(datetime, elsewhere) == "2026-07-16T04:00:00.000005Z"
    assert (
        told(datetime, MOMENT.replace(microsecond=0)) == "2026-07-16T04:00:00.000000Z"
    )


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        (bool, 1), (bool, "true"), (bytes, "a"), (bytes, "a,b="), (bytes, 5),
        (date, "16.7.2026"), (date, 5), (datetime, "2026-07-16T04:00:00"),
        (datetime, 5), (int, True), (int, "5"), (int, 5.0), (str, 5),
        (time, "9 o'clock"), (UUID, "seven"), (UUID, 7), (str, None), (int, None),
    ],
)  # fmt: skip
def test_what_no_value_is_written_as_is_not_read(kind, wrong):
    with pytest.raises((ValueError, TypeError)):
        CODECS[kind].read(wrong)


def test_a_manifest_is_read_back():
    data = MANIFEST.to_json()
    assert read_manifest(data) == MANIFEST
    assert format_version(data) == 1
    assert (MANIFEST.rows, MANIFEST.size) == (2, 30)
    assert MANIFEST.tables[0].member == "tables/unit.jsonl"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("format", "another"), ("version", 2), ("schema", 2), ("product", None),
        ("made_at", "today"), ("made_at", "2026-07-16T04:00:00"), ("identity", "7"),
        ("organisation", []), ("tables", 5), ("tables", [5]), ("chains", [{}]),
        ("tables", [{"name": "unit"}]), ("chains", None),
    ],
)  # fmt: skip
def test_a_manifest_that_is_none(name, value):
    whole = json.loads(MANIFEST.to_json()) | {name: value}
    with pytest.raises(NotTheForm):
        read_manifest(json.dumps(whole).encode())


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"5", b'"x"', b"\xff", b"[" * 100_000, b'{"format": 1}']
)
def test_what_is_no_manifest_of_ours(data):
    assert format_version(data) is None
    with pytest.raises(NotTheForm):
        read_manifest(data)


@pytest.mark.parametrize("line", [b"[1]\n", b"[1,2,3]\n", b"{}\n", b"12\n", b"[1,\n"])
def test_what_is_no_row_of_two(line):
    with pytest.raises(NotTheForm):
        read_row(line, 2)


DAY = date(2026, 7, 16)


def follow(replay: ChainReplay, number: int, tip: bytes, **changes) -> bool:
    salt, body = b"s" * 32, "{}"
    link = Link(number, DAY, "unit", changes.get("committed", commitment(salt, body)))
    stored = changes.get("stored", entry_hash(tip, link))
    return replay.follow(
        link, stored, changes.get("salt", salt), changes.get("body", body)
    )


def test_a_sound_chain_is_followed_to_its_end():
    replay = ChainReplay("origin")
    for number in (1, 2, 3):
        assert follow(replay, number, replay.tip)
    assert replay.ends_at(3, replay.tip)
    assert not replay.ends_at(2, replay.tip)
    assert not replay.ends_at(3, b"other")


@pytest.mark.parametrize(
    "changes",
    [
        {"salt": b"t" * 32}, {"body": "[]"}, {"stored": b"x" * 32},
        {"committed": b"y" * 32},
    ],
)  # fmt: skip
def test_an_entry_that_was_changed_does_not_follow(changes):
    assert not follow(ChainReplay("origin"), 1, first_tip("origin"), **changes)


def test_a_number_left_out_does_not_follow():
    assert not follow(ChainReplay("origin"), 2, first_tip("origin"))


@pytest.mark.parametrize("erased", [{"salt": None}, {"body": None}])
def test_an_erased_body_cannot_be_held_against_its_commitment(erased):
    whole = {"committed": b"y" * 32} | erased
    assert follow(ChainReplay("origin"), 1, first_tip("origin"), **whole)
