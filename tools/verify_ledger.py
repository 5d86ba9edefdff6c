r"""Check an exported ledger with the standard library alone.

    python3 tools/verify_ledger.py EXPORT [--checkpoint FILE ...]

EXPORT is what `flask ledger export` or the public page wrote: JSON, one line for the
chain and one for each entry. Checked are the numbers (1, 2, 3 …), each entry's hash
from the one before it, the body against its commitment where the export has bodies,
size and last hash against the first line, and every checkpoint given. A checkpoint
is three lines: origin, size, hash in base64. Its signature is not checked here; that
is what `openssl pkeyutl -verify` is for.

    first hash joins to   SHA-256(0x02, origin)
    commitment          = SHA-256(salt, body)
    hash                = SHA-256(0x00, hash before, "number\nday\nkind\n", commitment)

Exit code 0: all of it holds. 1: it does not; the first bad number is named.
2: a file cannot be read or is none of these.
"""

import argparse
import json
import re
import sys
from base64 import b64decode
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

FORMAT = "window-kiosk-ledger-1"
ENTRY, ORIGIN = b"\x00", b"\x02"
POINT = re.compile(
    r"^([^\n]+)\n(0|[1-9][0-9]{0,17})\n([A-Za-z0-9+/]{43}=)$", re.MULTILINE
)


class Bad(Exception):
    """What is wrong with the ledger, and where."""


class Unusable(Exception):
    """A file that is no export or no checkpoint."""


def main(arguments: list[str] | None = None) -> int:
    """Check the files named on the command line; return the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("export", type=Path)
    parser.add_argument("--checkpoint", type=Path, action="append", default=[])
    chosen = parser.parse_args(arguments)
    try:
        points = [point for path in chosen.checkpoint for point in points_in(path)]
        with chosen.export.open(encoding="utf-8", newline="\n") as stream:
            print(checked(stream, points))
    except Bad as bad:
        print(f"BAD {bad}")
        return 1
    except (Unusable, OSError, UnicodeDecodeError) as unusable:
        print(f"{unusable}", file=sys.stderr)
        return 2
    return 0


def points_in(path: Path) -> list[tuple[str, int, bytes]]:
    """Return (origin, size, hash) of the checkpoints in a file."""
    text = path.read_text("utf-8").replace("\r\n", "\n")
    found = [(o, int(size), b64decode(tip)) for o, size, tip in POINT.findall(text)]
    if not found:
        raise Unusable(f"{path}: there is no checkpoint in it")
    return found


def checked(stream: IO[str], points: list[tuple[str, int, bytes]]) -> str:
    """Walk through an export; return what was found or raise Bad."""
    lines = objects(stream)
    head = next(lines, None)
    if head is None or head.get("format") != FORMAT:
        raise Unusable(f"this is no ledger export of the form {FORMAT}")
    origin, size, last = head["origin"], head["size"], head["tip"]
    held = checkpoints(points, origin)
    tip = sha256(ORIGIN + origin.encode()).digest()
    held_against(held, 0, tip)
    number, bodies = 0, Bodies()
    for line in lines:
        number += 1
        tip = joined(line, number, tip)
        bodies.see(line, number)
        held_against(held, number, tip)
    if (number, tip.hex()) != (size, last):
        raise Bad(f"{min(number, size) + 1}: the first line says {size} entries")
    for ahead in sorted(held):
        raise Bad(f"{number + 1}: a checkpoint says that there were {ahead} entries")
    bodies.end()
    agree = f", {len(points)} checkpoints agree" if points else ""
    return f"OK {origin}: {number} entries, {bodies.seen} bodies{agree}"


def objects(stream: IO[str]) -> Iterator[dict[str, Any]]:
    """Yield each line as an object; raise Unusable for anything else."""
    for place, line in enumerate(stream, 1):
        try:
            found = json.loads(line)
        except ValueError:
            raise Unusable(f"line {place} is no JSON") from None
        if not isinstance(found, dict):
            raise Unusable(f"line {place} is no JSON object")
        yield found


def joined(line: dict[str, Any], number: int, tip: bytes) -> bytes:
    """Return the entry's hash; raise Bad when it is not the one that is due."""
    if line.get("n") != number:
        raise Bad(f"{number}: the entry is missing; {line.get('n')} follows")
    try:
        words = f"{number}\n{line['day']}\n{line['kind']}\n".encode()
        due = sha256(ENTRY + tip + words + bytes.fromhex(line["c"])).digest()
        stored = bytes.fromhex(line["h"])
    except (KeyError, TypeError, ValueError):
        raise Unusable(f"the entry {number} is not of the form {FORMAT}") from None
    if due != stored:
        raise Bad(f"{number}: its hash does not follow from the entry before it")
    return due


def checkpoints(
    points: list[tuple[str, int, bytes]], origin: str
) -> dict[int, set[bytes]]:
    """Return the hashes by size; raise Bad for a checkpoint of another chain."""
    held: dict[int, set[bytes]] = {}
    for of, size, tip in points:
        if of != origin:
            raise Bad(f"1: a checkpoint is of the chain {of}, this is {origin}")
        held.setdefault(size, set()).add(tip)
    return held


def held_against(held: dict[int, set[bytes]], number: int, tip: bytes) -> None:
    """Compare a hash with the checkpoints of its size."""
    if held.pop(number, {tip}) != {tip}:
        raise Bad(f"{number}: a checkpoint holds another hash")


class Bodies:
    """Bodies against their commitments; what was erased must be said to be."""

    def __init__(self) -> None:
        self.seen = 0
        self._silent: set[int] = set()

    def see(self, line: dict[str, Any], number: int) -> None:
        """Check the body of an entry, where the export has bodies at all."""
        if "body" not in line:
            return
        salt, body = line.get("salt"), line["body"]
        if salt is None or body is None:
            self._silent.add(number)
            return
        if sha256(bytes.fromhex(salt) + body.encode()).hexdigest() != line["c"]:
            raise Bad(f"{number}: its body is not the one that was committed to")
        self.seen += 1
        if line["kind"] == "erase":
            told = json.loads(body)
            if told["what"] == "body":
                self._silent.discard(told["number"])

    def end(self) -> None:
        """Raise Bad for the first body that went without a word."""
        for number in sorted(self._silent):
            raise Bad(f"{number}: its body is gone and no entry says that it was")


if __name__ == "__main__":
    sys.exit(main())
