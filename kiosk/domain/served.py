"""People served at a window in a day, and the share of them who rated.

Rules: docs/rules.md, "Response rate". A number comes from the clerk's counter, from a
manager who reads it off a paper queue, or from tickets; all feed the same count.
"""

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kiosk.domain.errors import RuleBroken, sentence
from kiosk.domain.small_groups import SMALLEST_GROUP

SERVED_MOST = 10_000
"""People that one window can serve in a day; more is a slip of the pen."""
MORE_THAN_SERVED = sentence("more ratings than people served")
"""What is said instead of a response rate above 100 %: the numbers need a look."""
TAKE_BACK = timedelta(minutes=1)
"""How long a press of "next visitor" can be taken back: a slip of the hand is seen
at once, and whoever was counted wrongly has not rated by then."""
SHOWN = timedelta(minutes=5)
"""How long the clerk's page shows a visitor's code, so that none is gathered there."""
_DAYS_OPEN = timedelta(days=1)
"""How long after a day its number can still be entered."""


class ServedUnreadable(RuleBroken):
    """What was typed is no number of people."""

    code = "served_unreadable"
    text = sentence(
        "Please write how many people were served as a whole number from 0 to %(most)d."
    )


class ServedDayClosed(RuleBroken):
    """A number is entered for a day that has closed or has not begun."""

    code = "served_day_closed"
    text = sentence(
        "The number of people served can be entered for today and yesterday only."
    )


class ServedFull(RuleBroken):
    """A window's counter stands at its end."""

    code = "served_full"
    text = sentence(
        "The counter of this window has reached %(most)d for today and counts no "
        "further. Please tell whoever manages the window."
    )


class NotAtWindow(RuleBroken):
    """A clerk counts for a window where somebody else, or nobody, is on duty."""

    code = "not_at_window"
    text = sentence(
        "You are not on duty at this window any more, so nothing was counted. Sign on "
        "at its screen, or ask whoever keeps the roster."
    )


class PressTooOld(RuleBroken):
    """A press is taken back too late; nothing is said of what became of it."""

    code = "press_too_old"
    text = sentence(
        "A visitor can be taken back within one minute after the press. If the number "
        "is wrong, please tell whoever manages the window."
    )


def parse_served(typed: str) -> int:
    """Return the number of people that was typed, 0 to SERVED_MOST.

    Full-width digits count as plain ones. Raises ServedUnreadable.
    """
    plain = unicodedata.normalize("NFKC", typed).strip()
    is_number = plain.isascii() and plain.isdigit() and len(plain) <= len("10000")
    if not is_number or int(plain) > SERVED_MOST:
        raise ServedUnreadable(most=SERVED_MOST)
    return int(plain)


def check_served_day(day: date, today: date) -> None:
    """Refuse a day other than today and yesterday. Raises ServedDayClosed."""
    if not today - _DAYS_OPEN <= day <= today:
        raise ServedDayClosed


def check_take_back(pressed_at: datetime, now: datetime) -> None:
    """Refuse to take a press back after its minute. Raises PressTooOld."""
    if now - pressed_at > TAKE_BACK:
        raise PressTooOld


@dataclass(frozen=True, slots=True)
class Response:
    """Counted ratings beside the people served on the same days.

    ratings: counted ratings, none negative, of days with a number of people served.
    served: people served on these days; 0 where nobody counted them.
    """

    ratings: int
    served: int

    @property
    def is_shown(self) -> bool:
        """Whether there is something to show: people served, and five ratings."""
        return self.served > 0 and self.ratings >= SMALLEST_GROUP

    @property
    def exceeds(self) -> bool:
        """Whether there are more ratings than people served, which needs a look."""
        return self.is_shown and self.ratings > self.served

    @property
    def percent(self) -> float | None:
        """Ratings in percent of the people served, over 0 to 100.

        None where nobody was counted, where there are fewer than five ratings, and
        where there are more ratings than people: that is no share of anything.
        """
        if not self.is_shown or self.exceeds:
            return None
        return 100 * self.ratings / self.served
