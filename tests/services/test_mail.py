"""The queue of notices: written once, one sender at a time, tried again, given up."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from kiosk.domain.mail import (
    GIVEN_UP,
    KEPT,
    LEASE,
    WAITS,
    Letter,
    MailAddressWrong,
    Trouble,
)
from kiosk.domain.policy import NotOpen, Role
from kiosk.extensions import reading, recording, transaction
from kiosk.models import Account, MailMessage
from kiosk.queries.mail import has_mail, mail_lines, mail_state
from kiosk.queries.own_account import own_address
from kiosk.services.mail import (
    forget_mail,
    note_mail,
    queue_mail,
    send_mail_again,
    set_address,
    take_mail,
)
from tests.case_acts import at_once
from tests.conftest import NOON
from tests.people import make_account
from tests.staff import entries

MOMENT = timedelta(microseconds=1)
ADDRESS = "manager@example.org"


@pytest.fixture
def account(app) -> int:
    return make_account("manager", Role.MANAGER, NOON)


def give(account, address=ADDRESS) -> None:
    with recording(f"account:{account}", NOON) as records:
        set_address(records, account, address)


def queue(account, topic="cases 1 2026-07-14", now=NOON) -> bool:
    with transaction() as session:
        return queue_mail(session, account, topic, Letter("办理单", "三件"), now)


def take(now=NOON):
    with transaction() as session:
        return take_mail(session, now)


def note(taken, trouble, now=NOON) -> None:
    with transaction() as session:
        note_mail(session, taken, trouble, now)


def again(key, now=NOON) -> None:
    with transaction() as session:
        send_mail_again(session, key, now)


def forget(now) -> int:
    with transaction() as session:
        return forget_mail(session, now)


def due(now=NOON) -> bool:
    with reading() as session:
        return has_mail(session, now)


def row() -> MailMessage:
    with transaction() as session:
        return session.scalars(select(MailMessage)).one()


def state(now=NOON):
    with reading() as session:
        found = mail_state(session, now - timedelta(days=7))
    return found.waiting, found.since, found.given_up, found.sent


def test_an_address_is_kept_changed_and_taken_out(account):
    for given, kept in (
        (ADDRESS, ADDRESS),
        ("b@example.org", "b@example.org"),
        ("", ""),
    ):
        give(account, given)
        with reading() as session:
            assert own_address(session, account) == kept


def test_the_ledger_says_that_an_address_changed_and_not_which(account):
    give(account)
    give(account)
    give(account, " ")
    told = [json.loads(body) for body in entries("mail-address")]
    assert [entry["what"] for entry in told] == ["address-given", "address-erased"]
    assert {entry["account"] for entry in told} == {account}
    assert "example.org" not in str(told)


def test_what_is_no_address_changes_nothing(account):
    give(account)
    with pytest.raises(MailAddressWrong):
        give(account, "manager")
    with reading() as session:
        assert own_address(session, account) == ADDRESS


def test_a_topic_is_told_once_to_each(account):
    assert queue(account)
    assert not queue(account)
    assert queue(account, "cases 1 2026-07-15")
    assert queue(make_account("other", Role.MANAGER, NOON))


def test_two_workers_write_one_notice(app, account):
    assert sorted(at_once(app, lambda: queue(account), lambda: queue(account))) == [
        False,
        True,
    ]


def test_a_notice_is_taken_by_one_sender_with_the_address_of_now(account):
    give(account)
    queue(account)
    give(account, "new@example.org")
    taken = take()
    assert (taken.address, taken.subject, taken.tries) == (
        "new@example.org",
        "办理单",
        1,
    )
    assert take() is None
    assert not due()


def test_of_two_senders_one_takes_it(app, account):
    queue(account)
    found = at_once(app, take, take)
    assert sum(each is not None for each in found) == 1


def test_whoever_has_no_address_any_more_is_known_at_once(account):
    queue(account)
    assert take().address == ""


def test_nothing_goes_to_an_account_that_was_switched_off(account):
    give(account)
    queue(account)
    with transaction() as session:
        session.execute(
            update(Account).where(Account.id == account).values(disabled_at=NOON)
        )
    assert take().address == ""


def test_a_sender_that_was_killed_leaves_it_to_the_next(account):
    queue(account)
    first = take()
    assert take(NOON + LEASE - MOMENT) is None
    second = take(NOON + LEASE)
    assert second.message_id == first.message_id
    assert second.tries == 2


def test_what_has_left_does_not_leave_again(account):
    queue(account)
    note(take(), "", NOON)
    assert not due(NOON + KEPT)
    assert state() == (0, None, 0, 1)


def test_what_failed_is_tried_again(account):
    queue(account)
    note(take(), Trouble.TIMEOUT)
    assert not due(NOON + WAITS[0] - MOMENT)
    assert take(NOON + WAITS[0]).tries == 2
    assert state() == (1, NOON, 0, 0)


def test_what_fails_for_good_is_given_up_and_can_leave_again(account):
    queue(account)
    note(take(), Trouble.RECIPIENT)
    assert state() == (0, None, 1, 0)
    assert not due(NOON + GIVEN_UP)
    again(row().id, NOON + GIVEN_UP)
    assert take(NOON + GIVEN_UP).tries == 1


def test_only_what_was_given_up_leaves_again(account):
    queue(account)
    for key in (row().id, row().id + 1):
        with pytest.raises(NotOpen):
            again(key)
    note(take(), "")
    with pytest.raises(NotOpen):
        again(row().id)


def test_whoever_was_too_slow_takes_nothing_from_the_next(account):
    queue(account)
    slow = take()
    quick = take(NOON + LEASE)
    note(slow, Trouble.TIMEOUT, NOON + LEASE)
    assert row().next_try_at == quick.until
    note(slow, "", NOON + LEASE)
    assert row().sent_at == NOON + LEASE


def test_old_notices_are_forgotten_but_not_what_waits(account):
    for day in range(3):
        queue(account, f"cases 1 2026-07-1{day}")
    note(take(), "")
    note(take(), Trouble.RECIPIENT)
    assert forget(NOON + KEPT) == 0
    assert forget(NOON + KEPT + MOMENT) == 2
    with reading() as session:
        [left] = mail_lines(session, 9)
    assert (left.about, left.name) == ("cases 1 2026-07-12", "测试manager")


def test_the_list_has_first_what_waits_then_what_was_given_up(account):
    for day in range(3):
        queue(account, f"cases 1 2026-07-1{day}")
    note(take(), "")
    note(take(), Trouble.REFUSED)
    with reading() as session:
        found = [line.about[-1] for line in mail_lines(session, 9)]
        assert found == ["2", "1", "0"]
        assert len(mail_lines(session, 2)) == 2
