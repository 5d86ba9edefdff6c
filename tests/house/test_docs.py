"""Settings, commands and decisions stand in the documents, and nothing else does."""

import re
from dataclasses import fields

import click
import pytest
from flask import Flask
from flask.cli import FlaskGroup

from kiosk.app import create_app
from kiosk.config import Settings
from tests.conftest import make_settings
from tests.house.project import TOP

DECISIONS = sorted((TOP / "docs" / "decisions").glob("*.md"))
FLASKS_OWN = set(FlaskGroup(create_app=lambda: Flask("none")).commands) | {"db"}


@pytest.fixture(scope="module")
def commands(tmp_path_factory) -> set[str]:
    """The full names of our commands, such as `import windows`."""
    app = create_app(make_settings(tmp_path_factory.mktemp("docs")))
    return {
        name
        for first, command in app.cli.commands.items()
        if first not in FLASKS_OWN
        for name in full_names(first, command)
    }


def full_names(name: str, command: click.Command) -> list[str]:
    if not isinstance(command, click.Group):
        return [name]
    return [
        below
        for word, inner in command.commands.items()
        for below in full_names(f"{name} {word}", inner)
    ]


def documented_commands(text: str) -> set[str]:
    """Return the words before the first argument in each row of the table."""
    rows = re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE)
    return {re.split(r" (?=[A-Z-])", row)[0] for row in rows}


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_every_command_is_in_the_readme_and_no_other(commands, name):
    assert documented_commands((TOP / name).read_text("utf-8")) == commands


def test_the_table_is_read_as_it_is_meant():
    table = (
        "| `init` | x |\n| `import windows FILE` | y |\n"
        "| `board --format text\\|json` | z |\nno `row` |"
    )
    assert documented_commands(table) == {"init", "import windows", "board"}


def test_every_setting_has_its_heading_and_no_other():
    text = (TOP / "docs" / "settings.md").read_text("utf-8")
    headings = re.findall(r"^## ([a-z_]+)$", text, re.MULTILINE)
    assert sorted(headings) == sorted(field.name for field in fields(Settings))


@pytest.mark.parametrize("field", fields(Settings), ids=lambda field: field.name)
def test_every_setting_names_its_variable(field):
    text = (TOP / "docs" / "settings.md").read_text("utf-8")
    section = text.split(f"\n## {field.name}\n")[1].split("\n## ")[0]
    assert f"`KIOSK_{field.name.upper()}`" in section


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.name)
def test_every_decision_has_a_number_a_heading_and_a_date(path):
    heading, _, date, *_ = path.read_text("utf-8").splitlines()
    assert heading.startswith(f"# {int(path.name[:4])} · ")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", date)


def test_decisions_are_numbered_without_gaps():
    assert [int(path.name[:4]) for path in DECISIONS] == list(
        range(1, len(DECISIONS) + 1)
    )


LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(#[^)\s]*)?\)")
DOCUMENTS = [*TOP.glob("*.md"), *(TOP / "docs").rglob("*.md")]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_between_documents_lead_somewhere(path):
    targets = [target for target, _ in LINK.findall(path.read_text("utf-8"))]
    missing = [
        target
        for target in targets
        if "://" not in target and not (path.parent / target).exists()
    ]
    assert missing == []
