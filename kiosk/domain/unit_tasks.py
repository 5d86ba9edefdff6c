"""Tasks of units in a campaign, and the lists of what units found about themselves.

A task is done when the organiser confirmed it, and in time when the unit reported it
by its day. What is late stays late.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from kiosk.domain.errors import RuleBroken, sentence
from kiosk.domain.free_text import clean_text

WORDS_MOST = 400
"""Characters of a problem, a measure or a remark."""
PERSON_MOST = 60
PROOF_MOST = 1000


class TaskState(IntEnum):
    """Where a task or a line of a self-check stands."""

    OPEN = 0
    REPORTED = 1
    """The unit says that it is done."""
    DONE = 2
    """The organiser has confirmed it."""
    RETURNED = 3
    """The organiser has given it back with a remark."""


@dataclass(frozen=True, kw_only=True)
class TaskProgress:
    """How a unit stands with the tasks of a campaign."""

    done: int
    """Done in time, and not given back."""
    set: int
    vetoed: bool
    """Whether a task is past its day and was not done by it."""


@dataclass(frozen=True, kw_only=True)
class TaskFact:
    """What a unit did about one task."""

    due: date
    done_on: date | None
    """The centre's day on which it was reported; None: it was not."""
    state: TaskState

    @property
    def in_time(self) -> bool:
        """Whether it is done, and was by its day."""
        told = self.state in (TaskState.REPORTED, TaskState.DONE)
        return told and self.done_on is not None and self.done_on <= self.due


def progress(
    due: Mapping[str, date], done: Mapping[str, TaskFact], today: date
) -> TaskProgress:
    """Return how a unit stands: `due` by task of the rules, `done` of what it did."""
    in_time = {key for key, fact in done.items() if fact.in_time}
    missed = (key for key, day in due.items() if day < today and key not in in_time)
    return TaskProgress(done=len(in_time & set(due)), set=len(due), vetoed=any(missed))


def all_progress(
    due: Mapping[str, date],
    done: Mapping[int, Mapping[str, TaskFact]],
    units: Iterable[int],
    today: date,
) -> dict[int, TaskProgress]:
    """Return how each unit stands; whoever reported nothing has done nothing."""
    return {unit: progress(due, done.get(unit, {}), today) for unit in units}


class TaskUnknown(RuleBroken):
    """The rules know no such task."""

    code = "task_unknown"
    text = sentence("Please choose one of the tasks in the rules.")


class TaskClosed(RuleBroken):
    """A task is reported that is confirmed already."""

    code = "task_closed"
    text = sentence("This is confirmed already, so nothing of it changes.")


class TaskNotReported(RuleBroken):
    """A task is confirmed that nobody reported."""

    code = "task_not_reported"
    text = sentence("The unit has not reported this as done, so it cannot be checked.")


class TaskWords(RuleBroken):
    """A field is empty or too long."""

    code = "task_words"
    text = sentence(
        "Please say what was done and who answers for it, each in at most %(most)d "
        "characters."
    )


class TaskDay(RuleBroken):
    """A deadline that is no day of the campaign."""

    code = "task_day"
    text = sentence("Please give a deadline from today to %(last)s.")


def parse_task_words(typed: str, most: int = WORDS_MOST) -> str:
    """Return words that are needed. Raises TaskWords."""
    words = clean_text(typed)
    if not 0 < len(words) <= most:
        raise TaskWords(most=most)
    return words


def parse_task_day(typed: str, today: date, last: date) -> date:
    """Return the deadline of a line of a self-check. Raises TaskDay."""
    try:
        day = date.fromisoformat(typed.strip())
    except ValueError:
        raise TaskDay(last=last) from None
    if not today <= day <= last:
        raise TaskDay(last=last)
    return day
