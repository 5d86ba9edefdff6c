"""Backups made for a test, taken apart, changed, and put together again."""

import hashlib
import json
import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from kiosk.domain.backups import MANIFEST, member_name
from kiosk.extensions.backup import back_up
from kiosk.services.backup import BackupMade


def unheard(_done: int, _total: int) -> None:
    """Hear how far something has come, and forget it."""


def make_backup(path: Path, now: datetime, **more: bool) -> BackupMade:
    return back_up(path, "test", now, unheard, **more)


@dataclass
class Parts:
    """A backup in pieces. `honest` makes the manifest fit them again."""

    members: dict[str, bytes]
    manifest: dict[str, Any]

    @classmethod
    def of(cls, path: Path) -> Self:
        with zipfile.ZipFile(path) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        return cls(members, json.loads(members.pop(MANIFEST)))

    def rows(self, table: str) -> list[list[Any]]:
        lines = self.members[member_name(table)].splitlines()
        return [json.loads(line) for line in lines]

    def set_rows(self, table: str, rows: list[list[Any]]) -> None:
        lines = [json.dumps(row, ensure_ascii=False) for row in rows]
        told = "".join(f"{line}\n" for line in lines)
        self.members[member_name(table)] = told.encode()

    def said(self, table: str) -> dict[str, Any]:
        """Return what the manifest says of a table, to be changed."""
        [part] = [each for each in self.manifest["tables"] if each["name"] == table]
        return part

    def honest(self) -> Self:
        for part in self.manifest["tables"]:
            data = self.members[member_name(part["name"])]
            part["rows"] = data.count(b"\n")
            part["size"] = len(data)
            part["sha256"] = hashlib.sha256(data).hexdigest()
        return self

    def write(self, path: Path, packing: int = zipfile.ZIP_DEFLATED) -> Path:
        with zipfile.ZipFile(path, "w", packing) as archive:
            for name, data in self.members.items():
                archive.writestr(name, data)
            archive.writestr(MANIFEST, json.dumps(self.manifest))
        return path
