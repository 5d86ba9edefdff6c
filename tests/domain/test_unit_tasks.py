"""Tasks of units: what is in time, what vetoes, and what is taken for a deadline."""

from datetime import date

import pytest

from kiosk.domain.unit_tasks import (
    TaskDay,
    TaskFact,
    TaskProgress,
    TaskState,
    TaskWords,
    all_progress,
    parse_task_day,
    parse_task_words,
    progress,
)

DUE = {"plan": date(2026, 7, 10), "report": date(2026, 7, 20)}
TODAY = date(2026, 7, 15)


def fact(day: int | None, state: TaskState = TaskState.REPORTED) -> TaskFact:
    done = None if day is None else date(2026, 7, day)
    return TaskFact(due=DUE["plan"], done_on=done, state=state)


@pytest.mark.parametrize(
    ("day", "state", "expected"),
    [
        (10, TaskState.REPORTED, TaskProgress(done=1, set=2, vetoed=False)),
        (10, TaskState.DONE, TaskProgress(done=1, set=2, vetoed=False)),
        (11, TaskState.DONE, TaskProgress(done=0, set=2, vetoed=True)),
        (9, TaskState.RETURNED, TaskProgress(done=0, set=2, vetoed=True)),
        (None, TaskState.OPEN, TaskProgress(done=0, set=2, vetoed=True)),
    ],
)
def test_a_task_counts_if_it_was_done_by_its_day(day, state, expected):
    assert progress(DUE, {"plan": fact(day, state)}, TODAY) == expected


def test_on_the_last_day_nothing_is_late_yet():
    assert not progress(DUE, {}, DUE["plan"]).vetoed
    assert progress(DUE, {}, date(2026, 7, 11)).vetoed


def test_a_task_that_an_amendment_took_away_counts_for_nothing():
    done = {"plan": fact(9), "gone": fact(9)}
    assert progress(DUE, done, TODAY) == TaskProgress(done=1, set=2, vetoed=False)


def test_units_that_reported_nothing_have_done_nothing():
    found = all_progress(DUE, {1: {"plan": fact(9)}}, [1, 2], TODAY)
    assert [found[1].vetoed, found[2].vetoed] == [False, True]


def test_words_are_needed_and_have_an_end():
    assert parse_task_words(" 已整改 ") == "已整改"
    for typed in ("", "  ", "长" * 401):
        with pytest.raises(TaskWords):
            parse_task_words(typed)


def test_a_deadline_is_a_day_from_today_on():
    last = date(2026, 7, 31)
    assert parse_task_day("2026-07-15", TODAY, last) == TODAY
    for typed in ("2026-07-14", "2026-08-01", "soon", ""):
        with pytest.raises(TaskDay):
            parse_task_day(typed, TODAY, last)
