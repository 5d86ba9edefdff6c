"""The keeper of the screen's copy: a service worker, where the browser has one."""

import json

from flask import Response, url_for

from kiosk.config import ROOT
from kiosk.web.access import public
from kiosk.web.screen_mark import screen_modules, shell_mark
from kiosk.web.tablet.views import blueprint

_SOURCE = ROOT / "static" / "js" / "tablet-worker.js"
# A worker fetches by the policy of its own file, not by that of the page.
_CSP = "default-src 'none'; connect-src 'self'; frame-ancestors 'none'"


@blueprint.get("/worker.js")
@public
def worker() -> Response:
    """Give the worker with what it keeps; a new release is a new worker.

    Its scope is the page's own address, which lies above the worker's.
    """
    page = url_for("tablet.screen")
    keeps = {
        "mark": shell_mark(),
        "page": page,
        "files": [url_for("static", filename=name) for name in screen_modules()],
    }
    source = f"const KEEPS = {json.dumps(keeps)};\n{_SOURCE.read_text('utf-8')}"
    headers = {
        "Service-Worker-Allowed": page,
        "Cache-Control": "no-cache",
        "Content-Security-Policy": _CSP,
    }
    return Response(source, mimetype="text/javascript", headers=headers)
