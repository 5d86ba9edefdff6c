"""A citizen's form is one act: all of it is kept, once, or nothing."""

from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from kiosk.domain.codes import CodeUsed
from kiosk.domain.contacts import OwnUnknown
from kiosk.domain.errors import IdTaken
from kiosk.domain.hold_states import HoldState
from kiosk.domain.intake import Origin, RatingState
from kiosk.domain.tickets import TicketUsed
from kiosk.domain.tokens import token_hash
from kiosk.extensions import reading, recording, write
from kiosk.extensions.retention import erase_what_is_due
from kiosk.models import (
    AddressMinute,
    Comment,
    Hold,
    LedgerEntry,
    OwnKey,
    PhoneDay,
    Rating,
    RatingReason,
    SlotUse,
    TallyDay,
)
from kiosk.services.comments import withdraw_words
from kiosk.services.limits import count_form
from kiosk.services.rights import SlotRight, TicketRight
from kiosk.services.verify import verify_ledger
from kiosk.services.visits import Visit, record_visit
from tests.screens import HALL, pair_screen, phone_tap
from tests.tickets import open_visit, rated_level

PHONE = b"p" * 32


@pytest.fixture
def window(app, clock) -> int:
    return pair_screen("A001", clock()).window_id


def a_visit(window: int, level: int = 2, **more: object) -> Visit:
    said = {
        name: more.pop(name) for name in ("comment", "kind", "origin") if name in more
    }
    tap = phone_tap(window, level, **said)
    own = f"own-secret-{tap.event_id.hex}"
    return Visit(**({"tap": tap, "own": own, "printed_most": 50} | more))


def send(visit: Visit, now):
    return write(lambda connection: record_visit(connection, visit, HALL, now))


def rows(*columns, order=None):
    with reading() as session:
        return [tuple(row) for row in session.execute(select(*columns).order_by(order))]


def sound() -> bool:
    with reading() as session:
        return verify_ledger(session.connection()).sound


def test_rating_reasons_words_and_key_are_kept_together(window, clock):
    visit = a_visit(window, comment="等了很久", kind=3, reasons=(211, 231))
    kept = send(visit, clock())
    assert kept.event_id == visit.tap.event_id
    assert rows(Rating.level, Rating.origin, Rating.verified, Rating.state) == [
        (2, Origin.PRINTED, False, RatingState.COUNTED)
    ]
    assert rows(RatingReason.reason, order=RatingReason.reason) == [(211,), (231,)]
    assert rows(Comment.words, Comment.kind) == [("等了很久", 3)]
    assert rows(OwnKey.key_hash) == [(token_hash(visit.own),)]
    kinds = rows(LedgerEntry.kind, order=LedgerEntry.number)
    assert kinds[-2:] == [("rating",), ("reasons",)]
    assert sound()


def test_a_wish_without_words_is_kept_too(window, clock):
    send(a_visit(window, kind=2), clock())
    assert rows(Comment.words, Comment.kind) == [("", 2)]
    assert sound()


def test_the_same_form_again_changes_nothing(window, clock):
    visit = a_visit(window, reasons=(211,), cookie=PHONE)
    first = send(visit, clock())
    before = rows(func.count(LedgerEntry.number))
    assert send(visit, clock.forward(hours=1)) == first
    assert rows(func.count(LedgerEntry.number)) == before
    assert rows(PhoneDay.n) == [(1,)]


def test_another_form_under_the_same_id_is_refused(window, clock):
    visit = a_visit(window, kind=1)
    send(visit, clock())
    other = replace(visit, tap=replace(visit.tap, kind=2))
    with pytest.raises(IdTaken):
        send(other, clock())


def test_a_phones_fourth_rating_of_a_day_is_held_and_looked_at(window, clock):
    for _ in range(5):
        send(a_visit(window, 5, cookie=PHONE), clock())
    states = rows(Rating.state, Rating.hold_id, order=Rating.id)
    [(hold, rule, n, state)] = rows(Hold.id, Hold.rule, Hold.n, Hold.state)
    assert (rule, n, state) == ("S8", 2, HoldState.OPEN)
    assert states == [(0, None)] * 3 + [(1, hold)] * 2
    counted = rows(TallyDay.state, TallyDay.c5, order=TallyDay.state)
    assert counted == [(RatingState.COUNTED, 3), (RatingState.HELD, 2)]
    send(a_visit(window, 5, cookie=PHONE), clock.forward(days=1))
    assert rows(func.count(Hold.id)) == [(1,)]
    assert sound()


def test_other_phones_and_other_windows_are_counted_apart(window, clock):
    other = pair_screen("B002", clock()).window_id
    for _ in range(3):
        send(a_visit(window, cookie=PHONE), clock())
        send(a_visit(other, cookie=PHONE), clock())
        send(a_visit(window, cookie=b"q" * 32), clock())
        send(a_visit(window), clock())
    assert rows(func.count(Hold.id)) == [(0,)]


def test_more_by_printed_code_than_count_in_a_day_are_held(window, clock):
    for _ in range(3):
        send(a_visit(window, printed_most=2), clock())
    assert rows(Rating.state, order=Rating.id) == [(0,), (0,), (1,)]
    assert rows(Hold.rule) == [("printed",)]
    send(a_visit(window, printed_most=2, origin=Origin.ROTATING), clock())
    send(a_visit(window, printed_most=2), clock.forward(days=1))
    assert rows(func.count(Hold.id)) == [(1,)]


def test_a_tickets_own_code_is_never_one_too_many(window, clock):
    for _ in range(4):
        ticket = open_visit(window, clock())
        right = TicketRight(ticket)
        visit = a_visit(window, cookie=PHONE, right=right, origin=Origin.TICKET)
        send(visit, clock())
    assert rows(Rating.state, Rating.verified) == [(0, True)] * 4
    assert rows(func.count(Hold.id)) == [(0,)]


def test_a_refused_right_leaves_no_trace(window, clock):
    ticket = open_visit(window, clock())
    right = TicketRight(ticket)
    first = a_visit(window, 4, right=right, origin=Origin.TICKET)
    send(first, clock())
    second = a_visit(window, 1, right=right, origin=Origin.TICKET, cookie=PHONE)
    with pytest.raises(TicketUsed):
        send(second, clock())
    assert rated_level(ticket) == 4
    assert rows(func.count(Rating.id)) == [(1,)]
    assert rows(PhoneDay.n) == []
    # The one that used it is still acknowledged when it comes again.
    assert send(first, clock()).event_id == first.tap.event_id


def test_each_code_of_the_screen_is_used_once(window, clock):
    right = SlotRight(slot=7, nonce=1)
    send(a_visit(window, right=right, origin=Origin.ROTATING), clock())
    with pytest.raises(CodeUsed):
        send(a_visit(window, right=right, origin=Origin.ROTATING), clock())
    send(a_visit(window, right=SlotRight(7, 2), origin=Origin.ROTATING), clock())
    assert rows(SlotUse.nonce, order=SlotUse.nonce) == [(1,), (2,)]


def test_words_are_taken_back_by_their_author_only(window, clock):
    visit = a_visit(window, comment="请改进")
    send(visit, clock())
    with recording("citizen", clock()) as records:
        assert withdraw_words(records, visit.own)
        assert not withdraw_words(records, visit.own)
        with pytest.raises(OwnUnknown):
            withdraw_words(records, f"another-secret-{uuid4()}")
    assert rows(Comment.words) == []
    assert sound()


def test_passing_counts_are_forgotten_when_they_are_over(window, clock, tmp_path):
    write(lambda connection: count_form(connection, b"a" * 32, clock()))
    send(a_visit(window, cookie=PHONE), clock())
    assert not erase_what_is_due(clock.forward(minutes=60), tmp_path)
    assert rows(func.count(AddressMinute.n)) == [(1,)]
    erase_what_is_due(clock.forward(minutes=1), tmp_path)
    assert rows(func.count(AddressMinute.n)) == [(0,)]
    assert rows(func.count(PhoneDay.n)) == [(1,)]
    erase_what_is_due(clock.forward(days=3), tmp_path)
    assert rows(func.count(PhoneDay.n)) == [(0,)]
