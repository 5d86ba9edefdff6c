"""What was kept long enough goes by itself: in batches, killed, twice at once."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

from kiosk.domain.case_texts import TextKind
from kiosk.domain.cases import CaseState
from kiosk.domain.contacts import Outcome
from kiosk.domain.retention import Erased
from kiosk.extensions import reading, recording, retention, transaction
from kiosk.extensions.retention import STEPS, erase_what_is_due
from kiosk.models import Case, CaseText, Comment, Contact, Rating
from kiosk.queries.retention import ErasedDay, NextErased, erased_days, next_erased
from kiosk.services import retention as services
from kiosk.services.case_texts import write_text
from kiosk.services.contacts import settle_call
from kiosk.services.retention import erase_comments
from tests.builders import make_window
from tests.canaries import SAID, Canaries, place_canaries
from tests.case_acts import at_once, stands
from tests.conftest import NOON
from tests.engines import ON_SQLITE
from tests.ledger_story import told, verified
from tests.lived_in import contents
from tests.screens import keep, phone_tap
from tests.staff import entries

DAY, MOMENT = timedelta(days=1), timedelta(microseconds=1)
CONTACTS, WORDS = NOON + 90 * DAY, NOON + 730 * DAY
ALL = {Erased.CONTACT: 2, Erased.COMMENT: 2, Erased.TEXT: 8}


@pytest.fixture
def window(app) -> int:
    with transaction() as session:
        return make_window(session, "A001").id


@pytest.fixture
def canaries(window) -> Canaries:
    return place_canaries(window, NOON)


@pytest.fixture
def folder(tmp_path) -> Path:
    made = tmp_path / "backups"
    made.mkdir()
    return made


@pytest.fixture
def erase(app, folder):
    return partial(erase_what_is_due, folder=folder)


def found(canaries: Canaries) -> set[str]:
    """Return what of the canaries any column of any table holds."""
    rows = [row for table in contents().values() for row in table]
    return canaries.found_among(value for row in rows for value in row)


def counted() -> list[ErasedDay]:
    with reading() as session:
        return erased_days(session)


def test_contacts_go_after_90_days_and_words_after_two_years(canaries, erase):
    assert erase(CONTACTS - MOMENT).total() == 0
    assert erase(CONTACTS) == {Erased.CONTACT: 2}
    assert erase(WORDS - MOMENT).total() == 0
    assert erase(WORDS) == {Erased.COMMENT: 2, Erased.TEXT: 8}
    assert erase(WORDS).total() == 0
    assert [(day.contacts, day.comments, day.texts) for day in counted()] == [
        (0, 2, 8),
        (2, 0, 0),
    ]


def test_nothing_of_anybody_is_left_in_any_table_and_the_ledger_holds(canaries, erase):
    # What is kept sealed or hidden is none of these words.
    shown = SAID.keys() - {"comment", "desk", "name", "desk-name"}
    assert {SAID[channel] for channel in shown} <= found(canaries)
    assert erase(WORDS) == ALL
    assert found(canaries) == set()
    assert told(verified()) == []


@pytest.mark.parametrize("skipped", range(len(STEPS)))
@ON_SQLITE
def test_a_channel_that_is_forgotten_is_seen(canaries, erase, monkeypatch, skipped):
    """The twin: one step less, and the search of the tables finds it."""
    kept = [step for n, step in enumerate(STEPS) if n != skipped]
    monkeypatch.setattr(retention, "STEPS", kept)
    erase(WORDS)
    assert found(canaries)


def test_what_the_office_wrote_stays(canaries, erase):
    erase(WORDS)
    with reading() as session:
        kept = session.execute(
            select(CaseText.kind, CaseText.words).where(CaseText.words != "")
        ).all()
    assert {kind for kind, _ in kept} == {"reply"}
    assert len(kept) == 5


def test_an_open_case_keeps_its_words_and_contacts(canaries, erase):
    for key in canaries.cases[:2]:
        with transaction() as session:
            case = session.get_one(Case, key)
            case.state, case.closed_at = int(CaseState.ANSWERED), None
    assert stands(canaries.cases[0]) is CaseState.ANSWERED
    # The comment without a case, and what was said in the one that stayed closed.
    assert erase(WORDS) == {Erased.COMMENT: 1, Erased.TEXT: 3}
    assert SAID["reopening"] in found(canaries)


def test_what_was_written_after_the_end_has_two_years_of_its_own(canaries, erase):
    """An appeal may come long after its case was closed."""
    late = WORDS - DAY
    with recording("citizen", late) as records:
        case = records.session.get_one(Case, canaries.cases[1])
        write_text(records, case, TextKind.APPEAL, "丝雀迟到的申诉", None)
    assert erase(WORDS) == ALL
    assert erase(late + 730 * DAY - MOMENT).total() == 0
    assert erase(late + 730 * DAY) == {Erased.TEXT: 1}


def test_without_a_case_the_days_run_from_the_call(canaries, erase):
    """A settled call ends the wait, whatever becomes of the case."""
    with transaction() as session:
        contact = session.scalars(select(Contact)).one()
        session.get_one(Case, canaries.cases[0]).state = int(CaseState.CHECKING)
        rating = contact.rating_id
    with recording("account:1", NOON + DAY) as records:
        settle_call(records, 1, rating, Outcome.NOT_REACHED)
    assert erase(CONTACTS + DAY - MOMENT) == {Erased.CONTACT: 1}
    assert erase(CONTACTS + DAY) == {Erased.CONTACT: 1}


def test_a_batch_takes_no_more_than_it_may(window):
    for _ in range(3):
        keep(phone_tap(window, 5, comment="好"), NOON)
    with recording("system", WORDS) as records:
        assert erase_comments(records, 2) == 2
    with reading() as session:
        assert len(session.scalars(select(Comment)).all()) == 1
    assert '"n":2' in entries("retention")[-1]
    assert told(verified()) == []


class Killed(Exception):
    """The power went."""


def test_killed_between_and_inside_batches_it_goes_on(window, erase, monkeypatch):
    for _ in range(5):
        keep(phone_tap(window, 5, comment="好"), NOON)
    done = []

    def dies(records, most) -> int:
        erase_comments(records, most)
        done.append(most)
        if len(done) == 2:
            raise Killed
        return most

    step = replace(STEPS[2], erase=partial(dies, most=2))
    monkeypatch.setattr(retention, "STEPS", [step])
    with pytest.raises(Killed):
        erase(WORDS)
    # The first batch stands, nothing of the second one does.
    assert [day.comments for day in counted()] == [2]
    assert told(verified()) == []
    monkeypatch.undo()
    assert erase(WORDS) == {Erased.COMMENT: 3}
    assert [day.comments for day in counted()] == [5]
    assert told(verified()) == []


def test_what_others_hold_is_left_to_the_next_look(canaries, erase, monkeypatch):
    tried = []

    def held(_records) -> int:
        assert not tried
        tried.append(1)
        return 0

    monkeypatch.setattr(retention, "STEPS", [replace(STEPS[2], erase=held)])
    assert erase(WORDS).total() == 0
    assert tried == [1]


@ON_SQLITE
def test_who_was_quicker_is_seen_under_the_lock(canaries, monkeypatch):
    """As if what was due when it was looked for was no more when it was locked."""
    with reading() as session:
        every = list(session.scalars(select(Rating.id)))
    monkeypatch.setattr(services, "_locked_ratings", lambda _session, _due: every)
    with recording("system", NOON) as records:
        assert services.erase_contacts(records) == 0
        assert services.erase_comments(records) == 0
    assert SAID["praise"] in found(canaries)


def test_two_at_once_erase_everything_once(app, canaries, erase):
    first, second = at_once(app, *[partial(erase, WORDS)] * 2)
    # Who finds a row held leaves it; together and with the next look all is gone.
    assert first + second + erase(WORDS) == Counter(ALL)
    [day] = counted()
    assert (day.contacts, day.comments, day.texts) == (2, 2, 8)
    assert found(canaries) == set()
    assert told(verified()) == []


def test_a_clock_that_is_set_back_brings_nothing_back(canaries, erase):
    assert erase(WORDS) == ALL
    assert erase(NOON - DAY).total() == 0
    assert erase(WORDS).total() == 0
    assert len(counted()) == 1


def test_the_next_day_on_which_something_goes_is_known(window, erase):
    with reading() as session:
        assert next_erased(session) == NextErased(None, None)
    place_canaries(window, NOON)
    with reading() as session:
        assert next_erased(session) == NextErased(CONTACTS, WORDS)
    erase(WORDS)
    with reading() as session:
        assert next_erased(session) == NextErased(None, None)
