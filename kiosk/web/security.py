"""Headers of every answer, and the refusal of writes that other sites cause."""

from collections.abc import Iterator
from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Flask, Request, Response, abort, g, request
from flask.sessions import SessionInterface, SessionMixin

from kiosk.web import current

INTERFACE = "/api/"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_CSP = (
    "default-src 'none'; script-src 'self'{cdn}; style-src 'self'; img-src 'self'; "
    "connect-src 'self'{cdn}; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)
# A screen can be installed like a program; no other page names a manifest.
_CSP_SCREEN = f"{_CSP}; manifest-src 'self'"
# For everything that is no page: it may load and embed nothing at all.
_CSP_FILE = "default-src 'none'; style-src 'self'; frame-ancestors 'none'"
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    # `no-referrer` would make browsers send `Origin: null` with our own forms.
    "Referrer-Policy": "same-origin",
}
_HSTS = "max-age=31536000; includeSubDomains"
_PAGE_HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


class NoSession(SessionInterface):
    """Nobody has a session here: no cookie is read, signed or set for one."""

    def open_session(self, app: Flask, request: Request) -> SessionMixin:
        """Return the empty session that refuses to keep anything."""
        return self.make_null_session(app)


def protect(app: Flask) -> None:
    """Check every write's origin and put our headers on every answer."""
    app.session_interface = NoSession()
    # Before all else: what follows builds addresses of the name that was asked for.
    app.before_request(refuse_other_hosts)
    app.before_request(refuse_foreign_writes)
    app.after_request(add_headers)


def allow_cdn() -> None:
    """Let this page load htmx from the one CDN address; nothing else changes."""
    if current.settings().htmx == "cdn":
        g.cdn = current.settings().htmx_cdn_url


def refuse_other_hosts() -> None:
    """Refuse a name that is none of ours, where the settings say what ours are.

    Else links in invitations and codes would lead where a forged Host header says,
    and another site's name that resolves to us would read our pages.
    """
    hosts = current.settings().hosts
    if not hosts:
        return
    asked = request.host.lower()
    name = asked if asked.endswith("]") else asked.rpartition(":")[0] or asked
    if asked not in hosts and name not in hosts:
        abort(HTTPStatus.BAD_REQUEST)


def refuse_foreign_writes() -> None:
    """Refuse a write that another site's page sent.

    Tokens in pages expire while a screen shows the same page for weeks; the
    browser's own word does not. Sec-Fetch-Site is sent on https and localhost,
    Origin with every write also on plain http in a hall's network. A write with
    neither comes from no browser of the last years and from no page of ours.
    The interface for systems outside reads no cookie: there a foreign page could
    do nothing that anybody else could not do, and its callers are no browsers.
    """
    if request.method in _SAFE or request.path.startswith(INTERFACE):
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site != "same-origin":
            abort(403)
        return
    sender = _host_of(request.headers.get("Origin", ""))
    if not sender or sender != request.host:
        abort(403)


def add_headers(response: Response) -> Response:
    """Add the security headers; an answer may already carry a stricter one.

    Files carry few: on a first look at a screen, headers are a fifth of the bytes.
    """
    if _kept_by_asker(response):
        return response
    for name, value in _security_headers(response):
        response.headers.setdefault(name, value)
    _limit_keeping(response)
    return response


def _security_headers(response: Response) -> Iterator[tuple[str, str]]:
    if response.mimetype == "text/html":
        cdn = g.get("cdn", "")
        policy = _CSP_SCREEN if request.blueprint == "tablet" else _CSP
        yield "Content-Security-Policy", policy.format(cdn=f" {cdn}" if cdn else "")
        yield from _PAGE_HEADERS.items()
    else:
        yield "Content-Security-Policy", _CSP_FILE
    yield from _HEADERS.items()
    if request.is_secure:
        yield "Strict-Transport-Security", _HSTS


def _limit_keeping(response: Response) -> None:
    """Let nobody keep an answer but the files that never change at their address."""
    headers = response.headers
    if request.endpoint != "static":
        headers.setdefault("Cache-Control", "no-store")
        return
    headers.pop("Content-Disposition", None)
    if "v" not in request.args:
        # A module asked for by another one: its address stays when it changes.
        headers["Cache-Control"] = "no-cache"


def _kept_by_asker(response: Response) -> bool:
    """Whether the asker has the answer already, with its headers.

    Screens ask for nothing else most of the time. A static file's headers differ
    from the server's own and must be said again.
    """
    return (
        response.status_code == HTTPStatus.NOT_MODIFIED and request.endpoint != "static"
    )


def _host_of(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""
