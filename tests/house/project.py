"""Where the project's files are, for the tests of the house itself."""

import ast
import shutil
import subprocess
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
PACKAGE = TOP / "kiosk"
TEMPLATES = TOP / "templates"


def python_files(folder: Path = PACKAGE) -> list[Path]:
    """Return the Python files below a folder, by name."""
    return sorted(folder.rglob("*.py"))


def template_files() -> list[Path]:
    return sorted(TEMPLATES.rglob("*.html"))


def short(path: Path) -> str:
    """Return a file's name as people write it."""
    return path.relative_to(TOP).as_posix()


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def tracked_files() -> list[Path]:
    """Return what git would hand out: tracked files that are there."""
    if shutil.which("git") is None or not (TOP / ".git").exists():
        pytest.skip("NOT TESTED: this is no git checkout")
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=TOP, capture_output=True, check=True
    )
    names = listed.stdout.decode().split("\0")
    return [TOP / name for name in names if name and (TOP / name).is_file()]
