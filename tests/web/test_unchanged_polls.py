"""Polls of an unchanged board that never reach Flask, and those that must."""

import pytest

from kiosk.extensions import transaction
from kiosk.web.board.live import STAMP_SECONDS, LiveBoard
from kiosk.web.board.unchanged import UnchangedPolls
from tests.board_ratings import open_window
from tests.builders import make_window


class Stopwatch:
    """Seconds that pass only when a test says so."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


class Counted:
    """The application, and how many requests came as far as it."""

    def __init__(self, application) -> None:
        self.application = application
        self.requests = 0

    def __call__(self, environ, start_response):
        self.requests += 1
        return self.application(environ, start_response)


@pytest.fixture
def stopwatch() -> Stopwatch:
    return Stopwatch()


@pytest.fixture
def flask_behind(app, stopwatch) -> Counted:
    """The application behind the wrapper, with a board whose half seconds we rule."""
    open_window("A001")
    live = app.extensions["board"] = LiveBoard(stopwatch)
    counted = Counted(app.wsgi_app._application)
    app.wsgi_app = UnchangedPolls(counted, live, "/board/rows")
    return counted


@pytest.fixture
def tag(client, flask_behind) -> str:
    """The mark of the board as it is; the half second has begun."""
    return client.get("/board/rows").headers["ETag"]


def poll(client, tag: str, **more):
    return client.get("/board/rows", headers={"If-None-Match": tag} | more)


def test_second_poll_of_the_same_half_second_does_not_reach_flask(
    client, flask_behind, tag
):
    first = poll(client, tag)
    asked = flask_behind.requests
    again = poll(client, tag)
    assert flask_behind.requests == asked
    assert (first.status_code, again.status_code) == (304, 304)
    assert list(again.headers) == list(first.headers)
    assert again.headers["ETag"] == tag


def test_next_half_second_asks_again(client, flask_behind, stopwatch, tag):
    poll(client, tag)
    asked = flask_behind.requests
    stopwatch.seconds += STAMP_SECONDS
    assert poll(client, tag).status_code == 304
    assert flask_behind.requests == asked + 1


def test_changed_board_is_seen_with_the_next_half_second(
    app, client, flask_behind, stopwatch, tag
):
    poll(client, tag)
    with transaction() as session:
        make_window(session, "A002")
    assert poll(client, tag).status_code == 304
    stopwatch.seconds += 2
    changed = poll(client, tag)
    assert changed.status_code == 200
    assert "A002" in changed.text


def test_another_mark_or_language_is_another_question(client, flask_behind, tag):
    poll(client, tag)
    assert poll(client, 'W/"other"').status_code == 200
    english = {"Accept-Language": "en"}
    assert poll(client, tag, **english).status_code == 200
    assert client.get("/board/rows").status_code == 200


def test_full_answer_is_never_repeated_from_here(client, flask_behind, tag):
    before = flask_behind.requests
    for _ in range(2):
        assert client.get("/board/rows").status_code == 200
    assert flask_behind.requests == before + 2


def test_other_pages_and_methods_go_to_flask(client, flask_behind, tag):
    before = flask_behind.requests
    assert client.get("/healthz").status_code == 200
    assert client.post("/board/rows").status_code == 405
    assert flask_behind.requests == before + 2


def test_askers_who_vary_the_address_do_not_fill_the_memory(app, client, tag):
    for nth in range(200):
        path = f"/board/rows?x={nth}"
        assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
    assert len(app.wsgi_app._kept) <= 64
