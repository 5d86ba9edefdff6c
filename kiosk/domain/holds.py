"""Which ratings are set aside until two people have looked at them.

Sources: docs/rules.md, "Holds". A rule never refuses and never excludes: it says
"needs a look". No rule knows an address or a level. A repeated tap (rule S1) is
merged on its way in, see kiosk.domain.intake.same_opinion; S8 and the limit of the
printed code are counted there too, see kiosk.domain.limits.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from kiosk.domain.bursts import (
    BUCKETS,
    FEWEST,
    MINUTE,
    TEN_MINUTES,
    Usual,
    burst_limit,
    excess_buckets,
    in_bursts,
    minute_limit,
    ten_minute_limit,
    volume_limit,
)
from kiosk.domain.day_share import BoolArray, FloatArray, IntArray
from kiosk.domain.errors import RuleBroken, sentence
from kiosk.domain.free_text import clean_text
from kiosk.domain.intake import BUCKET_MINUTES, Channel
from kiosk.domain.limits import PHONE_RULE, PRINTED_RULE

REASON_MOST = 200
DECIDE_DAYS = 5
"""Working days within which two people decide."""
RELEASED_MOST = 70.0
"""Percent of decided holds: where more are released, the rules hold too much."""
_BUCKET_SECONDS = 60 * BUCKET_MINUTES
_AN_HOUR = 60 // BUCKET_MINUTES


class Rule(StrEnum):
    """Why ratings are looked at first; the value is what the ledger tells."""

    BURST = "burst"
    MINUTE = "S2"
    TEN_MINUTES = "S3"
    VOLUME = "S5"
    PHONE = PHONE_RULE
    CLOSED = "S9"
    SERVED = "S10"
    PRINTED = PRINTED_RULE
    WITHDRAWN = "withdrawn"


RULE_WORDS: dict[Rule, str] = {
    Rule.BURST: sentence("Far more ratings in ten minutes than usual at this time."),
    Rule.MINUTE: sentence("Far more ratings within one minute than usual."),
    Rule.TEN_MINUTES: sentence("Far more ratings close together than usual."),
    Rule.VOLUME: sentence("Far more ratings on this day than on earlier days."),
    Rule.PHONE: sentence("More than three ratings of one window by one phone."),
    Rule.CLOSED: sentence("Ratings while the hall was closed."),
    Rule.SERVED: sentence("More verified ratings than people served."),
    Rule.PRINTED: sentence("More ratings by the printed code than a day may bring."),
    Rule.WITHDRAWN: sentence("Ratings from a screen that was withdrawn."),
}
"""For people who review: what needs a look, and no accusation."""


class HoldDecided(RuleBroken):
    """Somebody decided on the held ratings before."""

    code = "hold_decided"
    text = sentence("Somebody has decided on these ratings already.")


class HoldProposedBySelf(RuleBroken):
    """Nobody confirms their own proposal."""

    code = "hold_proposed_by_self"
    text = sentence("You proposed this yourself. Another person must decide on it.")


class NothingProposed(RuleBroken):
    """A proposal is confirmed that there is not, or that became another one."""

    code = "hold_not_proposed"
    text = sentence(
        "The proposal has changed or was taken back. Please look at it again."
    )


class ProposalWaits(RuleBroken):
    """Somebody else proposed first; that proposal wants an answer."""

    code = "hold_proposal_waits"
    text = sentence(
        "Somebody has proposed something already. Please answer that first."
    )


class HoldReasonMissing(RuleBroken):
    """A decision needs its reason."""

    code = "hold_reason_missing"
    text = sentence(
        "Please give the reason in at most %(most)d characters; it is entered in the "
        "ledger."
    )


@dataclass(frozen=True, eq=False, kw_only=True)
class WindowDay:
    """The ratings of one window and channel on one day that nobody decided on yet.

    bucket: ten minutes that each counts for, ascending with `tapped` or not, (n,).
    tapped: its time by the clock it was given at, in seconds from the day's midnight;
    a batch that came late has the times of its taps, also of other days. (n,).
    """

    channel: Channel
    bucket: IntArray
    tapped: IntArray
    usual: Usual
    closed: BoolArray | None = None
    """By ten minutes, whether the hall is closed; None where no hours are known."""
    verified: int = 0
    """Verified ratings of the window, in both channels."""
    served: int | None = None
    """People served; None where nobody counts them."""
    decided: Mapping[tuple[Rule, int | None], int] = field(default_factory=dict)
    """Ratings of this day decided on, by rule and ten minutes."""
    serial: bool = False
    """Whether visitors come one after the other, each with a ticket."""


@dataclass(frozen=True)
class Finding:
    """What should be held."""

    rule: Rule
    buckets: tuple[int, ...] = ()
    """Whole ten minutes."""
    newest: int = 0
    """Or, of the verified ratings, so many that came last."""


def findings(day: WindowDay) -> list[Finding]:
    """Return what should be held of a day: each ten minutes once, at most.

    Of several rules the first that holds is named: burst, S2, S3, S9, S5; then S10.
    """
    found: list[Finding] = []
    taken: set[int] = set()
    for rule, buckets in _by_bucket(day):
        for bucket in sorted(set(buckets) - taken):
            found.append(Finding(rule, (bucket,)))
            taken.add(bucket)
    excess = _volume(day, taken)
    if excess:
        found.append(Finding(Rule.VOLUME, tuple(excess)))
    if day.served is not None and day.verified > day.served:
        found.append(Finding(Rule.SERVED, newest=day.verified - day.served))
    return found


def parse_reason(text: str) -> str:
    """Return the reason of a decision, or raise HoldReasonMissing."""
    words = clean_text(text)
    if not 0 < len(words) <= REASON_MOST:
        raise HoldReasonMissing(most=REASON_MOST)
    return words


def too_many_released(released: int, excluded: int) -> bool:
    """Whether so many of the decided are released that the rules hold too much."""
    return 100 * released > RELEASED_MOST * (released + excluded)


def _by_bucket(day: WindowDay) -> Iterator[tuple[Rule, list[int]]]:
    yield Rule.BURST, _full_buckets(day)
    near = _near(day)
    # A family rates by its phones at once; one screen takes one visitor at a time.
    if day.channel is Channel.TABLET:
        most = minute_limit(_AN_HOUR * near, serial=day.serial)
        yield Rule.MINUTE, _dense(day, most, MINUTE)
    # The table of S3 knows no busy days and no stoppages; honest halls have both, so
    # it is never stricter than the burst rule is about ten minutes by the clock.
    least = np.floor(burst_limit(near)).astype(np.int64) + 1
    most = np.maximum(ten_minute_limit(_AN_HOUR * near), least)
    yield Rule.TEN_MINUTES, _dense(day, most, TEN_MINUTES)
    if day.closed is not None:
        yield Rule.CLOSED, _outside(day, day.closed)


def _full_buckets(day: WindowDay) -> list[int]:
    """Return the ten minutes in which more were given than the limit allows.

    What came late and counts for its arrival is judged by when it was given: only
    taps of the same ten minutes are a burst.
    """
    limit = burst_limit(day.usual.expected)
    given = day.tapped // _BUCKET_SECONDS
    pairs, n = np.unique(np.stack([day.bucket, given]), axis=1, return_counts=True)
    full: list[int] = pairs[0][n > limit[pairs[0]]].tolist()
    return full


def _near(day: WindowDay) -> FloatArray:
    """Return what is usual in each ten minutes, or just before or after: the most."""
    mean = np.pad(day.usual.expected, 1, mode="edge")
    near: FloatArray = np.maximum(np.maximum(mean[:-2], mean[1:-1]), mean[2:])
    return near


def _dense(day: WindowDay, limits: IntArray, seconds: int) -> list[int]:
    order = np.argsort(day.tapped, kind="stable")
    times = day.tapped[order]
    most = limits[times // _BUCKET_SECONDS % BUCKETS]
    buckets: list[int] = day.bucket[order][in_bursts(times, most, seconds)].tolist()
    return buckets


def _outside(day: WindowDay, closed: BoolArray) -> list[int]:
    """Return the ten minutes with ratings given while the hall was closed."""
    given = day.tapped // _BUCKET_SECONDS
    # Of another day the hours are not known here: it came late and is not judged.
    same_day = (given >= 0) & (given < BUCKETS)
    outside = same_day & closed[given % BUCKETS]
    buckets, n = np.unique(day.bucket[outside], return_counts=True)
    return [
        bucket
        for bucket, count in zip(buckets.tolist(), n.tolist(), strict=True)
        if count > _grace(day, Rule.CLOSED, bucket)
    ]


def _volume(day: WindowDay, taken: set[int]) -> list[int]:
    """Return the ten minutes above a day's limit, beside those already found."""
    counts = np.bincount(day.bucket, minlength=BUCKETS)
    counts[list(taken)] = 0
    most = volume_limit(day.usual.by_day) + _grace(day, Rule.VOLUME, None)
    return excess_buckets(counts, day.usual.expected, most)


def _grace(day: WindowDay, rule: Rule, bucket: int | None) -> int:
    """Return how far it may grow again after people decided on it once."""
    decided = day.decided.get((rule, bucket), 0)
    return max(FEWEST, decided) if decided else 0
