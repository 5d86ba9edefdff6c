"""Answers that do not stand: sent back, and given and rated anew."""

import pytest

from kiosk.domain.case_texts import TextKind
from kiosk.domain.cases import (
    CallOutcome,
    CaseState,
    NotNow,
    OutsideOnly,
    Second,
)
from kiosk.extensions import recording, transaction
from kiosk.models import Case
from tests.builders import make_window
from tests.case_acts import (
    CENTRE,
    DONE,
    UNIT,
    Acts,
    case_row,
    seconds,
    stands,
    texts,
    told_of,
)
from tests.ledger_story import told, verified
from tests.screens import ZONE
from tests.staff import unit_key


@pytest.fixture
def window(app) -> int:
    with transaction() as session:
        return make_window(session, "A001").id


@pytest.fixture
def acts(window, clock) -> Acts:
    return Acts(clock, unit_key())


def local(moment) -> str:
    return f"{moment.astimezone(ZONE):%m-%d %H:%M}"


def test_asking_ends_a_pause_or_the_decision_would_never_be_due(acts, clock):
    key = acts.accepted()
    acts.pause(key)
    clock.forward(days=1)
    acts.doubt(key)
    case = case_row(key)
    assert (case.paused_at, local(case.answer_due)) == (None, "07-24 17:30")
    acts.send_back(key)
    clock.forward(days=1)
    with pytest.raises(NotNow):
        acts.resume(key)


def test_a_case_sent_back_is_answered_anew_within_fresh_days(acts, clock):
    key = acts.accepted()
    acts.doubt(key)
    clock.forward(days=4)
    with pytest.raises(OutsideOnly):
        acts.send_back(key, actor=UNIT)
    acts.send_back(key, "请调取录像")
    case = case_row(key)
    assert (stands(key), local(case.answer_due)) == (
        CaseState.CHECKING,
        "07-27 17:30",
    )
    assert local(case.rectify_due) == "08-06 17:30"
    assert texts(key)[-1] == (TextKind.NOTE, "请调取录像")
    acts.answer(key, DONE)
    assert told_of(key)[-3:] == ["doubt", "send-back", "answer"]


def test_an_answer_that_is_sent_back_counts_for_nothing(acts, clock):
    key = acts.answered(DONE)
    acts.call(key, CallOutcome.NOT_REACHED)
    with recording("system", clock()) as records:
        records.change(Case, CENTRE, key, {"raised": 2})
    acts.send_back(key)
    case = case_row(key)
    assert (case.answer, case.answered_at, case.second_due) == ("", None, None)
    assert (case.rectified_at, case.look_back_on, case.raised) == (None, None, 0)
    assert (case.call_tries, case.called_at, case.call_outcome) == (0, None, "")
    assert told(verified()) == []


def test_what_is_sent_back_late_has_as_long_to_be_put_right_as_to_be_answered(
    acts, clock
):
    key = acts.answered()
    clock.forward(days=20)
    acts.send_back(key)
    case = case_row(key)
    assert local(case.rectify_due) == local(case.answer_due) == "08-12 17:30"


def test_who_rated_an_answer_that_is_sent_back_rates_the_next_one(acts, window):
    key, [first, _] = acts.about_ratings(window, 1, 2)
    acts.rate(key, Second.CONTENT, first)
    acts.send_back(key)
    assert (case_row(key).second, seconds(key)) == (None, [None, None])
    acts.answer(key)
    acts.rate(key, Second.FAIRLY, first)
    assert seconds(key) == [2, None]
