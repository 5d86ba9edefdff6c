"""What the opening of cases reads: pages of the inbox, and counts that say enough."""

from datetime import date, timedelta

import pytest
from sqlalchemy import insert

from kiosk.domain.intake import Channel, RatingState
from kiosk.extensions import reading, transaction
from kiosk.models import CaseInbox, TallyDay
from kiosk.queries import case_opening
from kiosk.queries.case_opening import bad_by_week, opinion_of, waiting_ratings
from tests.case_sources import SLOW, inbox, said, ticked
from tests.screens import Screen, pair_screen
from tests.statements import statements

CENTRE = 1
MONDAY = date(2026, 7, 13)


@pytest.fixture
def screen(app, clock) -> Screen:
    return pair_screen("A001", clock())


def test_the_inbox_is_read_page_by_page_in_the_order_of_the_keys(
    screen, clock, monkeypatch
):
    monkeypatch.setattr(case_opening, "PAGE", 2)
    keys = [said(screen.window_id, clock()) for _ in range(3)]
    with reading() as session:
        first = waiting_ratings(session, 0)
        rest = waiting_ratings(session, first[-1][0])
        assert waiting_ratings(session, keys[-1]) == []
    assert first == [(key, CENTRE) for key in keys[:2]]
    assert rest == [(keys[2], CENTRE)]


def test_an_empty_inbox_costs_one_statement(screen, clock):
    with statements() as sent, reading() as session:
        assert waiting_ratings(session, 0) == []
    assert len(sent) == 1


def test_an_opinion_costs_three_statements_however_much_was_said(screen, clock):
    rating = ticked(screen, clock(), SLOW)
    with statements() as sent, reading() as session:
        found = opinion_of(session, rating)
    assert len(sent) == 3
    assert (found.family, found.stands) == ((rating,), rating)
    assert (found.channel, found.said.cause) == (Channel.TABLET, 1)


def tallied(window: int, day: date, state: RatingState, *levels: int) -> None:
    row = {
        "window_id": window,
        "day": day,
        "channel": 0,
        "verified": False,
        "state": int(state),
    }
    counts = {f"c{level}": count for level, count in enumerate(levels, 1)}
    counts |= {f"p{level}": 0 for level in range(1, 6)}
    with transaction() as session:
        session.execute(insert(TallyDay).values(row | counts))


def test_bad_ratings_are_counted_by_week_where_there_are_any(screen, clock):
    other = pair_screen("A002", clock()).window_id
    counted = RatingState.COUNTED
    before = MONDAY - timedelta(days=1)
    tallied(screen.window_id, before, counted, 9, 9, 9, 9, 9)
    tallied(screen.window_id, MONDAY, counted, 1, 2, 3, 4, 5)
    tallied(screen.window_id, MONDAY + timedelta(days=6), counted, 0, 1, 0, 0, 1)
    tallied(screen.window_id, MONDAY + timedelta(days=7), counted, 1, 0, 0, 0, 0)
    tallied(screen.window_id, MONDAY, RatingState.HELD, 7, 7, 7, 7, 7)
    tallied(other, MONDAY, counted, 0, 0, 5, 5, 5)
    with statements() as sent, reading() as session:
        found = bad_by_week(session, MONDAY)
    assert found == {
        (CENTRE, screen.window_id, MONDAY): (4, 17),
        (CENTRE, screen.window_id, MONDAY + timedelta(days=7)): (1, 1),
    }
    assert len(sent) == 1


def test_the_place_of_a_rating_in_the_inbox_is_one(screen, clock):
    rating = said(screen.window_id, clock())
    with reading() as session:
        assert session.get_one(CaseInbox, rating).rating_id == rating
    assert inbox() == [rating]
