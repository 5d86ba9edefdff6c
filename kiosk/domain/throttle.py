"""How often somebody may guess: at a password, a code or a number.

Five wrong tries within a minute close what is guessed at for a minute, and every
further wrong try for twice as long as the last, up to a quarter of an hour; after as
long a quiet it begins anew. More than twenty in a day are never looked at. A network
address may be wrong a hundred times an hour: a whole hall may share one, so what
succeeds does not count.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from math import ceil

from kiosk.domain.errors import RuleBroken, sentence

BURST = 5
BURST_SPAN = timedelta(minutes=1)
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=15)
DAILY = 20
DAY = timedelta(days=1)
SENDER_HOURLY = 100
HOUR = timedelta(hours=1)
KEPT_FOR = timedelta(days=2)
"""How long a try is kept; nothing above looks back further than a day."""

_HOST_BITS = 64
_AT_ONCE = timedelta(0)


class TooManyTries(RuleBroken):
    """A guess is not even looked at, because there were too many."""

    code = "too_many_tries"
    text = sentence(
        "There were too many wrong tries. Please wait %(minutes)d min before the next."
    )

    def __init__(self, wait: timedelta) -> None:
        """`wait`: until the next guess would be looked at."""
        self.wait_seconds = ceil(wait.total_seconds())
        super().__init__(
            minutes=ceil(wait / timedelta(minutes=1)), hours=ceil(wait / HOUR)
        )


class TooManyToday(TooManyTries):
    """As many wrong tries as a day may have; the wait is one of hours."""

    code = "too_many_today"
    text = sentence(
        "There were too many wrong tries today. Please wait %(hours)d h before the "
        "next."
    )


@dataclass(frozen=True, slots=True)
class PastTry:
    """A guess that was looked at; while it is, it counts as wrong."""

    at: datetime
    failed: bool


def wait_for_subject(tries: Iterable[PastTry], now: datetime) -> timedelta:
    """Return how long what is guessed at stays closed; zero when it is open.

    tries: those of the last day. A right one ends the waits, as only who knows the
    secret could do it; the wrong ones before it still count for the day.
    """
    past = sorted(
        (one for one in tries if one.at > now - DAY),
        key=lambda one: (one.at, one.failed),
    )
    failures = [one.at for one in past if one.failed]
    closed_until = now
    if len(failures) >= DAILY:
        closed_until = failures[-DAILY] + DAY
    return max(closed_until, _burst_until(past, now)) - now


def wait_for_sender(failures: Sequence[datetime], now: datetime) -> timedelta:
    """Return how long a network address is not listened to; zero: it is.

    failures: its wrong tries of the last hour.
    """
    past = sorted(at for at in failures if at > now - HOUR)
    if len(past) < SENDER_HOURLY:
        return _AT_ONCE
    return past[-SENDER_HOURLY] + HOUR - now


def sender_of(address: str) -> str:
    """Return what counts as one sender: an IPv4 address, or an IPv6 network of 64 bits.

    A single machine has all addresses of such a network to itself. What is no address
    comes back as it is.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(IPv6Address(int(parsed) >> _HOST_BITS << _HOST_BITS))


def refuse_if_closed(wait: timedelta) -> None:
    """Raise TooManyTries, or TooManyToday for a wait of hours."""
    if wait > HOUR:
        raise TooManyToday(wait)
    if wait > _AT_ONCE:
        raise TooManyTries(wait)


def _burst_until(past: Sequence[PastTry], now: datetime) -> datetime:
    """Return the end of the wait that bursts of wrong tries have earned."""
    recent: list[datetime] = []
    wait = _AT_ONCE
    until = now - DAY
    for one in past:
        if not one.failed:
            recent, wait, until = [], _AT_ONCE, now - DAY
            continue
        if one.at - until > LONGEST_WAIT:
            wait = _AT_ONCE
        recent = [at for at in recent if one.at - at < BURST_SPAN] + [one.at]
        if wait:
            wait = min(2 * wait, LONGEST_WAIT)
        elif len(recent) >= BURST:
            wait = FIRST_WAIT
        until = one.at + wait
    return until
