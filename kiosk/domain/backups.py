"""A backup's format: which file it is, what it says of itself, how values are told.

A zip with one member for each table, a JSON array a line, and a manifest that counts
and hashes them. Nothing in it depends on the database that it comes from or goes to.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from kiosk.domain.chain import Link, commitment, entry_hash, first_tip

FORMAT = "window-kiosk-backup"
FORMAT_VERSION = 1
MANIFEST = "manifest.json"
MANIFEST_MOST = 1024 * 1024
"""Bytes of a manifest at most; ours have some ten thousand."""
LINE_MOST = 4 * 1024 * 1024
"""Bytes of one row at most; the longest ledger bodies are far below."""
UNPACKS_MOST = 200
"""How many times larger than the file its members may be; rows pack some ten times."""
UNPACKS_FREELY = 16 * 1024 * 1024
"""Bytes that may be unpacked from a file of any size."""
WARN_AFTER_DAYS = 7
"""Without a backup for so many days, the pages warn."""


class NotTheForm(ValueError):
    """A value, a row or a manifest is not what this format says."""


@dataclass(frozen=True, slots=True)
class Codec:
    """How the values of a column are told in JSON, and how they are read back.

    `write` is None where JSON has the value itself. `read` raises ValueError or
    TypeError for anything that `write` does not make.
    """

    read: Callable[[Any], Any]
    write: Callable[[Any], Any] | None = None


@dataclass(frozen=True, slots=True)
class TablePart:
    """A table in a backup: its member's rows, unpacked size and SHA-256 in hex."""

    name: str
    columns: tuple[str, ...]
    rows: int
    size: int
    sha256: str

    @property
    def member(self) -> str:
        """Name inside the zip."""
        return member_name(self.name)


@dataclass(frozen=True, slots=True)
class ChainPart:
    """The head of a ledger in a backup; `tip` in hex."""

    id: int
    origin: str
    number: int
    tip: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself."""

    schema: str
    """Revision of the tables, such as 0002."""
    product: str
    made_at: datetime
    identity: UUID
    organisation: str
    tables: tuple[TablePart, ...]
    chains: tuple[ChainPart, ...]

    @property
    def rows(self) -> int:
        """Rows of all tables together."""
        return sum(table.rows for table in self.tables)

    @property
    def size(self) -> int:
        """Bytes of all tables once unpacked."""
        return sum(table.size for table in self.tables)

    def to_json(self) -> bytes:
        """Return the manifest as it stands in the file."""
        told = asdict(self) | {
            "format": FORMAT,
            "version": FORMAT_VERSION,
            "made_at": _time_text(self.made_at),
            "identity": str(self.identity),
        }
        return json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True).encode()


class ChainReplay:
    """Follows a ledger's entries from its origin and stops at the first wrong one."""

    def __init__(self, origin: str) -> None:
        """Begin before the first entry."""
        self.number = 0
        self.tip = first_tip(origin)

    def follow(
        self, link: Link, stored_hash: bytes, salt: bytes | None, body: str | None
    ) -> bool:
        """Take the next entry; return whether it continues the chain.

        An erased body is no fault: its commitment stays in the chain.
        """
        tip = entry_hash(self.tip, link)
        sound = link.number == self.number + 1 and tip == stored_hash
        if salt is not None and body is not None:
            sound = sound and commitment(salt, body) == link.commitment
        self.number += 1
        self.tip = tip
        return sound

    def ends_at(self, number: int, tip: bytes) -> bool:
        """Whether the entries taken so far are the whole chain."""
        return (self.number, self.tip) == (number, tip)


def backup_name(local: datetime) -> str:
    """Return the file name of a backup made at a time of the centre's clock."""
    return f"window-kiosk-{local:%Y%m%d-%H%M%S}.zip"


def backup_due(last: datetime | None, now: datetime) -> bool:
    """Whether the last backup is too old, or there never was one."""
    return last is None or now - last > timedelta(days=WARN_AFTER_DAYS)


def member_name(table: str) -> str:
    """Return where a table is inside the zip."""
    return f"tables/{table}.jsonl"


def format_version(data: bytes) -> int | None:
    """Return the version of the format that a manifest claims; None: not ours."""
    try:
        told = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        return None
    version = told.get("version")
    return version if isinstance(version, int) else 0


def read_manifest(data: bytes) -> Manifest:
    """Read what `to_json` wrote; raise NotTheForm for anything else."""
    try:
        told = json.loads(data)
        if (told["format"], told["version"]) != (FORMAT, FORMAT_VERSION):
            raise NotTheForm("another format")
        return Manifest(
            schema=_text(told["schema"]),
            product=_text(told["product"]),
            made_at=_read_time(told["made_at"]),
            identity=UUID(_text(told["identity"])),
            organisation=_text(told["organisation"]),
            tables=tuple(_table(part) for part in told["tables"]),
            chains=tuple(_chain(part) for part in told["chains"]),
        )
    except (LookupError, TypeError, ValueError, RecursionError) as wrong:
        raise NotTheForm("not a manifest") from wrong


def write_row(values: list[Any]) -> bytes:
    """Return a row's line; the values are told already."""
    return _JSON(values).encode() + b"\n"


def read_row(line: bytes, width: int) -> list[Any]:
    """Return the told values of a line; raise NotTheForm unless there are `width`."""
    try:
        values = json.loads(line)
    except (ValueError, RecursionError) as wrong:
        raise NotTheForm("not JSON") from wrong
    if not isinstance(values, list) or len(values) != width:
        raise NotTheForm("not a row")
    return values


def _table(part: Mapping[str, Any]) -> TablePart:
    return TablePart(
        name=_text(part["name"]),
        columns=tuple(_text(name) for name in part["columns"]),
        rows=_count(part["rows"]),
        size=_count(part["size"]),
        sha256=_text(part["sha256"]),
    )


def _chain(part: Mapping[str, Any]) -> ChainPart:
    return ChainPart(
        id=_count(part["id"]),
        origin=_text(part["origin"]),
        number=_count(part["number"]),
        tip=_text(part["tip"]),
    )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise NotTheForm("not a text")
    return value


def _whole(value: Any) -> int:
    # True is an int to Python, and a boolean to a database.
    if type(value) is not int:
        raise NotTheForm("not a whole number")
    return value


def _count(value: Any) -> int:
    if _whole(value) < 0:
        raise NotTheForm("a count below zero")
    return int(value)


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise NotTheForm("neither true nor false")
    return value


def _time_text(value: datetime) -> str:
    # Always with six digits and in UTC, so that equal times are equal texts.
    return f"{value.astimezone(UTC).isoformat(timespec='microseconds')[:-6]}Z"


def _read_time(value: Any) -> datetime:
    moment = datetime.fromisoformat(_text(value))
    if moment.tzinfo is None:
        raise NotTheForm("a time without its zone")
    return moment


_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

CODECS: dict[type, Codec] = {
    bool: Codec(_truth),
    bytes: Codec(
        lambda told: b64decode(told, validate=True),
        lambda value: b64encode(value).decode(),
    ),
    date: Codec(date.fromisoformat, date.isoformat),
    datetime: Codec(_read_time, _time_text),
    int: Codec(_whole),
    str: Codec(_text),
    time: Codec(time.fromisoformat, time.isoformat),
    UUID: Codec(lambda told: UUID(_text(told)), str),
}
"""By the Python type of a column's values; NULL is null."""
