"""The board's page and the part of it that asks for itself again and again."""

from functools import partial
from http import HTTPStatus
from typing import cast

from flask import Blueprint, Flask, Response, current_app, render_template, request
from flask.blueprints import BlueprintSetupState

from kiosk import __version__
from kiosk.web import current
from kiosk.web.access import public
from kiosk.web.board.live import LiveBoard, Snapshot
from kiosk.web.board.pages import scene_of
from kiosk.web.board.unchanged import UnchangedPolls
from kiosk.web.language import language

blueprint = Blueprint("board", __name__)
_DESK = "board/desk.html"
"""The same page for whoever comes from the manage area."""


@blueprint.record
def keep_live_board(state: BlueprintSetupState) -> None:
    """Give each application a board of its own."""
    live = LiveBoard()
    app = cast("Flask", state.app)
    app.extensions["board"] = live
    app.wsgi_app = UnchangedPolls(  # type: ignore[method-assign]
        app.wsgi_app, live, "/board/rows"
    )


@blueprint.get("/board")
@public
def page() -> Response:
    # Not by the session: the wall's answer is rendered once for all who ask.
    desk = "desk" in request.args
    return _answer(_DESK if desk else "board/board.html")


@blueprint.get("/board/rows")
@public
def rows() -> Response:
    if request.args.get("release", __version__) != __version__:
        # A wall shows one page for months: after an upgrade it must fetch the new
        # one, or today's rows would meet yesterday's style sheet.
        return Response(status=HTTPStatus.OK, headers={"HX-Refresh": "true"})
    return _answer("board/_rows.html")


def _answer(template: str) -> Response:
    """Answer with the newest board, or that the asker has it already."""
    live = cast("LiveBoard", current_app.extensions["board"])
    snapshot = live.snapshot(current.now())
    mark = snapshot.mark(language())
    if request.if_none_match.contains_weak(mark):
        response = Response(status=HTTPStatus.NOT_MODIFIED)
    else:
        response = _full(template, snapshot, mark)
    # Weak: one mark stands for the plain and the compressed form.
    response.set_etag(mark, weak=True)
    response.headers["Cache-Control"] = "no-cache"
    response.vary.update(("Accept-Language", "Accept-Encoding"))
    return response


def _full(template: str, snapshot: Snapshot, mark: str) -> Response:
    render = partial(_rendered, template, snapshot, mark)
    body = snapshot.body(template, language(), render)
    if not request.accept_encodings["gzip"]:
        return Response(body.plain)
    return Response(body.gzipped, headers={"Content-Encoding": "gzip"})


def _rendered(template: str, snapshot: Snapshot, mark: str) -> str:
    scene = scene_of(
        snapshot.board, snapshot.stamp.centre, snapshot.hour, snapshot.checkpoint
    )
    return render_template(
        template,
        scene=scene,
        mark=mark,
        release=__version__,
        desk="1" if template == _DESK else None,
    )
