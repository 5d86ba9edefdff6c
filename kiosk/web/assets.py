"""Files of the pages: addresses that change with their content, and htmx."""

from functools import cache
from hashlib import sha256
from importlib.resources import files

from flask import Blueprint, Flask, Response, url_for

from kiosk.config import HTMX_VERSION, ROOT
from kiosk.web.access import public

blueprint = Blueprint("assets", __name__)
_FOREVER = "public, max-age=31536000, immutable"


@cache
def _mark(name: str) -> str:
    return sha256((ROOT / "static" / name).read_bytes()).hexdigest()[:10]


def asset(name: str) -> str:
    """Return the address of a file in `static/`; a new content is a new address."""
    return url_for("static", filename=name, v=_mark(name))


@cache
def htmx_source() -> bytes:
    """Return htmx as the PyPI package brings it; no third-party file is ours."""
    folder = files("js_lib_htmx") / "static" / "htmx"
    return (folder / "htmx.min.js").read_bytes()


@blueprint.get(f"/assets/htmx-{HTMX_VERSION}.min.js")
@public
def htmx() -> Response:
    return Response(
        htmx_source(),
        mimetype="text/javascript",
        headers={"Cache-Control": _FOREVER},
    )


def register_assets(app: Flask) -> None:
    """Let templates name assets; the favicon has the address browsers ask for."""
    app.register_blueprint(blueprint)
    app.jinja_env.globals["asset"] = asset
