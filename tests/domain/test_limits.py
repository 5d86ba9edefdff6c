"""How much one address may send: the busiest hall passes, a script does not."""

from datetime import UTC, datetime, timedelta

import pytest

from kiosk.domain.limits import (
    ADDRESS_HARD,
    ADDRESS_SOFT,
    WAIT,
    TooManyHere,
    WaitABit,
    check_address,
    minute_of,
)


def test_a_minute_has_sixty_seconds():
    start = datetime(2026, 7, 16, 4, 0, tzinfo=UTC)
    assert minute_of(start) == minute_of(start + timedelta(seconds=59.9))
    assert minute_of(start + timedelta(minutes=1)) == minute_of(start) + 1


@pytest.mark.parametrize("sent", [1, ADDRESS_SOFT])
def test_up_to_the_soft_limit_nobody_waits(sent):
    check_address(sent, None)


def test_above_it_a_form_is_asked_to_wait_and_then_taken():
    above = ADDRESS_SOFT + 1
    with pytest.raises(WaitABit):
        check_address(above, None)
    with pytest.raises(WaitABit):
        check_address(above, WAIT - timedelta(microseconds=1))
    check_address(above, WAIT)
    check_address(ADDRESS_HARD, WAIT)


@pytest.mark.parametrize("waited", [None, timedelta(hours=1)])
def test_above_the_hard_limit_none_is_taken(waited):
    with pytest.raises(TooManyHere):
        check_address(ADDRESS_HARD + 1, waited)
