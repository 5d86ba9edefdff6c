"""What looking at the board costs, and what tells one state of it from another."""

import gzip
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from uuid import UUID

import pytest
from bs4 import BeautifulSoup
from flask import template_rendered
from sqlalchemy import update

from kiosk import __version__
from kiosk.domain.ranking import RankingInputError
from kiosk.extensions import transaction
from kiosk.models import Installation, TallyDay
from kiosk.web.board.live import LiveBoard
from tests.board_ratings import listed_window, open_window, statements
from tests.conftest import NOON
from tests.screens import ZONE, keep, phone_tap

TODAY = NOON.astimezone(ZONE).date()
PATHS = ["/board", "/board/rows"]


class Seconds:
    """A stopwatch that a test moves."""

    def __init__(self) -> None:
        self.passed = 0.0

    def __call__(self) -> float:
        return self.passed


@pytest.fixture
def seconds(app) -> Seconds:
    seconds = Seconds()
    app.extensions["board"] = LiveBoard(seconds)
    return seconds


@pytest.fixture
def rendered(app):
    """Collect the templates that are rendered."""
    names = []

    def note(_sender, template, **_rest) -> None:
        names.append(template.name)

    with template_rendered.connected_to(note, app):
        yield names


def marks(client, path="/board", language="en"):
    return client.get(f"{path}?lang={language}").headers["ETag"]


def today_of(client) -> str:
    page = BeautifulSoup(client.get("/board/rows?lang=en").text, "html5lib")
    return page.select_one(".big").text


def computations(seen: list[str]) -> int:
    return sum("tally_day" in statement for statement in seen)


# What it costs


@pytest.mark.parametrize("path", PATHS)
def test_second_look_gets_304_without_statement_or_rendering(
    client, seconds, path, rendered
):
    listed_window("A001", TODAY)
    first = client.get(path)
    del rendered[:]
    with statements() as seen:
        second = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (second.status_code, second.data) == (304, b"")
    assert second.headers["ETag"] == first.headers["ETag"]
    assert second.headers["Cache-Control"] == "no-cache"
    assert (seen, rendered) == ([], [])


def test_version_is_asked_again_after_half_a_second_in_one_statement(client, seconds):
    tag = marks(client)
    seconds.passed = 0.5
    with statements() as seen:
        again = client.get("/board?lang=en", headers={"If-None-Match": tag})
    assert (again.status_code, len(seen)) == (304, 1)
    with statements() as seen:
        client.get("/board?lang=en", headers={"If-None-Match": tag})
    assert seen == []


def test_rating_is_shown_two_seconds_after_the_last_computation(client, seconds):
    window = open_window("A001")
    before = marks(client)
    keep(phone_tap(window, 5), NOON)
    seconds.passed = 1.99
    assert marks(client) == before
    assert today_of(client) == "0"
    seconds.passed = 2.0
    assert today_of(client) == "1"
    assert marks(client) != before


def test_two_hundred_looks_cause_one_computation(client, seconds):
    open_window("A001")
    with statements() as seen:
        for _ in range(200):
            client.get("/board/rows")
    assert computations(seen) == 1


@pytest.mark.parametrize("warm", [False, True], ids=["first looks", "after a rating"])
def test_looks_at_the_same_moment_cause_one_computation(app, seconds, rendered, warm):
    window = listed_window("A001", TODAY)
    before = marks(app.test_client()) if warm else None
    keep(phone_tap(window, 5), NOON)
    seconds.passed += 10
    del rendered[:]
    together = Barrier(8)

    def look(_):
        together.wait()
        return marks(app.test_client())

    with statements() as seen, ThreadPoolExecutor(8) as people:
        told = set(people.map(look, range(8)))
    assert computations(seen) == 1
    assert len(told - {before}) == 1
    assert rendered.count("board/board.html") == 1


def test_while_one_computes_the_others_get_the_state_before(app, client, seconds):
    window = open_window("A001")
    before = marks(client)
    keep(phone_tap(window, 5), NOON)
    seconds.passed = 10
    with app.extensions["board"]._computing, statements() as seen:
        assert marks(client) == before
    assert computations(seen) == 0
    assert marks(client) != before


def test_while_one_asks_the_version_the_others_do_not_wait(app, client, seconds):
    before = marks(client)
    seconds.passed = 10
    with app.extensions["board"]._asking, statements() as seen:
        assert marks(client) == before
    assert seen == []


def test_board_that_could_not_be_computed_is_tried_again(app, client, seconds):
    before = marks(client)
    keep(phone_tap(open_window("A001"), 5), NOON)
    seconds.passed = 3
    with transaction() as session:
        session.execute(update(TallyDay).values(day=date(2026, 7, 16), p5=2))
    with pytest.raises(RankingInputError):
        app.extensions["board"].snapshot(NOON)
    with transaction() as session:
        session.execute(update(TallyDay).values(p5=1))
    seconds.passed = 6
    assert marks(client) != before


def test_board_before_init_says_what_to_run(unbegun):
    with pytest.raises(RuntimeError, match="flask --app wsgi init"):
        unbegun.extensions["board"].snapshot(NOON)


def test_each_answer_is_rendered_once_a_language(client, seconds, rendered):
    listed_window("A001", TODAY)
    for _ in range(3):
        for path in PATHS:
            client.get(f"{path}?lang=en")
            client.get(f"{path}?lang=zh")
    assert rendered.count("board/board.html") == 2
    # Inside the page and alone, in two languages.
    assert rendered.count("board/_rows.html") == 2


# What tells one state from another


def test_mark_is_weak_and_follows_the_language(client, seconds):
    assert marks(client).startswith('W/"')
    told = {marks(client, path, lang) for path in PATHS for lang in ("zh", "en")}
    assert len(told) == 2


def test_mark_follows_the_centres_day(client, seconds, clock):
    before = marks(client)
    clock.now = NOON + timedelta(hours=11, minutes=59)
    seconds.passed = 10
    evening = marks(client)
    clock.forward(minutes=1)
    seconds.passed = 20
    assert len({before, evening, marks(client)}) == 3


def test_mark_follows_the_running_hour_only(client, seconds, clock):
    before = marks(client)
    clock.forward(minutes=59)
    seconds.passed = 10
    assert marks(client) == before


@pytest.mark.parametrize(
    "change",
    [{"identity": UUID(int=1)}, {"demonstration": True}, {"organisation": "市政务局"}],
    ids=["identity", "demonstration", "organisation"],
)
def test_mark_follows_the_installation(client, seconds, change):
    before = marks(client)
    with transaction() as session:
        session.execute(update(Installation).values(**change))
    seconds.passed = 10
    assert marks(client) != before


def test_mark_follows_the_release(client, seconds, monkeypatch):
    before = marks(client)
    monkeypatch.setattr("kiosk.web.board.live.__version__", "9.9.9")
    assert marks(client) != before


def test_page_of_an_older_release_is_told_to_load_anew(client, seconds):
    fresh = client.get(f"/board/rows?release={__version__}")
    old = client.get("/board/rows?release=0.0.1")
    assert "HX-Refresh" not in fresh.headers
    assert (old.headers["HX-Refresh"], old.data) == ("true", b"")


# How it is sent


@pytest.mark.parametrize("path", PATHS)
def test_compressed_and_plain_answers_are_the_same(client, seconds, path):
    listed_window("A001", TODAY)
    plain = client.get(path)
    packed = client.get(path, headers={"Accept-Encoding": "gzip, deflate"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["ETag"] == plain.headers["ETag"]
    assert packed.mimetype == "text/html"


def test_answers_vary_by_language_and_encoding(client, seconds):
    told = client.get("/board").headers["Vary"].split(", ")
    assert told == ["Accept-Language", "Accept-Encoding"]


def test_fragment_is_a_slice_of_the_page(client, seconds):
    listed_window("A001", TODAY)
    open_window("A002")
    for language in ("zh", "en"):
        fragment = client.get(f"/board/rows?lang={language}").text
        assert fragment.strip() in client.get(f"/board?lang={language}").text


def test_fragment_polls_itself_in_the_pages_language(client, seconds):
    page = BeautifulSoup(client.get("/board?lang=en").text, "html5lib")
    board = page.select_one("#board")
    assert board["hx-get"] == f"/board/rows?lang=en&release={__version__}"
    assert board["hx-trigger"] == "every 3s, look-now"
    assert f'W/"{board["data-mark"]}"' == marks(client)


def test_page_asks_no_other_host(client, seconds):
    page = BeautifulSoup(client.get("/board?lang=en").text, "html5lib")
    asked = [tag.get("src") or tag.get("href") for tag in page.select("[src], [href]")]
    assert asked
    assert [one for one in asked if not one.startswith(("/", "#"))] == []
    policy = client.get("/board").headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "http" not in policy


def test_nothing_of_one_asker_is_kept_for_the_next(client, seconds):
    client.get("/board?lang=en&note=mine")
    client.get("/board/rows?lang=en&note=mine")
    assert "mine" not in client.get("/board?lang=en").text
    assert "mine" not in client.get("/board/rows?lang=en").text
