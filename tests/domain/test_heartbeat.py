"""How a screen is, told by when it was heard of and by what it said then."""

from datetime import UTC, datetime, timedelta

import pytest

from kiosk.domain.heartbeat import TROUBLES, Signs, State, is_silent, state_of
from kiosk.domain.opening import ALWAYS_OPEN, Opening

HEARD = datetime(2026, 7, 16, 4, 0, tzinfo=UTC)
CLOSED = Opening(is_open=False)


def after(seconds: float) -> datetime:
    return HEARD + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("seconds", "silent"), [(-5, False), (0, False), (89.9, False), (90, True)]
)
def test_silence_begins_after_a_minute_and_a_half(seconds, silent):
    assert is_silent(HEARD, after(seconds), ALWAYS_OPEN) is silent
    assert not is_silent(HEARD, after(seconds), CLOSED)


@pytest.mark.parametrize(
    ("seconds", "silent"), [(3600, False), (3689.9, False), (3690, True)]
)
def test_in_the_morning_silence_counts_from_the_opening(seconds, silent):
    opened = Opening(is_open=True, since=after(3600))
    assert is_silent(HEARD, after(seconds), opened) is silent


def test_since_the_opening_it_counts_from_when_it_was_heard():
    opened = Opening(is_open=True, since=after(-3600))
    assert not is_silent(HEARD, after(89), opened)
    assert is_silent(HEARD, after(90), opened)


@pytest.mark.parametrize(
    ("signs", "now", "state"),
    [
        ({}, after(10), State.WORKING),
        ({}, after(90), State.SILENT),
        ({"drawn_at": after(-30)}, after(10), State.WORKING),
        ({"reported_at": HEARD}, after(10), State.WORKING),
        ({"reported_at": HEARD, "drawn_at": after(-29)}, after(10), State.WORKING),
        ({"reported_at": HEARD, "drawn_at": after(-30)}, after(10), State.NOT_DRAWING),
        ({"reported_at": HEARD, "oldest_at": after(-59)}, after(10), State.WORKING),
        ({"reported_at": HEARD, "oldest_at": after(-60)}, after(10), State.NOT_SENDING),
        (
            {"reported_at": HEARD, "oldest_at": after(-60), "drawn_at": after(-60)},
            after(10),
            State.NOT_DRAWING,
        ),
        ({"reported_at": HEARD, "oldest_at": after(-60)}, after(90), State.SILENT),
        ({"revoked_at": HEARD}, after(90), State.WITHDRAWN),
    ],
)
def test_state_is_what_was_told_last(signs, now, state):
    assert state_of(Signs(heard_at=HEARD, **signs), ALWAYS_OPEN, now) is state


@pytest.mark.parametrize(
    "trouble", [{}, {"reported_at": HEARD, "drawn_at": after(-99)}]
)
def test_outside_opening_hours_a_screen_sleeps(trouble):
    signs = Signs(heard_at=HEARD, **trouble)
    assert state_of(signs, CLOSED, after(7200)) is State.ASLEEP
    gone = Signs(heard_at=HEARD, revoked_at=HEARD)
    assert state_of(gone, CLOSED, after(7200)) is State.WITHDRAWN


def test_asleep_and_withdrawn_are_no_trouble():
    assert set(State) - TROUBLES == {State.WORKING, State.ASLEEP, State.WITHDRAWN}
