"""No word of the workplace where this was written reaches those who get it."""

import re
from pathlib import Path

import pytest

from tests.house.project import short, tracked_files

# Written in parts, so that this file does not find itself.
FORBIDDEN = {
    "a path of somebody's machine": r"(?<![\w.:/-])/(work|root|home/[a-z]+)" + r"/\w",
    "a shared folder of the workplace": r"\bshared" + r"/(design|research|domain|mock)",
    "a number of an issue": r"(?i)\b(issue|ticket|pull request|pr)s?[ /]"
    r"#?\d{1,6}\b",
    "a place of packages": r"(?i)https?://[^\s)\"'`]*(pypi|npmjs|nexus|artifactory)",
    "a work session": r"(?i)\b(this|previous|last|next) session of the pro" + "ject",
}
BINARY = {".png", ".jpg", ".ico", ".woff2", ".pdf", ".xlsx", ".webp", ".gif", ".ttf"}


def found_in(text: str) -> list[str]:
    return [what for what, pattern in FORBIDDEN.items() if re.search(pattern, text)]


def readable() -> list[Path]:
    return [path for path in tracked_files() if path.suffix not in BINARY]


def test_no_tracked_file_names_the_workplace():
    wrong = {
        short(path): found
        for path in readable()
        if (found := found_in(path.read_text("utf-8")))
    }
    assert wrong == {}


def test_no_message_of_a_commit_is_needed_to_read_a_file():
    """Placeholders are promises that nobody keeps."""
    pattern = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
    wrong = [short(p) for p in readable() if pattern.search(p.read_text("utf-8"))]
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("see /wo" + "rk/main/x", "a path of somebody's machine"),
        ("in /home/me" + "/notes", "a path of somebody's machine"),
        ("as shared" + "/design says", "a shared folder of the workplace"),
        ("fixes issue" + " 12", "a number of an issue"),
        ("fixes Issue" + " #12", "a number of an issue"),
        ("https://py" + "pi.example.org/simple", "a place of packages"),
    ],
)
def test_the_check_sees_such_words(text, what):
    assert found_in(text) == [what]


@pytest.mark.parametrize(
    "text",
    [
        "framework/main",
        "homework",
        "the issue of 12 seats",
        "#123456",
        "/manage/windows",
    ],
)
def test_the_check_leaves_other_words_alone(text):
    assert found_in(text) == []
