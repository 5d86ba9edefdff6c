"""Cases: opened once and numbered, accepted, paused and closed, each step entered."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from kiosk.domain.case_texts import TextKind
from kiosk.domain.cases import (
    Answer,
    CaseState,
    NotNow,
    NotRectified,
    OutsideOnly,
    Road,
    Source,
    WordsMissing,
    WordsTooLong,
)
from kiosk.domain.policy import NotOpen
from kiosk.domain.working_days import NoWorkingDays, WorkCalendar
from kiosk.extensions import reading, recording, transaction
from kiosk.models import Case
from kiosk.services.cases import open_case
from tests.builders import make_window
from tests.case_acts import (
    CENTRE,
    CITIZEN,
    CLOCK,
    DONE,
    OUTSIDE,
    PROMISE,
    SWEEP,
    UNIT,
    Acts,
    at_once,
    case_row,
    opening,
    stands,
    texts,
    told_of,
)
from tests.engines import ON_POSTGRESQL
from tests.ledger_story import told, verified
from tests.screens import ZONE, keep, phone_tap
from tests.staff import unit_key

NEVER = WorkCalendar({date(2026, 7, 1) + timedelta(days=n): False for n in range(800)})


@pytest.fixture
def window(app) -> int:
    with transaction() as session:
        return make_window(session, "A001").id


@pytest.fixture
def acts(window, clock) -> Acts:
    return Acts(clock, unit_key())


def number(key: int) -> str:
    return case_row(key).number


def local(moment) -> str:
    return f"{moment.astimezone(ZONE):%m-%d %H:%M}"


def test_a_case_begins_with_its_periods_and_waits(acts, window, clock):
    """Received on Thursday noon: one, five and fifteen working days from then."""
    key = acts.opened(window_id=window, cause=2, half=2, verified=True)
    case = case_row(key)
    assert (case.number, case.state, case.raised) == ("2026-0001", 0, 0)
    assert (case.source, case.road) == (Source.COMPLAINT, Road.DESK)
    assert (case.window_id, case.cause, case.half, case.verified) == (window, 2, 2, 1)
    assert [local(each) for each in (case.accept_due, case.answer_due)] == [
        "07-17 17:30",
        "07-23 17:30",
    ]
    assert local(case.rectify_due) == "08-06 17:30"
    assert case.received_at == clock()
    assert (case.paused_at, case.answered_at, case.second_due) == (None, None, None)
    assert told_of(key) == [""]
    assert told(verified()) == []


def test_periods_run_from_when_it_was_received_and_not_opened(acts, clock):
    received = clock()
    clock.forward(days=5)
    case = case_row(acts.opened(received_at=received))
    assert local(case.accept_due) == "07-17 17:30"


def test_the_same_once_more_is_the_same_case(acts, clock):
    event = uuid4()
    key = acts.opened(event_id=event)
    clock.forward(days=1)
    assert acts.opened(event_id=event, cause=3) == key
    assert (case_row(key).cause, told_of(key)) == (0, [""])


def test_numbers_run_on_within_a_year_and_begin_anew_with_the_next(acts, clock):
    assert [number(acts.opened()) for _ in range(3)] == [
        "2026-0001",
        "2026-0002",
        "2026-0003",
    ]
    # 31 December, 23:59:59 in the hall, and a second later.
    last = clock.now.replace(month=12, day=31, hour=15, minute=59, second=59)
    clock.now = last
    assert number(acts.opened()) == "2026-0004"
    clock.forward(seconds=1)
    assert number(acts.opened()) == "2027-0001"


def test_after_the_last_number_of_four_digits_come_five(acts, clock):
    key = acts.opened()
    with recording("test", clock()) as records:
        records.change(Case, CENTRE, key, {"number": "2026-9999"})
    assert [number(acts.opened()) for _ in range(2)] == ["2026-10000", "2026-10001"]


def test_a_calendar_without_working_days_opens_nothing(acts, clock):
    never = type(CLOCK)(NEVER, ZONE, CLOCK.periods)
    with (
        pytest.raises(NoWorkingDays),
        recording("test", clock()) as records,
    ):
        open_case(records, opening(acts.unit_id, clock()), never)
    assert number(acts.opened()) == "2026-0001"


@pytest.mark.parametrize("actor", [UNIT, OUTSIDE])
def test_accepting_begins_the_check_once(acts, clock, actor):
    key = acts.opened()
    acts.accept(key, actor)
    assert (stands(key), case_row(key).accepted_at) == (CaseState.CHECKING, clock())
    clock.forward(hours=1)
    with pytest.raises(NotNow):
        acts.accept(key)
    assert case_row(key).accepted_at == clock() - timedelta(hours=1)
    assert told_of(key) == ["", "accept"]


def test_a_case_of_another_centre_or_none_does_not_exist(acts):
    key = acts.opened()
    with pytest.raises(NotOpen):
        acts.accept(key, centre=CENTRE + 1)
    with pytest.raises(NotOpen):
        acts.accept(key + 1)
    assert stands(key) is CaseState.WAITING


def test_a_pause_has_a_reason_and_moves_what_is_due(acts, clock):
    """From Thursday over the weekend: Thursday and Friday are two working days."""
    key = acts.accepted()
    acts.pause(key, " 等省厅复核系统日志 ")
    assert case_row(key).paused_at == clock()
    assert texts(key) == [(TextKind.PAUSE, "等省厅复核系统日志")]
    clock.forward(days=4)
    acts.resume(key)
    case = case_row(key)
    assert (case.paused_at, case.state) == (None, CaseState.CHECKING)
    assert (local(case.answer_due), local(case.rectify_due)) == (
        "07-27 17:30",
        "08-10 17:30",
    )
    assert local(case.accept_due) == "07-17 17:30"
    assert told_of(key) == ["", "accept", "pause", "resume"]
    assert told(verified()) == []


def test_what_stands_cannot_be_paused_and_what_runs_not_resumed(acts, clock):
    key = acts.accepted()
    with pytest.raises(NotNow):
        acts.resume(key)
    acts.pause(key)
    since = case_row(key).paused_at
    clock.forward(days=1)
    with pytest.raises(NotNow):
        acts.pause(key, "另一个原因")
    assert case_row(key).paused_at == since
    assert len(texts(key)) == 1


@pytest.mark.parametrize(
    ("reason", "refusal"), [(" ", WordsMissing), ("字" * 2_001, WordsTooLong)]
)
def test_a_pause_without_a_reason_is_none(acts, reason, refusal):
    key = acts.accepted()
    with pytest.raises(refusal):
        acts.pause(key, reason)
    assert (case_row(key).paused_at, texts(key)) == (None, [])


def test_what_nobody_accepted_cannot_be_paused(acts):
    key = acts.opened()
    with pytest.raises(NotNow):
        acts.pause(key)
    assert (case_row(key).paused_at, texts(key)) == (None, [])


@pytest.mark.parametrize(
    ("actor", "side"), [(OUTSIDE, "outside"), (CITIZEN, "citizen"), (SWEEP, "clock")]
)
def test_an_answered_case_is_closed_by_others_than_its_unit(acts, clock, actor, side):
    key = acts.answered()
    with pytest.raises(OutsideOnly):
        acts.close(key, UNIT)
    clock.forward(days=1)
    acts.close(key, actor)
    case = case_row(key)
    assert (case.state, case.closed_at, case.closed_by) == (4, clock(), side)
    with pytest.raises(NotNow):
        acts.close(key, actor)
    assert told_of(key)[-2:] == ["answer", "close"]


def test_before_the_answer_nothing_is_closed(acts):
    waiting, checked = acts.opened(), acts.accepted()
    for key in (waiting, checked):
        with pytest.raises(NotNow):
            acts.close(key)


@pytest.mark.parametrize("actor", [OUTSIDE, CITIZEN, SWEEP])
def test_a_promise_is_kept_before_a_case_is_closed(acts, actor):
    key = acts.answered(PROMISE)
    with pytest.raises(NotRectified):
        acts.close(key, actor)
    assert stands(key) is CaseState.ANSWERED
    acts.rectify(key)
    acts.close(key, actor)
    assert (stands(key), case_row(key).answer) == (CaseState.CLOSED, Answer.RECTIFIED)


def test_what_was_put_right_with_the_answer_can_be_closed(acts):
    key = acts.answered(DONE)
    acts.close(key)
    assert stands(key) is CaseState.CLOSED


def test_of_two_who_accept_at_once_one_is_told_that_it_moved_on(app, acts):
    key = acts.opened()
    found = at_once(app, lambda: acts.accept(key), lambda: acts.accept(key, OUTSIDE))
    assert sorted(found, key=str) == sorted([None, NotNow], key=str)
    assert told_of(key) == ["", "accept"]


def test_cases_opened_at_once_have_numbers_without_gaps(app, acts):
    keys = at_once(app, *[acts.opened] * 4)
    assert sorted(map(number, keys)) == [f"2026-000{n}" for n in range(1, 5)]
    assert told(verified()) == []


def test_one_thing_opened_twice_at_once_is_one_case(app, acts):
    event = uuid4()
    keys = at_once(app, *[lambda: acts.opened(event_id=event)] * 3)
    assert len(set(keys)) == 1
    with reading() as session:
        assert session.scalars(select(Case.number)).all() == ["2026-0001"]


def test_an_opening_that_is_taken_back_leaves_no_gap(acts, clock):
    def broken_off() -> None:
        with recording("test", clock()) as records:
            open_case(records, opening(acts.unit_id, clock()), CLOCK)
            raise LookupError

    with pytest.raises(LookupError):
        broken_off()
    assert number(acts.opened()) == "2026-0001"


@ON_POSTGRESQL
def test_a_citizen_rates_while_a_case_is_being_opened(acts, window, clock):
    """Opening takes turns at the centre's row, which each rating points at."""
    with recording("test", clock()) as records:
        open_case(records, opening(acts.unit_id, clock()), CLOCK)
        keep(phone_tap(window, 5), clock())
