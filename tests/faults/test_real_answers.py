"""The server as it is deployed: what gunicorn itself answers tells nothing either."""

import re
import socket

import pytest

from tests.server import RealServer

ODD = {
    "a page": "GET / HTTP/1.1\r\nHost: {host}\r\n",
    "nothing": "GET /nowhere HTTP/1.1\r\nHost: {host}\r\n",
    "a trace": "TRACE / HTTP/1.1\r\nHost: {host}\r\nCookie: kiosk_session=canary\r\n",
    "a folder of git": "GET /.git/config HTTP/1.1\r\nHost: {host}\r\n",
    "a way up": "GET /static/../../etc/passwd HTTP/1.1\r\nHost: {host}\r\n",
    "another protocol": "GET / HTTP/9.9\r\nHost: {host}\r\n",
    "no protocol": "GET\r\n",
    "a broken header": "GET / HTTP/1.1\r\nHost: {host}\r\nno colon here\r\n",
    "two lengths": (
        "POST / HTTP/1.1\r\nHost: {host}\r\nContent-Length: 3\r\n"
        "Transfer-Encoding: chunked\r\n"
    ),
    "a long line": f"GET /{'x' * 9000} HTTP/1.1\r\nHost: {{host}}\r\n",
    "a long header": f"GET / HTTP/1.1\r\nHost: {{host}}\r\nX-A: {'x' * 9000}\r\n",
}
TOLD = re.compile(rb"Traceback|File \"|\.py\b|/site-packages|canary|root:x:")
VERSION = re.compile(r"^Server:.*\d", re.MULTILINE | re.IGNORECASE)


@pytest.fixture(scope="module")
def hall(tmp_path_factory):
    with RealServer(tmp_path_factory.mktemp("hall") / "instance") as server:
        yield server


def answered(server: RealServer, request: str) -> bytes:
    """Send words as they are; return all that comes back."""
    host = f"127.0.0.1:{server.port}"
    with socket.create_connection(("127.0.0.1", server.port), 20) as connection:
        words = request.replace("{host}", host) + "Connection: close\r\n\r\n"
        connection.sendall(words.encode())
        parts = []
        while part := connection.recv(65536):
            parts.append(part)
    return b"".join(parts)


@pytest.mark.parametrize("what", ODD)
def test_no_answer_tells_a_version_or_the_inside(hall, what):
    answer = answered(hall, ODD[what])
    head = answer.partition(b"\r\n\r\n")[0].decode("latin-1")
    assert head.startswith("HTTP/1.1 ")
    assert 200 <= int(head.split()[1]) < 500, head
    assert not VERSION.search(head), head
    assert not TOLD.search(answer)
    assert (" 200 " in head.splitlines()[0]) == (what == "a page")


def test_nobody_on_this_machine_speaks_for_a_proxy(hall):
    """gunicorn would by itself believe a neighbour that says it was https."""
    answer = answered(
        hall,
        "GET / HTTP/1.1\r\nHost: {host}\r\nX-Forwarded-Proto: https\r\n"
        "X-Forwarded-Ssl: on\r\nX-Forwarded-Protocol: ssl\r\n",
    )
    assert b"Strict-Transport-Security" not in answer


def test_the_check_sees_a_version():
    assert VERSION.search("HTTP/1.1 200 OK\r\nServer: gunicorn/23.0.0")
    assert not VERSION.search("HTTP/1.1 200 OK\r\nServer: gunicorn\r\nAge: 1")
