"""What a screen sends is read strictly, each event by itself."""

from datetime import timedelta

import pytest

from kiosk.domain.errors import NotAMoment
from kiosk.domain.events import (
    BATCH_MOST,
    Kind,
    NotABatch,
    NotAnEvent,
    parse_batch,
    parse_clocks,
    parse_code,
    parse_event,
    parse_own,
)
from tests.conftest import NOON

SENT = {"run": "0123abcd", "ms": 12.5, "sent_at": NOON.isoformat()}


def test_a_batch_is_events_and_the_clocks_of_its_sending():
    batch = parse_batch(SENT | {"events": [{"kind": "test"}]})
    assert list(batch.events) == [{"kind": "test"}]
    assert (batch.sent.wall, batch.sent.run) == (NOON, "0123abcd")
    assert batch.sent.steady == timedelta(milliseconds=12.5)


@pytest.mark.parametrize("body", [{"level": 5}, [], "tap", None, 5])
def test_what_is_no_batch_is_a_lone_tap_to_be_refused_by_itself(body):
    batch = parse_batch(body)
    assert (list(batch.events), batch.sent) == ([body], None)


def test_a_batch_holds_as_many_as_it_may():
    assert len(parse_batch(SENT | {"events": [1] * BATCH_MOST}).events) == BATCH_MOST


def test_an_empty_batch_asks_whether_the_line_works():
    assert list(parse_batch(SENT | {"events": []}).events) == []


@pytest.mark.parametrize(
    "body",
    [
        SENT | {"events": [1] * (BATCH_MOST + 1)},
        SENT | {"events": {"0": {}}},
        SENT | {"events": "all"},
        {"events": [1]},
        SENT | {"events": [1], "run": "no"},
        SENT | {"events": [1], "sent_at": "noon"},
        SENT | {"events": [1], "ms": "12"},
    ],
    ids=str,
)
def test_what_is_half_a_batch_is_refused(body):
    with pytest.raises(NotABatch):
        parse_batch(body)


def test_an_event_without_a_kind_is_a_rating():
    assert parse_event({"level": 5}) == (Kind.RATING, {"level": 5})
    assert parse_event({"kind": "reasons"})[0] is Kind.REASONS


@pytest.mark.parametrize(
    "event", [None, [], "rating", {"kind": "vote"}, {"kind": []}], ids=repr
)
def test_what_is_no_event_is_refused(event):
    with pytest.raises(NotAnEvent):
        parse_event(event)


def test_clocks_say_how_far_ours_was_ahead():
    clocks = parse_clocks(
        {"tapped_at": NOON.isoformat(), "run": "a" * 32, "ms": 0, "offset": -1500}
    )
    assert clocks.ahead == -timedelta(seconds=1.5)


@pytest.mark.parametrize(
    "part",
    [
        {"run": None},
        {"run": "A" * 8},
        {"run": "a" * 7},
        {"run": "a" * 33},
        {"ms": None},
        {"ms": True},
        {"ms": 1e13},
        {"ms": float("nan")},
        {"ms": float("inf")},
        {"offset": "0"},
        {"offset": -1e13},
    ],
    ids=str,
)
def test_clocks_that_are_none_are_refused(part):
    with pytest.raises(NotAnEvent):
        parse_clocks(SENT | {"tapped_at": NOON.isoformat(), "offset": 0} | part)


def test_a_wall_clock_without_a_zone_is_none():
    with pytest.raises(NotAMoment):
        parse_clocks(SENT | {"tapped_at": "2026-07-16T12:00:00"})


def test_codes_and_secrets_are_optional_and_plain():
    assert (parse_code(None), parse_own(None)) == (None, None)
    assert parse_code("b2c3d4f") == "b2c3d4f"
    assert parse_own("A-_9" * 8) == "A-_9" * 8
    for wrong in ("", "B2", "b" * 17, 7, ["b"]):
        with pytest.raises(NotAnEvent):
            parse_code(wrong)
    for wrong in ("", "a" * 19, "a" * 65, "a" * 19 + "/", 7):
        with pytest.raises(NotAnEvent):
            parse_own(wrong)
