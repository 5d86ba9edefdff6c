"""What the rules hold: fed with days of one window, honest ones and stuffed ones."""

import numpy as np
import pytest

from bench.holds import honest_flags
from kiosk.domain.bursts import BUCKETS, Usual, closed_buckets
from kiosk.domain.holds import (
    RULE_WORDS,
    Finding,
    HoldReasonMissing,
    Rule,
    WindowDay,
    findings,
    parse_reason,
    too_many_released,
)
from kiosk.domain.intake import Channel

TEN = 60
"""Ten minutes that begin at 10:00."""
NOTHING = Usual(np.zeros(BUCKETS, np.int64), np.zeros(0, np.int64))
QUIET = Usual(np.zeros(BUCKETS, np.int64), np.full(40, 1))


def day(times, *, channel=Channel.TABLET, usual=NOTHING, bucket=None, **more):
    tapped = np.array(times, np.int64)
    counted = tapped // 600 if bucket is None else np.full(tapped.size, bucket)
    return WindowDay(
        channel=channel, bucket=counted, tapped=tapped, usual=usual, **more
    )


def spread(n, seconds, begin=TEN * 600):
    """Return n times, as far apart as they can be within so many seconds."""
    return [begin + seconds * each // n for each in range(n)]


def test_a_burst_is_held_whole_from_the_ninth_on():
    phone = Channel.PHONE
    assert findings(day(spread(8, 600), channel=phone)) == []
    assert findings(day(spread(9, 600), channel=phone)) == [Finding(Rule.BURST, (TEN,))]


def test_what_is_usual_at_its_time_is_no_burst():
    counts = np.zeros(BUCKETS, np.int64)
    counts[TEN] = 80
    usual = Usual(counts, np.full(40, 20))
    # Mean (80 + 5 / 24) / 45, so the limit is 17.1.
    assert findings(day(spread(17, 600), channel=Channel.PHONE, usual=usual)) == []
    found = findings(day(spread(18, 600), channel=Channel.PHONE, usual=usual))
    assert found == [Finding(Rule.BURST, (TEN,))]


def test_five_within_a_minute_are_held_at_a_screen():
    assert findings(day(spread(4, 60))) == []
    assert findings(day(spread(5, 60))) == [Finding(Rule.MINUTE, (TEN,))]
    assert findings(day(spread(5, 80))) == []


def test_five_phones_at_once_are_a_family():
    assert findings(day(spread(5, 60), channel=Channel.PHONE)) == []


def test_three_within_a_minute_only_where_somebody_says_that_they_come_singly():
    assert findings(day(spread(3, 60))) == []
    assert findings(day(spread(3, 60), serial=True)) == [Finding(Rule.MINUTE, (TEN,))]


def test_a_burst_across_the_clock_is_held_on_both_sides():
    times = spread(10, 600, TEN * 600 + 300)
    for channel in Channel:
        assert findings(day(times, channel=channel)) == [
            Finding(Rule.TEN_MINUTES, (TEN,)),
            Finding(Rule.TEN_MINUTES, (TEN + 1,)),
        ]
    assert findings(day(times[:8], channel=Channel.PHONE)) == []


def test_a_late_batch_is_judged_by_its_taps():
    taps = spread(60, 8 * 3600, 9 * 3600)
    assert findings(day(taps, bucket=110)) == []
    yesterday = [each - 24 * 3600 for each in taps]
    assert findings(day(yesterday, bucket=110)) == []


def test_a_late_burst_is_a_burst():
    found = findings(day(spread(50, 600), bucket=110))
    assert found == [Finding(Rule.BURST, (110,))]


def test_a_day_far_above_the_others_is_cut_to_its_limit():
    usual = Usual(np.zeros(BUCKETS, np.int64), np.full(40, 16))
    # 16 + 4 x 4 = 32 may come; four an hour more are spread over the day.
    times = [b * 600 + s for b in range(50, 61) for s in (0, 200, 400)]
    assert findings(day(times[:32], usual=usual)) == []
    found = findings(day(times, usual=usual))
    assert found == [Finding(Rule.VOLUME, (50,))]


def test_what_a_burst_holds_is_not_held_again_for_the_day():
    usual = Usual(np.zeros(BUCKETS, np.int64), np.full(40, 16))
    calm = [b * 600 for b in range(70, 100)]
    found = findings(day(spread(50, 600) + calm, usual=usual))
    assert found == [Finding(Rule.BURST, (TEN,))]


def test_a_decided_day_is_held_again_only_well_beyond():
    usual = Usual(np.zeros(BUCKETS, np.int64), np.full(40, 16))
    times = [b * 600 + s for b in range(50, 64) for s in (0, 200, 400)]
    decided = {(Rule.VOLUME, None): 3}
    assert findings(day(times[:40], usual=usual, decided=decided)) == []
    assert findings(day(times[:41], usual=usual, decided=decided)) != []
    many = {(Rule.VOLUME, None): 10}
    assert findings(day(times, usual=usual, decided=many)) == []


def test_nobody_is_there_at_night():
    closed = np.ones(BUCKETS, np.bool_)
    closed[54:102] = False
    assert findings(day([53 * 600 + 599], closed=closed)) == [
        Finding(Rule.CLOSED, (53,))
    ]
    assert findings(day([54 * 600, 102 * 600 - 1], closed=closed)) == []
    assert findings(day([3 * 3600])) == []


def test_taps_of_the_day_that_arrive_at_night_are_not_of_the_night():
    closed = closed_buckets(())
    closed[54:102] = False
    assert findings(day([10 * 3600], bucket=130, closed=closed)) == []
    assert findings(day([10 * 3600 - 86400], bucket=130, closed=closed)) == []


def test_decided_night_ratings_may_have_late_ones_beside_them():
    closed = np.ones(BUCKETS, np.bool_)
    decided = {(Rule.CLOSED, 20): 1}
    far_apart = [20 * 600 + 65 * each for each in range(9)]
    night = {"channel": Channel.PHONE, "closed": closed, "decided": decided}
    assert findings(day(far_apart[:8], **night)) == []
    assert findings(day(far_apart, **night))[0].buckets == (20,)


def test_more_verified_than_served_holds_the_newest():
    assert findings(day([], verified=5, served=5)) == []
    assert findings(day([], verified=7, served=5)) == [Finding(Rule.SERVED, newest=2)]
    assert findings(day([], verified=7)) == []


def test_good_and_bad_are_not_told_apart():
    """No rule is given a level: the mirror image is the same input."""
    names = set(WindowDay.__dataclass_fields__)
    assert not {name for name in names if "level" in name or "address" in name}


@pytest.mark.parametrize("seed", range(20))
def test_thirty_phones_behind_one_address_at_five_windows(seed):
    chance = np.random.default_rng(seed)
    for windows in (5, 6, 10, 30):
        for _ in range(windows):
            within = int(chance.choice([10, 60, 300, 600]))
            times = TEN * 600 + chance.integers(0, within, 30 // windows)
            for usual in (NOTHING, QUIET):
                assert findings(day(times, channel=Channel.PHONE, usual=usual)) == []


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("channel", list(Channel))
def test_stuffing_scripts_are_held_on_their_first_day(seed, channel):
    chance = np.random.default_rng(seed)
    n, seconds = chance.choice([(30, 600), (50, 600), (50, 3600), (300, 600)]).tolist()
    begin = int(chance.integers(9 * 3600, 16 * 3600))
    times = (begin + chance.integers(0, seconds, n)).tolist()
    held = {b for found in findings(day(times, channel=channel)) for b in found.buckets}
    share = sum(each // 600 in held for each in times) / n
    assert share >= (0.5 if seconds == 3600 else 0.95)


@pytest.mark.unmeasured
def test_honest_windows_are_hardly_ever_held():
    flags = honest_flags(40, windows=200, days=60)
    assert flags.days == 60
    assert flags.a_day <= 1


def test_every_rule_says_that_something_needs_a_look():
    assert set(RULE_WORDS) == set(Rule)
    assert not any("fraud" in words.lower() for words in RULE_WORDS.values())


def test_a_decision_has_a_reason():
    assert parse_reason("  the backlog after a power cut ") == (
        "the backlog after a power cut"
    )
    assert parse_reason("x" * 200) == "x" * 200
    for text in ("", "  ", "x" * 201):
        with pytest.raises(HoldReasonMissing):
            parse_reason(text)


def test_too_many_released_says_that_the_rules_hold_too_much():
    assert not too_many_released(0, 0)
    assert not too_many_released(7, 3)
    assert too_many_released(8, 3)
