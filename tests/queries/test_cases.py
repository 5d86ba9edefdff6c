"""Lists of cases: whose, which, in which order, and at one price."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from kiosk.domain.cases import Road, Source
from kiosk.extensions import reading, transaction
from kiosk.models import Case
from kiosk.queries.case_figures import Seen
from kiosk.queries.cases import Asked, Show, case_counts, case_line, case_lines
from tests.builders import make_window
from tests.case_acts import CENTRE, DONE, PROMISE, Acts
from tests.conftest import NOON
from tests.reports import unit_id
from tests.statements import statements

TODAY = NOON.date()
LATER = TODAY + timedelta(days=60)


@pytest.fixture
def window(app) -> int:
    with transaction() as session:
        make_window(session, "B001", unit="市医保局")
        return make_window(session, "A001", unit="市人社局").id


@pytest.fixture
def acts(window) -> Acts:
    return Acts(lambda: NOON, unit_id("市人社局"))


def asked(show: Show = Show.DUE, words: str = "", today: date = TODAY, **seen) -> Asked:
    return Asked(CENTRE, Seen(**seen), today, show, words)


def keys(question: Asked, page: int = 1, per_page: int = 50) -> list[int]:
    with reading() as session:
        return [line.id for line in case_lines(session, question, page, per_page)]


def counts(question: Asked) -> dict[Show, int]:
    with reading() as session:
        return case_counts(session, question)


def test_each_list_has_its_cases_and_its_number(acts):
    waiting, paused = acts.opened(), acts.accepted()
    acts.pause(paused)
    promise = acts.answered(PROMISE)
    explained = acts.answered()
    idea = acts.opened(source=Source.SUGGESTION)
    found = {show: keys(asked(show)) for show in Show}
    assert set(found[Show.DUE]) == {waiting, promise, idea}
    assert set(found[Show.OPEN]) == {waiting, paused, promise, explained, idea}
    assert set(found[Show.ANSWERED]) == {promise, explained}
    assert found[Show.CLOSED] == []
    assert found[Show.SUGGESTIONS] == [idea]
    assert found[Show.LOOK_BACK] == [promise]
    assert counts(asked()) == {show: len(there) for show, there in found.items()}


def test_what_is_due_first_stands_first_and_what_stands_still_last(acts, window):
    # Accepting is due in one day, answering in five, putting right in fifteen.
    promise, answer = acts.answered(PROMISE), acts.accepted()
    accept, paused = acts.opened(window_id=window), acts.accepted()
    acts.pause(paused)
    assert keys(asked(Show.OPEN)) == [accept, answer, promise, paused]
    assert keys(asked(Show.OPEN), page=2, per_page=3) == [paused]


def test_a_look_back_is_due_from_its_day_on(acts):
    key = acts.answered(DONE)
    with reading() as session:
        day = session.get_one(Case, key).look_back_on
    assert keys(asked(today=day - timedelta(days=1))) == []
    assert keys(asked(today=day)) == [key]


def test_closed_answered_and_looked_at_lists_have_orders_of_their_own(acts):
    first, second = acts.answered(DONE), acts.answered(DONE)
    assert keys(asked(Show.ANSWERED)) == [second, first]
    assert keys(asked(Show.LOOK_BACK)) == [second, first]
    acts.close(first)
    acts.close(second)
    assert keys(asked(Show.CLOSED)) == [second, first]


def test_nobody_sees_cases_of_other_units(acts):
    key = acts.opened()
    ours, other = unit_id("市人社局"), unit_id("市医保局")
    assert keys(asked(units=frozenset({ours}))) == [key]
    assert keys(asked(units=frozenset({other}))) == []
    assert keys(asked(hidden=frozenset({ours}))) == []
    with reading() as session:
        assert case_lines(session, Asked(CENTRE + 1, Seen(), TODAY), 1, 50) == []
        assert case_line(session, CENTRE + 1, key) is None


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("a001", True),
        ("人社", True),
        ("2026-0001 人社", True),
        ("b001", False),
        ("%", False),
    ],
)
def test_words_are_found_in_number_window_and_unit(acts, window, words, found):
    key = acts.opened(window_id=window)
    assert keys(asked(words=words)) == ([key] if found else [])
    assert counts(asked(words=words))[Show.DUE] == int(found)


def test_a_joined_case_tells_how_many_ratings_it_answers(acts, window):
    key, _ratings = acts.about_ratings(window, 1, 2, 2)
    with reading() as session:
        line = case_line(session, CENTRE, key)
    assert line is not None
    assert (line.ratings, line.window, line.source) == (3, "", Source.JOINED)


def test_two_thousand_open_cases_cost_two_statements(acts, window):
    key = acts.opened(window_id=window, road=Road.PHONE)
    with transaction() as session:
        row = {
            column.name: getattr(session.get_one(Case, key), column.name)
            for column in Case.__table__.columns
            if column.name not in {"id", "event_id", "number"}
        }
        session.add_all(_copies(row, 1_999))
    with reading() as session, statements() as said:
        assert case_counts(session, asked())[Show.DUE] == 2_000
        assert len(case_lines(session, asked(), 40, 50)) == 50
    assert len(said) == 2


def _copies(row: dict[str, object], number: int) -> list[Case]:
    return [
        Case(**row, event_id=uuid4(), number=f"2026-{place:05d}")
        for place in range(number)
    ]
