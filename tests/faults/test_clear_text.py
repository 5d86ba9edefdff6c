"""A telephone number that somebody typed is found nowhere in clear text afterwards."""

import re
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen
from zipfile import ZipFile

import pytest

from tests.server import RealServer

NUMBER = "13800004321"
PARTS = (NUMBER, "138 0000 4321", "0000-4321", "4321@example")
WORDS = "请回电13800004321，或138 0000 4321，邮箱4321@example.cn"


@pytest.fixture(scope="module")
def hall(tmp_path_factory):
    """A hall whose visitors wrote their number wherever they could."""
    folder = tmp_path_factory.mktemp("hall") / "instance"
    with RealServer(folder, KIOSK_HTMX="local") as server:
        server.flask("import", "windows", str(server.windows_file()))
        [(code,)] = server.rows("SELECT code FROM window ORDER BY id LIMIT 1")
        address = f"{server.url}/w/{code}"
        page = opened(server, address)
        # A form that is refused, and the same one put right.
        send(server, address, page, level="9", comment=WORDS)
        own = send(server, address, page, level="1", comment=WORDS, wish="3")
        send(server, own, "", phone=NUMBER, name="")  # without consent
        send(server, own, "", phone=NUMBER, name="", consent="yes")
        yield server


def opened(server: RealServer, address: str) -> str:
    with urlopen(address) as answer:
        return answer.read().decode()


def send(server: RealServer, address: str, page: str, **typed: str) -> str:
    """Post a form as a browser does; return the address that answers in the end."""
    token = re.search(r'name="token" value="([^"]+)"', page)
    fields = typed | ({"token": token[1]} if token else {})
    request = Request(address, urlencode(fields).encode(), {"Origin": server.url})
    try:
        with urlopen(request) as answer:
            return answer.url
    except HTTPError as refused:
        return refused.url


def found_in(folder: Path) -> list[str]:
    """Return the files below a folder that hold a part of the number."""
    return [
        f"{file.name}: {part}"
        for file in sorted(folder.rglob("*"))
        if file.is_file()
        for part in PARTS
        if part.encode() in file.read_bytes()
    ]


def test_the_number_was_really_given(hall):
    [(words, sealed)] = hall.rows("SELECT words, sealed IS NOT NULL FROM comment")
    assert words == "请回电［已隐去］，或［已隐去］，邮箱［已隐去］"
    assert sealed == 1
    assert hall.rows("SELECT count(*) FROM contact WHERE sealed IS NOT NULL") == [(1,)]


def test_no_file_of_the_server_holds_it(hall):
    """Database, write-ahead log, the server's own log, keys: all of them."""
    names = {file.name for file in hall.instance.rglob("*") if file.is_file()}
    assert {"kiosk.db", "kiosk.db-wal", "server.log"} <= names
    assert found_in(hall.instance) == []


def test_no_export_and_no_backup_holds_it(hall, tmp_path):
    hall.flask("backup", str(tmp_path / "hall.backup"))
    with ZipFile(tmp_path / "hall.backup") as packed:
        packed.extractall(tmp_path / "unpacked")
    hall.flask("ledger", "export", str(tmp_path / "ledger.jsonl"))
    (tmp_path / "board.json").write_text(
        hall.flask("board", "--format", "json"), "utf-8"
    )
    assert found_in(tmp_path) == []


def test_the_search_would_see_it(tmp_path):
    (tmp_path / "kiosk.db").write_bytes(b"\x00words\x00" + NUMBER.encode() + b"\x00")
    assert found_in(tmp_path) == [f"kiosk.db: {NUMBER}"]
