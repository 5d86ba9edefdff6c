"""Whoever writes past the product is found, with the first bad number; or is not, and
then the manual says so. The attacker owns the database: its triggers go first.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple
from uuid import UUID

import pytest
from sqlalchemy import Connection, text

from kiosk.app import create_app
from kiosk.domain.notes import Note
from kiosk.domain.proof import Flaw, notes_in
from kiosk.extensions import db, transaction
from kiosk.extensions.signing import COPIES, make_checkpoints
from kiosk.models import ORGANISATION
from kiosk.services.installation import ensure_installation
from tests.applications import copied_database
from tests.conftest import NOON, make_settings
from tests.ledger_story import CENTRE, Attacker, Story, busy_day, told, verified
from tests.screens import keep, phone_tap
from tests.swift import empty_postgres

OTHER_TIME = "'2026-07-15 01:02:03.000000'"
OTHER_ID = "'00000000-0000-4000-8000-000000000001'"


class Hall(NamedTuple):
    """A busy day, checkpoints handed out after it, and one rating more."""

    story: Story
    notes: list[Note]
    """What somebody took home."""
    last: UUID
    """The rating after it, by phone, level 2."""


@pytest.fixture(
    scope="module",
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)],
)
def hall(request, tmp_path_factory) -> Iterator[Hall]:
    """The same day for all attacks: each is taken back."""
    folder = tmp_path_factory.mktemp("tampering")
    if request.param == "postgresql":
        url = request.getfixturevalue("migrated_postgres")
        empty_postgres(url)
    else:
        url = copied_database(request.getfixturevalue("empty_sqlite"), folder)
    app = create_app(make_settings(folder, database_url=url), clock=lambda: NOON)
    with app.app_context():
        with transaction() as session:
            ensure_installation(session, NOON)
        story = busy_day(NOON)
        make_checkpoints(folder, "test", story.end)
        notes = notes_in((folder / COPIES).read_text("utf-8"))
        last = keep(phone_tap(story.screen.window_id, 2), story.end).event_id
        assert told(verified(notes)) == []
        yield Hall(story, notes, last)
        db.engine.dispose()


@pytest.fixture
def story(hall) -> Story:
    return hall.story


@pytest.fixture
def connection(hall) -> Iterator[Connection]:
    with db.engine.connect() as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def attacker(connection, story) -> Attacker:
    return Attacker(connection, story)


def numbered(flaw: Flaw) -> tuple[str, int | None]:
    return flaw.code, flaw.number


# A rating's row


RATING = {
    "level": ("level = 5", "level"),
    "time": (f"tapped_at = {OTHER_TIME}", "tapped"),
    "arrival": (f"received_at = {OTHER_TIME}", "received"),
    "window": ("window_id = 2", "window"),
    "day": ("day = '2026-07-10'", "day"),
    "bucket": ("bucket = 3", "bucket"),
    "channel": ("channel = 0", "channel"),
    "device": ("device_id = 1", "device"),
    "device's name": ("device_label = 'x'", "device_label"),
    "sequence": ("sequence = 77", "sequence"),
    "verified": ("verified = true", "verified"),
    "uncertain": ("time_uncertain = true", "uncertain"),
    "clerk": ("clerk_id = 1", "clerk"),
    "no clerk": ("clerk_id = NULL", "clerk"),
    "clerk's name": ("clerk_label = '张'", "clerk_label"),
    "state": ("state = 2", "state"),
    "reference": ("revises = event_id", "revises"),
    "id": (f"event_id = {OTHER_ID}", "event"),
    "two at once": ("level = 5, channel = 0", "channel, level"),
}


@pytest.mark.parametrize(("change", "names"), RATING.values(), ids=RATING)
def test_a_changed_rating_is_named_by_its_entry(attacker, story, change, names):
    number = attacker.number(story.said)
    attacker.run(
        f"UPDATE rating SET {change} WHERE event_id = {attacker.uuid(story.said)}"
    )
    flaw = attacker.first()
    assert numbered(flaw) == ("rating_differs", number)
    assert flaw.words == f"The rating that it tells of differs now in: {names}."


def test_a_correction_that_is_undone_is_named_by_the_corrected(attacker, story):
    number = attacker.number(story.corrected)
    attacker.run(
        f"UPDATE rating SET state = 0 WHERE event_id = {attacker.uuid(story.corrected)}"
    )
    assert numbered(attacker.first()) == ("rating_differs", number)


def test_a_merged_tap_that_is_counted_is_named(attacker, story):
    number = attacker.number(story.merged)
    attacker.run(
        f"UPDATE rating SET state = 0 WHERE event_id = {attacker.uuid(story.merged)}"
    )
    assert numbered(attacker.first()) == ("rating_differs", number)


def test_a_deleted_rating_is_named_by_its_entry(attacker, story):
    number = attacker.number(story.said)
    attacker.run(f"DELETE FROM rating WHERE event_id = {attacker.uuid(story.said)}")
    assert numbered(attacker.first()) == ("rating_gone", number)


def test_a_forged_rating_is_in_no_entry(attacker, story):
    event = attacker.forge(story.said)
    flaw = attacker.first()
    words = f"The rating {event} of window A001 on 2026-07-16 is in no entry."
    assert (flaw.code, flaw.number) == ("rating_not_entered", None)
    assert flaw.words == words


def test_an_entry_that_points_at_another_rating_is_named(attacker, story):
    number = attacker.number(story.said)
    other = f"(SELECT id FROM rating WHERE event_id = {attacker.uuid(story.first)})"
    attacker.run(
        f"UPDATE ledger_entry SET rating_id = {other} "
        f"WHERE chain_id = 1 AND number = {number}"
    )
    assert numbered(attacker.first()) == ("rating_differs", number)
    assert ("rating_twice", number) in attacker.told()


# Words


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE comment SET words = '很好' WHERE rating_id = {id}", "comment_differs"),
        ("UPDATE comment SET salt = {zeros} WHERE rating_id = {id}", "comment_differs"),
        ("DELETE FROM comment WHERE rating_id = {id}", "comment_gone"),
    ],
)
def test_a_changed_or_vanished_comment_is_named(attacker, story, statement, code):
    number = attacker.number(story.said)
    key = f"(SELECT id FROM rating WHERE event_id = {attacker.uuid(story.said)})"
    attacker.run(statement.format(id=key, zeros=attacker.blob(bytes(32))))
    assert numbered(attacker.first()) == (code, number)


def test_a_comment_that_nobody_wrote_is_named(attacker, story):
    number = attacker.number(story.first)
    zeros, key = attacker.blob(bytes(32)), attacker.uuid(story.first)
    attacker.run(
        "INSERT INTO comment (rating_id, words, salt) "
        f"SELECT id, '好', {zeros} FROM rating WHERE event_id = {key}"
    )
    assert numbered(attacker.first()) == ("comment_added", number)


# Entries


def test_a_changed_body_does_not_fit_its_commitment(attacker, story):
    number = attacker.number(story.said)
    attacker.run(
        "UPDATE ledger_entry SET body = replace(body, '\"level\":2', '\"level\":5') "
        f"WHERE chain_id = 1 AND number = {number}"
    )
    assert numbered(attacker.first()) == ("commitment_differs", number)


@pytest.mark.parametrize(
    "change",
    ["kind = 'note'", "day = '2026-07-15'", "hash = {zeros}", "commitment = {zeros}"],
)
def test_a_changed_entry_breaks_the_chain_there(attacker, story, change):
    number = attacker.number(story.said)
    change = change.format(zeros=attacker.blob(bytes(32)))
    attacker.run(
        f"UPDATE ledger_entry SET {change} WHERE chain_id = 1 AND number = {number}"
    )
    assert numbered(attacker.first()) == ("hash_differs", number)


def test_an_entry_taken_out_of_the_middle_is_missed(attacker, story):
    number = attacker.number(story.said)
    attacker.run(f"DELETE FROM ledger_entry WHERE chain_id = 1 AND number = {number}")
    assert numbered(attacker.first()) == ("entry_missing", number)


def test_a_rating_taken_out_with_its_entry_is_missed(attacker, story):
    number = attacker.number(story.said)
    attacker.run(
        f"DELETE FROM ledger_entry WHERE chain_id = 1 AND number = {number}",
        f"DELETE FROM rating WHERE event_id = {attacker.uuid(story.said)}",
    )
    assert numbered(attacker.first()) == ("entry_missing", number)


def test_the_gap_that_was_closed_by_renumbering_is_seen(attacker, story):
    number = attacker.number(story.said)
    attacker.run(
        f"DELETE FROM ledger_entry WHERE chain_id = 1 AND number = {number}",
        "UPDATE ledger_entry SET number = -number "
        f"WHERE chain_id = 1 AND number > {number}",
        "UPDATE ledger_entry SET number = -number - 1 WHERE number < 0",
    )
    assert numbered(attacker.first()) == ("hash_differs", number)


def test_two_entries_that_changed_places_are_seen_at_the_first(attacker, story):
    one = attacker.number(story.first)
    attacker.run(
        *(
            f"UPDATE ledger_entry SET number = {new} "
            f"WHERE chain_id = 1 AND number = {old}"
            for old, new in ((one, -1), (one + 1, one), (-1, one + 1))
        )
    )
    assert numbered(attacker.first()) == ("hash_differs", one)


def test_a_body_erased_without_a_word_is_named(attacker, story):
    number = attacker.number(story.said)
    attacker.run(
        "UPDATE ledger_entry SET salt = NULL, body = NULL "
        f"WHERE chain_id = 1 AND number = {number}"
    )
    assert numbered(attacker.first()) == ("erased_silently", number)


def test_a_salt_alone_cannot_go_either(attacker, story):
    number = attacker.number(story.said)
    attacker.run(
        f"UPDATE ledger_entry SET salt = NULL WHERE chain_id = 1 AND number = {number}"
    )
    assert numbered(attacker.first()) == ("erased_silently", number)


def test_a_tail_cut_off_is_seen_by_the_head(attacker, story):
    size = attacker.size()
    attacker.run(f"DELETE FROM ledger_entry WHERE chain_id = 1 AND number > {size - 3}")
    assert numbered(attacker.first()) == ("head_differs", size - 2)


def test_an_entry_put_behind_the_end_is_seen_by_the_head(attacker, story):
    size = attacker.size()
    attacker.run(
        "INSERT INTO ledger_entry (chain_id, number, day, kind, commitment, hash) "
        f"SELECT chain_id, {size + 1}, day, kind, commitment, hash FROM ledger_entry "
        f"WHERE chain_id = 1 AND number = {size}"
    )
    assert numbered(attacker.first()) == ("hash_differs", size + 1)
    assert ("head_differs", size + 1) in attacker.told()


# Records


RECORDS = {
    "role": (
        "UPDATE role_grant SET role = 'administrator'", "role", ORGANISATION, "role"
    ),
    "grant made to last": (
        f"UPDATE role_grant SET granted_at = {OTHER_TIME}",
        "role", ORGANISATION, "granted_at",
    ),
    "account opened again": (
        f"UPDATE account SET disabled_at = {OTHER_TIME}",
        "account", ORGANISATION, "disabled_at",
    ),
    "centre's deadline": (
        "UPDATE centre SET answer_days = 50", "centre", ORGANISATION, "answer_days"
    ),
    "placement": (
        "UPDATE placement SET unit_id = 1 WHERE id = (SELECT max(id) FROM placement)",
        "placement", CENTRE, "unit_id",
    ),
    "placement's first day": (
        "UPDATE placement SET starts_on = '2026-01-01' WHERE id = 1",
        "placement", CENTRE, "starts_on",
    ),
    "holiday made a working day": (
        "UPDATE calendar_day SET working = true", "calendar", CENTRE, "working"
    ),
    "screen set to another window": (
        "UPDATE device SET window_id = 2", "device", CENTRE, "window_id"
    ),
    "screen let in again": (
        "UPDATE device SET revoked_at = NULL", "device", CENTRE, "revoked_at"
    ),
    "shift": (
        "UPDATE shift SET clerk_id = 1 WHERE id = (SELECT max(id) FROM shift)",
        "shift", CENTRE, "clerk_id",
    ),
    "promise": (
        "UPDATE \"window\" SET promises = '' WHERE id = 1",
        "window", CENTRE, "promises",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("statement", "kind", "chain", "names"), RECORDS.values(), ids=RECORDS
)
def test_a_changed_record_is_named_by_its_last_entry(
    attacker, story, statement, kind, chain, names
):
    attacker.run(statement)
    flaw = attacker.first(chain=chain)
    assert flaw.code == "record_differs"
    assert flaw.values["kind"] == kind
    assert flaw.values["names"] == names
    assert flaw.number == number_about(attacker, chain, kind, flaw.values["key"])


def number_about(attacker: Attacker, chain: int, kind: str, key: int) -> int:
    """Return the number of the newest entry about a row."""
    found = (
        "SELECT max(number) FROM ledger_entry WHERE chain_id = :chain "
        "AND kind = :kind AND body LIKE :key"
    )
    values = {"chain": chain, "kind": kind, "key": ""}
    newest = []
    for after in "},":
        values["key"] = f'%"key":{key}{after}%'
        newest.append(attacker.connection.scalar(text(found), values) or 0)
    return max(newest)


def test_a_deleted_holiday_is_missed(attacker, story):
    attacker.run("DELETE FROM calendar_day")
    assert numbered(attacker.first()) == (
        "record_gone",
        number_about(attacker, CENTRE, "calendar", 1),
    )


def test_a_role_that_nobody_gave_is_in_no_entry(attacker, story):
    attacker.run(
        "INSERT INTO role_grant (account_id, role, granted_at) "
        f"VALUES (1, 'administrator', {OTHER_TIME})"
    )
    flaw = attacker.first(chain=ORGANISATION)
    assert (flaw.code, flaw.number) == ("record_not_entered", None)
    assert flaw.words == "The role 2 is in no entry."


def test_a_struck_day_that_came_back_is_in_no_entry(attacker, story):
    attacker.run(
        "INSERT INTO calendar_day (id, centre_id, day, working, name) "
        "VALUES (2, 1, '2026-10-10', true, '调休')"
    )
    assert attacker.first().code == "record_not_entered"


# Counts


TALLIES = {
    "a five more": ("UPDATE tally_day SET c5 = c5 + 1", "tally_day"),
    "another level": ("UPDATE tally_day SET c5 = c5 + 1, c1 = c1 - 1", "tally_day"),
    "a row less": ("DELETE FROM tally_day", "tally_day"),
    "another day": ("UPDATE tally_day SET day = '2026-07-01'", "tally_day"),
    "ten minutes": ("UPDATE tally_bucket SET n = n + 1", "tally_bucket"),
    "a clerk's": ("UPDATE tally_clerk SET c5 = c5 + 1", "tally_clerk"),
    "hidden from the board": ("UPDATE tally_day SET p1 = p1 + 60", "tally_shown"),
    "hidden in exchange": (
        "UPDATE tally_day SET p1 = p1 + 60, p5 = p5 - 60", "tally_shown"
    ),
}  # fmt: skip
ONE_CELL = {
    "tally_day": "day = '2026-07-16' AND channel = 0",
    "tally_shown": "day = '2026-07-16' AND channel = 0",
    "tally_bucket": "day = '2026-07-16' AND channel = 1 AND bucket = 72",
    "tally_clerk": "day = '2026-07-16' AND channel = 0 AND clerk_id = 2",
}


@pytest.mark.parametrize(("statement", "code"), TALLIES.values(), ids=TALLIES)
def test_changed_counts_are_named_by_window_and_day(attacker, story, statement, code):
    attacker.run(f"{statement} WHERE {ONE_CELL[code]}")
    flaw = attacker.first()
    assert numbered(flaw) == (code, None)
    assert flaw.values["window"] == "A001"
    if code != "tally_shown":
        day = "2026-07-01" if "2026-07-01" in statement else "2026-07-16"
        assert flaw.values["day"] == day


# Checkpoints


WITHOUT_OURS = ("DELETE FROM checkpoint", "DELETE FROM signing_key")


def centres_note(hall: Hall) -> Note:
    [note] = [n for n in hall.notes if n.statement.origin.endswith("/main")]
    return note


def cut_off(attacker: Attacker, at: int) -> None:
    """Take away all after an entry, with the ratings, and set the head back."""
    after = f"chain_id = 1 AND number > {at}"
    ratings = f"(SELECT rating_id FROM ledger_entry WHERE {after})"
    attacker.run(
        "UPDATE tally_day SET c2 = c2 - 1 "
        "WHERE channel = 1 AND day = '2026-07-16' AND state = 0",
        "UPDATE tally_clerk SET c2 = c2 - 1 "
        "WHERE channel = 1 AND day = '2026-07-16' AND clerk_id = 2",
        "UPDATE tally_bucket SET n = n - 1 "
        "WHERE channel = 1 AND day = '2026-07-16' AND bucket = 73",
        f"DELETE FROM rating WHERE id IN {ratings}",
        f"DELETE FROM ledger_entry WHERE {after}",
        f"UPDATE chain SET number = {at}, tip = (SELECT hash FROM ledger_entry "
        f"WHERE chain_id = 1 AND number = {at}) WHERE id = 1",
    )


def test_what_came_after_the_checkpoint_can_be_cut_off_unseen(attacker, hall):
    """Nothing protects a rating before the next checkpoint; the manual says so."""
    cut_off(attacker, centres_note(hall).statement.size)
    assert attacker.told(hall.notes) == []


def test_a_tail_cut_off_with_the_head_is_seen_by_the_checkpoint(attacker, hall):
    at = centres_note(hall).statement.size - 1
    cut_off(attacker, at)
    assert numbered(attacker.first()) == ("checkpoint_ahead", at + 1)


def test_and_by_the_one_taken_home_alone(attacker, hall):
    at = centres_note(hall).statement.size - 1
    cut_off(attacker, at)
    attacker.run(*WITHOUT_OURS)
    assert attacker.told() == []
    found = attacker.first([centres_note(hall)])
    assert numbered(found) == ("checkpoint_ahead", at + 1)


def rewrite(attacker: Attacker, event: UUID) -> int:
    """Make a bad rating by phone a good one everywhere; return its entry."""
    number = attacker.number(event)
    cell = "day = '2026-07-16' AND channel = 1 AND state = 0"
    attacker.run(
        f"UPDATE rating SET level = 5 WHERE event_id = {attacker.uuid(event)}",
        "UPDATE ledger_entry SET body = replace(body, '\"level\":2', '\"level\":5') "
        f"WHERE chain_id = 1 AND number = {number}",
        f"UPDATE tally_day SET c2 = c2 - 1, c5 = c5 + 1 WHERE {cell}",
        f"UPDATE tally_clerk SET c2 = c2 - 1, c5 = c5 + 1 WHERE {cell} "
        "AND clerk_id = 2",
    )
    return number


def test_a_chain_rebuilt_with_right_hashes_is_not_found_without_a_checkpoint(
    attacker, story
):
    """Who holds nothing can find nothing; the manual says so."""
    attacker.run(*WITHOUT_OURS)
    number = rewrite(attacker, story.said)
    assert numbered(attacker.first()) == ("commitment_differs", number)
    attacker.rebuild()
    assert attacker.told() == []


def test_a_chain_rebuilt_with_right_hashes_is_found_by_the_checkpoint(attacker, hall):
    rewrite(attacker, hall.story.said)
    attacker.rebuild()
    size = centres_note(hall).statement.size
    assert numbered(attacker.first()) == ("checkpoint_differs", size)


def test_and_by_the_one_taken_home_when_ours_are_gone(attacker, hall):
    rewrite(attacker, hall.story.said)
    attacker.rebuild()
    attacker.run(*WITHOUT_OURS)
    assert attacker.told() == []
    size = centres_note(hall).statement.size
    found = attacker.first([centres_note(hall)])
    assert numbered(found) == ("checkpoint_differs", size)


def test_what_came_after_the_checkpoint_in_hand_can_be_rebuilt_unseen(attacker, hall):
    rewrite(attacker, hall.last)
    attacker.rebuild()
    assert attacker.told(hall.notes) == []


def test_a_checkpoint_made_to_fit_has_no_signature_of_ours(attacker, hall):
    size = centres_note(hall).statement.size
    rewrite(attacker, hall.story.said)
    attacker.rebuild()
    attacker.run(
        "UPDATE checkpoint SET tip = (SELECT hash FROM ledger_entry "
        f"WHERE chain_id = 1 AND number = {size}) WHERE chain_id = 1"
    )
    assert attacker.told() == [("checkpoint_untold", size), ("signature_wrong", size)]


def test_a_note_that_was_altered_has_no_signature_of_ours(attacker, hall):
    note = centres_note(hall)
    said = note.statement
    other = replace(note, statement=replace(said, size=said.size - 1))
    found = attacker.told([other])
    assert ("signature_wrong", said.size - 1) in found


def test_a_backdated_checkpoint_was_not_entered_then(attacker, hall):
    size = centres_note(hall).statement.size
    attacker.run(f"UPDATE checkpoint SET made_at = {OTHER_TIME} WHERE chain_id = 1")
    assert numbered(attacker.first()) == ("checkpoint_untold", size)


def test_a_key_slipped_in_was_not_entered(attacker):
    attacker.run(
        "INSERT INTO signing_key (public, made_at) "
        f"VALUES ({attacker.blob(bytes(range(32)))}, {OTHER_TIME})"
    )
    assert attacker.told() == [("key_untold", None)]


def test_a_checkpoint_of_another_ledger_is_strange(attacker, hall):
    note = centres_note(hall)
    other = replace(note.statement, origin=f"{note.statement.origin}-elsewhere")
    verdict = attacker.verified([replace(note, statement=other)])
    assert (verdict.strange, verdict.sound) == ((other,), True)


# What is not found


NOT_FOUND = {
    "a password": "UPDATE account SET password_hash = 'x'",
    "a screen's secret": f"UPDATE device SET token_hash = {'{zeros}'}",
    "when a screen was last heard": f"UPDATE device SET last_heard_at = {OTHER_TIME}",
    "a receipt": "UPDATE rating SET receipt = 'x'",
    "demonstration": "UPDATE installation SET demonstration = true",
}


@pytest.mark.parametrize("statement", NOT_FOUND.values(), ids=NOT_FOUND)
def test_what_is_no_part_of_the_ledger_is_not_found(attacker, story, statement):
    """Secrets, passing state and marks; the manual names them."""
    attacker.run(statement.format(zeros=attacker.blob(bytes(32))))
    assert attacker.told() == []
