"""Headers of every answer, and the refusal of writes that other sites cause."""

from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, request

from kiosk.web import current

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_CSP = (
    "default-src 'none'; script-src 'self'{cdn}; style-src 'self'; img-src 'self'; "
    "connect-src 'self'{cdn}; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    # `no-referrer` would make browsers send `Origin: null` with our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def protect(app: Flask) -> None:
    """Check every write's origin and put our headers on every answer."""
    app.before_request(refuse_foreign_writes)
    app.after_request(add_headers)


def allow_cdn() -> None:
    """Let this page load htmx from the one CDN address; nothing else changes."""
    if current.settings().htmx == "cdn":
        g.cdn = current.settings().htmx_cdn_url


def refuse_foreign_writes() -> None:
    """Refuse a write that another site's page sent.

    Tokens in pages expire while a screen shows the same page for weeks; the
    browser's own word does not. Sec-Fetch-Site is sent on https and localhost,
    Origin with every write also on plain http in a hall's network. A write with
    neither comes from no browser of the last years and from no page of ours.
    """
    if request.method in _SAFE:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site != "same-origin":
            abort(403)
        return
    origin = request.headers.get("Origin")
    if origin is None or urlsplit(origin).netloc != request.host:
        abort(403)


def add_headers(response: Response) -> Response:
    """Add the security headers; an answer may already carry a stricter one."""
    headers = response.headers
    cdn = g.get("cdn", "")
    headers.setdefault(
        "Content-Security-Policy", _CSP.format(cdn=f" {cdn}" if cdn else "")
    )
    for name, value in _HEADERS.items():
        headers.setdefault(name, value)
    if request.endpoint != "static":
        headers.setdefault("Cache-Control", "no-store")
    return response
