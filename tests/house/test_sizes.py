"""Small functions, small files: what fits on a screen can be read."""

import ast
from pathlib import Path

import pytest

from tests.house.project import (
    PACKAGE,
    TOP,
    parsed,
    python_files,
    short,
    template_files,
)

pytestmark = pytest.mark.unmeasured

FUNCTION_LINES = 40
FILE_LINES = 300
TEMPLATE_LINES = 120


def long_functions(tree: ast.Module) -> list[tuple[str, int]]:
    """Return name and length of each function that is too long."""
    return [
        (node.name, length)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or 0) - node.lineno + 1) > FUNCTION_LINES
    ]


def line_count(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


@pytest.mark.parametrize("path", [*python_files(PACKAGE), TOP / "wsgi.py"], ids=short)
def test_functions_and_files_fit_on_a_screen(path):
    assert long_functions(parsed(path)) == []
    assert line_count(path) <= FILE_LINES


@pytest.mark.parametrize("path", template_files(), ids=short)
def test_templates_are_short(path):
    assert line_count(path) <= TEMPLATE_LINES


def test_the_check_counts_both_sides_of_the_limit():
    fits = ["def fits():", *["    pass"] * (FUNCTION_LINES - 1)]
    over = ["class A:", "  def over(self):", *["    pass"] * FUNCTION_LINES]
    assert long_functions(ast.parse("\n".join(fits))) == []
    assert long_functions(ast.parse("\n".join(over))) == [("over", FUNCTION_LINES + 1)]
