"""Like causes on a case's page, the look-back side by side, and the example's form."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from flask import render_template

from kiosk.domain.board import Period
from kiosk.domain.case_texts import TextKind
from kiosk.domain.cause_counts import CauseCount
from kiosk.domain.policy import NotOpen, Role
from kiosk.extensions import reading, recording, transaction
from kiosk.models import Case, TallyReason
from kiosk.services.case_texts import write_text
from kiosk.web.manage.case_like import like_part
from kiosk.web.sessions import SESSION_COOKIE
from tests.board_ratings import past_day
from tests.builders import make_window
from tests.case_acts import CLOCK, DONE, EXPLAINED, Acts, texts
from tests.engines import ON_SQLITE
from tests.people import session_of, sign_in_as
from tests.reports import unit_id
from tests.statements import statements

pytestmark = ON_SQLITE
DAY = timedelta(days=1)
VOICE = "我在三号窗口等了两个小时没有人理我"


@pytest.fixture
def windows(app, hall) -> tuple[int, int]:
    with transaction() as session:
        first = make_window(session, "A001", unit="市人社局").id
        return first, make_window(session, "B001", unit="市医保局").id


@pytest.fixture
def acts(windows, clock) -> Acts:
    return Acts(clock, unit_id("市人社局"))


def seen_by(app, clock, key, role=Role.CASE_HANDLER, unit=None):
    """Return the part as somebody sees it, its words, and its statements."""
    secret = session_of(role, clock(), unit)
    cookie = {"Cookie": f"{SESSION_COOKIE}={secret}"}
    with app.test_request_context("/?lang=en", headers=cookie), reading() as session:
        case = session.get_one(Case, key)
        with statements() as said:
            part = like_part(session, case, CLOCK)
        page = SimpleNamespace(like=part)
        told = render_template("manage/_case_like.html", page=page)
    words = " ".join(BeautifulSoup(told, "html.parser").get_text(" ").split())
    return part, words, len(said)


def ticked(window, day, n, reason=211):
    row = TallyReason(window_id=window, day=day, state=0, reason=reason, n=n)
    with transaction() as session:
        session.add(row)


def test_this_window_stands_beside_the_median_of_the_centre(app, acts, windows, clock):
    today = CLOCK.day(clock())
    past_day(windows[0], today - DAY, [1, 2, 5, 5, 5, 5, 5, 5, 5, 5])
    past_day(windows[0], today - 30 * DAY, [1])
    past_day(windows[1], today - DAY, [5] * 5)
    ticked(windows[0], today - DAY, 6)
    key = acts.opened(window_id=windows[0], cause=1)
    part, words, cost = seen_by(app, clock, key)
    assert part.here.count == CauseCount(6, 10)
    assert part.middle == 30
    assert (part.before, part.since) == (None, None)
    assert "named 6 times in 10 ratings · 60.0 in a hundred" in words
    assert "Median of the windows 30.0 in a hundred" in words
    assert cost <= 7


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        (Role.MANAGER, (None, "Too few to be shown (under 5)")),
        (Role.CASE_HANDLER, (CauseCount(4, 6), "named 4 times in 6 ratings")),
    ],
)
def test_a_unit_is_not_shown_groups_under_five_and_those_outside_are(
    app, acts, windows, clock, role, shown
):
    today = CLOCK.day(clock())
    past_day(windows[0], today - DAY, [1, 2, 5, 5, 5, 5])
    ticked(windows[0], today - DAY, 4)
    key = acts.opened(window_id=windows[0], cause=1)
    own = unit_id("市人社局") if role is Role.MANAGER else None
    part, words, _ = seen_by(app, clock, key, role, own)
    assert (part.here.count, shown[1] in words) == (shown[0], True)


def test_without_a_named_cause_bad_ratings_are_told(app, acts, windows, clock):
    past_day(windows[0], CLOCK.day(clock()) - DAY, [1, 2, 5, 5])
    key = acts.opened(window_id=windows[0])
    _, words, _ = seen_by(app, clock, key)
    assert "2 bad ones of 4 ratings · 50.0 in a hundred" in words
    assert "None named: all bad ratings" in words


def test_look_back_holds_days_before_the_answer_against_days_since(
    app, acts, windows, clock
):
    key = acts.answered(DONE, window_id=windows[0], cause=1)
    answered_on = CLOCK.day(clock())
    with reading() as session:
        days = session.get_one(Case, key).look_back_on - answered_on
    past_day(windows[0], answered_on - days, [1, 5, 5, 5, 5])
    past_day(windows[0], answered_on - days - DAY, [1] * 5)
    past_day(windows[0], answered_on, [1] * 5)
    past_day(windows[0], answered_on + DAY, [5] * 8)
    ticked(windows[0], answered_on - DAY, 5)
    ticked(windows[0], answered_on, 9)
    part, words, _ = seen_by(app, clock, key)
    assert part.since is None
    assert "Begins tomorrow" in words
    clock.forward(days=3)
    part, words, _ = seen_by(app, clock, key)
    assert part.before.count == CauseCount(5, 5)
    assert part.before.period == Period(answered_on - days, answered_on - DAY)
    assert part.since.count == CauseCount(0, 8)
    assert part.since.period == Period(answered_on + DAY, answered_on + 3 * DAY)
    assert "named 0 times in 8 ratings · 0.0 in a hundred" in words


def test_nothing_is_looked_back_at_where_nothing_was_promised(
    app, acts, windows, clock
):
    key = acts.answered(EXPLAINED, window_id=windows[0])
    part, words, _ = seen_by(app, clock, key)
    assert part.before is None
    assert "Look-back" not in words


def test_a_case_of_no_window_has_its_example_only(app, acts, clock):
    part, words, _ = seen_by(app, clock, acts.opened())
    assert part.here is None
    assert "The same cause" not in words
    assert "Example for the monthly report" in words


def test_a_window_without_ratings_has_no_shares(app, acts, windows, clock):
    key = acts.opened(window_id=windows[0], cause=2)
    part, words, _ = seen_by(app, clock, key)
    assert part.middle is None
    assert "No ratings" in words


def test_whoever_has_no_side_sees_nothing(app, acts, clock):
    key, other = acts.opened(), unit_id("市医保局")
    with pytest.raises(NotOpen):
        seen_by(app, clock, key, Role.MANAGER, other)


def write(client, key, words):
    return client.post(
        f"/manage/cases/{key}/example", data={"example": words}, query_string="lang=en"
    )


@pytest.fixture
def handler(app, hall, clock):
    return sign_in_as(app, Role.CASE_HANDLER, clock())


def kept(key):
    return [words for kind, words in texts(key) if kind is TextKind.EXAMPLE]


def test_the_writer_keeps_an_example(app, handler, acts, clock):
    key = acts.opened()
    answer = write(handler, key, "办事人久等后未获解释")
    assert (answer.status_code, answer.headers["Location"]) == (
        303,
        f"/manage/cases/{key}",
    )
    assert kept(key) == ["办事人久等后未获解释"]
    part, _, _ = seen_by(app, clock, key)
    assert part.form.values["example"] == "办事人久等后未获解释"


def test_a_citizens_own_words_are_refused_and_stay_in_the_form(handler, acts, clock):
    key = acts.opened()
    with recording("test", clock()) as records:
        case = records.session.get_one(Case, key)
        write_text(records, case, TextKind.VOICE, VOICE, None)
    answer = write(handler, key, f"他说{VOICE}")
    assert answer.status_code == 422
    assert "repeats the citizen’s own words" in answer.text
    assert f"他说{VOICE}" in answer.text
    assert kept(key) == []
    assert write(handler, key, "").status_code == 422


@pytest.mark.parametrize(
    ("role", "unit"),
    [
        (Role.MANAGER, "市医保局"),
        (Role.VIEWER, ""),
        (Role.CLERK, ""),
        (Role.INSPECTOR, ""),
    ],
)
def test_others_write_no_example(app, acts, clock, role, unit):
    key = acts.opened()
    client = sign_in_as(app, role, clock(), unit_id(unit) if unit else None)
    assert write(client, key, "转述").status_code == 404
    assert kept(key) == []


def test_there_is_no_example_of_no_case(handler, acts):
    assert write(handler, acts.opened() + 1, "转述").status_code == 404


def test_the_units_manager_may_write_one(app, acts, clock):
    key = acts.opened()
    manager = sign_in_as(app, Role.MANAGER, clock(), unit_id("市人社局"))
    assert write(manager, key, "转述一句").status_code == 303
    assert kept(key) == ["转述一句"]
