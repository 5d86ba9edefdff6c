"""A screen is silent after three minutes without a word, not before."""

from datetime import UTC, datetime, timedelta

import pytest

from kiosk.domain.heartbeat import is_silent

HEARD = datetime(2026, 7, 16, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("after", "silent"), [(-5, False), (0, False), (179, False), (180, True)]
)
def test_silence_begins_at_three_minutes(after, silent):
    assert is_silent(HEARD, HEARD + timedelta(seconds=after)) is silent
