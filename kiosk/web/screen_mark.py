"""What a screen's page is made of, so that an open page can tell that it is old.

A screen shows the same page for weeks. Its heartbeat brings the mark of what the
server would give it now; the page, and the keeper of its copy, compare.
"""

import re
from functools import cache
from hashlib import sha256
from pathlib import Path

from kiosk.config import ROOT

_STATIC = ROOT / "static"
_MADE_OF = ("static", "templates", "translations")
_SOURCES = frozenset({".css", ".html", ".js", ".po", ".svg"})
_IMPORTED = re.compile(r'^(?:import|export)\b[^;]*?"(\.[^"]+)";', re.MULTILINE)
_MARK_LENGTH = 10


@cache
def shell_mark() -> str:
    """Return the mark of this release's pages: hexadecimal, equal on each server."""
    digest = sha256()
    for path in sorted(
        path
        for folder in _MADE_OF
        for path in (ROOT / folder).rglob("*")
        if path.suffix in _SOURCES
    ):
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0")
        digest.update(sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:_MARK_LENGTH]


@cache
def screen_modules() -> tuple[str, ...]:
    """Return the modules of the screen and all they import, as names in `static/`."""
    found: set[Path] = set()
    waiting = sorted((_STATIC / "js" / "tablet").glob("*.js"))
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += [
                (path.parent / name).resolve()
                for name in _IMPORTED.findall(path.read_text("utf-8"))
            ]
    return tuple(sorted(path.relative_to(_STATIC).as_posix() for path in found))
