"""Reasons that visitors tick: once for each rating, counted, entered, found out."""

from collections import Counter
from uuid import uuid4

import pytest
from sqlalchemy import delete, select, update

from kiosk.domain.errors import IdTaken, NotAnEventId, NotYours
from kiosk.domain.intake import RatingState
from kiosk.domain.reasons import ReasonUnknown
from kiosk.extensions import reading, recording, transaction
from kiosk.models import FollowUp, Rating, RatingReason, TallyReason
from kiosk.services.devices import revoke_device
from kiosk.services.follow_ups import FollowedUp, RatingMissing
from kiosk.services.verify import verify_ledger
from tests.screens import Screen, pair_screen


@pytest.fixture
def screen(app, clock) -> Screen:
    return pair_screen("A001", clock())


def tallied() -> dict[tuple[str, int], int]:
    """Return how often each reason counts, by state."""
    with reading() as session:
        rows = session.scalars(select(TallyReason)).all()
    return {(RatingState(r.state).name, r.reason): r.n for r in rows if r.n}


def recounted() -> Counter[tuple[str, int]]:
    with reading() as session:
        rows = session.execute(
            select(Rating.state, RatingReason.reason).join(
                RatingReason, RatingReason.rating_id == Rating.id
            )
        ).all()
    found = Counter((RatingState(state).name, reason) for state, reason in rows)
    return Counter({k: n for k, n in found.items() if k[0] in {"COUNTED", "HELD"}})


def flaws() -> list[str]:
    with reading() as session:
        verdict = verify_ledger(session.connection())
    return [flaw.code for chain in verdict.chains for flaw in chain.flaws]


def whole() -> None:
    assert tallied() == recounted()
    assert flaws() == []


def test_reasons_are_kept_with_their_rating_and_counted(screen, clock):
    rating = screen.rate(1, clock())
    [kept] = screen.send([screen.reasons(rating, [231, 210, 231])], clock())
    assert str(kept.event_id) == screen.sent[-1]["id"]
    assert tallied() == {("COUNTED", 210): 1, ("COUNTED", 231): 1}
    with reading() as session:
        [row] = session.scalars(select(FollowUp)).all()
    assert (row.list_version, row.received_at) == (1, clock())
    whole()


def test_the_same_reasons_again_are_acknowledged_and_counted_once(screen, clock):
    body = screen.reasons(screen.rate(5, clock()), [111])
    first = screen.send([body], clock())
    assert screen.send([body], clock.forward(days=9)) == first
    assert tallied() == {("COUNTED", 111): 1}
    whole()


def test_to_finish_without_a_tick_is_an_answer_too(screen, clock):
    screen.send([screen.reasons(screen.rate(5, clock()), [])], clock())
    assert tallied() == {}
    whole()


def test_a_rating_and_its_reasons_come_in_one_batch(screen, clock):
    rating = screen.tap(2, clock())
    screen.send([rating, screen.reasons(rating["id"], [221])], clock())
    assert tallied() == {("COUNTED", 221): 1}
    whole()


def test_a_correction_takes_the_reasons_of_the_first_tap_back(screen, clock):
    rating = screen.rate(1, clock())
    screen.send([screen.reasons(rating, [231])], clock())
    better = screen.rate(5, clock.forward(seconds=9), revises=str(rating))
    assert tallied() == {}
    screen.send([screen.reasons(better, [131])], clock())
    assert tallied() == {("COUNTED", 131): 1}
    whole()


def test_reasons_that_arrive_after_the_correction_count_nowhere(screen, clock):
    rating = screen.rate(1, clock())
    screen.rate(5, clock.forward(seconds=9), revises=str(rating))
    screen.send([screen.reasons(rating, [231])], clock())
    assert tallied() == {}
    whole()


def test_reasons_of_a_withdrawn_screens_rating_are_held_with_it(screen, clock):
    with recording("test", clock()) as records:
        revoke_device(records, screen.device_id)
    rating = screen.rate(1, clock())
    screen.send([screen.reasons(rating, [231])], clock())
    assert tallied() == {("HELD", 231): 1}
    whole()


def test_what_does_not_belong_together_is_refused(screen, clock):
    good = screen.rate(5, clock())
    other = pair_screen("B002", clock())
    for body, refusal in [
        (screen.reasons(good, [231]), ReasonUnknown),
        (screen.reasons(good, [111], list=2), ReasonUnknown),
        (screen.reasons(uuid4(), [111]), RatingMissing),
        (screen.reasons("no id", [111]), NotAnEventId),
        (other.reasons(good, [111]), NotYours),
    ]:
        sender = other if refusal is NotYours else screen
        with pytest.raises(refusal):
            sender.send([body], clock())
    assert tallied() == {}
    whole()


def test_a_rating_has_its_reasons_once(screen, clock):
    rating = screen.rate(5, clock())
    body = screen.reasons(rating, [111])
    screen.send([body], clock())
    with pytest.raises(FollowedUp):
        screen.send([screen.reasons(rating, [112])], clock())
    with pytest.raises(IdTaken):
        screen.send([body | {"reasons": [112]}], clock())
    another = screen.rate(4, clock.forward(seconds=9))
    with pytest.raises(IdTaken):
        screen.send([body | {"rating": str(another)}], clock())
    assert tallied() == {("COUNTED", 111): 1}
    whole()


# Tampering


@pytest.mark.parametrize(
    ("tamper", "found"),
    [
        (delete(RatingReason), {"reasons_differ", "tally_reason"}),
        (
            update(RatingReason).values(reason=232).where(RatingReason.reason == 231),
            {"reasons_differ", "tally_reason"},
        ),
        (update(TallyReason).values(n=2), {"tally_reason"}),
        (delete(TallyReason), {"tally_reason"}),
        (update(FollowUp).values(list_version=2), {"reasons_differ"}),
    ],
    ids=["ticks gone", "another tick", "count", "count gone", "another list"],
)
def test_changed_reasons_are_found(screen, clock, tamper, found):
    screen.send([screen.reasons(screen.rate(1, clock()), [231])], clock())
    with transaction() as session:
        session.execute(tamper)
    assert set(flaws()) == found


def test_reasons_past_the_ledger_are_found(screen, clock):
    screen.send([screen.reasons(screen.rate(1, clock()), [231])], clock())
    other = screen.rate(2, clock.forward(seconds=9))
    with transaction() as session:
        key = session.scalars(select(Rating.id).where(Rating.event_id == other)).one()
        session.add(
            FollowUp(
                rating_id=key,
                event_id=uuid4(),
                digest=bytes(32),
                list_version=1,
                received_at=clock(),
            )
        )
    assert flaws() == ["reasons_not_entered"]
