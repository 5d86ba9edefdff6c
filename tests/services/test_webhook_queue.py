"""The queue: one sender at a time, tried again under one id, given up, repeated."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from kiosk.domain.policy import NotOpen
from kiosk.domain.webhooks import KEPT, LEASE, WAITS
from kiosk.extensions import reading, transaction
from kiosk.queries.webhooks import deliveries, has_due
from kiosk.services.webhook_queue import (
    forget_messages,
    note_try,
    send_again,
    take_message,
)
from tests.conftest import NOON
from tests.engines import ON_POSTGRESQL
from tests.ledger_story import until_somebody_waits
from tests.services.test_accounts import together
from tests.webhooks import make_hook, make_system, messages, queue

MOMENT = timedelta(microseconds=1)


@pytest.fixture
def system(app) -> int:
    return make_system()


@pytest.fixture
def hook(system) -> int:
    return make_hook(system).id


def take(hook, now=NOON):
    with transaction() as session:
        return take_message(session, hook, now)


def note(taken, trouble, now=NOON) -> None:
    with transaction() as session:
        note_try(session, taken, trouble, now)


def again(system, key, now=NOON) -> None:
    with transaction() as session:
        send_again(session, system, key, now)


def forget(now) -> int:
    with transaction() as session:
        return forget_messages(session, now)


def due(hook, now=NOON) -> bool:
    with reading() as session:
        return has_due(session, hook, now)


def test_a_message_is_due_from_its_time_on(hook):
    queue(hook)
    assert (due(hook, NOON - MOMENT), due(hook)) == (False, True)
    assert take(hook, NOON - MOMENT) is None
    assert take(hook).tries == 1


def test_the_longest_waiting_is_taken_and_only_of_this_receiver(hook):
    other = make_hook(make_system("另一个")).id
    queue(other, now=NOON - 2 * LEASE)
    late, early = queue(hook)[0], queue(hook, now=NOON - MOMENT)[0]
    assert [take(hook).id, take(hook).id, take(hook)] == [early, late, None]


def test_eight_senders_at_once_take_one_message_once(app, hook):
    queue(hook)
    taken = []
    together(app, *[lambda: taken.append(take(hook))] * 8)
    assert len([one for one in taken if one is not None]) == 1
    assert messages()[0].tries == 1


@ON_POSTGRESQL
def test_who_waited_for_another_sender_finds_the_message_taken(app, hook):
    queue(hook)

    def second():
        with app.app_context():
            return take(hook)

    with ThreadPoolExecutor(1) as pool:
        with transaction() as session:
            assert take_message(session, hook, NOON)
            waits = pool.submit(second)
            until_somebody_waits()
        assert waits.result(30) is None
    assert messages()[0].tries == 1


def test_killed_between_sending_and_noting_it_is_sent_again_with_its_id(hook):
    queue(hook)
    first = take(hook)
    assert take(hook, NOON + LEASE - MOMENT) is None
    second = take(hook, NOON + LEASE)
    assert (second.id, second.message_id) == (first.id, first.message_id)
    assert (first.tries, second.tries) == (1, 2)


def test_what_arrived_is_not_due_any_more(hook):
    queue(hook)
    note(take(hook), "", NOON + MOMENT)
    [message] = messages()
    assert (message.delivered_at, message.next_try_at) == (NOON + MOMENT, None)
    assert take(hook, NOON + KEPT) is None


def test_tries_are_further_and_further_apart_and_end(hook):
    queue(hook)
    now = NOON
    for tries, wait in enumerate(WAITS, 1):
        taken = take(hook, now)
        assert taken.tries == tries
        note(taken, "answer:500", now)
        assert messages()[0].next_try_at == now + wait
        assert take(hook, now + wait - MOMENT) is None
        now += wait
    note(take(hook, now), "timeout", now)
    [message] = messages()
    assert (message.next_try_at, message.delivered_at) == (None, None)
    assert (message.tries, message.trouble) == (6, "timeout")


def test_a_failure_that_is_noted_too_late_changes_nothing(hook):
    queue(hook)
    slow = take(hook)
    quick = take(hook, NOON + LEASE)
    note(slow, "timeout", NOON + LEASE)
    assert messages()[0].next_try_at == quick.until
    note(quick, "", NOON + LEASE)
    note(slow, "timeout", NOON + LEASE)
    assert messages()[0].delivered_at == NOON + LEASE
    assert messages()[0].next_try_at is None


@pytest.mark.parametrize("arrived", [True, False])
def test_sent_again_it_has_its_id_and_all_its_tries(system, hook, arrived):
    values = {"delivered_at": NOON} if arrived else {"trouble": "timeout"}
    [key] = queue(hook, next_try_at=None, tries=6, **values)
    [before] = messages()
    again(system, key, NOON + LEASE)
    [after] = messages()
    assert after.message_id == before.message_id
    assert (after.next_try_at, after.tries) == (NOON + LEASE, 0)
    assert (after.delivered_at, after.trouble) == (None, "")
    assert take(hook, NOON + LEASE).tries == 1


def test_messages_of_another_system_are_none(system, hook):
    [key] = queue(hook, next_try_at=None)
    with pytest.raises(NotOpen):
        again(make_system("另一个"), key)
    with pytest.raises(NotOpen):
        again(system, key + 1)
    assert messages()[0].next_try_at is None


def test_old_messages_are_forgotten_waiting_ones_never(hook):
    queue(hook, next_try_at=None, delivered_at=NOON)
    queue(hook, next_try_at=None, trouble="timeout")
    [waiting] = queue(hook)
    assert [forget(NOON + KEPT), forget(NOON + KEPT + MOMENT)] == [0, 2]
    assert [message.id for message in messages()] == [waiting]


def test_the_list_shows_the_newest_of_the_system(system, hook):
    other = make_hook(make_system("另一个")).id
    keys = queue(hook, 3, next_try_at=None)
    queue(other)
    with reading() as session:
        found = deliveries(session, system, 2)
    assert [one.id for one in found] == [keys[2], keys[1]]
    assert [one.is_given_up for one in found] == [True, True]
    assert {one.webhook_id for one in found} == {hook}
