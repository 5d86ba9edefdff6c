"""Who stands behind a case: opened for a reason, called after the answer, forgotten."""

import json

import pytest
from sqlalchemy import select

from kiosk.domain.case_calls import (
    CalledBefore,
    CallTooEarly,
    NobodyToCall,
    NothingBehind,
)
from kiosk.domain.case_texts import TextKind
from kiosk.domain.cases import (
    CallOutcome,
    CaseState,
    NotNow,
    OutsideOnly,
    Road,
    Second,
    Side,
    Source,
    WordsMissing,
)
from kiosk.domain.contacts import ContactGone, OpeningNeeded, Outcome, Reach
from kiosk.domain.masking import MARK
from kiosk.domain.policy import NotOpen, Role
from kiosk.domain.tokens import token_hash
from kiosk.extensions import reading, recording, transaction
from kiosk.models import (
    CaseContact,
    CaseOpening,
    CaseRating,
    Contact,
    ContactOpening,
    Rating,
)
from kiosk.queries.case_calls import (
    case_calls,
    case_of_rating,
    settled_case_calls,
    waiting_case_calls,
)
from kiosk.queries.case_contact import case_links, case_openings, left_contacts
from kiosk.queries.case_own import own_case
from kiosk.queries.contacts import call_lines
from kiosk.services.case_contacts import call_citizen, forget_behind, open_behind
from kiosk.services.case_own import rate_own_answer
from kiosk.services.cases import Actor
from kiosk.services.contacts import give_contact, settle_call, withdraw_contact
from kiosk.services.own_keys import keep_own_key
from kiosk.services.sealing import KEY_BYTES, Sealer
from tests.builders import make_window
from tests.case_acts import (
    CENTRE,
    CLOCK,
    PROMISE,
    UNIT,
    Acts,
    at_once,
    case_row,
    rating_key,
    stands,
    texts,
)
from tests.engines import ON_SQLITE
from tests.ledger_story import told, verified
from tests.people import make_account
from tests.staff import entries, unit_key

SECRET, REASON = "an-own-secret-of-a-phone", "首次回访"
PHONE = "13900005678"
SEALER = Sealer(b"k" * KEY_BYTES)
CONTENT, NOT = CallOutcome.CONTENT, CallOutcome.NOT_CONTENT
IN_VAIN, UNWANTED = CallOutcome.NOT_REACHED, CallOutcome.UNWANTED


@pytest.fixture
def window(app) -> int:
    with transaction() as session:
        return make_window(session, "A001").id


@pytest.fixture
def acts(window, clock) -> Acts:
    return Acts(clock, unit_key())


@pytest.fixture
def handler(acts) -> Actor:
    key = make_account("handler", Role.CASE_HANDLER, acts.now())
    return Actor(Side.OUTSIDE, key)


@pytest.fixture
def rated(acts, window) -> int:
    """The answered case of a rating whose author left a number."""
    key = acts.answered(source=Source.RATING, road=Road.PHONE, window_id=window)
    rating = rating_key(window, 1, acts.now())
    with transaction() as session:
        keep_own_key(session.connection(), rating, SECRET)
        session.add(CaseRating(rating_id=rating, case_id=key))
        event = session.get_one(Rating, rating).event_id
    with recording("system", acts.now()) as records:
        records.note(CENTRE, "case-rating", {"case": key, "rating": event})
    give(acts)
    return key


@pytest.fixture
def desk(acts) -> int:
    """The answered complaint of somebody at the desk, with a number."""
    key = acts.answered()
    sealed = SEALER.seal(Reach("李女士", PHONE), case_row(key).event_id)
    with transaction() as session:
        session.add(
            CaseContact(
                case_id=key, key_hash=b"k" * 32, sealed=sealed, consented_at=acts.now()
            )
        )
    return key


def give(acts: Acts) -> None:
    with recording("citizen", acts.now()) as records:
        give_contact(records, SECRET, Reach("李女士", PHONE), SEALER)


def withdraw(acts: Acts) -> None:
    with recording("citizen", acts.now()) as records:
        withdraw_contact(records, SECRET)


def look(acts: Acts, key: int, actor: Actor, *, contact: bool = True) -> None:
    with recording("account:1", acts.now()) as records:
        open_behind(records, (CENTRE, key), actor, REASON, contact=contact)


def call(
    acts: Acts, key: int, actor: Actor, outcome: CallOutcome, words: str = ""
) -> None:
    with recording("account:1", acts.now()) as records:
        call_citizen(records, (CENTRE, key), actor, (outcome, words), CLOCK)


def forget(acts: Acts, key: int, actor: Actor) -> bool:
    with recording("account:1", acts.now()) as records:
        return forget_behind(records, (CENTRE, key), actor)


def openings() -> tuple[list[str], list[str]]:
    """Return the reasons noted of cases, and of ratings' contacts."""
    with reading() as session:
        return (
            list(session.scalars(select(CaseOpening.reason))),
            list(session.scalars(select(ContactOpening.reason))),
        )


def contact() -> Contact:
    with reading() as session:
        return session.scalars(select(Contact)).one()


def at_desk(key: int) -> CaseContact:
    with reading() as session:
        return session.get_one(CaseContact, key)


def waiting(hidden: frozenset[int] = frozenset()) -> list[str]:
    with reading() as session:
        found = case_calls(session, CENTRE, hidden)
        assert waiting_case_calls(session, CENTRE, hidden).count == len(found)
        return [line.number for line in found]


def test_a_reason_opens_contact_and_link_and_the_ledger_tells_why(acts, rated, handler):
    look(acts, rated, handler)
    assert openings() == ([REASON], [REASON])
    bodies = [json.loads(body) for body in entries("contact")][-2:]
    assert [(body["what"], body["reason"]) for body in bodies] == [
        ("opened", REASON)
    ] * 2
    assert ("case" in bodies[1], "rating" in bodies[0]) == (True, True)
    with reading() as session:
        [line] = case_openings(session, rated)
        [link] = case_links(session, rated)
        [left] = left_contacts(session, rated)
    assert (line.account_id, line.reason) == (handler.account_id, REASON)
    assert (link.window, link.ticket, link.time_uncertain) == ("A001", "", False)
    assert SEALER.open(left.sealed, left.event_id).phone == PHONE
    assert told(verified()) == []


@ON_SQLITE
def test_a_contact_of_the_desk_is_opened_by_the_case_alone(acts, desk, handler):
    look(acts, desk, handler)
    assert openings() == ([REASON], [])
    with reading() as session:
        [left] = left_contacts(session, desk)
    assert SEALER.open(left.sealed, left.event_id).name == "李女士"


@ON_SQLITE
def test_an_erased_contact_is_not_opened_and_the_link_still_is(acts, rated, handler):
    withdraw(acts)
    with pytest.raises(ContactGone):
        look(acts, rated, handler)
    assert openings() == ([], [])
    look(acts, rated, handler, contact=False)
    assert openings() == ([REASON], [])


@ON_SQLITE
def test_where_nothing_stands_behind_nothing_opens(acts, handler):
    key = acts.answered()
    with pytest.raises(NothingBehind):
        look(acts, key, handler, contact=False)
    with pytest.raises(NotOpen):
        look(acts, key + 1, handler, contact=False)


@ON_SQLITE
def test_a_unit_opens_calls_and_erases_nothing(acts, rated):
    for act in (
        lambda: look(acts, rated, UNIT),
        lambda: look(acts, rated, Actor(Side.OUTSIDE)),
        lambda: call(acts, rated, UNIT, UNWANTED),
        lambda: forget(acts, rated, UNIT),
    ):
        with pytest.raises(OutsideOnly):
            act()
    assert openings() == ([], [])
    assert contact().sealed is not None


def test_who_is_content_settles_case_and_wish_together(acts, rated, handler):
    look(acts, rated, handler)
    call(acts, rated, handler, CONTENT, f"很满意，{PHONE}")
    assert stands(rated) is CaseState.CLOSED
    assert texts(rated)[1:] == [(TextKind.CALL, f"很满意，{MARK}")]
    assert (contact().outcome, contact().settled_at) == ("reached", acts.now())
    assert contact().sealed is not None
    with pytest.raises(CalledBefore):
        call(acts, rated, handler, CONTENT)
    assert told(verified()) == []


@ON_SQLITE
def test_who_is_not_content_is_quoted_to_the_unit_and_called_again(
    acts, rated, handler
):
    look(acts, rated, handler)
    with pytest.raises(WordsMissing):
        call(acts, rated, handler, NOT, " ")
    call(acts, rated, handler, NOT, f"还在排队，{PHONE}")
    assert stands(rated) is CaseState.CHECKING
    assert texts(rated)[1:] == [(TextKind.VOICE, f"还在排队，{MARK}")]
    assert contact().settled_at is None
    acts.answer(rated)
    assert waiting() == [case_row(rated).number]
    call(acts, rated, handler, NOT, "还是不行")
    assert (stands(rated), contact().outcome) == (CaseState.CLOSED, "reached")


@ON_SQLITE
def test_whoever_was_content_on_the_telephone_has_spoken(acts, rated, handler):
    look(acts, rated, handler)
    call(acts, rated, handler, CONTENT)
    with reading() as session:
        told_to_me = own_case(session, token_hash(SECRET))
    assert told_to_me is not None
    assert told_to_me.second is Second.CONTENT
    for second, refused in ((Second.NOT, True), (Second.CONTENT, False)):
        with recording("citizen", acts.now()) as records:
            if refused:
                with pytest.raises(NotNow):
                    rate_own_answer(records, SECRET, second, CLOCK)
            else:
                rate_own_answer(records, SECRET, second, CLOCK)
    assert told(verified()) == []


@ON_SQLITE
def test_only_the_second_call_in_vain_settles(acts, rated, handler):
    look(acts, rated, handler)
    call(acts, rated, handler, IN_VAIN)
    assert (case_row(rated).call_tries, contact().settled_at) == (1, None)
    assert waiting() == [case_row(rated).number]
    call(acts, rated, handler, IN_VAIN, "两次无人接听")
    assert (case_row(rated).call_outcome, contact().outcome) == (
        "not-reached",
        "not-reached",
    )
    assert waiting() == []


@ON_SQLITE
@pytest.mark.parametrize("outcome", list(CallOutcome))
def test_nobody_is_called_before_the_answer(acts, handler, outcome):
    waits, checked = acts.opened(), acts.accepted()
    for key in (waits, checked):
        with pytest.raises(CallTooEarly):
            call(acts, key, handler, outcome, "话")
        assert texts(key) == []


@ON_SQLITE
def test_a_call_needs_a_contact_that_somebody_opened(acts, rated, handler):
    for outcome in (CONTENT, NOT, IN_VAIN):
        with pytest.raises(OpeningNeeded):
            call(acts, rated, handler, outcome, "话")
    withdraw(acts)
    with pytest.raises(NobodyToCall):
        call(acts, rated, handler, CONTENT)
    assert (stands(rated), len(texts(rated))) == (CaseState.ANSWERED, 1)


def test_who_wants_no_call_is_forgotten_at_once(acts, rated, desk, handler):
    call(acts, rated, handler, UNWANTED)
    call(acts, desk, handler, UNWANTED)
    assert (contact().sealed, contact().outcome) == (None, "unwanted")
    assert (at_desk(desk).sealed, at_desk(desk).erased_at) == (None, acts.now())
    assert (stands(rated), stands(desk)) == (CaseState.CLOSED, CaseState.CLOSED)
    assert told(verified()) == []


@ON_SQLITE
def test_a_called_desk_contact_is_kept_until_its_time(acts, desk, handler):
    look(acts, desk, handler)
    call(acts, desk, handler, CONTENT)
    assert at_desk(desk).sealed is not None


@ON_SQLITE
def test_an_owner_at_the_desk_is_forgotten_before_and_after_the_call(
    acts, rated, desk, handler
):
    look(acts, rated, handler)
    call(acts, rated, handler, CONTENT)
    assert forget(acts, rated, handler) is True
    assert forget(acts, desk, handler) is True
    assert (contact().sealed, at_desk(desk).sealed) == (None, None)
    assert contact().outcome == "reached"
    assert forget(acts, rated, handler) is False
    assert stands(desk) is CaseState.ANSWERED
    assert told(verified()) == []


@ON_SQLITE
def test_a_wish_settled_before_its_case_stays_so(acts, rated, handler):
    look(acts, rated, handler)
    with recording("test", acts.now()) as records:
        settle_call(records, CENTRE, contact().rating_id, Outcome.NOT_REACHED)
    call(acts, rated, handler, CONTENT)
    assert contact().outcome == "not-reached"
    assert case_row(rated).call_outcome == CONTENT


def test_of_two_handlers_at_once_one_notes_the_call(app, acts, rated, handler):
    look(acts, rated, handler)
    found = at_once(
        app,
        lambda: call(acts, rated, handler, CONTENT),
        lambda: call(acts, rated, handler, NOT, "不满意"),
    )
    assert found.count(None) == 1
    assert {CalledBefore, CallTooEarly} & set(found)


def test_the_call_due_first_comes_first_and_no_others(acts, rated, desk, clock):
    bare = acts.answered()
    clock.forward(days=1)
    later = acts.answered()
    with transaction() as session:
        row = CaseContact(case_id=later, key_hash=b"l" * 32, sealed=b"sealed")
        session.add(row)
    numbers = [case_row(key).number for key in (rated, desk, later)]
    assert waiting() == numbers
    assert waiting(frozenset({acts.unit_id})) == []
    with reading() as session:
        assert waiting_case_calls(session, CENTRE, []).oldest == (
            case_row(rated).second_due
        )
        assert call_lines(session, CENTRE, []) == []
        assert case_of_rating(session, contact().rating_id) == rated
        assert case_of_rating(session, 99_999) is None
    assert case_row(bare).number not in numbers


@ON_SQLITE
def test_a_call_that_was_made_or_is_needless_leaves_the_list(
    acts, rated, desk, handler
):
    with transaction() as session:
        session.merge(case_row(desk)).second = 2
    assert waiting() == [case_row(rated).number]
    look(acts, rated, handler)
    call(acts, rated, handler, CONTENT)
    assert waiting() == []
    with reading() as session:
        [line] = settled_case_calls(session, CENTRE, [])
        assert settled_case_calls(session, CENTRE, [acts.unit_id]) == []
    assert (line.id, line.outcome) == (rated, "content")


@ON_SQLITE
def test_a_promise_not_done_leaves_the_case_open_after_a_call_in_vain(
    acts, rated, handler
):
    acts.reopen(rated)
    acts.answer(rated, PROMISE)
    call(acts, rated, handler, UNWANTED)
    assert stands(rated) is CaseState.ANSWERED
