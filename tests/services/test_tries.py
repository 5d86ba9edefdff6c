"""Guesses, counted in the database before they are looked at."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from kiosk.domain.throttle import TooManyToday, TooManyTries
from kiosk.extensions import reading, transaction
from kiosk.models import SignInTry
from kiosk.services.tries import claim_try, try_succeeded
from tests.applications import open_app
from tests.engines import ON_POSTGRESQL, ON_SQLITE

KEY = "a key of this installation"
HERE, THERE = "192.0.2.1", "192.0.2.2"


def claim(now, subject: str = "password:wang.li", sender: str = HERE) -> int:
    with transaction() as session:
        return claim_try(session, subject, sender, KEY, now)


def guesses_until_refused(now, most: int = 200, **who: str) -> int:
    for number in range(most):
        try:
            claim(now, **who)
        except TooManyTries:
            return number
    return most


def kept() -> list[SignInTry]:
    with reading() as session:
        return list(session.scalars(select(SignInTry).order_by(SignInTry.id)))


def test_a_try_is_wrong_until_it_proves_right(app, clock):
    first, second = claim(clock()), claim(clock.forward(seconds=1))
    assert [(one.id, one.failed) for one in kept()] == [(first, True), (second, True)]
    with transaction() as session:
        try_succeeded(session, second)
        try_succeeded(session, second)
    assert [(one.id, one.failed) for one in kept()] == [(first, True), (second, False)]
    assert kept()[1].tried_at == clock()


def test_five_are_looked_at_in_a_minute_and_the_sixth_is_not_written(app, clock):
    assert guesses_until_refused(clock()) == 5
    assert len(kept()) == 5
    clock.forward(seconds=59)
    assert guesses_until_refused(clock()) == 0
    clock.forward(seconds=1)
    assert guesses_until_refused(clock()) == 1


@ON_SQLITE
def test_each_secret_has_a_count_of_its_own(app, clock):
    assert guesses_until_refused(clock()) == 5
    for other in ["password:li.na", "password:wang.li:known:7", "code:1"]:
        assert guesses_until_refused(clock(), subject=other) == 5


def test_a_success_opens_what_was_about_to_close(app, clock):
    for _ in range(4):
        claim(clock())
    right = claim(clock.forward(seconds=1))
    with transaction() as session:
        try_succeeded(session, right)
    assert guesses_until_refused(clock.forward(seconds=1)) == 5


def test_a_day_holds_twenty(app, clock):
    for _ in range(20):
        claim(clock.forward(hours=1))
    with pytest.raises(TooManyToday):
        claim(clock.forward(hours=1))
    clock.forward(hours=4)
    claim(clock())


@ON_SQLITE
def test_an_address_may_be_wrong_a_hundred_times_an_hour(app, clock):
    for number in range(100):
        claim(clock(), subject=f"password:somebody{number}")
    with pytest.raises(TooManyTries, match="60 min"):
        claim(clock(), subject="password:another")
    claim(clock(), subject="password:another", sender=THERE)
    claim(clock.forward(hours=1), subject="password:another")


@ON_SQLITE
def test_a_hall_behind_one_address_signs_in_as_often_as_it_likes(app, clock):
    for number in range(120):
        tried = claim(clock(), subject=f"pin:{number}")
        with transaction() as session:
            try_succeeded(session, tried)


@ON_SQLITE
def test_nobody_next_door_locks_a_known_browser_out(app, clock):
    for number in range(100):
        claim(clock(), subject=f"password:somebody{number}")
    assert guesses_until_refused(clock(), subject="x:known:1", sender="") == 5


@ON_SQLITE
def test_known_browsers_do_not_share_a_count_of_addresses(app, clock):
    for number in range(150):
        claim(clock(), subject=f"x:known:{number}", sender="")


@ON_SQLITE
def test_neither_login_nor_address_is_kept(app, clock):
    claim(clock())
    [one] = kept()
    assert (len(one.subject), len(one.sender)) == (16, 16)
    with transaction() as session:
        claim_try(session, "password:wang.li", HERE, "another key, elsewhere", clock())
    other = kept()[1]
    assert other.subject != one.subject
    assert other.sender != one.sender


@ON_SQLITE
def test_a_login_and_an_address_of_the_same_name_are_two(app, clock):
    claim(clock(), subject="same", sender="same")
    [one] = kept()
    assert one.subject != one.sender


def test_what_is_two_days_old_is_removed_and_what_is_younger_stays(app, clock):
    claim(clock(), subject="first")
    claim(clock.forward(seconds=1), subject="second")
    claim(clock() + timedelta(days=2), subject="third")
    assert len(kept()) == 2
    claim(clock() + timedelta(days=2, seconds=1), subject="fourth")
    assert len(kept()) == 2


def test_many_old_ones_go_a_few_at_a_time(app, clock):
    for number in range(60):
        claim(clock(), subject=f"password:somebody{number}")
    later = clock() + timedelta(days=3)
    claim(later, subject="a")
    assert len(kept()) == 11
    claim(later, subject="b")
    assert len(kept()) == 2


def test_two_applications_on_one_database_count_together(
    app, database_url, clock, tmp_path
):
    assert [claim(clock()) for _ in range(3)]
    folder = tmp_path / "second"
    folder.mkdir()
    with open_app(folder, database_url, clock):
        assert guesses_until_refused(clock()) == 2
    with pytest.raises(TooManyTries):
        claim(clock())


@pytest.mark.parametrize("same", [True, False], ids=["one-address", "many-addresses"])
def test_of_many_at_once_five_are_looked_at(app, clock, same):
    def one(number: int) -> bool:
        sender = HERE if same else f"192.0.2.{number}"
        with app.app_context():
            try:
                claim(clock(), sender=sender)
            except TooManyTries:
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        let_in = sum(pool.map(one, range(40)))
    assert let_in == 5
    assert len(kept()) == 5


@ON_POSTGRESQL
def test_of_many_logins_at_once_an_address_gets_a_hundred(app, clock):
    def one(number: int) -> bool:
        with app.app_context():
            try:
                claim(clock(), subject=f"password:somebody{number}")
            except TooManyTries:
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(one, range(130))) == 100
