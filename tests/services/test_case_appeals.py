"""Appeals: once a side, decided by two accounts outside, with their effects."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from kiosk.domain.case_appeals import (
    AppealDecided,
    AppealedBefore,
    AppealState,
    AppealTooEarly,
    AppealTooLate,
    Appellant,
    NoRulingProposed,
    NothingAgainstYou,
    RulingProposedBySelf,
    RulingReasonMissing,
    RulingWaits,
)
from kiosk.domain.case_texts import TextKind
from kiosk.domain.cases import (
    Answer,
    CaseState,
    NotNow,
    Second,
    Side,
    Source,
    WordsMissing,
    WordsTooLong,
)
from kiosk.domain.policy import NotOpen, Role
from kiosk.domain.working_days import WorkCalendar
from kiosk.extensions import reading, recording, transaction
from kiosk.models import CaseRating, LedgerEntry, Rating, Window
from kiosk.services.case_answers import agree_unfounded, look_back_at
from kiosk.services.case_appeals import (
    confirm_ruling,
    file_appeal,
    propose_ruling,
    reject_proposal,
)
from kiosk.services.case_clerk import add_statement
from kiosk.services.case_returns import rate_answer, reopen_case
from kiosk.services.cases import Actor, accept_case
from kiosk.services.verify import verify_ledger
from tests.appeals import (
    AGAIN,
    OTHERWISE,
    PLAIN,
    UNIT,
    answer,
    answer_again,
    appeal_of_citizen,
    appeal_of_clerk,
    make_world,
    open_about,
    the_appeal,
    the_case,
    writers,
    written,
)
from tests.people import make_account
from tests.screens import another_screen

UPHELD, REJECTED = AppealState.UPHELD, AppealState.REJECTED
REASON = "调阅监控，与答复所述不同"


@pytest.fixture
def world(app, clock):
    return make_world(clock())


@pytest.fixture
def first(world, clock):
    return Actor(Side.OUTSIDE, make_account("first", Role.CASE_HANDLER, clock()))


@pytest.fixture
def second(world, clock):
    return Actor(Side.OUTSIDE, make_account("second", Role.ORGANISER, clock()))


@pytest.fixture
def answered(world, clock):
    answer(world.case_id, clock())
    return world


def propose(clock, appeal_id, who, state=UPHELD, reason=REASON):
    with recording("test", clock()) as records:
        propose_ruling(records, (1, appeal_id), who, state, reason)


def confirm(clock, appeal_id, who, state=UPHELD, deciders=2):
    with recording("test", clock()) as records:
        confirm_ruling(records, (1, appeal_id), who, state, PLAIN, deciders)


def take_back(clock, appeal_id, who, reason="理由不足"):
    with recording("test", clock()) as records:
        reject_proposal(records, (1, appeal_id), who, reason)


def rule(clock, appeal_id, first, second, state=UPHELD):
    propose(clock, appeal_id, first, state)
    confirm(clock, appeal_id, second, state)


def entries(kind):
    with reading() as session:
        query = select(LedgerEntry.body).where(LedgerEntry.kind == kind)
        bodies = session.scalars(query.order_by(LedgerEntry.number)).all()
    return [json.loads(body) for body in bodies]


def flaws():
    with reading() as session:
        verdict = verify_ledger(session.connection())
    return [flaw for chain in verdict.chains for flaw in chain.flaws]


def test_a_citizen_appeals_once_after_the_answer(world, clock):
    with pytest.raises(AppealTooEarly):
        appeal_of_citizen(world.case_id, clock())
    answer(world.case_id, clock())
    key = appeal_of_citizen(world.case_id, clock(), f" {AGAIN} ")
    found = the_appeal(key)
    assert (found.side, found.state) == ("citizen", AppealState.OPEN)
    assert found.filed_at == clock()
    assert written(world.case_id, TextKind.APPEAL) == [AGAIN]
    assert writers(world.case_id, TextKind.APPEAL) == [None]
    with pytest.raises(AppealedBefore):
        appeal_of_citizen(world.case_id, clock())
    assert written(world.case_id, TextKind.APPEAL) == [AGAIN]
    [entry] = entries("appeal")
    assert AGAIN not in json.dumps(entry, ensure_ascii=False)
    assert flaws() == []


def test_a_citizen_appeals_months_later_and_when_it_is_closed(answered, clock):
    with recording("citizen", clock()) as records:
        rate_answer(records, answered.found, Second.CONTENT, PLAIN)
    assert the_case(answered.case_id).state == CaseState.CLOSED
    clock.forward(days=90)
    appeal_of_citizen(answered.case_id, clock())


@pytest.mark.parametrize(
    ("words", "refusal"), [("  ", WordsMissing), ("长" * 2_001, WordsTooLong)]
)
def test_an_appeal_says_why(answered, clock, words, refusal):
    with pytest.raises(refusal):
        appeal_of_citizen(answered.case_id, clock(), words)


def test_a_clerk_appeals_within_five_working_days(answered, clock):
    # Answered on Thursday at noon; the centre closes at 18:00 where no hours are set.
    late = clock().replace(hour=10) + timedelta(days=7)
    who = answered.clerk_account
    with pytest.raises(AppealTooLate):
        appeal_of_clerk(answered.case_id, who, late)
    key = appeal_of_clerk(answered.case_id, who, late - timedelta(seconds=1))
    assert the_appeal(key).side == "clerk"
    assert writers(answered.case_id, TextKind.APPEAL) == [who]
    appeal_of_citizen(answered.case_id, late)


@pytest.mark.parametrize(("day", "worked", "last"), [(20, False, 24), (18, True, 22)])
def test_exchanged_days_move_the_end(answered, clock, day, worked, last):
    days = {date(2026, 7, day): worked}
    exchanged = replace(PLAIN, calendar=WorkCalendar(days))
    late = clock().replace(day=last, hour=10)
    who = answered.clerk_account

    def appeal(at):
        with recording("test", at) as records:
            file_appeal(
                records, answered.found, Appellant.CLERK, OTHERWISE, who, exchanged
            )

    with pytest.raises(AppealTooLate):
        appeal(late)
    appeal(late - timedelta(seconds=1))


def test_only_the_clerk_whom_it_concerns_appeals(answered, clock):
    other = make_account("other", Role.CLERK, clock())
    for account_id in (other, None):
        with (
            pytest.raises(NotOpen),
            recording("test", clock()) as records,
        ):
            file_appeal(
                records, answered.found, Appellant.CLERK, OTHERWISE, account_id, PLAIN
            )
    with pytest.raises(NotOpen), recording("test", clock()) as records:
        file_appeal(records, (2, answered.case_id), Appellant.CITIZEN, AGAIN)


def test_an_idea_concerns_no_clerk(world, clock):
    idea = open_about(world.clerk_id, world.window_id, clock(), Source.SUGGESTION)
    answer(idea, clock(), Answer.EXPLAINED)
    with pytest.raises(NotOpen):
        appeal_of_clerk(idea, world.clerk_account, clock())


def test_a_clerks_appeal_needs_the_clock(answered, clock):
    with (
        pytest.raises(ValueError, match="need the clock"),
        recording("test", clock()) as records,
    ):
        file_appeal(
            records,
            answered.found,
            Appellant.CLERK,
            OTHERWISE,
            answered.clerk_account,
        )


def test_a_clerk_who_was_cleared_has_nothing_to_appeal(world, clock, first):
    with recording("test", clock()) as records:
        accept_case(records, world.found, UNIT)
        agree_unfounded(records, world.found, first, "没有发现所述情况", PLAIN)
    with pytest.raises(NothingAgainstYou):
        appeal_of_clerk(world.case_id, world.clerk_account, clock())


def test_the_citizens_appeal_upheld_opens_the_case_again(
    answered, clock, first, second
):
    with recording("citizen", clock()) as records:
        rate_answer(records, answered.found, Second.FAIRLY, PLAIN)
    assert the_case(answered.case_id).state == CaseState.CLOSED
    key = appeal_of_citizen(answered.case_id, clock())
    clock.forward(days=4)
    rule(clock, key, first, second)
    case, appeal = the_case(answered.case_id), the_appeal(key)
    assert case.state == CaseState.CHECKING
    assert (case.answer, case.answered_at, case.second) == ("", None, None)
    assert (case.closed_at, case.closed_by, case.raised) == (None, "", 0)
    assert case.answer_due == PLAIN.due(clock(), 5)
    assert case.rectify_due == PLAIN.due(clock(), 15)
    assert case.reopened_at is None
    assert (appeal.state, appeal.decided_by) == (UPHELD, second.account_id)
    assert appeal.decided_at == clock()
    assert written(answered.case_id, TextKind.RULING) == [REASON]
    assert writers(answered.case_id, TextKind.RULING) == [first.account_id]
    answer_again(answered.case_id, clock())
    assert flaws() == []


def test_each_citizen_rates_the_new_answer(answered, clock, first, second):
    with transaction() as session:
        screen = another_screen(
            session, session.get_one(Window, answered.window_id), clock()
        )
    event = screen.rate(2, clock())
    with recording("test", clock()) as records:
        rating = records.session.scalars(
            select(Rating.id).where(Rating.event_id == event)
        ).one()
        records.session.add(CaseRating(rating_id=rating, case_id=answered.case_id))
        records.session.flush()
        rate_answer(records, answered.found, Second.FAIRLY, PLAIN, rating)
    rule(clock, appeal_of_citizen(answered.case_id, clock()), first, second)
    answer_again(answered.case_id, clock())
    with recording("citizen", clock()) as records:
        rate_answer(records, answered.found, Second.CONTENT, PLAIN, rating)
    assert the_case(answered.case_id).second == Second.CONTENT


def test_the_clerks_appeal_upheld_makes_the_answer_unfounded(
    answered, clock, first, second
):
    key = appeal_of_clerk(answered.case_id, answered.clerk_account, clock())
    before = the_case(answered.case_id)
    assert before.look_back_on is not None
    rule(clock, key, first, second)
    case = the_case(answered.case_id)
    assert (case.state, case.answer) == (CaseState.ANSWERED, Answer.UNFOUNDED)
    assert case.answered_at == before.answered_at
    assert case.look_back_on is None
    assert written(answered.case_id, TextKind.RULING) == [REASON]
    assert flaws() == []


def test_a_look_back_that_was_made_stays(answered, clock, first, second):
    with recording("test", clock()) as records:
        look_back_at(records, answered.found, UNIT, "未再发生")
    planned = the_case(answered.case_id).look_back_on
    key = appeal_of_clerk(answered.case_id, answered.clerk_account, clock())
    rule(clock, key, first, second)
    assert the_case(answered.case_id).look_back_on == planned


@pytest.mark.parametrize("side", list(Appellant))
def test_an_appeal_not_upheld_changes_nothing_in_the_case(
    answered, clock, first, second, side
):
    if side is Appellant.CLERK:
        key = appeal_of_clerk(answered.case_id, answered.clerk_account, clock())
    else:
        key = appeal_of_citizen(answered.case_id, clock())
    before = vars(the_case(answered.case_id)) | {"_sa_instance_state": None}
    rule(clock, key, first, second, REJECTED)
    after = vars(the_case(answered.case_id)) | {"_sa_instance_state": None}
    assert after == before
    assert the_appeal(key).state == REJECTED
    assert written(answered.case_id, TextKind.RULING) == [REASON]


@pytest.mark.parametrize("side", list(Appellant))
def test_a_case_opened_again_meanwhile_keeps_its_days(
    answered, clock, first, second, side
):
    if side is Appellant.CLERK:
        key = appeal_of_clerk(answered.case_id, answered.clerk_account, clock())
    else:
        key = appeal_of_citizen(answered.case_id, clock())
    with recording("citizen", clock()) as records:
        reopen_case(records, answered.found, Actor(Side.CITIZEN), PLAIN)
    due = the_case(answered.case_id).answer_due
    clock.forward(days=4)
    rule(clock, key, first, second)
    case = the_case(answered.case_id)
    assert (case.state, case.answer) == (CaseState.CHECKING, "")
    assert case.answer_due == due
    assert written(answered.case_id, TextKind.RULING) == [REASON]


def test_nobody_confirms_their_own_proposal(answered, clock, first, second):
    key = appeal_of_citizen(answered.case_id, clock())
    propose(clock, key, first)
    with pytest.raises(RulingProposedBySelf):
        confirm(clock, key, first)
    assert the_case(answered.case_id).state == CaseState.ANSWERED
    confirm(clock, key, second)
    with pytest.raises(AppealDecided):
        confirm(clock, key, second)


def test_in_an_office_of_three_one_person_decides(answered, clock, first):
    key = appeal_of_citizen(answered.case_id, clock())
    propose(clock, key, first)
    confirm(clock, key, first, deciders=1)
    assert the_appeal(key).decided_by == first.account_id


@pytest.mark.parametrize("side", [Side.UNIT, Side.CITIZEN, Side.CLOCK])
def test_only_those_outside_rule(answered, clock, first, side):
    key = appeal_of_citizen(answered.case_id, clock())
    who = Actor(side, first.account_id)
    for act in (propose, confirm, take_back):
        with pytest.raises(NotOpen):
            act(clock, key, who)


def test_what_is_not_there_is_not_open(answered, clock, first):
    key = appeal_of_citizen(answered.case_id, clock())
    with pytest.raises(NotOpen):
        propose(clock, key + 1, first)
    with pytest.raises(NotOpen), recording("test", clock()) as records:
        propose_ruling(records, (2, key), first, UPHELD, REASON)


def test_a_proposal_is_answered_before_another_is_made(answered, clock, first, second):
    key = appeal_of_citizen(answered.case_id, clock())
    with pytest.raises(NoRulingProposed):
        confirm(clock, key, second)
    propose(clock, key, first)
    propose(clock, key, first)
    assert len(entries("appeal")) == 2
    propose(clock, key, first, REJECTED, "答复属实")
    with pytest.raises(RulingWaits):
        propose(clock, key, second)
    with pytest.raises(NoRulingProposed):
        confirm(clock, key, second, UPHELD)
    assert the_appeal(key).reason == "答复属实"
    for reason in ("", "长" * 201):
        with pytest.raises(RulingReasonMissing):
            propose(clock, key, first, UPHELD, reason)


def test_a_proposal_is_taken_back_and_the_appeal_stays(answered, clock, first, second):
    key = appeal_of_citizen(answered.case_id, clock())
    with pytest.raises(NoRulingProposed):
        take_back(clock, key, second)
    propose(clock, key, first)
    with pytest.raises(RulingReasonMissing):
        take_back(clock, key, second, " ")
    take_back(clock, key, second)
    found = the_appeal(key)
    assert (found.state, found.proposed_state, found.proposed_by) == (0, None, None)
    assert (found.proposed_at, found.reason) == (None, "")
    [note] = entries("appeal-rejected")
    assert (note["account"], note["reason"]) == (second.account_id, "理由不足")
    rule(clock, key, second, first, REJECTED)
    with pytest.raises(AppealDecided):
        propose(clock, key, first)
    with pytest.raises(AppealDecided):
        take_back(clock, key, first)
    assert flaws() == []


def test_two_who_confirm_at_once_decide_once(app, answered, clock, first, second):
    third = Actor(Side.OUTSIDE, make_account("third", Role.ORGANISER, clock()))
    key = appeal_of_citizen(answered.case_id, clock())
    propose(clock, key, first)
    barrier = Barrier(2)

    def act(who):
        with app.app_context():
            barrier.wait(10)
            try:
                confirm(clock, key, who)
            except AppealDecided:
                return "late"
        return "done"

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(act, (second, third)))
    assert said == ["done", "late"]
    assert written(answered.case_id, TextKind.RULING) == [REASON]


def test_the_clerk_says_how_they_saw_it_and_adds_to_it(world, clock):
    def say(words, account_id=world.clerk_account):
        with recording("test", clock()) as records:
            add_statement(records, world.found, account_id, words)

    say("当时系统故障")
    say("我请她稍候")
    assert written(world.case_id, TextKind.STATEMENT) == ["当时系统故障", "我请她稍候"]
    assert writers(world.case_id, TextKind.STATEMENT) == [world.clerk_account] * 2
    with pytest.raises(WordsMissing):
        say("")
    with pytest.raises(NotOpen):
        say("旁人", make_account("other", Role.CLERK, clock()))
    answer(world.case_id, clock(), Answer.EXPLAINED)
    say("答复后补充")
    with recording("citizen", clock()) as records:
        rate_answer(records, world.found, Second.CONTENT, PLAIN)
    with pytest.raises(NotNow):
        say("太晚")
    assert len(written(world.case_id, TextKind.STATEMENT)) == 3
