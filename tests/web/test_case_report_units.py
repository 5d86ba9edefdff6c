"""Ratings in the month's report: no small group, and no share without its numbers."""

from datetime import date

import pytest

from kiosk.domain.policy import Role
from kiosk.extensions import transaction
from kiosk.models import CaseRating, Rating, TallyReason
from tests.board_ratings import past_day
from tests.builders import make_window
from tests.case_acts import Acts
from tests.engines import ON_SQLITE
from tests.people import sign_in_as
from tests.reports import unit_id
from tests.staff import enter_served_on
from tests.web.test_case_report import page, table

pytestmark = ON_SQLITE
DAY = date(2026, 6, 9)


@pytest.fixture
def windows(app, hall):
    with transaction() as session:
        first = make_window(session, "A001", unit="市人社局").id
        second = make_window(session, "A002", unit="市公安局").id
        return first, second, make_window(session, "B001", unit="市医保局").id


def test_units_with_enough_ratings_are_told_and_others_left_out(organiser, windows):
    first, second, third = windows
    past_day(first, DAY, [1, 2, 3, 4, 5, 5, 5, 5])
    # A step of five that two months share: only two of them are June's.
    past_day(second, DAY.replace(month=5), [5, 5, 5])
    past_day(second, DAY, [1, 1])
    past_day(third, DAY, [5] * 5)
    rows = table(organiser, "By unit: ratings")
    assert rows["市人社局"][:3] == ["8", "62.5 % (5/8)", "75.0 % (6/8)"]
    assert rows["市公安局"] == ["–"] * 5
    totals = table(organiser, "How cases were handled")
    assert totals["Satisfied or better, of the ratings"][0] == "76.9 % (10/13)"
    assert totals["Fairly satisfied or better, of the ratings"][0] == "84.6 % (11/13)"


def test_response_is_of_people_served_on_the_same_days(organiser, windows):
    first, second, third = windows
    for window, served in ((first, 20), (second, 3), (third, 10)):
        past_day(window, DAY, [5] * 5)
        enter_served_on(window, served, DAY)
    rows = table(organiser, "By unit: ratings")
    assert rows["市人社局"][3] == "25.0 % (5/20)"
    assert rows["市公安局"][3] == "more ratings than people served"
    assert rows["市医保局"][3] == "50.0 % (5/10)"
    totals = table(organiser, "How cases were handled")
    assert totals["Response: ratings of people served"][0] == "33.3 % (10/30)"


def test_bad_ratings_without_a_case_are_of_all_bad_ones(organiser, windows, clock):
    first, second, third = windows
    past_day(first, DAY, [1] * 5 + [2] * 3)
    past_day(second, DAY, [1] * 8)
    past_day(third, DAY, [1] * 5)
    key = Acts(clock, unit_id("市人社局")).opened(received_on=DAY)
    with transaction() as session:
        of = {
            window: [
                row.id for row in session.query(Rating).filter_by(window_id=window)
            ]
            for window in windows
        }
        for each in (*of[first][:3], *of[second][:5], *of[third]):
            session.add(CaseRating(rating_id=each, case_id=key))
    rows = table(organiser, "By unit: ratings")
    assert rows["市人社局"][4] == "62.5 % (5/8)"
    # Three are left, too few to be pointed at.
    assert rows["市公安局"][4] == "–"
    assert rows["市医保局"][4] == "0.0 % (0/5)"


def test_reasons_are_told_with_what_they_are_about(organiser, windows):
    with transaction() as session:
        for reason, n in ((211, 7), (220, 5), (231, 4)):
            session.add(
                TallyReason(window_id=windows[0], day=DAY, state=0, reason=reason, n=n)
            )
    rows = table(organiser, "Reasons of bad ratings")
    assert rows == {"Efficiency · Long wait": ["7"], "Competence": ["5"]}


def test_a_manager_reads_no_figure_of_another_unit(app, windows, clock):
    past_day(windows[0], DAY, [5] * 5)
    past_day(windows[2], DAY, [1] * 9)
    manager = sign_in_as(app, Role.MANAGER, clock(), unit_id("市人社局"))
    assert list(table(manager, "By unit: ratings")) == ["市人社局"]
    totals = table(manager, "How cases were handled")
    assert totals["Satisfied or better, of the ratings"][0] == "100.0 % (5/5)"
    assert "Units: 市人社局" in page(manager).text
