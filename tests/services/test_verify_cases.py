"""What hangs on cases is held against the ledger: words, ratings, views, contacts."""

import pytest
from sqlalchemy import event, text

from kiosk.domain.case_texts import TextKind
from kiosk.domain.cases import Second
from kiosk.extensions import reading, recording, transaction
from kiosk.models import CaseContact, CaseRating, Rating
from kiosk.services.case_texts import erase_texts
from kiosk.services.cases import held_case
from kiosk.services.verify_cases import CaseReplay
from tests.case_acts import CENTRE, Acts, rating_key
from tests.conftest import NOON
from tests.ledger_story import told, verified
from tests.screens import pair_screen


@pytest.fixture
def window(app, clock) -> int:
    return pair_screen("A001", clock()).window_id


@pytest.fixture
def acts(window, clock) -> Acts:
    """An answered case with a rating, its author's view, a text and a contact."""
    acts = Acts(clock, 1)
    rating = rating_key(window, 1, clock())
    key = acts.answered()
    with recording("system", clock()) as records:
        records.session.add(CaseRating(rating_id=rating, case_id=key))
        records.session.add(
            CaseContact(case_id=key, key_hash=b"k" * 32, sealed=b"s", consented_at=NOON)
        )
        event_id = records.session.get_one(Rating, rating).event_id
        records.note(CENTRE, "case-rating", {"case": key, "rating": event_id})
        records.note(CENTRE, "contact", {"case": key, "what": "given"})
    acts.rate(key, Second.FAIRLY, rating)
    return acts


def codes() -> list[str]:
    return [code for code, _ in told(verified())]


def test_an_untouched_case_is_whole(acts):
    assert codes() == []


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE case_text SET words = 'x'", "case_text_differs"),
        ("UPDATE case_text SET kind = 'voice'", "case_text_differs"),
        (
            "UPDATE case_text SET words = '', erased_at = written_at",
            "case_text_differs",
        ),
        ("DELETE FROM case_text", "case_text_gone"),
        ("DELETE FROM case_rating", "case_rating_gone"),
        ("UPDATE case_rating SET second = 3", "case_second_differs"),
        ("UPDATE case_rating SET second = NULL", "case_second_differs"),
        ("UPDATE case_contact SET sealed = NULL", "case_contact_differs"),
        ("DELETE FROM case_contact", "case_contact_differs"),
    ],
)
def test_tampering_is_found(acts, statement, code):
    with transaction() as session:
        session.execute(text(statement))
    assert codes() == [code]


def test_rows_that_no_entry_tells_of_are_found(acts, clock):
    key = acts.opened()
    rating = rating_key(1, 1, clock())
    with transaction() as session:
        session.add(CaseRating(rating_id=rating, case_id=key, second=1))
        session.add(CaseContact(case_id=key, key_hash=b"l" * 32, sealed=b"s"))
        session.execute(
            text(
                "INSERT INTO case_text (case_id, kind, words, salt, written_at) "
                "SELECT case_id, kind, words, salt, written_at FROM case_text"
            )
        )
    assert sorted(codes()) == [
        "case_contact_not_entered",
        "case_rating_not_entered",
        "case_second_not_entered",
        "case_text_not_entered",
    ]


def test_what_was_erased_on_record_is_whole_and_put_back_is_not(acts, clock):
    with recording("system", clock()) as records:
        case = held_case(records.session, (CENTRE, 1))
        assert erase_texts(records, case, list(TextKind), "kept long enough") > 0
    assert codes() == []
    with transaction() as session:
        session.execute(text("UPDATE case_text SET words = 'x'"))
    assert codes() == ["case_text_differs"]


def test_an_answer_that_does_not_stand_takes_its_views_along(acts, window):
    key, [first, second] = acts.about_ratings(window, 1, 2)
    acts.rate(key, Second.CONTENT, first)
    acts.rate(key, Second.NOT, second)
    acts.answer(key)
    acts.rate(key, Second.FAIRLY, second)
    assert codes() == []


def test_more_cases_cost_no_more_statements(acts):
    few = statements()
    for _ in range(5):
        acts.answered()
    assert statements() == few


def statements() -> int:
    """Return how many statements hold the rows of cases against their entries."""
    with reading() as session:
        connection = session.connection()
        seen: list[str] = []
        event.listen(
            connection, "before_cursor_execute", lambda *told: seen.append(told[2])
        )
        list(CaseReplay(connection).at_the_end())
    return len(seen)


def test_a_rating_put_back_into_the_case_that_it_left_is_found(acts, window):
    later, ratings = acts.about_ratings(window, 1)
    assert codes() == []
    with transaction() as session:
        session.get_one(CaseRating, ratings[0]).case_id = later - 1
    assert codes() == ["case_rating_differs"]


def test_a_slip_without_a_contact_needs_no_entry(acts):
    key = acts.opened()
    with transaction() as session:
        session.add(CaseContact(case_id=key, key_hash=b"l" * 32))
    assert codes() == []


def test_an_erasure_in_a_ratings_case_speaks_of_no_slip(acts, clock):
    key = acts.opened()
    with recording("system", clock()) as records:
        records.note(CENTRE, "contact", {"case": key, "what": "erased"})
    assert codes() == []
