"""A real mail server on this machine that follows the protocol, or fails in one way."""

import base64
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from io import BufferedReader

_PATIENCE = 30.0
NAME = "mail.example.org"
USER, PASSWORD = "kiosk", "s3cret!"


@dataclass
class MailServer:
    """What it heard and took; `replies` are said in place of its own."""

    port: int
    replies: Mapping[str, str] = field(default_factory=dict)
    """By command in upper case, BANNER and BODY too; "" hangs up, "…" hangs."""
    offers: tuple[str, ...] = ()
    starttls: ssl.SSLContext | None = None
    heard: list[str] = field(default_factory=list)
    taken: list[bytes] = field(default_factory=list)
    ending: threading.Event = field(default_factory=threading.Event)

    @property
    def mails(self) -> list[EmailMessage]:
        """The messages it took, the first first."""
        return [
            message_from_bytes(each, _class=EmailMessage, policy=default)
            for each in self.taken
        ]


class _GoneError(Exception):
    """The conversation is over."""


@contextmanager
def mail_server(
    replies: Mapping[str, str] | None = None,
    *,
    offers: tuple[str, ...] = (),
    tls: ssl.SSLContext | None = None,
    starttls: ssl.SSLContext | None = None,
) -> Iterator[MailServer]:
    """Yield a mail server; `tls` secures from the first byte."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        made = MailServer(port, dict(replies or {}), offers, starttls)
        thread = threading.Thread(target=_serve, args=(listening, made, tls))
        thread.start()
        try:
            yield made
        finally:
            made.ending.set()
            # It waits for a connection: the last one is ours.
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", port), 1).close()
            thread.join(_PATIENCE)


def _serve(
    listening: socket.socket, made: MailServer, tls: ssl.SSLContext | None
) -> None:
    while True:
        line, _ = listening.accept()
        with suppress(OSError, _GoneError), line:
            if made.ending.is_set():
                return
            line.settimeout(_PATIENCE)
            secured = tls.wrap_socket(line, server_side=True) if tls else line
            with secured, closing(_Talk(made, secured)) as talk:
                talk.go_on()


class _Talk:
    """One conversation."""

    def __init__(self, made: MailServer, line: socket.socket) -> None:
        self.made, self.line = made, line
        self.lines: BufferedReader = line.makefile("rb")

    def go_on(self) -> None:
        self.say("BANNER", f"220 {NAME}")
        while words := self.lines.readline().decode().strip():
            self.made.heard.append(words)
            verb = words.split(" ", 1)[0].upper()
            _VERBS.get(verb, _Talk.plain)(self, verb)

    def close(self) -> None:
        # What reads holds the line open; STARTTLS has put another in its place.
        self.lines.close()
        self.line.close()

    def say(self, name: str, usual: str) -> None:
        said = self.made.replies.get(name, usual)
        if said == "…":
            self.made.ending.wait(_PATIENCE)
        if said == "drip":
            while not self.made.ending.wait(0.01):
                self.line.sendall(b"2")
        if said in {"", "…", "drip"}:
            raise _GoneError
        self.line.sendall(f"{said}\r\n".encode())

    def plain(self, verb: str) -> None:
        self.say(verb, "250 fine")

    def greet(self, verb: str) -> None:
        offers = [*self.made.offers, *(["STARTTLS"] if self.made.starttls else [])]
        lines = [NAME, *offers]
        dashes = ["-"] * (len(lines) - 1) + [" "]
        self.say(
            verb,
            "\r\n".join(
                f"250{dash}{each}" for dash, each in zip(dashes, lines, strict=True)
            ),
        )

    def secure(self, verb: str) -> None:
        self.say(verb, "220 go on")
        assert self.made.starttls is not None
        self.line = self.made.starttls.wrap_socket(self.line, server_side=True)
        self.lines = self.line.makefile("rb")

    def sign_in(self, verb: str) -> None:
        given = self.made.heard[-1].split(" ")[-1]
        right = base64.b64encode(f"\0{USER}\0{PASSWORD}".encode()).decode()
        self.say(verb, "235 welcome" if given == right else "535 who are you?")

    def data(self, verb: str) -> None:
        self.say(verb, "354 go on")
        if verb in self.made.replies:
            return
        body = b""
        while (line := self.lines.readline()) not in {b".\r\n", b""}:
            body += line.removeprefix(b".") if line.startswith(b"..") else line
        self.made.taken.append(body)
        self.say("BODY", "250 taken")


_VERBS: dict[str, Callable[[_Talk, str], None]] = {
    "EHLO": _Talk.greet,
    "STARTTLS": _Talk.secure,
    "AUTH": _Talk.sign_in,
    "DATA": _Talk.data,
}
