"""A poll of a board that has not changed, answered before Flask begins.

Every wall, desk and phone that shows the board asks every three seconds, and nearly
always the answer is "as before". Flask gives that answer once for each half second
in which a version is believed; the others who ask the same thing get it from here.
"""

from collections.abc import Iterable
from types import TracebackType
from typing import TYPE_CHECKING

from kiosk.web.board.live import LiveBoard, Moment

if TYPE_CHECKING:
    from collections.abc import Callable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_MOST = 64
"""Different askers remembered; who varies the address gains nothing by it."""
_Headers = list[tuple[str, str]]
_Error = (
    tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]
)


class UnchangedPolls:
    """Wraps the application; repeats its own 304 while the moment it was for lasts."""

    def __init__(
        self, application: "WSGIApplication", live: LiveBoard, path: str
    ) -> None:
        """Answer polls of `path` for `application`, whose board is `live`."""
        self._application = application
        self._live = live
        self._path = path
        self._kept: dict[tuple[str, ...], tuple[Moment, _Headers]] = {}

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer one request."""
        if environ["PATH_INFO"] != self._path or environ["REQUEST_METHOD"] != "GET":
            return self._application(environ, start_response)
        asked = (
            environ.get("HTTP_IF_NONE_MATCH", ""),
            environ.get("QUERY_STRING", ""),
            environ.get("HTTP_ACCEPT_LANGUAGE", ""),
        )
        moment = self._live.moment()
        kept = self._kept.get(asked)
        if moment is not None and kept is not None and kept[0] == moment:
            start_response("304 NOT MODIFIED", list(kept[1]))
            return []

        def noting(
            status: str, headers: _Headers, error: _Error | None = None
        ) -> "Callable[[bytes], object]":
            # The moment before the answer: one that has passed is never matched.
            if moment is not None and status.startswith("304 "):
                self._keep(asked, moment, headers)
            return start_response(status, headers, error)

        return self._application(environ, noting)

    def _keep(self, asked: tuple[str, ...], moment: Moment, headers: _Headers) -> None:
        if len(self._kept) >= _MOST:
            self._kept = {}
        self._kept[asked] = (moment, list(headers))
