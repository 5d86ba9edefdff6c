"""The rules load without the web and without a database."""

import subprocess
import sys

import pytest

from tests.house.project import PACKAGE, TOP, python_files, short

HEAVY = {"flask", "werkzeug", "jinja2", "sqlalchemy", "flask_sqlalchemy", "babel"}
DOMAIN = [
    "kiosk.domain" if path.stem == "__init__" else f"kiosk.domain.{path.stem}"
    for path in python_files(PACKAGE / "domain")
]


def loaded_by(program: str) -> set[str]:
    """Return the names of all modules that a fresh interpreter has afterwards."""
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; {program}; print(*sys.modules)"],
        cwd=TOP,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


def heavy(modules: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in modules} & HEAVY


def test_all_rules_load_without_flask_and_sqlalchemy():
    assert len(DOMAIN) > 10
    assert heavy(loaded_by("import " + ", ".join(DOMAIN))) == set()


def test_the_test_above_sees_what_a_room_higher_up_loads():
    assert {"sqlalchemy"} <= heavy(loaded_by("import kiosk.queries.places"))


def test_the_package_itself_imports_nothing():
    extra = loaded_by("import kiosk") - loaded_by("pass")
    assert extra == {"kiosk"}


@pytest.mark.parametrize(
    "path", [path for path in python_files() if path.name == "__init__.py"], ids=short
)
def test_every_room_says_what_it_is(path):
    first = path.read_text("utf-8").lstrip()
    assert first.startswith('"""')
