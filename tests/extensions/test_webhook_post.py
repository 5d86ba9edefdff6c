"""A message is posted to the address that was checked, or not at all."""

import socket
import ssl

import pytest

from kiosk.domain.webhooks import Trouble, parse_target
from kiosk.extensions.webhook_post import Courier, addresses_of
from tests.webhook_targets import (
    OK,
    at,
    certificate,
    closes,
    drips,
    hangs,
    here,
    says,
    target,
)

HEADERS = {"webhook-id": "msg_1", "Content-Type": "application/json"}
BODY = '{"窗":1}'.encode()
SHORT = 0.3
"""Seconds that a target may take here, where it takes for ever."""


def post(courier: Courier, url: str) -> str:
    place = url.split("/")[2]
    return courier.post(parse_target(url, {place}), HEADERS, BODY)


def secured(one) -> str:
    return one.url.replace("http:", "https:")


def test_what_is_posted_arrives_whole():
    with target(says(OK)) as one:
        assert post(here(), one.url) == ""
        [request] = one.requests
    head, _, body = request.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /in?a=1 HTTP/1.1"
    assert f"Host: {one.place}" in lines
    assert {"webhook-id: msg_1", "Content-Type: application/json"} <= set(lines)
    assert len([line for line in lines if line.startswith("Host:")]) == 1
    assert body == BODY


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n" + b"x" * 9999, ""),
        (b"HTTP/1.1 202 Accepted\r\n\r\n", ""),
        (b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n", "answer:500"),
        (b"HTTP/1.1 410 Gone\r\n\r\n", "answer:410"),
        (b"hello\r\n\r\n", Trouble.CLOSED),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000 + b"\r\n\r\n", Trouble.CLOSED),
        (b"HTTP/1.1 2\r\n\r\n", Trouble.CLOSED),
    ],
)
def test_an_answer_is_taken_by_its_status(answer, trouble):
    with target(says(answer)) as one:
        assert post(here(), one.url) == trouble


def test_no_redirect_is_followed():
    with target(says(OK)) as elsewhere:
        moved = f"HTTP/1.1 307 Moved\r\nLocation: {elsewhere.url}\r\n\r\n".encode()
        with target(says(moved)) as one:
            assert post(here(), one.url) == Trouble.REDIRECT
            assert len(one.requests) == 1
        assert elsewhere.requests == []


@pytest.mark.parametrize("answer", [hangs, drips])
def test_who_hangs_or_drips_is_left_in_time(answer):
    with target(answer) as one:
        assert post(here(seconds=SHORT), one.url) == Trouble.TIMEOUT


def test_who_hangs_up_has_taken_nothing():
    with target(closes) as one:
        assert post(here(), one.url) == Trouble.CLOSED


def test_nobody_there():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    url = f"http://hotline.example:{port}/"
    assert post(here(), url) == Trouble.UNREACHABLE
    assert post(here(look_up=at()), url) == Trouble.UNREACHABLE


def test_the_next_address_is_tried_where_nobody_answers_at_the_first():
    with target(says(OK)) as one:
        both = here(look_up=at("127.0.0.2", "127.0.0.1"))
        assert post(both, one.url) == ""


def test_a_name_that_is_none_is_not_found():
    def nowhere(host: str, port: int) -> list[str]:
        raise socket.gaierror

    assert post(here(look_up=nowhere), "http://nowhere.example/") == Trouble.NO_HOST
    assert post(Courier(), "http://a..b/") == Trouble.NO_HOST


def test_this_server_is_never_called_by_whatever_name():
    """With the courier as it runs: nothing but the look-up is put in its place."""
    with target(says(OK)) as one:
        for address in ("127.0.0.1", "::1", "0.0.0.0", "::ffff:127.0.0.1"):  # noqa: S104
            courier = Courier(look_up=at(address))
            assert post(courier, one.url) == Trouble.FORBIDDEN
            assert post(courier, secured(one)) == Trouble.FORBIDDEN
        assert post(Courier(), f"http://localhost:{one.port}/") == Trouble.FORBIDDEN
        assert one.requests == []


def test_one_bad_address_among_good_ones_is_enough():
    with target(says(OK)) as one:
        courier = Courier(look_up=at("10.0.0.9", "127.0.0.1"))
        assert post(courier, one.url) == Trouble.FORBIDDEN


def test_the_own_machine_is_known_by_both_ends_of_the_line():
    """As by its own address in the hall, which is private like its neighbours'."""
    with target(says(OK)) as one:
        courier = Courier(look_up=at("127.0.0.1"), check=here().check)
        assert post(courier, one.url) == Trouble.FORBIDDEN
        assert one.requests == []


def test_plain_http_does_not_leave_the_hall():
    courier = Courier(look_up=at("8.8.8.8"))
    assert post(courier, "http://hotline.example/") == Trouble.NOT_PRIVATE


def test_a_name_is_looked_up_once_so_that_it_cannot_change_meanwhile():
    asked = []

    def look_up(host: str, port: int) -> list[str]:
        asked.append(host)
        # The second answer would be the one a forger wants.
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    with target(says(OK)) as one:
        assert post(here(look_up=look_up), one.url) == ""
    assert asked == ["hotline.example"]


def test_the_certificate_is_held_against_the_name_and_not_the_address(tmp_path):
    serving, trusting = certificate(tmp_path, "hotline.example")
    with target(says(OK), serving) as one:
        assert post(here(tls=trusting), secured(one)) == ""
        other = secured(one).replace("hotline", "other")
        assert post(here(tls=trusting), other) == Trouble.NOT_SECURE
        assert post(here(), secured(one)) == Trouble.NOT_SECURE
        assert len(one.requests) == 1


def test_a_secured_target_that_hangs_is_left_in_time_too(tmp_path):
    serving, trusting = certificate(tmp_path, "hotline.example")
    for answer, tls in ((drips, serving), (hangs, None)):
        with target(answer, tls) as one:
            courier = here(tls=trusting, seconds=SHORT)
            assert post(courier, secured(one)) == Trouble.TIMEOUT


def test_the_default_trusts_whom_the_system_trusts():
    assert Courier().tls.verify_mode is ssl.CERT_REQUIRED
    assert Courier().tls.check_hostname
    assert Courier().seconds == 10.0


def test_addresses_are_those_of_the_system():
    assert addresses_of("127.0.0.1", 80) == ["127.0.0.1"]
    assert {"127.0.0.1", "::1"} & set(addresses_of("localhost", 80))
