"""How often a cause is named at windows, and of how many ratings."""

from datetime import timedelta

import pytest

from kiosk.domain.board import Period
from kiosk.domain.case_texts import TextKind
from kiosk.domain.cause_counts import CauseCount
from kiosk.extensions import reading, recording, transaction
from kiosk.models import Case, TallyReason
from kiosk.queries.case_like import cause_counts, example_of, unit_of_case
from kiosk.services.case_texts import erase_texts, write_text
from tests.board_ratings import past_day
from tests.builders import make_window
from tests.case_acts import Acts
from tests.conftest import NOON
from tests.reports import unit_id
from tests.statements import statements

TODAY = NOON.date()
DAY = timedelta(days=1)
WEEK = Period(TODAY - 6 * DAY, TODAY)


@pytest.fixture
def windows(app) -> tuple[int, int]:
    with transaction() as session:
        first = make_window(session, "A001").id
        return first, make_window(session, "B001").id


def ticked(window, day, **reasons):
    rows = [
        TallyReason(window_id=window, day=day, state=0, reason=int(name[1:]), n=n)
        for name, n in reasons.items()
    ]
    with transaction() as session:
        session.add_all(rows)


def counts(cause, window_id=None):
    with reading() as session:
        return cause_counts(session, 1, cause, WEEK, window_id)


def test_reasons_of_a_cause_whole_aspects_included(windows):
    first, second = windows
    past_day(first, TODAY - DAY, [1, 2, 5, 5])
    past_day(second, TODAY - DAY, [5, 5])
    past_day(first, WEEK.first - DAY, [1])
    ticked(first, TODAY - DAY, r210=1, r211=2, r213=3, r221=9, r111=9)
    ticked(first, WEEK.first - DAY, r211=9)
    assert counts(1) == {first: CauseCount(6, 4), second: CauseCount(0, 2)}
    assert counts(2)[first] == CauseCount(9, 4)
    assert counts(1, first) == {first: CauseCount(6, 4)}


def test_where_no_cause_is_named_bad_ratings_are_counted(windows):
    first, second = windows
    past_day(first, TODAY - DAY, [1, 2, 3, 5])
    past_day(second, TODAY, [5])
    assert counts(0) == {first: CauseCount(2, 4), second: CauseCount(0, 1)}


def test_two_statements_for_all_windows(windows):
    with statements() as said:
        assert counts(1) == {}
    assert len(said) == 2


def test_the_example_is_the_newest_that_is_kept(windows, clock):
    key = Acts(clock, unit_id("市人社局")).opened()

    def example():
        with reading() as session:
            return example_of(session, key)

    assert example() == ""
    with recording("test", clock()) as records:
        case = records.session.get_one(Case, key)
        write_text(records, case, TextKind.VOICE, "原话", None)
        write_text(records, case, TextKind.EXAMPLE, "转述", None)
    assert example() == "转述"
    with recording("test", clock()) as records:
        case = records.session.get_one(Case, key)
        erase_texts(records, case, [TextKind.EXAMPLE], "told anew")
    assert example() == ""


def test_whose_a_case_is(windows, clock):
    unit = unit_id("市人社局")
    key = Acts(clock, unit).opened()
    with reading() as session:
        assert unit_of_case(session, 1, key) == unit
        assert unit_of_case(session, 2, key) is None
        assert unit_of_case(session, 1, key + 1) is None
