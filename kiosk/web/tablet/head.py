"""The head of a screen, asked for each half minute: that request is its heartbeat."""

from http import HTTPStatus

from flask import Response, make_response, render_template, request, url_for

from kiosk.domain.device_reports import parse_figures
from kiosk.extensions import write
from kiosk.queries.devices import DeviceView
from kiosk.services.device_reports import keep_report
from kiosk.web import current
from kiosk.web.access import device_only, known_screen
from kiosk.web.tablet.head_page import head_page
from kiosk.web.tablet.views import blueprint

_LARGEST_REPORT = 4 * 1024


@blueprint.post("/head")
@device_only
def take_heartbeat() -> Response:
    request.max_content_length = _LARGEST_REPORT
    return _head(HTTPStatus.UNAUTHORIZED)


@blueprint.get("/head")
@device_only
def head() -> Response:
    """Answer pages that were opened before heads were asked for with a report."""
    return _head(HTTPStatus.OK)


def _head(unpaired: HTTPStatus) -> Response:
    device = known_screen()
    if device is None:
        # htmx goes there, whatever the status: the page for a screen without a window.
        where = {"HX-Redirect": url_for("tablet.screen")}
        return Response(status=unpaired, headers=where)
    _note(device)
    page = head_page(device)
    return make_response(render_template("tablet/_head.html", page=page))


def _note(device: DeviceView) -> None:
    now = current.now()
    figures = parse_figures(request.form, now)
    write(lambda connection: keep_report(connection, device.id, figures, now))
