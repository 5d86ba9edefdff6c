"""A citizen in their own case: each word once, and only their own."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from kiosk.domain.case_appeals import AppealedBefore, AppealTooEarly
from kiosk.domain.case_texts import TextKind
from kiosk.domain.cases import (
    CallOutcome,
    CaseState,
    NotNow,
    ReopenedBefore,
    Road,
    Second,
    Source,
    WordsMissing,
    WordsTooLong,
)
from kiosk.domain.contacts import OwnUnknown
from kiosk.domain.masking import MARK
from kiosk.domain.policy import Role
from kiosk.domain.tokens import token_hash
from kiosk.extensions import reading, recording, transaction
from kiosk.models import (
    CaseContact,
    CaseRating,
    CaseText,
    Comment,
    OwnKey,
    Rating,
)
from kiosk.queries.case_own import CaseTold, own_case, receipt_case
from kiosk.services.case_own import (
    appeal_own_case,
    rate_own_answer,
    reopen_own_case,
    take_back_contact,
    take_back_words,
)
from kiosk.services.case_texts import write_text
from kiosk.services.cases import held_case
from tests.case_acts import CENTRE, CLOCK, Acts, case_row, seconds, stands, texts
from tests.engines import ON_SQLITE
from tests.ledger_story import verified
from tests.people import make_account
from tests.screens import Screen, keep, pair_screen, phone_tap
from tests.staff import entries, unit_key

SECRET, OTHER, SLIP = (f"the-own-secret-of-{who}-0001" for who in ("li", "wu", "me"))
NOBODYS = "a-secret-that-nobody-has"
PHONE = "13900005678"
VOICE, APPEAL = TextKind.VOICE, TextKind.APPEAL


@pytest.fixture
def screen(app, clock) -> Screen:
    return pair_screen("A001", clock())


@pytest.fixture
def acts(screen, clock) -> Acts:
    return Acts(clock, unit_key())


@pytest.fixture
def own(acts, screen) -> int:
    """The answered case of one rating."""
    key = acts.answered(source=Source.RATING, road=Road.TABLET)
    belong(key, rated(screen, acts, SECRET))
    return key


@pytest.fixture
def shared(acts, screen) -> int:
    """The answered case of two citizens."""
    key = acts.answered(source=Source.JOINED, road=Road.TABLET)
    belong(key, rated(screen, acts, SECRET), rated(screen, acts, OTHER))
    return key


@pytest.fixture
def desk(acts) -> int:
    """The answered complaint of somebody without a phone."""
    key = acts.answered()
    with transaction() as session:
        digest = token_hash(SLIP)
        session.add(CaseContact(case_id=key, key_hash=digest, sealed=b"sealed"))
    return key


def rated(screen: Screen, acts: Acts, secret: str, comment: str = "") -> int:
    now = acts.now.forward(minutes=5)
    tap = phone_tap(screen.window_id, 2, comment=comment)
    event = keep(tap, now).event_id
    with transaction() as session:
        query = select(Rating.id).where(Rating.event_id == event)
        key = session.scalars(query).one()
        session.add(OwnKey(rating_id=key, key_hash=token_hash(secret)))
    return key


def belong(case: int, *ratings: int) -> None:
    with transaction() as session:
        session.add_all(CaseRating(rating_id=key, case_id=case) for key in ratings)


def do(acts: Acts, act, *given):
    with recording("citizen", acts.now()) as records:
        return act(records, *given)


def rate(acts: Acts, second: Second, secret: str = SECRET) -> None:
    do(acts, rate_own_answer, secret, second, CLOCK)


def again(acts: Acts, words: str = "", secret: str = SECRET) -> None:
    do(acts, reopen_own_case, secret, words, CLOCK)


def appeal(acts: Acts, words: str = "不同意", secret: str = SECRET) -> None:
    do(acts, appeal_own_case, secret, words)


def seen(secret: str = SECRET):
    with reading() as session:
        return own_case(session, token_hash(secret))


def say(acts: Acts, key: int, kind: TextKind, words: str, by: int | None = None) -> int:
    with recording("system", acts.now()) as records:
        return write_text(
            records, held_case(records.session, (CENTRE, key)), kind, words, by
        )


def signed(key: int) -> list[int | None]:
    """Return whose words the citizens' texts of a case are marked as."""
    with reading() as session:
        query = select(CaseText.rating_id).where(
            CaseText.case_id == key, CaseText.kind.in_([VOICE, APPEAL])
        )
        return list(session.scalars(query.order_by(CaseText.id)))


def test_content_closes_and_the_same_once_more_does_nothing(acts, own):
    rate(acts, Second.CONTENT)
    before = len(entries("case")), len(entries("case-second"))
    rate(acts, Second.CONTENT)
    assert (stands(own), seconds(own)) == (CaseState.CLOSED, [Second.CONTENT])
    assert (len(entries("case")), len(entries("case-second"))) == before
    with pytest.raises(NotNow):
        rate(acts, Second.NOT)
    assert stands(own) == CaseState.CLOSED
    verified()


@ON_SQLITE
def test_nobody_rates_before_the_answer(acts, screen):
    key = acts.accepted()
    belong(key, rated(screen, acts, SECRET))
    with pytest.raises(NotNow):
        rate(acts, Second.CONTENT)
    with pytest.raises(NotNow):
        again(acts, "还没解决")
    with pytest.raises(AppealTooEarly):
        appeal(acts)
    assert (seconds(key), texts(key)) == ([None], [])


def test_each_of_a_shared_case_has_a_word_and_sees_only_their_own(acts, shared):
    rate(acts, Second.CONTENT)
    assert (seconds(shared), stands(shared)) == (
        [Second.CONTENT, None],
        CaseState.ANSWERED,
    )
    assert (seen().second, seen(OTHER).second) == (Second.CONTENT, None)
    assert seen(OTHER).told[0].words == "当天系统检修，未能及时告知。"


def test_somebody_without_a_phone_rates_by_the_slip_and_not_after_the_call(acts, desk):
    rate(acts, Second.FAIRLY, SLIP)
    rate(acts, Second.FAIRLY, SLIP)
    assert (case_row(desk).second, stands(desk)) == (Second.FAIRLY, CaseState.CLOSED)
    with pytest.raises(NotNow):
        rate(acts, Second.CONTENT, SLIP)


@ON_SQLITE
def test_the_word_on_the_telephone_is_the_word_of_whoever_has_the_slip(acts, desk):
    acts.call(desk, CallOutcome.CONTENT)
    assert seen(SLIP).second == Second.CONTENT
    with pytest.raises(NotNow):
        rate(acts, Second.FAIRLY, SLIP)


def test_not_settled_opens_it_once_with_the_numbers_hidden(acts, own):
    again(acts, f"还是要等\n打{PHONE}")
    case = case_row(own)
    assert (case.state, case.answered_at) == (CaseState.CHECKING, None)
    assert texts(own)[-1] == (VOICE, f"还是要等\n打{MARK}")
    again(acts, f"还是要等\n打{PHONE}")
    again(acts)
    assert len(texts(own)) == 2
    with pytest.raises(ReopenedBefore):
        again(acts, "又来一句")
    acts.answer(own)
    with pytest.raises(ReopenedBefore):
        again(acts)
    assert signed(own) == [None]
    verified()


@ON_SQLITE
def test_a_case_that_is_closed_opens_again_without_a_word(acts, own):
    rate(acts, Second.CONTENT)
    again(acts, " \n ")
    assert (stands(own), seconds(own)) == (CaseState.CHECKING, [None])
    assert [kind for kind, _ in texts(own)] == [TextKind.REPLY]


@ON_SQLITE
@pytest.mark.parametrize("length", [2_000, 2_001])
def test_words_have_an_end(acts, own, length):
    if length > 2_000:
        with pytest.raises(WordsTooLong):
            again(acts, "长" * length)
        with pytest.raises(WordsTooLong):
            appeal(acts, "长" * length)
        assert stands(own) == CaseState.ANSWERED
    else:
        appeal(acts, "长" * length)
        again(acts, "长" * length)
        assert [len(words) for _, words in texts(own)[1:]] == [length, length]


@ON_SQLITE
def test_an_appeal_is_made_once_and_its_numbers_are_hidden(acts, own):
    appeal(acts, f"请联系{PHONE}")
    appeal(acts, f"请联系{PHONE}")
    assert texts(own)[1:] == [(APPEAL, f"请联系{MARK}")]
    with pytest.raises(AppealedBefore):
        appeal(acts, "另一句")
    with pytest.raises(WordsMissing):
        appeal(acts, " ")
    assert [told.side for told in seen().appeals] == ["citizen"]
    verified()


def test_words_are_taken_back_while_the_case_goes_on(acts, screen):
    key = acts.answered(source=Source.RATING)
    belong(key, rated(screen, acts, SECRET, comment="等了很久"))
    say(acts, key, VOICE, "等了很久")
    appeal(acts)
    assert seen().has_words
    assert do(acts, take_back_words, SECRET) is True
    assert texts(key)[1:] == [(VOICE, ""), (APPEAL, "")]
    assert not seen().has_words
    assert stands(key) == CaseState.ANSWERED
    with reading() as session:
        assert session.scalars(select(Comment)).all() == []
    assert do(acts, take_back_words, SECRET) is False
    verified()


@ON_SQLITE
def test_words_of_the_case_alone_and_of_the_rating_alone(acts, own, screen):
    assert do(acts, take_back_words, SECRET) is False
    again(acts, "只在办理单里")
    assert do(acts, take_back_words, SECRET) is True
    rated(screen, acts, OTHER, comment="没有办理单")
    assert do(acts, take_back_words, OTHER) is True
    with pytest.raises(OwnUnknown):
        do(acts, take_back_words, NOBODYS)


@ON_SQLITE
def test_words_at_the_desk_go_and_those_of_the_house_stay(acts, desk):
    say(acts, desk, VOICE, "窗口没人")
    assert do(acts, take_back_words, SLIP) is True
    assert texts(desk) == [
        (TextKind.REPLY, "当天系统检修，未能及时告知。"),
        (VOICE, ""),
    ]


def test_nobody_takes_back_the_words_of_others(acts, shared):
    again(acts, "我的话")
    acts.answer(shared)
    appeal(acts, "他的话", OTHER)
    mine, theirs = signed(shared)
    assert None not in {mine, theirs}
    assert mine != theirs
    assert do(acts, take_back_words, OTHER) is True
    assert (VOICE, "我的话") in texts(shared)
    assert (APPEAL, "") in texts(shared)
    assert (seen().has_words, seen(OTHER).has_words) == (True, False)


@ON_SQLITE
def test_the_appeal_of_a_clerk_is_not_the_citizens(acts, own):
    clerk = make_account("c1", Role.CLERK, acts.now())
    from_clerk = say(acts, own, APPEAL, "我按规定办的", clerk)
    assert not seen().has_words
    do(acts, take_back_words, SECRET)
    with reading() as session:
        assert session.get_one(CaseText, from_clerk).words == "我按规定办的"


def test_a_contact_of_the_desk_is_erased_once_and_noted_without_it(acts, desk):
    assert seen(SLIP).contact
    assert do(acts, take_back_contact, SLIP) is True
    assert do(acts, take_back_contact, SLIP) is False
    assert not seen(SLIP).contact
    assert len(entries("contact")) == 1
    assert "withdrawn" in entries("contact")[0]
    assert do(acts, take_back_contact, SLIP) is False
    verified()


@ON_SQLITE
def test_a_contact_of_a_rating_goes_as_before(acts, own):
    assert do(acts, take_back_contact, SECRET) is False
    with pytest.raises(OwnUnknown):
        do(acts, take_back_contact, NOBODYS)


@ON_SQLITE
def test_an_unknown_secret_opens_nothing(acts, screen):
    rated(screen, acts, SECRET)
    for secret in (SECRET, NOBODYS):
        assert seen(secret) is None
        with pytest.raises(OwnUnknown):
            rate(acts, Second.NOT, secret)
    with reading() as session:
        assert receipt_case(session, "2222222222222") is None


def test_the_case_of_a_tap_is_found_from_its_correction_and_back(acts, screen):
    first = screen.rate(2, acts.now(), own=SECRET)
    second = screen.rate(1, acts.now.forward(seconds=8), own=SECRET, revises=str(first))
    with reading() as session:
        rows = session.execute(select(Rating.event_id, Rating.id, Rating.receipt))
        found = {event: (key, receipt) for event, key, receipt in rows}
    for event in (first, second):
        key = acts.answered(source=Source.RATING)
        belong(key, found[event][0])
        with reading() as session:
            told = [receipt_case(session, found[each][1]) for each in (first, second)]
        assert [each.state for each in told] == [CaseState.ANSWERED] * 2
        assert seen().number == case_row(key).number


def test_a_case_of_ones_own_stands_before_the_joined_one(acts, shared, screen):
    with reading() as session:
        mine, _ = session.scalars(
            select(CaseRating.rating_id).order_by(CaseRating.rating_id)
        )
    key = acts.accepted(source=Source.RATING)
    with transaction() as session:
        session.get_one(CaseRating, mine).case_id = key
    assert seen().number == case_row(key).number
    assert seen(OTHER).number == case_row(shared).number


def told_by(rating: int):
    with reading() as session:
        return receipt_case(session, session.get_one(Rating, rating).receipt)


@ON_SQLITE
def test_a_receipt_tells_the_state_and_the_day_it_came_to_it(acts, screen):
    rating = rated(screen, acts, SECRET)
    assert told_by(rating) is None
    key = acts.opened(source=Source.RATING)
    belong(key, rating)
    day = CLOCK.day(acts.now())
    assert told_by(rating) == CaseTold(CaseState.WAITING, day)
    for act, state in (
        ("accept", CaseState.CHECKING),
        ("answer", CaseState.ANSWERED),
        ("close", CaseState.CLOSED),
        ("reopen", CaseState.CHECKING),
    ):
        acts.now.forward(days=1)
        getattr(acts, act)(key)
        day += timedelta(days=1)
        assert told_by(rating) == CaseTold(state, day)
    acts.now.forward(days=1)
    acts.doubt(key)
    assert told_by(rating) == CaseTold(CaseState.DOUBTED, day)
