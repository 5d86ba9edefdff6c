"""Nobody learns who chose what: not from the database after the close, the ledger and
backups made before the opening and after the close. A ballot that keeps its votes in
the order they came in is found out by the same attack.
"""

from dataclasses import replace
from itertools import count

from numpy.random import default_rng

from kiosk.extensions import db
from kiosk.extensions.ballots import forget_old_votes
from kiosk.extensions.sqlite import move_wal
from kiosk.services import ballots
from tests.backups import Parts, make_backup
from tests.ballots import (
    VOTING,
    close,
    give_codes,
    make_ballot,
    star_rules,
    vote,
)
from tests.engines import ON_POSTGRESQL
from tests.faults.ballot_attack import best_guess, votes_in_files

AWARDS, NAMES, ELECTORS = 10, 40, 200
CHANCE = 1 / NAMES
MARGIN = 0.02
"""Above chance: nearly six standard deviations of 2,000 blind guesses."""


def hold_ballot(electors):
    """Let electors vote in an order of their own; return what each number chose.

    Each candidate of an award gets the same number of votes, so that a blind guess
    is right with CHANCE, whatever it is.
    """
    draw = default_rng(11)
    first = star_rules(seats=1).awards[0]
    awards = [replace(first, key=f"a{n:02}") for n in range(AWARDS)]
    rules = replace(star_rules(), awards=tuple(awards))
    keys = make_ballot(rules, {award.key: NAMES for award in awards}, VOTING)
    slips = give_codes("cadres", electors)
    truth = {slip.number: {} for slip in slips}
    for award, names in keys.items():
        chosen = names * (electors // NAMES)
        draw.shuffle(chosen)
        for slip, key in zip(slips, chosen, strict=True):
            truth[slip.number][award] = key
    draw.shuffle(slips)
    for slip in slips:
        chosen = truth[slip.number]
        vote(slip.code, {award: [key] for award, key in chosen.items()})
    return truth


def tidy_up():
    """What the server does by itself after a close: at once, or within a minute."""
    assert forget_old_votes()
    if db.engine.dialect.name == "sqlite":
        assert move_wal(db.engine)


def test_after_the_close_nobody_can_tell_who_chose_what(app, tmp_path):
    make_backup(tmp_path / "before.zip", VOTING)
    assert Parts.of(tmp_path / "before.zip").rows("vote") == []
    truth = hold_ballot(ELECTORS)
    assert close()
    tidy_up()
    make_backup(tmp_path / "after.zip", VOTING)
    rate, way = best_guess(truth, tmp_path / "after.zip")
    assert rate <= CHANCE + MARGIN, way
    # Nothing is left of the rows as they were cast, and none of them is lost.
    assert len(votes_in_files()) == AWARDS * ELECTORS


def test_a_ballot_that_keeps_the_order_of_voting_is_found_out(
    app, tmp_path, monkeypatch
):
    number = count(1)
    monkeypatch.setattr(
        ballots, "new_vote_key", lambda: next(number).to_bytes(16, "big")
    )
    truth = hold_ballot(NAMES)
    assert close()
    tidy_up()
    make_backup(tmp_path / "after.zip", VOTING)
    rate, way = best_guess(truth, tmp_path / "after.zip")
    assert rate == 1, way


@ON_POSTGRESQL
def test_a_ballot_that_is_not_written_anew_is_found_out(app, tmp_path):
    """Random keys alone do not help: the database remembers the order itself."""
    truth = hold_ballot(NAMES)
    make_backup(tmp_path / "open.zip", VOTING)
    rate, way = best_guess(truth, tmp_path / "open.zip")
    assert rate == 1, way


@ON_POSTGRESQL
def test_rows_that_were_only_deleted_lie_in_the_file(app):
    """Why the table gets a new file after the close."""
    hold_ballot(NAMES)
    assert close()
    # Beside those of this test others may lie there.
    assert len(votes_in_files()) >= 2 * AWARDS * NAMES
    assert forget_old_votes()
    assert len(votes_in_files()) == AWARDS * NAMES
