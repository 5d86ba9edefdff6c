"""A window's dated places: what holds on a day, and what may be changed from when.

Days that have passed are never rewritten: what was measured under one unit and
service type stays there. Changes begin today or later.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kiosk.domain.errors import RuleBroken, sentence

DAYS_AHEAD = 366
"""How far ahead a change can be planned: a year, leap years included."""


class DayUnreadable(RuleBroken):
    """A day is missing or is none."""

    code = "day_unreadable"
    text = sentence("Please give a day, such as 2026-07-16.")


class DayOutOfReach(RuleBroken):
    """A change is to begin in the past, or too far ahead."""

    code = "day_out_of_reach"
    text = sentence(
        "Please choose a day from %(first)s to %(last)s: days that have passed stay as "
        "they were."
    )


class MovePlanned(RuleBroken):
    """Another move of the window is planned already."""

    code = "move_planned"
    text = sentence(
        "A move is planned already from %(day)s. Please take it back first, or choose "
        "that day."
    )


class WindowHasClosed(RuleBroken):
    """A window that has closed is to be changed."""

    code = "window_has_closed"
    text = sentence("This window closed on %(day)s and stays as it was.")


class ClosesBefore(RuleBroken):
    """A window would move on or after the day it closes."""

    code = "closes_before"
    text = sentence("This window closes on %(day)s. Please choose an earlier day.")


class SuccessorUnfit(RuleBroken):
    """A window cannot follow on this one: itself, closed, or of another hall."""

    code = "successor_unfit"
    text = sentence(
        "The successor must be another window that stays open. Please choose one from "
        "the list."
    )


@dataclass(frozen=True, slots=True)
class Held:
    """A placement: unit and service type by key, from when to when."""

    id: int
    unit_id: int
    service_type_id: int
    starts_on: date
    ends_on: date | None
    """First day it no longer holds."""


def parse_day(text: str) -> date:
    """Return the day that was typed, as 2026-07-16. Raises DayUnreadable."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError as broken:
        raise DayUnreadable from broken


def check_start(day: date, today: date) -> None:
    """Refuse a change that begins before today or more than a year ahead."""
    last = today + timedelta(days=DAYS_AHEAD)
    if not today <= day <= last:
        raise DayOutOfReach(first=today.isoformat(), last=last.isoformat())


def holding(placements: Sequence[Held], day: date) -> Held | None:
    """Return the placement that holds on a day, or None before the first."""
    for each in placements:
        if each.starts_on <= day and (each.ends_on is None or each.ends_on > day):
            return each
    return None


def planned_move(placements: Sequence[Held], today: date) -> Held | None:
    """Return the placement that begins after today and follows another, or None."""
    ahead = [each for each in placements[1:] if each.starts_on > today]
    return ahead[0] if ahead else None
