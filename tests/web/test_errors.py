"""Refusals and failures in words: the right status, for people and for machines."""

import logging

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.exc import DataError, InterfaceError, OperationalError

from kiosk.app import create_app
from kiosk.domain import errors
from kiosk.domain.errors import CommentTooLong, RuleBroken
from kiosk.extensions import TurnNotReached, transaction
from kiosk.models import Installation
from kiosk.web.errors import refusal_status
from tests.conftest import NOON, make_settings
from tests.engines import ON_POSTGRESQL, ON_SQLITE
from tests.pages import Page
from tests.screens import pair_screen

JSON = {"Accept": "application/json"}
STATUSES = {
    "DeviceUnknown": 401,
    "IdTaken": 409,
    "LinkSpent": 410,
    "NotTheOrganiser": 403,
    "NotYours": 409,
    "UnknownWindow": 404,
}
OURS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type)
    and issubclass(kind, RuleBroken)
    and kind is not RuleBroken
]
SECRET = "level 1 of somebody"


def raising(app: Flask, error: BaseException) -> FlaskClient:
    """Return a client of an application that raises this at /fail."""

    def view() -> str:
        raise error

    app.add_url_rule("/fail", "fail", view)
    return app.test_client()


def raised(app: Flask, error: BaseException, **headers: str):
    """Return the answer to a request in which this is raised."""
    named = {key.replace("_", "-"): value for key, value in headers.items()}
    return raising(app, error).get("/fail", headers=named)


@pytest.fixture
def plain_app(tmp_path) -> Flask:
    """An application without any database: errors must not need one."""
    return create_app(make_settings(tmp_path))


@pytest.fixture
def plain(plain_app) -> FlaskClient:
    return plain_app.test_client()


# Broken rules


@pytest.mark.parametrize("kind", OURS, ids=lambda kind: kind.__name__)
def test_a_refusal_has_its_status_its_code_and_its_sentence(plain_app, kind):
    values = {"length": 501, "most": 500}
    answer = raised(plain_app, kind(**values), Accept="application/json")
    assert answer.status_code == STATUSES.get(kind.__name__, 422)
    assert answer.json["error"] == kind.code
    assert answer.json["message"]
    assert "%(" not in answer.json["message"]
    assert refusal_status(kind(**values)) == answer.status_code


def test_codes_are_told_apart():
    codes = [kind.code for kind in OURS]
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Your words are too long: 501 characters, and 500 fit."),
        ("zh", "501"),
    ],
)
def test_a_refusal_is_said_in_the_language_of_the_request(
    plain_app, language, sentence
):
    refusal = CommentTooLong(length=501, most=500)
    answer = raised(plain_app, refusal, Accept_Language=language)
    page = Page(answer)
    assert answer.status_code == 422
    assert sentence in page.heading
    assert page.soup.html["data-lang"] == language


def test_values_of_people_are_escaped_in_a_refusal(plain_app):
    class Named(RuleBroken):
        text = "No %(name)s here."

    answer = raised(plain_app, Named(name="<script>alert(1)</script>"))
    assert Page(answer).heading == "No <script>alert(1)</script> here."
    assert "<script>alert" not in answer.text


def test_a_percent_sign_in_a_sentence_with_values_stays(plain_app):
    class Sure(RuleBroken):
        text = "100 %% sure of %(what)s"

    assert raised(plain_app, Sure(what="it"), **JSON).json["message"] == (
        "100 % sure of it"
    )


# HTTP errors


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (400, "Something in this request could not be understood."),
        (401, "Something in this request could not be understood."),
        (403, "This page is not open to you."),
        (404, "There is no such page, or it is not open to you."),
        (405, "This address does not take that kind of request."),
        (413, "That was too much at once. Please send less."),
        (415, "Something in this request could not be understood."),
        (418, "Something in this request could not be understood."),
        (500, "Something went wrong on our side. It has been written down."),
        (503, "Nothing can be saved at the moment."),
    ],
)
def test_an_http_error_is_a_page_with_words(plain_app, code, words):
    plain_app.add_url_rule("/fail", "fail", lambda: abort(code))
    answer = plain_app.test_client().get("/fail", headers={"Accept-Language": "en"})
    page = Page(answer)
    assert answer.status_code == code
    assert page.heading.startswith(words)
    assert page.links()[-1] == "/"


def test_who_asks_for_json_gets_json(plain):
    answer = plain.get("/nowhere", headers=JSON)
    assert (answer.status_code, answer.json["error"]) == (404, "not_found")
    sent = plain.post("/nowhere", json={}, headers={"Origin": "http://localhost"})
    assert (sent.status_code, sent.json["error"]) == (404, "not_found")
    for accept in ("*/*", "text/html,application/xhtml+xml,*/*;q=0.8", ""):
        assert plain.get("/nowhere", headers={"Accept": accept}).mimetype == "text/html"


def test_a_wrong_method_says_which_are_right(plain):
    answer = plain.get("/tablet/ratings")
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"OPTIONS", "POST"}


def test_a_body_that_is_too_large_is_refused_before_it_is_read(plain):
    headers = {"Origin": "http://localhost", "Content-Type": "application/json", **JSON}
    plain.set_cookie("kiosk_device", "x")
    for size in (64 * 1024 + 1, 256 * 1024 + 1):
        answer = plain.post("/tablet/ratings", data=b" " * size, headers=headers)
        assert (answer.status_code, answer.json["error"]) == (
            413,
            "request_entity_too_large",
        )


def test_a_redirect_is_no_error(plain_app):
    plain_app.add_url_rule("/moved/", "moved", lambda: "here")
    answer = plain_app.test_client().get("/moved")
    assert (answer.status_code, answer.location) == (308, "http://localhost/moved/")


def test_an_answer_that_was_aborted_with_passes_as_it_is(plain_app):
    made = plain_app.response_class("enough", status=418)
    plain_app.add_url_rule("/made", "made", lambda: abort(made))
    answer = plain_app.test_client().get("/made")
    assert (answer.status_code, answer.text) == (418, "enough")


# Failures


def test_a_failure_of_ours_tells_nothing_and_is_written_down(plain_app, caplog):
    answer = raised(plain_app, ZeroDivisionError(SECRET), Accept_Language="en")
    assert answer.status_code == 500
    assert SECRET not in answer.text
    assert Page(answer).heading == (
        "Something went wrong on our side. It has been written down."
    )
    assert "Exception on /fail" in caplog.text


def test_a_database_without_an_installation_says_what_to_run(unbegun, caplog):
    client = unbegun.test_client()
    for where in ("/", "/w/abc"):
        assert client.get(where).status_code == 500
    reason = "RuntimeError: not initialised: run `flask --app wsgi init` first"
    assert caplog.text.count(reason) == 2


@pytest.mark.parametrize("demonstration", [True, False])
def test_refusals_too_are_marked_in_a_demonstration(app, client, demonstration):
    with transaction() as session:
        session.execute(update(Installation).values(demonstration=demonstration))
    page = client.get("/nowhere")
    assert page.status_code == 404
    assert ("demo-banner" in page.text) == demonstration


STORAGE = [
    OperationalError(f"INSERT {SECRET}", {"level": SECRET}, Exception("disk is full")),
    InterfaceError(f"INSERT {SECRET}", {"level": SECRET}, Exception("connection lost")),
    TurnNotReached(),
]


@pytest.mark.parametrize("error", STORAGE, ids=lambda error: type(error).__name__)
def test_storage_that_fails_is_a_503_to_come_back_to(plain_app, caplog, error):
    with caplog.at_level(logging.WARNING):
        client = raising(plain_app, error)
        answer = client.get("/fail", headers=JSON)
        page = Page(client.get("/fail", headers={"Accept-Language": "en"}))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert answer.json["error"] == "storage_unavailable"
    assert (page.status, page.answer.headers["Retry-After"]) == (503, "5")
    assert page.heading.startswith("Nothing can be saved at the moment.")
    # The operator hears of it, and nobody's rating gets into the log.
    [first, _] = [record.getMessage() for record in caplog.records]
    assert first.startswith(f"storage unavailable: {type(error).__name__}")
    assert SECRET not in caplog.text


def test_a_value_no_database_can_hold_is_refused_like_any_other(plain_app, caplog):
    error = DataError(f"INSERT {SECRET}", {}, Exception("NUL"))
    answer = raised(plain_app, error, **JSON)
    assert (answer.status_code, answer.json["error"]) == (400, "bad_request")
    assert SECRET not in caplog.text


@ON_POSTGRESQL
@pytest.mark.parametrize("where", ["/w/%00", "/w/a%00b"])
def test_a_nul_in_an_address_is_refused_by_postgresql_in_words(client, where):
    answer = client.get(where)
    assert answer.status_code == 400
    Page(answer)


STRANGE = [
    "%00",
    "%ff%fe",
    "%F0%9F%98%80",
    "..%2f..%2fetc%2fpasswd",
    "'%20OR%201=1--",
    "{{1234*1234}}",
    "%25s%25n",
    "a" * 4000,
    "-1",
    "9" * 400,
    "%E2%80%AE",
    "%0d%0aX-Injected:%20yes",
]


def strange_requests(client: FlaskClient, part: str) -> list[int]:
    """Return the statuses of odd requests for every kind of address."""
    for name in ("kiosk_device", "kiosk_organiser"):
        client.set_cookie(name, part)
    answers = [
        client.get(f"/{name}/{part}")
        for name in ("w", "r", "tablet/pair", "static", "manage/tablets")
    ]
    answers += [client.get(f"/{name}?{key}={part}") for name, key in QUERIES]
    answers += [client.post(f"/w/{part}", data={"token": part, "level": part})]
    for answer in answers:
        assert "X-Injected" not in answer.headers
        assert "1522756" not in answer.text
        answer.close()
    return [answer.status_code for answer in answers]


QUERIES = [
    ("r", "code"),
    ("setup", "key"),
    ("", "lang"),
    ("", "endpoint"),
    ("", "_method"),
    ("tablet", "lang"),
    ("board/rows", "release"),
]


@pytest.mark.parametrize("part", STRANGE, ids=lambda part: part[:12])
def test_no_address_makes_the_server_fail(client, part):
    statuses = strange_requests(client, part)
    assert [status for status in statuses if status >= 500] == []


@ON_SQLITE
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b"1e999",
        b"NaN",
        b'{"id": NaN}',
        b"9" * 5000,
        b"\xff\xfe",
        b'{"id": "\\ud800"}',
        b'{"tapped_at": "\\ud800"}',
        b'{"id": {}, "level": [], "tapped_at": {}, "sequence": {}}',
        b"[" * 4000 + b"]" * 4000,
    ],
    ids=lambda body: ascii(body)[:20],
)
def test_no_body_makes_the_server_fail(client, body):
    screen = pair_screen("A001", NOON)
    client.set_cookie("kiosk_device", screen.secret)
    answer = client.post(
        "/tablet/ratings", data=body, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code in {400, 422}
    assert answer.json["message"]
