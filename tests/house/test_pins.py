"""What runs is exactly what was tested."""

import re
from importlib.metadata import version

import pytest

from tests.house.project import TOP

PIN = re.compile(r"([A-Za-z0-9_.-]+)(\[[a-z0-9,]+\])?==([0-9][0-9a-z.]*)")


def requirements(name: str) -> list[str]:
    """Return the lines of a requirements file without comments and blanks."""
    lines = (TOP / name).read_text("utf-8").splitlines()
    return [bare for line in lines if (bare := line.partition("#")[0].strip())]


RUN_TIME = requirements("requirements.txt")


@pytest.mark.parametrize("line", RUN_TIME)
def test_every_run_time_package_is_pinned_and_is_the_one_installed(line):
    pin = PIN.fullmatch(line)
    assert pin is not None, "exactly name==version"
    assert version(pin[1]) == pin[3]


def test_sqlalchemy_stays_below_what_flask_sqlalchemy_can_do():
    [pin] = [line for line in RUN_TIME if line.startswith("SQLAlchemy==")]
    assert tuple(map(int, pin.partition("==")[2].split(".")[:2])) < (2, 1)


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_requirements_name_packages_and_no_places(name):
    """Whoever installs chooses the index; a hash would tie them to one build."""
    for line in requirements(name):
        assert line == "-r requirements.txt" or not line.startswith("-")
        assert "://" not in line
        assert "@" not in line


def test_each_direct_dependency_says_why():
    lines = (TOP / "requirements.txt").read_text("utf-8").splitlines()
    said = [line for line in lines if line.strip() and not line.startswith("#")]
    with_reason = [line for line in said if "#" in line]
    assert len(with_reason) >= len(said) // 2
