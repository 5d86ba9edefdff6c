"""Where messages may go, when they leave, how they are signed and how often tried."""

import base64
import hmac
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

import pytest

from kiosk.domain.webhooks import (
    SECRET_BYTES,
    URL_MOST,
    WAITS,
    Trouble,
    WebhookAddressWrong,
    WebhookHostUnknown,
    answer_trouble,
    last_departure,
    message_name,
    parse_target,
    secret_bytes,
    shown_secret,
    signed_headers,
    wait_after,
)

LISTED = frozenset({"hotline.example", "10.0.0.9:8080", "[fd00::7]", "a.example:8443"})
NOON = datetime(2026, 7, 16, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("https://hotline.example/in", ("https", "hotline.example", 443, "/in")),
        (" https://HOTLINE.example ", ("https", "hotline.example", 443, "/")),
        (
            "https://hotline.example:443/?a=1",
            ("https", "hotline.example", 443, "/?a=1"),
        ),
        ("http://hotline.example/", ("http", "hotline.example", 80, "/")),
        ("http://10.0.0.9:8080/in", ("http", "10.0.0.9", 8080, "/in")),
        ("https://[fd00::7]/in", ("https", "fd00::7", 443, "/in")),
        ("https://a.example:8443/x?y=%20z", ("https", "a.example", 8443, "/x?y=%20z")),
    ],
)
def test_addresses_of_listed_hosts_are_taken_apart(url, parts):
    target = parse_target(url, LISTED)
    assert (target.scheme, target.host, target.port, target.path) == parts


def test_an_address_is_written_in_one_way():
    one = parse_target("https://HOTLINE.example:443", LISTED).url
    assert one == "https://hotline.example/"
    assert parse_target("https://[fd00::7]/in", LISTED).url == "https://[fd00::7]/in"


@pytest.mark.parametrize(
    "url",
    [
        *("", "hotline.example", "ftp://hotline.example/", "https://", "https:///in"),
        *("https://me@hotline.example/", "https://hotline.example@127.0.0.1/"),
        *("https://hotline.example/#in", "https://hotline.example\\@evil.example/"),
        *("https://hotline.example:0/", "https://hotline.example:66000/"),
        *(
            "https://hotline.example/ in",
            "https://hotline.example/窗",
            "https://[fd00/",
        ),
        *("https://-a.example/", "https://a_b.example/", "file:///etc/passwd"),
        "https://hotline.example/\r\nHost:x",
    ],
)
def test_what_is_no_plain_address_is_refused(url):
    with pytest.raises(WebhookAddressWrong):
        parse_target(url, LISTED)


def test_an_address_may_be_as_long_as_its_column():
    start = "https://hotline.example/"
    parse_target(start + "a" * (URL_MOST - len(start)), LISTED)
    with pytest.raises(WebhookAddressWrong):
        parse_target(start + "a" * (URL_MOST + 1 - len(start)), LISTED)


@pytest.mark.parametrize(
    "url",
    [
        *("https://evil.example/", "https://hotline.example.evil.example/"),
        *("https://hotline.example:8443/", "https://a.example/", "https://10.0.0.9/"),
        *("https://sub.hotline.example/", "http://a.example:80/", "https://127.0.0.1/"),
    ],
)
def test_hosts_and_ports_that_are_not_listed_are_refused(url):
    with pytest.raises(WebhookHostUnknown):
        parse_target(url, LISTED)


def test_waits_grow_and_end():
    assert [wait_after(tries) for tries in range(1, 6)] == list(WAITS)
    assert WAITS[0] == timedelta(minutes=1)
    assert WAITS[-1] == timedelta(hours=8)
    assert wait_after(6) is None


@pytest.mark.parametrize(
    ("moment", "minutes", "departure"),
    [
        (NOON, 60, NOON),
        (NOON + timedelta(minutes=59, seconds=59), 60, NOON),
        (NOON - timedelta(seconds=1), 60, NOON - timedelta(hours=1)),
        (NOON + timedelta(minutes=29), 15, NOON + timedelta(minutes=15)),
    ],
)
def test_messages_leave_together_on_full_hours(moment, minutes, departure):
    assert last_departure(moment, minutes) == departure


@pytest.mark.parametrize(
    ("status", "trouble"),
    [
        *((200, ""), (204, ""), (299, ""), (199, "answer:199"), (400, "answer:400")),
        *((300, Trouble.REDIRECT), (308, Trouble.REDIRECT), (399, Trouble.REDIRECT)),
        (500, "answer:500"),
    ],
)
def test_only_a_success_is_one(status, trouble):
    assert answer_trouble(status) == trouble


def test_signature_is_that_of_the_specification():
    """The example of the specification's reference libraries."""
    secret = secret_bytes("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    headers = signed_headers(
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        b'{"test": 2432232314}',
        secret,
        datetime.fromtimestamp(1614265330, UTC),
    )
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_the_receiver_finds_the_same_signature_with_the_shown_secret():
    secret = bytes(range(SECRET_BYTES))
    shown = shown_secret(secret)
    headers = signed_headers("msg_1", "窗".encode(), secret, NOON)
    key = base64.b64decode(shown.removeprefix("whsec_"))
    said = b"msg_1." + headers["webhook-timestamp"].encode() + b"." + "窗".encode()
    seal = base64.b64encode(hmac.new(key, said, sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{seal}"
    assert secret_bytes(shown) == secret


def test_a_message_has_one_name_without_dots():
    assert message_name(UUID(int=7, version=4)) == "msg_" + UUID(int=7, version=4).hex
