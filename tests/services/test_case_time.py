"""The clock of cases: what is overdue rises by itself, and what is over is closed."""

from datetime import UTC, datetime, timedelta

import pytest

from kiosk.domain.cases import (
    CallOutcome,
    CaseState,
    Second,
    Source,
)
from kiosk.domain.contacts import Outcome
from kiosk.extensions import reading, recording, transaction
from kiosk.models import Case, CaseContact, CaseRating, Contact
from kiosk.services.case_time import (
    HANDLERS,
    ORGANISER,
    centres_due,
    close_over,
    raise_overdue,
)
from tests.case_acts import (
    CENTRE,
    CLOCK,
    DONE,
    EXPLAINED,
    PROMISE,
    Acts,
    at_once,
    case_row,
    rating_key,
    stands,
    told_of,
)
from tests.ledger_story import told, verified
from tests.screens import Screen, pair_screen
from tests.statements import statements

INSTANT = timedelta(microseconds=1)


def local(day: int, hour: int, minute: int = 0) -> datetime:
    """Return a moment of July 2026 by the centre's clock."""
    return datetime(2026, 7, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


ACCEPT_DUE, ANSWER_DUE = local(17, 17, 30), local(23, 17, 30)
"""Of what came on Thursday the 16th at noon."""


@pytest.fixture
def screen(app, clock) -> Screen:
    return pair_screen("A001", clock())


@pytest.fixture
def acts(screen, clock) -> Acts:
    return Acts(clock, unit_id=1)


@pytest.fixture
def raised(clock):
    """Move the clock to a moment, look, and return how many were raised."""

    def look(moment: datetime) -> int:
        clock.now = moment
        with recording("system", moment) as records:
            return raise_overdue(records, CENTRE, CLOCK)

    return look


@pytest.fixture
def closes(clock):
    """Move the clock to a moment, look, and return how many were closed."""

    def look(moment: datetime) -> int:
        clock.now = moment
        with recording("system", moment) as records:
            return close_over(records, CENTRE)

    return look


def height(key: int) -> tuple[int, bool]:
    row = case_row(key)
    return row.raised, row.late


def due(moment: datetime) -> list[int]:
    with reading() as session:
        return centres_due(session, moment)


# What is overdue


def test_a_case_that_nobody_accepts_goes_up_as_its_deadline_strikes(acts, raised):
    key = acts.opened()
    assert case_row(key).accept_due == ACCEPT_DUE
    assert raised(ACCEPT_DUE - INSTANT) == 0
    assert height(key) == (0, False)
    assert raised(ACCEPT_DUE) == 1
    assert height(key) == (HANDLERS, True)


def test_it_goes_to_the_organiser_a_working_day_later(acts, raised):
    key = acts.opened()
    raised(ACCEPT_DUE)
    # Friday's deadline: the next close of business is Monday's.
    assert raised(local(20, 17, 30) - INSTANT) == 0
    assert height(key) == (HANDLERS, True)
    assert raised(local(20, 17, 30)) == 1
    assert height(key) == (ORGANISER, True)
    assert raised(local(31, 17, 30)) == 0
    assert told_of(key) == ["", "overdue", "overdue"]


def test_a_server_that_was_off_raises_by_as_much_as_it_is_late(acts, raised):
    key = acts.opened()
    assert raised(local(20, 17, 30)) == 1
    assert height(key) == (ORGANISER, True)
    assert told_of(key) == ["", "overdue"]


@pytest.mark.parametrize("doubted", [False, True])
def test_an_accepted_case_is_due_when_its_answer_is(acts, raised, doubted):
    key = acts.accepted()
    if doubted:
        acts.doubt(key)
    assert raised(ANSWER_DUE - INSTANT) == 0
    assert raised(ANSWER_DUE) == 1
    assert height(key) == (HANDLERS, True)


def test_a_case_whose_clock_stands_is_never_overdue(acts, raised, clock):
    key = acts.accepted()
    acts.pause(key)
    assert raised(local(31, 17, 30)) == 0
    assert due(clock()) == []
    acts.resume(key)
    assert height(key) == (0, False)
    assert raised(case_row(key).answer_due) == 1


@pytest.mark.parametrize("answer", [EXPLAINED, PROMISE])
def test_an_answered_case_is_not_overdue(acts, raised, answer):
    key = acts.answered(answer)
    assert raised(local(24, 17, 30)) == 0
    assert height(key) == (0, False)


def test_what_comes_back_begins_below_but_stays_late(acts, raised, clock):
    key = acts.accepted()
    raised(ANSWER_DUE)
    acts.answer(key)
    acts.send_back(key)
    assert height(key) == (0, True)
    raised(case_row(key).answer_due)
    assert height(key) == (HANDLERS, True)


def test_another_centres_cases_are_left_alone(acts, clock):
    acts.opened()
    with recording("system", ACCEPT_DUE) as records:
        assert raise_overdue(records, CENTRE + 1, CLOCK) == 0
        assert close_over(records, CENTRE + 1) == 0


# What is over


def second_due(key: int) -> datetime:
    moment = case_row(key).second_due
    assert moment is not None
    return moment


def test_an_answer_that_nobody_rates_is_closed_when_its_days_are_over(acts, closes):
    key = acts.answered()
    moment = second_due(key)
    assert closes(moment - INSTANT) == 0
    assert stands(key) is CaseState.ANSWERED
    assert closes(moment) == 1
    row = case_row(key)
    assert (row.state, row.closed_by, row.closed_at, row.second) == (
        CaseState.CLOSED,
        "clock",
        moment,
        None,
    )
    assert told_of(key)[-1] == "close"
    assert closes(moment + timedelta(days=9)) == 0


def test_a_promise_is_kept_before_its_case_is_closed(acts, closes):
    key = acts.answered(PROMISE)
    moment = second_due(key)
    assert closes(moment) == 0
    acts.rectify(key)
    assert closes(moment) == 1


def test_a_measure_that_was_carried_out_keeps_no_case_open(acts, closes):
    key = acts.answered(DONE)
    assert closes(second_due(key)) == 1


def test_a_case_whose_call_came_to_nothing_closes_once_the_promise_is_kept(
    acts, closes, clock
):
    key = acts.answered(PROMISE)
    acts.call(key, CallOutcome.UNWANTED)
    assert closes(clock()) == 0
    acts.rectify(key)
    assert closes(clock()) == 1


def test_whoever_spoke_before_the_promise_was_kept_is_not_waited_for(acts, closes):
    key = acts.answered(PROMISE)
    with recording("system", acts.now()) as records:
        records.change(Case, CENTRE, key, {"second": int(Second.FAIRLY)})
    assert closes(acts.now()) == 0
    acts.rectify(key)
    assert closes(acts.now()) == 1


def test_a_joined_case_waits_for_its_other_citizens(acts, screen, closes):
    key, [first, _] = acts.about_ratings(screen.window_id, 1, 2)
    acts.rate(key, Second.FAIRLY, first)
    moment = second_due(key)
    assert closes(moment - INSTANT) == 0
    assert closes(moment) == 1


@pytest.mark.parametrize("joined", [False, True])
def test_a_citizen_who_waits_for_a_call_keeps_the_case_open(
    acts, screen, closes, clock, joined
):
    rating = rating_key(screen.window_id, 1, clock())
    key = acts.answered(source=Source.JOINED if joined else Source.RATING)
    with transaction() as session:
        session.add(CaseRating(rating_id=rating, case_id=key))
        session.add(Contact(rating_id=rating, sealed=b"sealed", consented_at=clock()))
    moment = second_due(key)
    assert closes(moment) == 0
    acts.call(key, CallOutcome.NOT_REACHED)
    assert closes(moment) == 0
    with transaction() as session:
        contact = session.get_one(Contact, rating)
        contact.settled_at, contact.outcome = clock(), str(Outcome.REACHED)
    assert closes(moment) == 1


def test_after_a_reopening_the_next_answer_waits_for_its_call_too(
    acts, screen, closes, clock
):
    rating = rating_key(screen.window_id, 1, clock())
    key = acts.answered(source=Source.RATING)
    with transaction() as session:
        session.add(CaseRating(rating_id=rating, case_id=key))
        settled = {"settled_at": clock(), "outcome": str(Outcome.REACHED)}
        times = {"consented_at": clock(), **settled}
        session.add(Contact(rating_id=rating, sealed=b"sealed", **times))
    acts.reopen(key)
    acts.answer(key)
    moment = second_due(key)
    assert closes(moment) == 0
    acts.call(key, CallOutcome.CONTENT)
    assert stands(key) is CaseState.CLOSED


def test_a_contact_that_was_taken_back_is_not_waited_for(acts, screen, closes, clock):
    rating = rating_key(screen.window_id, 1, clock())
    key = acts.answered(source=Source.RATING)
    with transaction() as session:
        session.add(CaseRating(rating_id=rating, case_id=key))
        session.add(Contact(rating_id=rating, sealed=None, consented_at=clock()))
    assert closes(second_due(key)) == 1


@pytest.mark.parametrize("sealed", [None, b"sealed"])
def test_somebody_from_the_desk_is_waited_for_while_their_number_is_kept(
    acts, closes, clock, sealed
):
    key = acts.answered()
    with transaction() as session:
        session.add(
            CaseContact(
                case_id=key, key_hash=b"k" * 32, sealed=sealed, consented_at=clock()
            )
        )
    assert closes(second_due(key)) == (1 if sealed is None else 0)


def test_a_call_that_was_made_ends_the_waiting_when_the_days_are_over(
    acts, screen, closes, clock
):
    rating = rating_key(screen.window_id, 1, clock())
    key = acts.answered(source=Source.JOINED)
    with transaction() as session:
        session.add(CaseRating(rating_id=rating, case_id=key))
        session.add(Contact(rating_id=rating, sealed=b"sealed", consented_at=clock()))
    acts.call(key, CallOutcome.CONTENT)
    moment = second_due(key)
    assert stands(key) is CaseState.ANSWERED
    assert closes(moment - INSTANT) == 0
    assert closes(moment) == 1


def test_a_case_that_was_opened_again_is_not_closed(acts, closes):
    key = acts.answered()
    moment = second_due(key)
    acts.reopen(key)
    assert closes(moment) == 0
    assert stands(key) is CaseState.CHECKING


# The look itself


def test_a_centre_is_looked_at_only_while_something_is_due(acts, raised, closes):
    key = acts.opened()
    assert due(ACCEPT_DUE - INSTANT) == []
    assert due(ACCEPT_DUE) == [CENTRE]
    raised(local(20, 17, 30))
    assert due(local(20, 17, 30)) == []
    acts.accept(key)
    acts.answer(key)
    moment = second_due(key)
    assert due(moment - INSTANT) == []
    assert due(moment) == [CENTRE]
    closes(moment)
    assert due(moment) == []


def test_many_cases_cost_as_many_statements_as_two(acts, raised, closes):
    def spent(look, moment) -> int:
        with statements() as said:
            assert look(moment) > 1
        return len(said)

    def opened(count: int) -> list[int]:
        return [acts.opened() for _ in range(count)]

    two = opened(2)
    few = spent(raised, ACCEPT_DUE)
    many = opened(5)
    assert spent(raised, max(case_row(key).accept_due for key in many)) == few
    spendings = []
    for keys in (two, many):
        for key in keys:
            acts.accept(key)
            acts.answer(key)
        spendings.append(spent(closes, max(map(second_due, keys))))
    assert spendings == [few, few]


def test_two_workers_at_once_raise_and_close_each_case_once(app, acts, clock):
    late, over = acts.opened(), acts.answered()
    moment = second_due(over)
    assert moment > local(20, 17, 30)

    def look() -> tuple[int, int]:
        with recording("system", moment) as records:
            return (
                raise_overdue(records, CENTRE, CLOCK),
                close_over(records, CENTRE),
            )

    assert sorted(at_once(app, look, look)) == [(0, 0), (1, 1)]
    assert told_of(late) == ["", "overdue"]
    assert told_of(over)[-2:] == ["answer", "close"]


def test_what_the_clock_did_is_entered_and_proven(acts, raised, closes):
    acts.opened()
    key = acts.answered()
    raised(ACCEPT_DUE)
    closes(second_due(key))
    assert told(verified()) == []
    assert told_of(key)[-1] == "close"
