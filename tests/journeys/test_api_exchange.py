"""The exchange of docs/api.md, as it stands there, against a real server."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parent.parent.parent
_BLOCK = re.compile(r"```(sh|json)\n(.*?)```", re.DOTALL)
_MARK = "----next----"
# They are other ones each time.
_RANDOM = {"id", "rating_url", "window_code", "code", "served_at", "expires_at"}


def steps() -> list[tuple[str, object]]:
    """Return each command of the document and the answer it names, or None."""
    found: list[tuple[str, object]] = []
    for kind, words in _BLOCK.findall((TOP / "docs/api.md").read_text("utf-8")):
        if kind == "sh":
            found.append((words, None))
        else:
            found[-1] = (found[-1][0], json.loads(words))
    return found


def without_random(told: object) -> object:
    if isinstance(told, dict):
        return {
            name: "..." if name in _RANDOM else without_random(value)
            for name, value in told.items()
        }
    # The hall of the test has more windows than the document shows.
    return [without_random(told[0])] if isinstance(told, list) else told


@pytest.mark.journey
def test_each_command_of_the_document_answers_as_it_says(own_hall):
    asked = steps()
    script = f"\necho {_MARK}\n".join(words for words, _ in asked)
    assert "BASE=http://127.0.0.1:8000" in script
    script = script.replace("BASE=http://127.0.0.1:8000", f"BASE={own_hall.url}")
    own = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=TOP,
        env=own_hall.environment | own,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = [part.strip() for part in done.stdout.split(_MARK)]
    answers = [json.loads(part) if part else None for part in told]
    assert [without_random(each) for each in answers] == [
        without_random(answer) for _, answer in asked
    ]
    assert sum(answer is not None for answer in answers) == 5
