"""Heaps of ratings: given at once, held, decided on, and held against the ledger."""

from datetime import timedelta

from sqlalchemy import select

from kiosk.domain.intake import RatingState
from kiosk.extensions import reading, recording
from kiosk.models import Hold
from kiosk.services.hold_reviews import confirm_decision, propose_decision
from kiosk.services.verify import verify_ledger
from tests.recount import check_tallies, ratings
from tests.screens import keep, phone_tap

FIRST, SECOND = 1, 2
"""Keys of two accounts that review."""


def give(window_id, times, level=5, **said):
    """Keep ratings by phone, given at these times and received at once."""
    for moment in times:
        keep(phone_tap(window_id, level, tapped_at=moment, **said), moment)


def burst(clock, n=9, seconds=600):
    """Return n times in the ten minutes of the clock."""
    return [clock() + timedelta(seconds=seconds * each // n) for each in range(n)]


def holds():
    with reading() as session:
        return list(session.scalars(select(Hold).order_by(Hold.id)))


def states():
    found = [rating.state for rating in ratings()]
    return [found.count(state) for state in list(RatingState)[:3]]


def decide(clock, state, hold_id=1):
    with recording("account:1", clock()) as records:
        propose_decision(records, (1, hold_id), FIRST, state, "停电后集中评价")
    with recording("account:2", clock()) as records:
        return confirm_decision(records, (1, hold_id), SECOND, state)


def sound():
    check_tallies()
    with reading() as session:
        verdict = verify_ledger(session.connection())
    assert [flaw for chain in verdict.chains for flaw in chain.flaws] == []
