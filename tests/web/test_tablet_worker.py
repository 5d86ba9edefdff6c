"""The keeper of the screen's copy, as the server hands it out."""

import json
import re
import shutil

import pytest

from kiosk.config import ROOT
from kiosk.web import screen_mark
from kiosk.web.screen_mark import screen_modules, shell_mark
from tests.engines import ON_SQLITE


@pytest.fixture
def worker(client):
    return client.get("/tablet/worker.js")


@pytest.fixture
def another_root(tmp_path, monkeypatch):
    """A copy of what pages are made of, to be changed; marks are worked out anew."""
    for name in ("static", "templates", "translations"):
        shutil.copytree(ROOT / name, tmp_path / "root" / name)
    monkeypatch.setattr(screen_mark, "ROOT", tmp_path / "root")
    shell_mark.cache_clear()
    yield tmp_path / "root"
    shell_mark.cache_clear()


def keeps(worker) -> dict[str, object]:
    return json.loads(worker.text.split("\n", 1)[0][len("const KEEPS = ") : -1])


@ON_SQLITE
def test_worker_may_keep_the_page_above_it_and_is_asked_for_anew(worker):
    assert worker.mimetype == "text/javascript"
    assert worker.headers["Service-Worker-Allowed"] == "/tablet"
    assert worker.headers["Cache-Control"] == "no-cache"


@ON_SQLITE
def test_worker_may_fetch_from_us_and_nothing_else(worker):
    policy = worker.headers["Content-Security-Policy"]
    assert policy == "default-src 'none'; connect-src 'self'; frame-ancestors 'none'"


@ON_SQLITE
def test_worker_knows_its_release_its_page_and_every_module_of_it(worker, client):
    told = keeps(worker)
    assert (told["mark"], told["page"]) == (shell_mark(), "/tablet")
    assert "/static/js/tablet/outbox.js" in told["files"]
    assert "/static/js/receipt.js" in told["files"]
    for address in told["files"]:
        answer = client.get(address)
        answer.close()
        assert answer.status_code == 200


def test_every_import_of_a_kept_module_is_kept_too():
    kept = set(screen_modules())
    for name in kept:
        path = ROOT / "static" / name
        for found in re.findall(
            r'from "(\.[^"]+)"|import\("(\.[^"]+)"', path.read_text()
        ):
            target = (path.parent / "".join(found)).resolve()
            assert target.relative_to(ROOT / "static").as_posix() in kept


def test_mark_is_short_and_the_same_each_time():
    assert re.fullmatch(r"[0-9a-f]{10}", shell_mark())
    before = shell_mark()
    shell_mark.cache_clear()
    assert shell_mark() == before


@pytest.mark.parametrize(
    "name",
    [
        "static/js/tablet/outbox.js",
        "static/css/tablet.css",
        "templates/tablet/rate.html",
        "translations/zh/LC_MESSAGES/messages.po",
    ],
)
def test_any_change_of_a_page_changes_the_mark(another_root, name):
    before = shell_mark()
    with (another_root / name).open("a", encoding="utf-8") as file:
        file.write("\n")
    shell_mark.cache_clear()
    assert shell_mark() != before


def test_what_no_page_is_made_of_leaves_the_mark(another_root):
    before = shell_mark()
    (another_root / "translations/zh/LC_MESSAGES/messages.mo").write_bytes(b"x")
    shell_mark.cache_clear()
    assert shell_mark() == before


@ON_SQLITE
def test_only_pages_of_the_screen_may_name_a_manifest(client):
    screen = client.get("/tablet").headers["Content-Security-Policy"]
    page = client.get("/").headers["Content-Security-Policy"]
    assert screen == f"{page}; manifest-src 'self'"
