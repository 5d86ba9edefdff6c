"""How much one address, one phone and one printed code may bring.

Sources: docs/rules.md, "Limits". An address is shared by a whole hall, so it is a
circuit breaker only: a hall of two thousand visitors a day, a third of them by phone
behind one address, sends seven forms in its busiest minute of ten thousand.
"""

from datetime import UTC, datetime, timedelta

from kiosk.domain.errors import RuleBroken, sentence

ADDRESS_SOFT = 60
"""Forms a minute from one address; who comes after is asked to send once more."""
ADDRESS_HARD = 300
"""Forms a minute from one address; more are refused."""
WAIT = timedelta(seconds=5)
"""How long whoever comes in such a minute waits before sending once more."""
PHONE_MOST = 3
"""Ratings of one phone that count at one window in a day."""
KEPT = timedelta(hours=1)
"""How long the minutes of an address are remembered."""
PHONE_KEPT = timedelta(days=2)
"""How long those of a phone's day are, whatever the zone."""
PHONE_RULE = "S8"
PRINTED_RULE = "printed"
"""Rules of the heaps that such ratings are held with."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class TooManyHere(RuleBroken):
    """More forms come from one address in a minute than any hall sends."""

    code = "address_busy"
    text = sentence(
        "Very many ratings come from this network at the moment, so none is taken "
        "for a minute. Nothing is lost: please send it once more then."
    )


class WaitABit(RuleBroken):
    """Many forms come from one address in this minute."""

    code = "address_slow"
    text = sentence(
        "Many people rate over this network at the moment. Nothing is lost: please "
        "send it once more in a few seconds."
    )


def minute_of(now: datetime) -> int:
    """Return the minutes since 1970."""
    return (now - _EPOCH) // timedelta(minutes=1)


def forgotten_before(now: datetime) -> int:
    """Return the first minute of an address that is still remembered."""
    return minute_of(now - KEPT)


def check_address(sent: int, waited: timedelta | None) -> None:
    """Refuse a form where an address sends too many; `sent`: this minute, with it.

    `waited`: since this very form was asked to wait; None: it never was. Raises
    TooManyHere, WaitABit.
    """
    if sent > ADDRESS_HARD:
        raise TooManyHere
    if sent > ADDRESS_SOFT and (waited is None or waited < WAIT):
        raise WaitABit
