"""A window's code as a picture, for whoever prints more than our posters."""

from flask import Response

from kiosk.domain.errors import UnknownWindow
from kiosk.extensions import reading
from kiosk.queries.places import window_by_code
from kiosk.services import qr
from kiosk.web.access import public
from kiosk.web.manage.addresses import base_url, today
from kiosk.web.manage.blueprint import blueprint


@blueprint.get("/w/<code>/qr.svg")
@public
def code_svg(code: str) -> Response:
    return Response(qr.svg(_address(code)), mimetype="image/svg+xml")


@blueprint.get("/w/<code>/qr.png")
@public
def code_png(code: str) -> Response:
    return Response(qr.png(_address(code)), mimetype="image/png")


def _address(code: str) -> str:
    with reading() as session:
        window = window_by_code(session, code, today())
    if window is None:
        raise UnknownWindow
    return qr.window_address(base_url(), window.code)
