"""One notice, handed to the mail server, or why it was not."""

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from threading import Event, Timer

from kiosk.config import Settings
from kiosk.domain.mail import Trouble
from kiosk.services.mail import TakenMail

READ_SECONDS = 10.0
"""For the server's answer to one command."""
WHOLE_SECONDS = 30.0
"""For one try: a server that sends a byte now and then would hold it for ever."""
_READY = 220
_FOR_GOOD = 500
"""Replies from here on are permanent: RFC 5321, 4.2.1."""


@dataclass(frozen=True)
class Postman:
    """Hands notices to the mail server of the settings."""

    settings: Settings
    read_seconds: float = READ_SECONDS
    whole_seconds: float = WHOLE_SECONDS
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def post(self, taken: TakenMail) -> str:
        """Hand over a notice; return "" when the server took it, else a Trouble."""
        if not taken.address:
            return Trouble.NO_ADDRESS
        server, cut = self._server(), Event()
        try:
            with _ending(server, self.whole_seconds, cut):
                self._greet(server)
                server.send_message(written(taken, self.settings.smtp_from))
        except (OSError, smtplib.SMTPException) as broken:
            return Trouble.TIMEOUT if cut.is_set() else trouble_of(broken)
        finally:
            # To say good-bye would wait for a server that hangs, and could turn a
            # notice that was taken into one that seems not to be.
            server.close()
        return ""

    def _server(self) -> smtplib.SMTP:
        settings = self.settings
        # Our own name: the library would look one up, and wait for that.
        name = settings.smtp_from.rpartition("@")[2]
        server = (
            smtplib.SMTP_SSL(
                local_hostname=name, timeout=self.read_seconds, context=self.tls
            )
            if settings.smtp_security == "tls"
            else smtplib.SMTP(local_hostname=name, timeout=self.read_seconds)
        )
        # Whose certificate is asked for. The library sets it only when it connects
        # while it is made, and then nothing could cut the line.
        server._host = settings.smtp_host  # type: ignore[attr-defined]  # noqa: SLF001
        return server

    def _greet(self, server: smtplib.SMTP) -> None:
        code, said = server.connect(self.settings.smtp_host, self.settings.smtp_port)
        if code != _READY:
            # The library looks at it only when it connects while it is made.
            raise smtplib.SMTPConnectError(code, said)
        if self.settings.smtp_security == "starttls":
            server.starttls(context=self.tls)
        if self.settings.smtp_user:
            server.login(self.settings.smtp_user, self.settings.smtp_password)


def written(taken: TakenMail, sender: str) -> EmailMessage:
    """Return a notice as a message; a repeat is known by its Message-ID.

    The library refuses line ends in a header, so that nothing adds one.
    """
    message = EmailMessage(policy=SMTP.clone(utf8=False))
    message["From"] = sender
    message["To"] = taken.address
    message["Subject"] = taken.subject
    message["Date"] = format_datetime(taken.created_at)
    message["Message-ID"] = f"<{taken.message_id}@{sender.rpartition('@')[2]}>"
    # RFC 3834: nothing answers by itself to what was sent by itself.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(taken.body, cte="base64")
    return message


def trouble_of(broken: Exception) -> Trouble:
    """Return what went wrong, in our own words: a server's may name people."""
    if isinstance(broken, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in broken.recipients.values()]
        return _by_code(max(codes, default=0), Trouble.RECIPIENT)
    for kind, trouble in _TROUBLES:
        if isinstance(broken, kind):
            return trouble
    if isinstance(broken, smtplib.SMTPResponseException):
        return _by_code(broken.smtp_code, Trouble.REFUSED)
    if isinstance(broken.__context__, TimeoutError):
        # The library tells a server that hangs as one that broke off.
        return Trouble.TIMEOUT
    broke_off = isinstance(broken, smtplib.SMTPException)
    return Trouble.BROKEN if broke_off else Trouble.UNREACHABLE


_TROUBLES: tuple[tuple[type[Exception], Trouble], ...] = (
    (smtplib.SMTPAuthenticationError, Trouble.SIGN_IN),
    (smtplib.SMTPSenderRefused, Trouble.SENDER),
    (smtplib.SMTPNotSupportedError, Trouble.TLS),
    (ssl.SSLError, Trouble.TLS),
    (TimeoutError, Trouble.TIMEOUT),
)
"""The narrower before the wider; a server that offers less than the settings ask
for secures nothing and signs nobody in."""


def _by_code(code: int, for_good: Trouble) -> Trouble:
    return for_good if code >= _FOR_GOOD else Trouble.LATER


@contextmanager
def _ending(server: smtplib.SMTP, seconds: float, cut: Event) -> Iterator[None]:
    """Cut the line after so long, whatever the server still sends."""

    def end_it() -> None:
        cut.set()
        line = server.sock
        if line is not None:
            with suppress(OSError):
                # Not the secured line's own way, which a reader trips over.
                socket.socket.shutdown(line, socket.SHUT_RDWR)

    watch = Timer(seconds, end_it)
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()
        watch.join()
