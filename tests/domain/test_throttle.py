"""How long a guesser has to wait, and what a guesser gets out of it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.throttle import (
    DAILY,
    PastTry,
    TooManyToday,
    TooManyTries,
    refuse_if_closed,
    sender_of,
    wait_for_sender,
    wait_for_subject,
)

NOW = datetime(2026, 7, 16, 4, 0, tzinfo=UTC)


def ago(**time: float) -> datetime:
    return NOW - timedelta(**time)


def wrong(*seconds_ago: float) -> list[PastTry]:
    return [PastTry(ago(seconds=seconds), failed=True) for seconds in seconds_ago]


def right(seconds_ago: float) -> PastTry:
    return PastTry(ago(seconds=seconds_ago), failed=False)


def minutes(wait: timedelta) -> float:
    return wait / timedelta(minutes=1)


def test_nothing_tried_yet_is_open():
    assert wait_for_subject([], NOW) == timedelta(0)


@pytest.mark.parametrize(("count", "wait"), [(4, 0), (5, 1)])
def test_the_fifth_wrong_try_within_a_minute_closes_for_a_minute(count, wait):
    assert minutes(wait_for_subject(wrong(*[0] * count), NOW)) == wait


@pytest.mark.parametrize(("first", "wait"), [(59, 1), (60, 0)])
def test_five_spread_over_a_whole_minute_are_a_persons_pace(first, wait):
    assert minutes(wait_for_subject(wrong(first, 3, 2, 1, 0), NOW)) == wait


def test_the_order_in_which_tries_are_read_does_not_matter():
    assert minutes(wait_for_subject(wrong(0, 59, 2, 1, 3), NOW)) == 1


@pytest.mark.parametrize(("waited", "wait"), [(59, 1), (60, 0)])
def test_the_wait_ends_to_the_second(waited, wait):
    tries = wrong(*[waited] * 5)
    assert wait_for_subject(tries, NOW) == timedelta(seconds=wait)


def test_each_further_wrong_try_doubles_the_wait_up_to_a_quarter_of_an_hour():
    tries: list[PastTry] = [PastTry(NOW, failed=True)] * 5
    moment, waits = NOW, []
    for _ in range(7):
        wait = wait_for_subject(tries, moment)
        waits.append(minutes(wait))
        moment += wait
        assert wait_for_subject(tries, moment) == timedelta(0)
        tries = [*tries, PastTry(moment, failed=True)]
    assert waits == [1, 2, 4, 8, 15, 15, 15]


@pytest.mark.parametrize(("quiet", "wait"), [(15 * 60, 2), (15 * 60 + 1, 0)])
def test_after_a_long_quiet_one_slip_is_a_slip_again(quiet, wait):
    # A minute of waiting, then the quiet, then one more.
    tries = wrong(*[quiet + 60] * 5, 0)
    assert minutes(wait_for_subject(tries, NOW)) == wait


def test_a_right_try_ends_the_waits():
    assert minutes(wait_for_subject(wrong(4, 4, 3, 3, 2), NOW)) > 0
    assert wait_for_subject([*wrong(4, 4, 3, 3, 2), right(1)], NOW) == timedelta(0)


def test_after_a_right_try_bursts_are_counted_anew():
    before = [*wrong(9, 8, 7, 6), right(5)]
    assert wait_for_subject([*before, *wrong(4, 3, 2, 1)], NOW) == timedelta(0)
    assert minutes(wait_for_subject([*before, *wrong(4, 3, 2, 1, 0)], NOW)) == 1


def test_of_two_at_the_same_moment_the_wrong_one_counts_as_the_later():
    assert minutes(wait_for_subject([*wrong(*[0] * 5), right(0)], NOW)) == 1


@pytest.mark.parametrize(("count", "open_"), [(19, True), (20, False)])
def test_twenty_wrong_tries_are_enough_for_a_day(count, open_):
    hourly = wrong(*[3600 * number for number in range(1, count + 1)])
    assert (wait_for_subject(hourly, NOW) == timedelta(0)) is open_


def test_a_right_try_gives_no_second_twenty():
    tries = [*wrong(*[3600 * number for number in range(1, 21)]), right(60)]
    # The first of the twenty leaves the day in four hours.
    assert wait_for_subject(tries, NOW) == timedelta(hours=4)


def test_what_is_a_day_old_does_not_count():
    day = 24 * 3600
    assert wait_for_subject(wrong(*[day] * 20), NOW) == timedelta(0)
    assert wait_for_subject(wrong(*[day - 1] * 20), NOW) == timedelta(seconds=1)


@pytest.mark.parametrize(("count", "wait"), [(99, 0), (100, 50)])
def test_a_network_address_may_be_wrong_a_hundred_times_an_hour(count, wait):
    failures = [ago(minutes=10)] * count
    assert minutes(wait_for_sender(failures, NOW)) == wait


def test_an_address_is_heard_again_as_soon_as_there_are_fewer_than_a_hundred():
    failures = [ago(minutes=50), ago(minutes=40), *[ago(minutes=1)] * 99]
    assert minutes(wait_for_sender(failures, NOW)) == 20
    assert wait_for_sender([ago(hours=1), *failures[2:]], NOW) == timedelta(0)


@given(
    st.lists(st.integers(0, 24 * 3600), max_size=60),
    st.integers(0, 3600),
)
def test_however_a_guesser_times_it_a_day_holds_twenty(gaps, pause):
    """Whoever guesses whenever it is open gets no more than that in any day."""
    moment, looked_at = NOW, []
    for gap in [*gaps, *[pause] * 40]:
        moment += timedelta(seconds=gap)
        if wait_for_subject([PastTry(at, failed=True) for at in looked_at], moment):
            continue
        looked_at.append(moment)
        day = [at for at in looked_at if at > moment - timedelta(days=1)]
        assert len(day) <= DAILY


def test_an_open_door_refuses_nobody():
    refuse_if_closed(timedelta(0))


@pytest.mark.parametrize(
    ("wait", "kind", "said", "seconds"),
    [
        (timedelta(seconds=1), TooManyTries, "wait 1 min", 1),
        (timedelta(seconds=60.5), TooManyTries, "wait 2 min", 61),
        (timedelta(hours=1), TooManyTries, "wait 60 min", 3600),
        (timedelta(hours=1, seconds=1), TooManyToday, "wait 2 h", 3601),
    ],
)
def test_a_refusal_says_how_long_to_wait(wait, kind, said, seconds):
    with pytest.raises(TooManyTries) as refused:
        refuse_if_closed(wait)
    assert type(refused.value) is kind
    assert said in str(refused.value)
    assert refused.value.wait_seconds == seconds


@pytest.mark.parametrize(
    ("address", "sender"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("2001:db8:1:3::1", "2001:db8:1:3::"),
        ("", ""),
        ("unix:", "unix:"),
    ],
)
def test_one_machine_is_one_sender(address, sender):
    assert sender_of(address) == sender
