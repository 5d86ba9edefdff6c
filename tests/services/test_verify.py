"""An honest ledger is found whole, whatever happened in the hall.

What is found when it is not honest: tests/faults/test_tampering.py, whose honest day
is also PostgreSQL's.
"""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from kiosk.domain.intake import RatingState
from kiosk.domain.notes import Note, Statement
from kiosk.extensions import reading, recording, transaction, write
from kiosk.models import Rating, Unit
from kiosk.services import verify_chain
from kiosk.services.demonstration import load_demonstration
from kiosk.services.erasure import erase_entry
from kiosk.services.ledger import Draft, append
from kiosk.services.tallies import Move, move_tallies
from kiosk.services.verify import verify_ledger
from tests.builders import the_centre
from tests.engines import ON_SQLITE
from tests.ledger_story import (
    CENTRE,
    Story,
    busy_day,
    entry_of,
    hold,
    last_entry,
    size,
    told,
    uuid_sql,
    verified,
)
from tests.screens import FAR_APART, keep, pair_screen, phone_tap

pytestmark = ON_SQLITE


@pytest.fixture
def story(app, clock) -> Story:
    return busy_day(clock())


def decide(story: Story, event, state: RatingState) -> None:
    """Hold, exclude or release a rating, with its counts."""
    with recording("account:1", story.end) as records:
        row = records.session.scalars(
            select(Rating).where(Rating.event_id == event)
        ).one()
        before = _move(row, row.state, -1)
        hold(records, event, state)
        moves = [before, _move(row, state, 1)]
        move_tallies(records.session.connection(), moves, {})


def _move(row: Rating, state: int, by: int) -> Move:
    return Move(
        row.window_id, row.day, row.bucket, row.channel, row.verified,
        state, row.level, row.clerk_id or 0, by,
    )  # fmt: skip


def enter(kind: str, body: dict[str, object], now) -> int:
    """Append an entry as no service does; return its number."""
    drafts = [Draft(kind, json.dumps(body, ensure_ascii=False))]
    return write(lambda connection: append(connection, CENTRE, drafts, now))


def test_a_busy_day_is_whole(story):
    verdict = verified()
    assert told(verdict) == []
    assert verdict.sound
    organisation, centre = verdict.chains
    assert organisation.ratings == 0
    assert centre.ratings == 21
    assert centre.size == size()
    assert centre.origin.endswith("/centre/main")


def test_an_installation_without_a_rating_is_whole(app):
    assert told(verified()) == []


def test_before_there_is_anything_nothing_is_wrong(app):
    with transaction() as session:
        connection = session.connection()
        connection.execute(text("DROP TRIGGER ledger_entry_no_delete"))
        for name in ("ledger_entry", "chain", "centre", "installation"):
            connection.execute(text(f"DELETE FROM {name}"))
    assert verified().chains == ()


@pytest.mark.unmeasured
def test_a_demonstration_is_whole(app, clock):
    heard: list[object] = []
    load_demonstration(write, clock(), heard.append)
    counted: list[tuple[int, int]] = []
    with transaction() as session:
        verdict = verify_ledger(
            session.connection(), (), lambda *told: counted.append(told)
        )
    assert told(verdict) == []
    done, total = counted[-1]
    assert total - 10_000 < done <= total
    assert verdict.chains[1].ratings == heard[-1].total


def test_whoever_waits_hears_how_far_the_walk_is(story, monkeypatch):
    monkeypatch.setattr(verify_chain, "_TELL_EVERY", 10)
    heard: list[tuple[int, int]] = []
    with reading() as session:
        verdict = verify_ledger(
            session.connection(), (), lambda *told: heard.append(told)
        )
    total = sum(chain.size for chain in verdict.chains)
    steps = sum(chain.size // 10 for chain in verdict.chains)
    assert heard == [(10 * step, total) for step in range(1, steps + 1)]


def test_decisions_are_followed_to_the_state_of_now(story):
    decide(story, story.said, RatingState.HELD)
    assert told(verified()) == []
    decide(story, story.said, RatingState.EXCLUDED)
    decide(story, story.first, RatingState.HELD)
    assert told(verified()) == []
    decide(story, story.first, RatingState.COUNTED)
    assert told(verified()) == []


def test_a_state_that_a_decision_did_not_give_is_named_by_the_rating(story):
    decide(story, story.first, RatingState.HELD)
    with transaction() as session:
        connection = session.connection()
        key = uuid_sql(connection, story.first)
        connection.execute(text(f"UPDATE rating SET state = 0 WHERE event_id = {key}"))
    assert told(verified())[0] == ("rating_differs", entry_of(story.first))


def test_what_was_held_and_then_corrected_is_replaced(story):
    now, screen = story.end, pair_screen("B001", story.end)
    event = screen.rate(2, now)
    decide(story, event, RatingState.HELD)
    screen.rate(4, now + FAR_APART, revises=str(event))
    assert told(verified()) == []


def test_a_chain_of_corrections_leaves_one_that_counts(story):
    now, screen = story.end, pair_screen("B001", story.end)
    event = screen.rate(1, now)
    for level in (2, 3, 4):
        now += FAR_APART
        screen.rate(level, now, revises=str(event))
    # One that names a merged tap, one that names itself, one that names nobody.
    merged = screen.rate(4, now + timedelta(seconds=1))
    screen.rate(5, now + FAR_APART, revises=str(merged))
    own = screen.tap(3, now + 2 * FAR_APART)
    screen.deliver(own | {"revises": own["id"]}, now + 2 * FAR_APART)
    other = "00000000-0000-4000-8000-000000000001"
    screen.rate(1, now + 3 * FAR_APART, revises=other)
    assert told(verified()) == []


def test_a_forged_ring_of_corrections_replaces_nothing_that_was_merged(story):
    now, screen = story.end, pair_screen("B001", story.end)
    one, other = screen.tap(5, now), screen.tap(4, now)
    screen.deliver(one | {"revises": other["id"]}, now)
    merged = screen.rate(5, now + timedelta(seconds=2))
    screen.deliver(other | {"revises": one["id"]}, now + timedelta(seconds=3))
    screen.rate(1, now + FAR_APART, revises=str(merged))
    assert told(verified()) == []


def test_what_waits_for_its_step_is_not_taken_for_hidden(story):
    """Four new ratings wait, and a shown one is corrected, another one is held."""
    now, screen = story.end, pair_screen("B001", story.end)
    events = []
    for level in (5, 5, 5, 5, 5, 1, 2, 3, 4):
        events.append(screen.rate(level, now))
        now += FAR_APART
    screen.rate(4, now, revises=str(events[0]))
    assert told(verified()) == []
    decide(story, events[1], RatingState.HELD)
    assert told(verified()) == []
    decide(story, events[1], RatingState.COUNTED)
    assert told(verified()) == []


def test_of_an_erased_rating_later_acts_say_nothing(story):
    with recording("test", story.end) as records:
        erase_entry(records, CENTRE, entry_of(story.said), "wish")
    decide(story, story.said, RatingState.HELD)
    assert told(verified()) == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"rating": "00000000-0000-4000-8000-000000000001"}, "rating_unknown"),
        ({"rating": "no id"}, "unreadable"),
        ({"rating": 5}, "unreadable"),
    ],
)
def test_an_act_on_a_rating_that_is_not_there_is_named(story, body, code):
    number = enter("hold", body | {"state": 1}, story.end)
    assert told(verified()) == [(code, number)]


def test_an_attribution_from_somebody_else_is_named(story):
    body = {"rating": str(story.first), "from": 1, "to": 2}
    number = enter("attribution", body, story.end)
    assert told(verified()) == [("rating_differs", number)]


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("rating", {}),
        ("rating", {"level": 5}),
        ("window", {"key": 1}),
        ("window", {"key": [], "before": None, "after": None}),
        ("window", {"key": 9, "before": None, "after": []}),
    ],
)
def test_a_body_of_another_form_is_named(story, kind, body):
    number = enter(kind, body, story.end)
    assert told(verified())[0] == ("unreadable", number)


def test_a_body_that_is_no_json_is_named(story):
    drafts = [Draft("note", "{")]
    number = write(lambda c: append(c, CENTRE, drafts, story.end))
    assert told(verified()) == [("unreadable", number)]


def test_nobody_erases_what_is_still_to_come(story):
    number = size() + 2
    stays = {"event": "x", "revises": None, "state": 0, "kind": "rating"}
    enter("erase", stays | {"number": number, "what": "body"}, story.end)
    keep(phone_tap(story.screen.window_id, 4), story.end)
    with transaction() as session:
        gone = "UPDATE ledger_entry SET salt = NULL, body = NULL WHERE number = :n"
        session.execute(text(gone), {"n": number})
    assert told(verified()) == [("erased_silently", number)]


def test_what_may_not_be_erased_is_missed_whatever_an_entry_says(story):
    enter("erase", {"number": 1, "what": "body", "kind": "begin"}, story.end)
    with transaction() as session:
        gone = "UPDATE ledger_entry SET salt = NULL, body = NULL WHERE number = 1 "
        session.execute(text(f"{gone} AND chain_id = 1"))
    assert told(verified()) == [("erased_silently", 1)]


def test_an_erasure_of_another_form_excuses_nothing(story):
    enter("erase", {"what": "body"}, story.end)
    assert told(verified()) == []


def test_a_record_told_of_in_two_chains_is_named(story):
    with recording("test", story.end) as records:
        unit = records.session.scalars(select(Unit.id)).first()
        records.change(Unit, 0, unit, {"name": "别处"})
    organisation, centre = verified().chains
    # The organisation's chain comes first, and there it was never entered.
    [flaw] = organisation.flaws
    assert (flaw.code, flaw.number) == ("record_before", last_entry("unit", 0))
    assert centre.flaws[0].code == "record_elsewhere"


def test_a_record_changed_past_the_book_shows_at_the_next_entry(story):
    with transaction() as session:
        session.execute(text("UPDATE unit SET name = 'x' WHERE id = 1"))
    with recording("test", story.end) as records:
        records.change(Unit, CENTRE, 1, {"name": "y"})
    assert told(verified()) == [("record_before", last_entry("unit"))]


def test_a_column_that_a_later_release_adds_does_no_harm(story):
    with transaction() as session:
        session.execute(text("ALTER TABLE unit ADD COLUMN later TEXT DEFAULT 'x'"))
    assert told(verified()) == []
    before = {
        "centre_id": 1,
        "ended_on": None,
        "id": 1,
        "later": "x",
        "name": "市人社局",
    }
    told_of = {"key": 1, "before": before | {"parent_id": None}}
    enter("unit", told_of | {"after": before | {"parent_id": None}}, story.end)
    # The model does not know the column yet, as an older release would not.
    assert told(verified()) == [("record_differs", last_entry("unit"))]
    with transaction() as session:
        session.execute(text("ALTER TABLE unit DROP COLUMN later"))


def test_a_centre_is_named_for_a_unit_that_is_in_no_entry(story):
    with transaction() as session:
        session.add(Unit(centre_id=the_centre(session).id, name="影子局"))
    [flaw] = verified().chains[1].flaws
    assert flaw.words == "The unit 3 is in no entry."


def test_a_placement_in_no_entry_belongs_to_its_windows_chain(story):
    with transaction() as session:
        session.execute(
            text(
                "INSERT INTO placement (window_id, unit_id, service_type_id, starts_on)"
                " VALUES (1, 1, 1, '2019-01-01')"
            )
        )
    organisation, centre = verified().chains
    assert organisation.flaws == ()
    assert [flaw.code for flaw in centre.flaws] == ["record_not_entered"]


def test_a_point_before_the_first_entry_is_held_against_the_origin(story):
    origin = verified().chains[1].origin
    wrong = Note(Statement(origin, 0, bytes(32)), ())
    assert told(verified([wrong])) == [("checkpoint_differs", 0)]


def test_comments_are_compared_and_never_shown(story):
    keep(phone_tap(story.screen.window_id, 1, comment="秘密"), story.end)
    with transaction() as session:
        session.execute(text("UPDATE comment SET words = '另外'"))
    assert all("秘密" not in f.words for c in verified().chains for f in c.flaws)
