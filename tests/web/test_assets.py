"""Files of the pages: addressed by their content, and htmx as its package brings it."""

import base64
import re
from hashlib import sha256, sha384

import pytest
from flask.testing import FlaskClient

from kiosk.app import create_app
from kiosk.config import HTMX_CDN_URL, HTMX_INTEGRITY, HTMX_VERSION, ROOT
from kiosk.web.assets import asset, htmx_source
from tests.conftest import make_settings
from tests.house.project import tracked_files

STATIC = ROOT / "static"
FILES = sorted(
    path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*") if path.is_file()
)
FOREVER = "max-age=31536000"


@pytest.fixture
def plain(tmp_path) -> FlaskClient:
    return create_app(make_settings(tmp_path)).test_client()


def test_htmx_is_the_file_whose_hash_the_pages_name():
    """The CDN's copy must have the same hash, so both are the same file."""
    digest = base64.b64encode(sha384(htmx_source()).digest()).decode()
    assert f"sha384-{digest}" == HTMX_INTEGRITY
    assert f'version:"{HTMX_VERSION}"'.encode() in htmx_source()
    assert f"@{HTMX_VERSION}/" in HTMX_CDN_URL


def test_htmx_is_served_for_ever_under_the_name_of_its_version(plain):
    answer = plain.get(f"/assets/htmx-{HTMX_VERSION}.min.js")
    assert answer.data == htmx_source()
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("name", FILES)
def test_a_files_address_is_made_of_its_content(plain, name):
    mark = sha256((STATIC / name).read_bytes()).hexdigest()[:10]
    with plain.application.test_request_context():
        where = asset(name)
    assert where == f"/static/{name}?v={mark}"
    with plain.get(where) as answer:
        assert answer.status_code == 200
        assert FOREVER in answer.headers["Cache-Control"]


@pytest.mark.parametrize("name", FILES)
def test_without_its_mark_a_file_is_asked_for_again_each_time(plain, name):
    """A module imports others by their plain names; an upgrade must reach those."""
    with plain.get(f"/static/{name}") as answer:
        assert answer.headers["Cache-Control"] == "no-cache"
        etag = answer.headers["ETag"]
    with plain.get(f"/static/{name}", headers={"If-None-Match": etag}) as again:
        assert again.status_code == 304


def test_a_file_that_is_not_there_has_no_address(plain):
    with plain.application.test_request_context(), pytest.raises(FileNotFoundError):
        asset("css/none.css")
    with plain.get("/static/css/none.css?v=1") as answer:
        assert answer.status_code == 404
        assert FOREVER not in answer.headers.get("Cache-Control", "")


@pytest.mark.parametrize(
    "where", ["/static/../kiosk/config.py", "/static/%2e%2e/wsgi.py"]
)
def test_nothing_outside_the_folder_is_given(plain, where):
    with plain.get(where) as answer:
        assert answer.status_code == 404


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".js")])
def test_modules_name_files_that_are_there_and_no_other_host(name):
    source = (STATIC / name).read_text("utf-8")
    imported = re.findall(r'(?:from|import)\s*\(?\s*"([^"]+)"', source)
    folder = (STATIC / name).parent
    assert [one for one in imported if not one.startswith(("./", "../"))] == []
    assert [one for one in imported if not (folder / one).is_file()] == []
    assert re.findall(r"https?://\S+", source) == []


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".css")])
def test_style_sheets_load_nothing_from_elsewhere(name):
    source = (STATIC / name).read_text("utf-8")
    assert re.findall(r"@import|url\(\s*['\"]?(?:https?:)?//", source) == []


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".svg")])
def test_drawings_hold_no_script(name):
    source = (STATIC / name).read_text("utf-8")
    assert re.findall(r"<script|\son[a-z]+=|javascript:|<foreignObject", source) == []


def test_no_file_of_somebody_else_is_in_git():
    names = [path.name.lower() for path in tracked_files()]
    assert [name for name in names if "htmx" in name and name.endswith(".js")] == []
    assert [name for name in names if name.endswith(".min.js")] == []
