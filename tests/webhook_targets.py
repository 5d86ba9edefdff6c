"""Real targets of messages on this machine: good ones, and each kind of bad one."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from kiosk.extensions.webhook_post import Courier

OK = b"HTTP/1.1 204 No Content\r\n\r\n"
_PATIENCE = 30.0


@dataclass
class Target:
    """A listening socket that answers each connection in its own way."""

    port: int
    requests: list[bytes] = field(default_factory=list)
    ending: threading.Event = field(default_factory=threading.Event)

    @property
    def place(self) -> str:
        return f"hotline.example:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.place}/in?a=1"


Answer = Callable[[socket.socket, Target], None]


def says(answer: bytes) -> Answer:
    """Answer the request and close."""
    return lambda line, _: line.sendall(answer)


def hangs(line: socket.socket, target: Target) -> None:
    """Take the request and never answer."""
    target.ending.wait(_PATIENCE)


def drips(line: socket.socket, target: Target) -> None:
    """Answer with a byte now and then, for ever."""
    line.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    while not target.ending.wait(0.01):
        line.sendall(b"x")


def closes(line: socket.socket, target: Target) -> None:
    """Take the request and hang up."""


@contextmanager
def target(answer: Answer, tls: ssl.SSLContext | None = None) -> Iterator[Target]:
    """Yield a target on this machine that answers every request in one way."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        made = Target(listening.getsockname()[1])
        thread = threading.Thread(target=_serve, args=(listening, made, answer, tls))
        thread.start()
        try:
            yield made
        finally:
            made.ending.set()
            # It waits for a connection: the last one is ours.
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", made.port), 1).close()
            thread.join(_PATIENCE)


def _serve(
    listening: socket.socket, made: Target, answer: Answer, tls: ssl.SSLContext | None
) -> None:
    while True:
        line, _ = listening.accept()
        with line, suppress(OSError):
            if made.ending.is_set():
                return
            if tls is None:
                _answer(line, made, answer)
                continue
            with tls.wrap_socket(line, server_side=True) as secured:
                _answer(secured, made, answer)


def _answer(line: socket.socket, made: Target, answer: Answer) -> None:
    said = b""
    while not _is_whole(said) and (more := line.recv(4096)):
        said += more
    if said:
        made.requests.append(said)
    answer(line, made)


def _is_whole(said: bytes) -> bool:
    head, end, body = said.partition(b"\r\n\r\n")
    length = [
        int(each.partition(b":")[2])
        for each in head.lower().split(b"\r\n")
        if each.startswith(b"content-length:")
    ]
    return bool(end) and len(body) >= sum(length)


def at(*addresses: str) -> Callable[[str, int], list[str]]:
    """Return a look-up that finds these addresses for every name."""

    def look_up(_host: str, _port: int) -> list[str]:
        return list(addresses)

    return look_up


def _anything(*_ends: str, **_how: bool) -> None:
    """Refuse nothing."""


def here(**changes: object) -> Courier:
    """Return a courier to targets of this machine, whatever their name."""
    values: dict[str, object] = {
        "look_up": at("127.0.0.1"),
        "check": _anything,
        "check_ends": _anything,
        "seconds": _PATIENCE,
    }
    return Courier(**(values | changes))


def certificate(folder: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return what serves a new certificate for a name, and what trusts it alone."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)  # noqa: TID251 - a certificate is held against real time
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (folder / "both.pem").write_bytes(secret + pem)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(folder / "both.pem")
    return serving, ssl.create_default_context(cadata=pem.decode())
