"""Intake: what a tap must look like, when it counts, and what makes two taps one."""

from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.errors import CommentTooLong, NotAMoment, NotAnEventId, NotASequence
from kiosk.domain.intake import (
    TALLIED,
    Channel,
    CountedTime,
    RatingState,
    Tap,
    counted_time,
    history_id,
    next_contact,
    parse_comment,
    parse_event_id,
    parse_moment,
    parse_sequence,
    same_opinion,
)
from kiosk.domain.levels import Level

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
ST_JOHNS = ZoneInfo("America/St_Johns")
EVENT = "5f0c9f6e-3a52-4a3e-9c1d-7be1f0a4d2c6"
NOON = datetime(2026, 7, 16, 4, 0, tzinfo=UTC)
TICK = timedelta(microseconds=1)
SLACK = timedelta(minutes=2)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+00:00")


# Ids


def test_a_version_four_id_in_its_usual_form_is_taken():
    assert parse_event_id(EVENT) == UUID(EVENT)


@pytest.mark.parametrize("variant", "89ab")
def test_every_variant_of_a_random_id_is_taken(variant):
    assert parse_event_id(f"00000000-0000-4000-{variant}000-000000000000").version == 4


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        0,
        12,
        UUID(EVENT),
        EVENT.encode(),
        [EVENT],
        EVENT.upper(),
        EVENT.replace("-", ""),
        f"{{{EVENT}}}",
        f"urn:uuid:{EVENT}",
        f" {EVENT}",
        f"{EVENT} ",
        f"{EVENT}\n",
        f"{EVENT}0",
        EVENT[:-1],
        EVENT.replace("4a3e", "1a3e"),
        EVENT.replace("4a3e", "5a3e"),
        EVENT.replace("4a3e", "7a3e"),
        EVENT.replace("9c1d", "7c1d"),
        EVENT.replace("9c1d", "cc1d"),
        EVENT.replace("5", "g"),
        EVENT.replace("5", "５"),
        "00000000-0000-0000-0000-000000000000",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "5f0c9f6e3-a52-4a3e-9c1d-7be1f0a4d2c6",
    ],
    ids=repr,
)
def test_any_other_id_is_refused(value):
    with pytest.raises(NotAnEventId):
        parse_event_id(value)


# Times


@pytest.mark.parametrize(
    "text",
    [
        "2026-07-16T04:00:00Z",
        "2026-07-16T04:00:00.000Z",
        "2026-07-16T04:00:00+00:00",
        "2026-07-16T12:00:00+08:00",
        "2026-07-16T01:30:00-02:30",
        "20260716T040000Z",
    ],
)
def test_a_full_time_with_its_zone_is_taken(text):
    assert parse_moment(text) == NOON


def test_microseconds_are_kept():
    assert parse_moment("2026-07-16T04:00:00.123456Z") == NOON + 123456 * TICK


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "now",
        "2026-07-16",
        "2026-07-16T04:00:00",
        "2026-07-16T04:00:00 Asia/Shanghai",
        "2026-02-29T00:00:00Z",
        "2026-07-16T24:00:00Z",
        "2026-07-16T04:00:60Z",
        "2026-07-16T04:00:00+24:00",
        "16.07.2026 12:00",
        "1784174400",
        1784174400,
        1784174400.0,
        True,
        NOON,
        ["2026-07-16T04:00:00Z"],
        "２０２６-07-16T04:00:00Z",
        # Times that exist, but not in every zone.
        "0001-01-01T00:00:00+14:00",
        "0001-12-31T23:59:59Z",
        "9999-01-01T00:00:00Z",
        "9999-12-31T23:59:59-12:00",
        "10000-01-01T00:00:00Z",
        "9" * 5000,
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_any_other_time_is_refused(value):
    with pytest.raises(NotAMoment):
        parse_moment(value)


@pytest.mark.parametrize(
    "text", ["0002-01-01T00:00:00+23:59", "9998-12-31T23:59:59-23:59"]
)
def test_a_time_that_is_taken_exists_in_every_zone(text):
    moment = parse_moment(text)
    for hours in (-14, 0, 14):
        assert moment.astimezone(timezone(timedelta(hours=hours))) == moment


# Sequence numbers


@pytest.mark.parametrize("number", [1, 2, 2**31, 2**53 - 1])
def test_a_whole_number_from_one_is_a_sequence(number):
    assert parse_sequence(number) == number


@pytest.mark.parametrize(
    "value",
    [None, 0, -1, 2**53, 10**400, 1.0, 1.5, True, "1", " 1", b"1", [1], float("nan")],
    ids=lambda value: ascii(value)[:20],
)
def test_any_other_sequence_is_refused(value):
    with pytest.raises(NotASequence):
        parse_sequence(value)


# Comments


def test_five_hundred_characters_fit_and_one_more_does_not():
    assert parse_comment("好" * 500) == "好" * 500
    with pytest.raises(CommentTooLong) as refused:
        parse_comment("好" * 501)
    assert refused.value.values == {"length": 501, "most": 500}
    assert str(refused.value) == (
        "Your words are too long: 501 characters, and 500 fit. "
        "Please shorten them; nothing has been lost."
    )


def test_blanks_around_do_not_count_and_lines_stay():
    assert parse_comment(" \n" + "a" * 500 + "\r\n\u202e\n") == "a" * 500
    assert parse_comment("first\r\nsecond") == "first\nsecond"
    assert parse_comment(" \u200b\n") == ""


# The same body


def tap(**said) -> Tap:
    said = {
        "event_id": UUID(EVENT),
        "window_id": 7,
        "channel": Channel.TABLET,
        "level": Level.SATISFIED,
        "tapped_at": NOON,
        "device_id": 3,
        "sequence": 9,
        "comment": "好",
    } | said
    return Tap(**said)


def test_the_digest_is_the_same_for_ever():
    """A literal: rows of years ago must still know their own body."""
    assert tap().digest().hex() == (
        "cd7497af89becb3e2c86d26d9cb87d89b37cc3a40c3ab8cf8e25fbbb018375f0"
    )


def test_the_same_instant_in_another_zone_is_the_same_body():
    assert tap(tapped_at=NOON.astimezone(SHANGHAI)).digest() == tap().digest()


@pytest.mark.parametrize(
    "other",
    [
        {"event_id": UUID(int=UUID(EVENT).int ^ 1)},
        {"window_id": 8},
        {"channel": Channel.PHONE},
        {"level": Level.FAIRLY_SATISFIED},
        {"tapped_at": NOON + timedelta(milliseconds=1)},
        {"tapped_at": NOON + TICK},
        {"tapped_at": None},
        {"device_id": 4},
        {"device_id": None},
        {"sequence": 10},
        {"revises": UUID(EVENT)},
        {"comment": ""},
        {"comment": "好\n"},
        {"clerk_label": "x"},
        {"device_label": "x"},
        {"comment": "", "clerk_label": "好"},
    ],
    ids=str,
)
def test_a_body_that_differs_in_anything_has_another_digest(other):
    assert tap(**other).digest() != tap().digest()


def test_a_past_rating_has_an_id_of_its_centre_and_words():
    first = history_id("main", "A001|2025-01-01|5|0")
    assert str(first) == "fe8178f1-80f3-55af-b4e1-3508616ec12f"
    assert first.version == 5
    others = {
        history_id("main", "A001|2025-01-01|5|1"),
        history_id("east", "A001|2025-01-01|5|0"),
        history_id("", "main\nA001|2025-01-01|5|0"),
    }
    assert len(others - {first}) == 3


# The day it counts for

EDGES = [
    # UTC, zone, day, bucket
    ("2026-07-15T15:59:59.999999", SHANGHAI, date(2026, 7, 15), 143),
    ("2026-07-15T16:00:00", SHANGHAI, date(2026, 7, 16), 0),
    ("2026-07-15T16:09:59.999999", SHANGHAI, date(2026, 7, 16), 0),
    ("2026-07-15T16:10:00", SHANGHAI, date(2026, 7, 16), 1),
    ("2026-07-16T04:00:00", SHANGHAI, date(2026, 7, 16), 72),
    # Berlin leaves out 02:00 to 03:00 on 29 March 2026 ...
    ("2026-03-28T22:59:59", BERLIN, date(2026, 3, 28), 143),
    ("2026-03-28T23:00:00", BERLIN, date(2026, 3, 29), 0),
    ("2026-03-29T00:59:59", BERLIN, date(2026, 3, 29), 11),
    ("2026-03-29T01:00:00", BERLIN, date(2026, 3, 29), 18),
    ("2026-03-29T21:59:59", BERLIN, date(2026, 3, 29), 143),
    ("2026-03-29T22:00:00", BERLIN, date(2026, 3, 30), 0),
    # ... and has it twice on 25 October.
    ("2026-10-25T00:30:00", BERLIN, date(2026, 10, 25), 15),
    ("2026-10-25T01:30:00", BERLIN, date(2026, 10, 25), 15),
    ("2026-10-25T22:59:59", BERLIN, date(2026, 10, 25), 143),
    ("2026-10-25T23:00:00", BERLIN, date(2026, 10, 26), 0),
    # Newfoundland is half an hour off, in summer 2:30 behind.
    ("2026-07-16T02:29:59", ST_JOHNS, date(2026, 7, 15), 143),
    ("2026-07-16T02:30:00", ST_JOHNS, date(2026, 7, 16), 0),
    ("2026-01-16T03:29:59", ST_JOHNS, date(2026, 1, 15), 143),
    ("2026-01-16T03:30:00", ST_JOHNS, date(2026, 1, 16), 0),
    ("2026-12-31T16:00:00", SHANGHAI, date(2027, 1, 1), 0),
    ("2028-02-28T16:00:00", SHANGHAI, date(2028, 2, 29), 0),
]


@pytest.mark.parametrize(
    ("moment", "zone", "day", "bucket"), EDGES, ids=[f"{e[1]} {e[0]}" for e in EDGES]
)
def test_a_day_and_its_ten_minutes_are_those_of_the_centre(moment, zone, day, bucket):
    at = utc(moment)
    assert counted_time(at, at, None, zone) == CountedTime(
        day, bucket, uncertain=False, moment=at
    )
    elsewhere = at.astimezone(ST_JOHNS)
    assert counted_time(elsewhere, at, at, zone).day == day


LAST = utc("2026-07-15T08:00:00")
"""16:00 of the day before, when the screen was last in touch."""


@pytest.mark.parametrize(
    ("tapped", "uncertain"),
    [
        (NOON, False),
        (NOON - timedelta(hours=13), False),
        (NOON + SLACK, False),
        (NOON + SLACK + TICK, True),
        (NOON + timedelta(days=400), True),
        (LAST, False),
        (LAST - SLACK, False),
        (LAST - SLACK - TICK, True),
        (utc("1970-01-01T00:00:00"), True),
    ],
    ids=str,
)
def test_a_tap_between_last_contact_and_now_counts_for_its_own_day(tapped, uncertain):
    placed = counted_time(tapped, NOON, LAST, SHANGHAI)
    day = date(2026, 7, 16) if uncertain else tapped.astimezone(SHANGHAI).date()
    assert (placed.day, placed.uncertain) == (day, uncertain)
    assert placed.moment == (NOON if uncertain else tapped)
    if uncertain:
        assert placed.bucket == 72


def test_without_a_last_contact_only_the_future_is_doubted():
    long_ago = utc("2001-01-01T00:00:00")
    assert counted_time(long_ago, NOON, None, SHANGHAI) == CountedTime(
        date(2001, 1, 1), 48, uncertain=False, moment=long_ago
    )
    assert counted_time(NOON + SLACK + TICK, NOON, None, SHANGHAI).uncertain


@pytest.mark.parametrize(
    ("tapped", "contact"),
    [
        (NOON, NOON),
        (NOON - timedelta(hours=2), NOON - timedelta(hours=2)),
        (NOON + SLACK, NOON),
        (LAST, LAST),
        (LAST - SLACK, LAST),
        (LAST - SLACK - TICK, NOON),
        (NOON + SLACK + TICK, NOON),
    ],
    ids=str,
)
def test_the_next_tap_may_lie_as_early_as_this_one(tapped, contact):
    assert next_contact(tapped, NOON, LAST) == contact


def test_a_queue_of_a_day_without_network_keeps_all_its_days():
    """Three taps of yesterday and one of today arrive within one second."""
    contact = LAST
    days = []
    for hours in (19, 18, 17, 1):
        tapped = NOON - timedelta(hours=hours)
        days.append(counted_time(tapped, NOON, contact, SHANGHAI))
        contact = next_contact(tapped, NOON, contact)
    assert [(place.day.day, place.uncertain) for place in days] == [
        (15, False),
        (15, False),
        (15, False),
        (16, False),
    ]


moments = st.timedeltas(timedelta(days=-3000), timedelta(days=3000)).map(
    lambda away: NOON + away
)
zones = st.sampled_from([SHANGHAI, BERLIN, ST_JOHNS, ZoneInfo("Pacific/Apia")])


@given(moments, moments, moments, zones)
def test_a_placed_tap_lies_on_the_day_of_its_time_or_of_its_arrival(
    tapped, received, last, zone
):
    placed = counted_time(tapped, received, last, zone)
    moment = received if placed.uncertain else tapped
    assert placed.day == moment.astimezone(zone).date()
    assert 0 <= placed.bucket <= 143
    contact = next_contact(tapped, received, last)
    assert contact <= max(last, received)
    assert contact == received or contact >= last


# One opinion tapped twice


@pytest.mark.parametrize(
    ("gap", "same"),
    [
        (timedelta(0), True),
        (timedelta(seconds=5) - TICK, True),
        (timedelta(seconds=5), False),
        (-timedelta(seconds=5) + TICK, True),
        (-timedelta(seconds=5), False),
        (timedelta(days=1), False),
    ],
    ids=str,
)
def test_the_same_level_within_five_seconds_is_one_opinion(gap, same):
    assert same_opinion(Level.SATISFIED, NOON + gap, 4, NOON) is same
    assert same_opinion(Level.DISSATISFIED, NOON + gap, 4, NOON) is False


@pytest.mark.parametrize(("level", "at"), [(None, None), (4, None), (None, NOON)])
def test_the_first_tap_of_a_screen_repeats_nothing(level, at):
    assert same_opinion(Level.SATISFIED, NOON, level, at) is False


def test_only_three_states_have_tallies():
    assert {state.name for state in TALLIED} == {"COUNTED", "HELD", "EXCLUDED"}
    assert {state.name for state in RatingState} - {s.name for s in TALLIED} == {
        "REVISED",
        "MERGED",
    }
