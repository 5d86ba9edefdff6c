"""What comes next in a case, and when it is late."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from kiosk.domain.case_due import Due, Next, due_next, is_late
from kiosk.domain.cases import Answer, CaseState

NOW = datetime(2026, 7, 16, 4, tzinfo=UTC)
ACCEPT, ANSWER, RECTIFY, SECOND = (NOW + timedelta(days=n) for n in (1, 5, 15, 10))
TODAY = date(2026, 7, 16)


def case(state: CaseState, **more: object) -> SimpleNamespace:
    plain = {
        "state": int(state),
        "answer": "",
        "accept_due": ACCEPT,
        "answer_due": ANSWER,
        "rectify_due": RECTIFY,
        "second_due": SECOND,
        "paused_at": None,
        "rectified_at": None,
        "look_back_on": None,
        "looked_back_at": None,
    }
    return SimpleNamespace(**(plain | more))


RIGHT = {"answer": Answer.RECTIFIED, "look_back_on": TODAY}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (case(CaseState.WAITING), Due(Next.ACCEPT, ACCEPT)),
        (case(CaseState.CHECKING), Due(Next.ANSWER, ANSWER)),
        (case(CaseState.CHECKING, paused_at=NOW), Due(Next.PAUSED)),
        (case(CaseState.DOUBTED), Due(Next.DECIDE, ANSWER)),
        (case(CaseState.ANSWERED, **RIGHT), Due(Next.RECTIFY, RECTIFY)),
        (
            case(CaseState.ANSWERED, **RIGHT, rectified_at=NOW),
            Due(Next.SECOND, SECOND),
        ),
        (
            case(CaseState.ANSWERED, answer=Answer.EXPLAINED),
            Due(Next.SECOND, SECOND),
        ),
        (case(CaseState.CLOSED, **RIGHT), Due(Next.RECTIFY, RECTIFY)),
        (
            case(CaseState.CLOSED, **RIGHT, rectified_at=NOW),
            Due(Next.LOOK_BACK, on=TODAY),
        ),
        (
            case(CaseState.CLOSED, **RIGHT, rectified_at=NOW, looked_back_at=NOW),
            Due(Next.NOTHING),
        ),
        (case(CaseState.CLOSED, answer=Answer.EXPLAINED), Due(Next.NOTHING)),
    ],
)
def test_each_state_waits_for_one_thing(given, expected):
    assert due_next(given) == expected


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        (Due(Next.ANSWER, NOW), True),
        (Due(Next.ANSWER, NOW + timedelta(microseconds=1)), False),
        (Due(Next.SECOND, NOW - timedelta(days=1)), False),
        (Due(Next.LOOK_BACK, on=TODAY), True),
        (Due(Next.LOOK_BACK, on=TODAY + timedelta(days=1)), False),
        (Due(Next.PAUSED), False),
    ],
)
def test_it_is_late_from_the_moment_due_on(due, expected):
    assert is_late(due, NOW, TODAY) is expected
