"""LibreOffice without a screen: what a spreadsheet makes of our tables."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

_FORMULA = re.compile(r"table:formula=")
_CELL = re.compile(r"<table:table-cell\b[^>]*office:value-type=\"(\w+)\"")
_LONGEST = 120


def find_soffice() -> str:
    """Return LibreOffice on this machine, or skip with what to install."""
    found = shutil.which("soffice")
    if found:
        return found
    missing = "no LibreOffice found (apt-get install libreoffice-calc-nogui)"
    if os.environ.get("KIOSK_REQUIRE_OFFICE"):
        pytest.fail(missing)
    pytest.skip(missing)


def opened(folder: Path, *files: tuple[str, bytes]) -> dict[str, str]:
    """Open files in LibreOffice; return what it read, as flat XML, by name."""
    soffice = find_soffice()
    for name, data in files:
        (folder / name).write_bytes(data)
    paths = [str(folder / name) for name, _ in files]
    # A profile of its own: a LibreOffice that runs already would take the files.
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    utf8 = "--infilter=CSV:44,34,76,1,,0,false,true,false"
    read = {}
    for each in paths:
        csv = [utf8] if each.endswith(".csv") else []
        out = ["--convert-to", "fods", "--outdir", str(folder / "out")]
        subprocess.run(
            [soffice, profile, "--headless", *csv, *out, each],
            check=True,
            capture_output=True,
            timeout=_LONGEST,
        )
        name = Path(each).stem
        read[Path(each).name] = (folder / "out" / f"{name}.fods").read_text("utf-8")
    return read


def formulas(flat: str) -> int:
    """Return how many cells of a table LibreOffice computes."""
    return len(_FORMULA.findall(flat))


def kinds(flat: str) -> set[str]:
    """Return what LibreOffice takes the filled cells for: string, float, date."""
    return set(_CELL.findall(flat))
