"""Messages leave by themselves: signed, tried again, from one sender at a time."""

import base64
import hmac
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from threading import Event

import pytest
from sqlalchemy import update

from kiosk.domain.webhooks import LEASE, WAITS, Trouble, message_name, secret_bytes
from kiosk.extensions import transaction
from kiosk.extensions.sealing import KEY_FILE, kept_sealer
from kiosk.extensions.webhooks import WebhookSender
from kiosk.models import Installation
from kiosk.services.webhook_queue import take_message
from tests.conftest import NOON
from tests.engines import ON_SQLITE
from tests.screens import keep, pair_screen, phone_tap
from tests.statements import statements
from tests.waiting import until
from tests.webhook_targets import OK, at, closes, hangs, here, says, target
from tests.webhooks import HOUR, hook_row, make_hook, make_system, messages, queue

MOMENT = timedelta(microseconds=1)


@pytest.fixture
def told(app, tmp_path):
    """Whoever is told: makes an address at a target, which the settings list."""

    def make(one, name="热线"):
        settings = app.extensions["kiosk"]["settings"]
        listed = settings.told_hosts | {one.place}
        app.extensions["kiosk"]["settings"] = replace(
            settings, webhook_hosts=",".join(listed)
        )
        sealer = kept_sealer(tmp_path)
        return make_hook(make_system(name), one.url, listed=listed, sealer=sealer)

    return make


@pytest.fixture
def sender(app):
    return WebhookSender(app, courier=here(), every=0.01)


def head_of(request: bytes) -> dict[str, str]:
    lines = request.partition(b"\r\n\r\n")[0].decode().split("\r\n")[1:]
    return dict(line.split(": ", 1) for line in lines)


def test_a_bad_rating_arrives_signed_at_the_next_full_hour(app, told, sender, clock):
    window = pair_screen("A001", NOON).window_id
    with target(says(OK)) as one:
        made = told(one)
        keep(phone_tap(window, 1), NOON)
        clock.now = NOON + HOUR - MOMENT
        assert sender.look() == 0
        clock.now = NOON + HOUR
        assert [sender.look(), sender.look()] == [1, 0]
        [request] = one.requests
    head, body = head_of(request), request.partition(b"\r\n\r\n")[2]
    [message] = messages()
    assert message.delivered_at == clock.now
    assert body == message.body.encode()
    assert head["Content-Type"] == "application/json; charset=utf-8"
    assert head["webhook-id"] == message_name(message.message_id)
    assert head["webhook-timestamp"] == str(int(clock.now.timestamp()))
    said = f"{head['webhook-id']}.{head['webhook-timestamp']}.".encode() + body
    seal = hmac.digest(secret_bytes(made.secret), said, sha256)
    assert head["webhook-signature"] == f"v1,{base64.b64encode(seal).decode()}"


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (says(b"HTTP/1.1 500 No\r\n\r\n"), "answer:500"),
        (says(b"HTTP/1.1 302 X\r\nLocation: /\r\n\r\n"), Trouble.REDIRECT),
        (closes, Trouble.CLOSED),
    ],
)
def test_what_fails_is_tried_again_until_it_arrives(
    told, sender, clock, answer, trouble
):
    with target(answer) as one:
        queue(told(one).id)
        assert sender.look() == 1
        [message] = messages()
        assert (message.trouble, message.tries) == (trouble, 1)
        assert message.next_try_at == NOON + WAITS[0]
        clock.now = NOON + WAITS[0] - MOMENT
        assert sender.look() == 0
        assert len(one.requests) == 1
    clock.now = NOON + WAITS[0]
    with target(says(OK)) as other:
        sender._courier = Moved(other.port)
        assert sender.look() == 1
        assert len(other.requests) == 1
    assert (messages()[0].delivered_at, messages()[0].tries) == (clock.now, 2)


class Moved:
    """A courier to a target that has come back, at another port."""

    def __init__(self, port) -> None:
        self._port, self._courier = port, here()

    def post(self, place, headers, body) -> str:
        return self._courier.post(replace(place, port=self._port), headers, body)


def test_nothing_is_lost_while_the_target_is_down_for_hours(told, sender, clock):
    window = pair_screen("A001", NOON).window_id
    with target(closes) as one:
        told(one)
        for hour in range(1, 4):
            keep(phone_tap(window, 1), clock.now)
            clock.now = NOON + hour * HOUR
            sender.look()
        assert [message.delivered_at for message in messages()] == [None] * 3
        sender._courier = Fine()
        for _ in range(4):
            clock.forward(hours=2)
            sender.look()
    kept = messages()
    assert all(message.delivered_at for message in kept)
    assert sorted(sender._courier.ids) == sorted(
        message_name(message.message_id) for message in kept
    )


class Fine:
    """A courier whose messages arrive; remembers which."""

    def __init__(self) -> None:
        self.ids: list[str] = []

    def post(self, place, headers, body) -> str:
        self.ids.append(headers["webhook-id"])
        return ""


class Killed(Fine):
    """The machine loses its power after the message has left."""

    def post(self, place, headers, body) -> str:
        super().post(place, headers, body)
        raise SystemExit


def test_killed_between_sending_and_noting_it_comes_again_under_the_same_id(
    app, told, clock
):
    killed, after = Killed(), Fine()
    with target(says(OK)) as one:
        queue(told(one).id)
        with pytest.raises(SystemExit):
            WebhookSender(app, courier=killed).look()
        second = WebhookSender(app, courier=after)
        clock.now = NOON + LEASE - MOMENT
        assert second.look() == 0
        clock.now = NOON + LEASE
        assert second.look() == 1
    assert killed.ids == after.ids
    assert messages()[0].delivered_at == clock.now


def test_one_that_hangs_does_not_keep_the_others_from_theirs(app, told):
    with target(hangs) as slow, target(says(OK)) as quick:
        queue(told(slow, "慢").id, 3)
        queue(told(quick, "快").id, 3)
        assert WebhookSender(app, courier=here(seconds=0.2)).look() == 4
        assert len(quick.requests) == 3
    assert [message.trouble for message in messages()[:3]] == ["timeout", "", ""]
    assert [message.tries for message in messages()] == [1, 0, 0, 1, 1, 1]


def test_what_another_sender_has_taken_is_left_to_it(told, sender):
    with target(says(OK)) as one:
        key = told(one).id
        queue(key)
        with transaction() as session:
            assert take_message(session, key, NOON)
        assert sender.look() == 0
        assert one.requests == []


def test_a_host_that_left_the_list_is_told_nothing(app, told, sender):
    with target(says(OK)) as one:
        queue(told(one).id)
        settings = app.extensions["kiosk"]["settings"]
        app.extensions["kiosk"]["settings"] = replace(settings, webhook_hosts="")
        assert sender.look() == 1
        assert one.requests == []
    assert messages()[0].trouble == Trouble.UNLISTED


@ON_SQLITE
@pytest.mark.parametrize("content", [b"a" * 43 + b"=\n", b"no key"])
def test_without_the_key_of_the_secret_nothing_leaves(told, sender, tmp_path, content):
    with target(says(OK)) as one:
        queue(told(one).id)
        (tmp_path / KEY_FILE).write_bytes(content)
        assert sender.look() == 1
        assert one.requests == []
    assert messages()[0].trouble == Trouble.SEAL


def test_this_server_itself_is_never_told(app, told):
    with target(says(OK)) as one:
        queue(told(one).id)
        courier = replace(WebhookSender(app)._courier, look_up=at("127.0.0.1"))
        assert WebhookSender(app, courier=courier).look() == 1
        assert one.requests == []
    assert messages()[0].trouble == Trouble.FORBIDDEN


def test_a_demonstration_sends_nothing(told, sender, clock):
    with target(says(OK)) as one:
        key = told(one).id
        queue(key)
        with transaction() as session:
            session.execute(update(Installation).values(demonstration=True))
        clock.now = NOON + HOUR
        assert sender.look() == 0
        assert one.requests == []
    assert hook_row(key).last_rating_id == 0


@ON_SQLITE
def test_where_nobody_is_told_a_look_is_one_read(app, sender):
    sender.look()
    with statements() as said:
        assert sender.look() == 0
    assert [statement.partition(" ")[0] for statement in said] == ["SELECT"]


@ON_SQLITE
def test_a_failure_of_our_own_is_logged_and_the_next_look_tries_again(
    app, told, caplog
):
    class Broken(Fine):
        def post(self, place, headers, body) -> str:
            raise MemoryError

    with target(says(OK)) as one:
        queue(told(one).id)
        assert WebhookSender(app, courier=Broken()).look() == 0
    assert "it is tried again" in caplog.text
    assert messages()[0].tries == 1


@ON_SQLITE
def test_the_thread_sends_until_it_is_stopped(told, sender):
    with target(says(OK)) as one:
        queue(told(one).id, 2)
        sender.start()
        until(lambda: all(message.delivered_at for message in messages()))
        sender.stop()
        sender.join(30)
        assert len(one.requests) == 2
    assert (sender.is_alive(), sender.daemon) == (False, True)


@ON_SQLITE
def test_stopped_in_between_it_leaves_the_rest_to_the_next(app, told):
    stopped = Event()

    class Stopping(Fine):
        def post(self, place, headers, body) -> str:
            stopped.set()
            sender.stop()
            return super().post(place, headers, body)

    with target(says(OK)) as one:
        queue(told(one).id, 2)
        sender = WebhookSender(app, courier=Stopping())
        assert sender.look() == 1
    assert stopped.is_set()
    assert [message.tries for message in messages()] == [1, 0]
