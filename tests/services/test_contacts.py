"""Calling back: who may be called, who looked and why, and how a contact ends."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from kiosk.domain.contacts import (
    CallWaits,
    ContactGone,
    ContactSettled,
    ContactThere,
    OpeningNeeded,
    Outcome,
    OwnUnknown,
    Reach,
    ReceiptUnknown,
)
from kiosk.domain.errors import RuleBroken
from kiosk.domain.policy import NotOpen, Role
from kiosk.domain.receipts import format_receipt, receipt_code
from kiosk.domain.tokens import token_hash
from kiosk.extensions import reading, recording
from kiosk.models import Contact, ContactOpening, LedgerEntry, OwnKey, Rating
from kiosk.queries.contacts import own_rating
from kiosk.services.contacts import (
    erase_contact,
    give_contact,
    open_contact,
    register_contact,
    settle_call,
    withdraw_contact,
)
from kiosk.services.retention import erase_contacts
from kiosk.services.sealing import KEY_BYTES, Sealer
from tests.people import make_account
from tests.screens import FAR_APART, Screen, pair_screen

CENTRE = 1
SECRET = "an-own-secret-of-a-phone"
NUMBER = "13900005678"
SEALER = Sealer(b"k" * KEY_BYTES)
LI = Reach("李女士", NUMBER)


@pytest.fixture
def screen(app, clock) -> Screen:
    return pair_screen("A001", clock())


@pytest.fixture
def rated(screen, clock) -> UUID:
    return screen.rate(2, clock(), own=SECRET)


@pytest.fixture
def handler(app, clock) -> int:
    return make_account("handler", Role.CASE_HANDLER, clock())


def give(now: datetime, reach: Reach = LI, secret: str = SECRET) -> None:
    with recording("citizen", now) as records:
        give_contact(records, secret, reach, SEALER)


def register(receipt: str, now: datetime, centre: int = CENTRE) -> int:
    with recording("account:1", now) as records:
        return register_contact(records, centre, receipt, LI, SEALER)


def withdraw(now: datetime, secret: str = SECRET) -> bool:
    with recording("citizen", now) as records:
        return withdraw_contact(records, secret)


def open_it(key: int, who: int, now: datetime, centre: int = CENTRE) -> None:
    with recording(f"account:{who}", now) as records:
        open_contact(records, centre, key, who, "首次回访")


def settle(key: int, outcome: Outcome, now: datetime, centre: int = CENTRE) -> None:
    with recording("account:1", now) as records:
        settle_call(records, centre, key, outcome)


def erase(key: int, now: datetime) -> bool:
    with recording("account:1", now) as records:
        return erase_contact(records, CENTRE, key)


def erase_due(now: datetime) -> int:
    with recording("system", now) as records:
        return erase_contacts(records)


def rating_key(event: UUID) -> int:
    with reading() as session:
        return session.scalars(select(Rating.id).where(Rating.event_id == event)).one()


def contact(event: UUID) -> Contact | None:
    with reading() as session:
        return session.get(Contact, rating_key(event))


def reached(event: UUID) -> Reach:
    return SEALER.open(contact(event).sealed, event)


def notes() -> list[dict[str, object]]:
    """Return what the ledger tells of contacts, oldest first."""
    with reading() as session:
        bodies = session.scalars(
            select(LedgerEntry.body)
            .where(LedgerEntry.kind == "contact", LedgerEntry.chain_id == CENTRE)
            .order_by(LedgerEntry.number)
        )
        return [json.loads(body) for body in bodies]


def test_a_number_is_kept_sealed_and_the_ledger_tells_only_that_it_was_given(
    rated, clock
):
    give(clock())
    kept = contact(rated)
    assert reached(rated) == LI
    assert NUMBER.encode() not in kept.sealed
    assert (kept.consented_at, kept.erased_at, kept.settled_at) == (clock(), None, None)
    assert notes() == [
        {
            "at": "2026-07-16T04:00:00.000000Z",
            "by": "citizen",
            "notice": 1,
            "rating": str(rated),
            "road": "phone",
            "what": "given",
        }
    ]


def test_a_changed_number_takes_the_old_ones_place_in_the_list(rated, clock):
    given = clock()
    give(given)
    give(clock.forward(hours=1), Reach("", "0551-62999999"))
    assert reached(rated) == Reach("", "0551-62999999")
    assert contact(rated).consented_at == given
    assert [note["what"] for note in notes()] == ["given", "changed"]


def test_withdrawing_erases_at_once_and_again_does_nothing(rated, clock):
    give(clock())
    assert withdraw(clock.forward(hours=1))
    gone = contact(rated)
    assert (gone.sealed, gone.erased_at, gone.settled_at) == (None, clock(), None)
    assert not withdraw(clock())
    assert [note["what"] for note in notes()] == ["given", "withdrawn"]


def test_there_is_nothing_to_withdraw_where_nothing_was_given(rated, clock):
    assert not withdraw(clock())
    assert (contact(rated), notes()) == (None, [])


def test_a_withdrawn_number_can_be_given_again_and_waits_anew(rated, clock):
    give(clock())
    withdraw(clock())
    give(clock.forward(days=1))
    again = contact(rated)
    assert (again.consented_at, again.erased_at) == (clock(), None)
    assert [note["what"] for note in notes()] == ["given", "withdrawn", "given"]


def test_an_unknown_secret_gives_and_withdraws_nothing(rated, clock):
    with pytest.raises(OwnUnknown):
        give(clock(), secret="another-secret-of-a-phone")
    with pytest.raises(OwnUnknown):
        withdraw(clock(), secret="another-secret-of-a-phone")
    assert notes() == []


def test_the_desk_registers_by_the_receipt_as_people_type_it(rated, clock):
    typed = format_receipt(receipt_code(rated)).lower().replace("-", " ")
    assert register(typed, clock()) == rating_key(rated)
    assert reached(rated) == LI
    assert [(note["by"], note["road"]) for note in notes()] == [("account:1", "desk")]


def test_the_desk_does_not_change_what_a_phone_gave(rated, clock):
    give(clock(), Reach("王", "13900000000"))
    with pytest.raises(ContactThere):
        register(receipt_code(rated), clock())
    assert reached(rated).name == "王"


def test_the_desk_may_register_again_what_was_withdrawn(rated, clock):
    give(clock())
    withdraw(clock())
    register(receipt_code(rated), clock())
    assert reached(rated) == LI


@pytest.mark.parametrize("receipt", ["", "7K2M-Q4TX", "2222-2222-22222"])
def test_the_desk_refuses_a_receipt_of_no_rating(rated, clock, receipt):
    with pytest.raises(ReceiptUnknown):
        register(receipt, clock())


def test_a_receipt_of_another_centre_is_none(rated, clock):
    with pytest.raises(ReceiptUnknown):
        register(receipt_code(rated), clock(), centre=CENTRE + 1)


def test_each_opening_is_kept_with_its_reason_and_entered(rated, handler, clock):
    give(clock())
    key = rating_key(rated)
    open_it(key, handler, clock())
    open_it(key, handler, clock.forward(hours=2))
    with reading() as session:
        kept = session.scalars(select(ContactOpening).order_by(ContactOpening.id)).all()
    assert [(each.account_id, each.reason) for each in kept] == [
        (handler, "首次回访")
    ] * 2
    assert kept[1].opened_at - kept[0].opened_at == timedelta(hours=2)
    last = notes()[-1]
    assert (last["what"], last["reason"]) == ("opened", "首次回访")
    assert last["by"] == f"account:{handler}"


def test_what_was_withdrawn_cannot_be_opened(rated, handler, clock):
    give(clock())
    withdraw(clock())
    with pytest.raises(ContactGone):
        open_it(rating_key(rated), handler, clock())


def test_what_nobody_gave_or_another_centre_has_does_not_exist(rated, handler, clock):
    key = rating_key(rated)
    with pytest.raises(NotOpen):
        open_it(key, handler, clock())
    give(clock())
    with pytest.raises(NotOpen):
        open_it(key, handler, clock(), centre=CENTRE + 1)
    with pytest.raises(NotOpen):
        settle(key, Outcome.UNWANTED, clock(), centre=CENTRE + 1)
    with pytest.raises(NotOpen):
        open_it(key + 1, handler, clock())


@pytest.mark.parametrize("outcome", [Outcome.REACHED, Outcome.NOT_REACHED])
def test_a_call_needs_a_number_that_somebody_saw(rated, handler, clock, outcome):
    give(clock())
    key = rating_key(rated)
    with pytest.raises(OpeningNeeded):
        settle(key, outcome, clock())
    open_it(key, handler, clock())
    settle(key, outcome, clock.forward(hours=1))
    done = contact(rated)
    assert (done.outcome, done.settled_at) == (outcome, clock())
    assert done.sealed is not None
    assert (notes()[-1]["what"], notes()[-1]["outcome"]) == ("settled", outcome)


def test_who_wants_no_call_any_more_is_forgotten_at_once(rated, clock):
    give(clock())
    settle(rating_key(rated), Outcome.UNWANTED, clock())
    gone = contact(rated)
    assert (gone.sealed, gone.settled_at, gone.erased_at) == (None, clock(), clock())


def test_a_contact_that_no_key_opens_can_still_be_settled(rated, clock):
    give(clock())
    settle(rating_key(rated), Outcome.UNREADABLE, clock())
    assert contact(rated).sealed is not None


def test_settling_again_is_harmless_and_something_else_is_refused(
    rated, handler, clock
):
    give(clock())
    key = rating_key(rated)
    open_it(key, handler, clock())
    settle(key, Outcome.REACHED, clock())
    first = contact(rated).settled_at
    settle(key, Outcome.REACHED, clock.forward(hours=1))
    with pytest.raises(ContactSettled):
        settle(key, Outcome.NOT_REACHED, clock())
    assert contact(rated).settled_at == first
    assert [note["what"] for note in notes()] == ["given", "opened", "settled"]


def test_what_was_withdrawn_cannot_be_settled(rated, clock):
    give(clock())
    withdraw(clock())
    with pytest.raises(ContactGone):
        settle(rating_key(rated), Outcome.UNWANTED, clock())


def test_after_the_call_nothing_new_is_taken(rated, clock):
    give(clock())
    settle(rating_key(rated), Outcome.UNREADABLE, clock())
    with pytest.raises(ContactSettled):
        give(clock())
    with pytest.raises(ContactSettled):
        register(receipt_code(rated), clock())


def test_after_the_call_its_author_can_still_have_it_erased(rated, clock):
    give(clock())
    settle(rating_key(rated), Outcome.UNREADABLE, clock())
    assert withdraw(clock())
    assert contact(rated).sealed is None


def test_the_desk_erases_for_its_owner_what_is_settled_and_only_that(rated, clock):
    give(clock())
    key = rating_key(rated)
    with pytest.raises(CallWaits):
        erase(key, clock())
    settle(key, Outcome.UNREADABLE, clock())
    assert erase(key, clock.forward(hours=1))
    assert (contact(rated).sealed, contact(rated).erased_at) == (None, clock())
    assert not erase(key, clock())
    assert [note["what"] for note in notes()] == ["given", "settled", "erased"]


def test_ninety_days_after_the_call_the_contact_goes_by_itself(rated, screen, clock):
    give(clock())
    later = screen.rate(1, clock() + FAR_APART, own="another-secret-of-a-phone")
    give(clock(), secret="another-secret-of-a-phone")
    settled = clock()
    settle(rating_key(rated), Outcome.UNREADABLE, settled)
    due = settled + timedelta(days=90)
    assert erase_due(due - timedelta(microseconds=1)) == 0
    assert contact(rated).sealed is not None
    assert erase_due(due) == 1
    assert (contact(rated).sealed, contact(rated).erased_at) == (None, due)
    assert contact(later).sealed is not None
    assert erase_due(due) == 0
    last = notes()[-1]
    assert (last["what"], last["by"], last["rating"]) == (
        "erased",
        "system",
        str(rated),
    )


def test_a_correction_may_carry_the_same_secret_and_the_page_follows_it(screen, clock):
    first = screen.rate(2, clock(), own=SECRET)
    second = screen.rate(1, clock() + FAR_APART, own=SECRET, revises=str(first))
    third = screen.rate(2, clock() + 2 * FAR_APART, revises=str(second))
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(OwnKey)) == 1
        found = own_rating(session, token_hash(SECRET))
    assert (found.receipt, found.event_id) == (receipt_code(third), first)


def test_of_two_secrets_of_one_visitor_both_lead_to_the_opinion_that_stands(
    screen, clock
):
    other = "another-secret-of-a-phone"
    first = screen.rate(2, clock(), own=SECRET)
    second = screen.rate(1, clock() + FAR_APART, own=other, revises=str(first))
    with reading() as session:
        found = [own_rating(session, token_hash(each)) for each in (SECRET, other)]
    assert {each.receipt for each in found} == {receipt_code(second)}


def test_a_merged_tap_leads_to_the_one_that_counts(screen, clock):
    first = screen.rate(2, clock())
    merged = screen.rate(2, clock() + timedelta(seconds=1), own=SECRET)
    assert merged != first
    with reading() as session:
        assert own_rating(session, token_hash(SECRET)).receipt == receipt_code(first)


def test_a_secret_that_is_used_twice_stays_with_the_first_rating(screen, clock):
    first = screen.rate(2, clock(), own=SECRET)
    screen.rate(1, clock() + FAR_APART, own=SECRET)
    with reading() as session:
        assert own_rating(session, token_hash(SECRET)).receipt == receipt_code(first)


def at_once(app, *acts) -> list[object]:
    """Do things in as many threads; return what each returned or raised."""
    barrier = threading.Barrier(len(acts))

    def run(act) -> object:
        with app.app_context():
            barrier.wait(10)
            try:
                return act()
            except RuleBroken as refusal:
                return type(refusal)

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_a_form_sent_twice_at_once_is_one_contact(app, rated, clock):
    acts = [lambda: give(clock()), lambda: give(clock()), lambda: give(clock())]
    assert at_once(app, *acts) == [None, None, None]
    assert reached(rated) == LI
    assert sorted(note["what"] for note in notes()) == ["changed", "changed", "given"]


def test_phone_and_desk_at_once_leave_the_phones_number(app, rated, clock):
    told = at_once(
        app,
        lambda: give(clock(), Reach("王", "13900000000")),
        lambda: register(receipt_code(rated), clock()),
    )
    assert told in ([None, ContactThere], [None, rating_key(rated)])
    assert reached(rated).name == "王"


def test_of_two_results_noted_at_once_one_stays(app, rated, handler, clock):
    give(clock())
    key = rating_key(rated)
    open_it(key, handler, clock())
    told = at_once(
        app,
        lambda: settle(key, Outcome.REACHED, clock()),
        lambda: settle(key, Outcome.NOT_REACHED, clock()),
    )
    assert sorted(told, key=str) == sorted([None, ContactSettled], key=str)
    assert [note["what"] for note in notes()].count("settled") == 1


def test_withdrawing_while_the_days_run_out_is_no_deadlock(app, rated, clock):
    give(clock())
    settle(rating_key(rated), Outcome.UNREADABLE, clock())
    due = clock.forward(days=90)
    at_once(app, lambda: withdraw(due), lambda: erase_due(due))
    assert contact(rated).sealed is None
