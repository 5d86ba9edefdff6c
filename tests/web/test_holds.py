"""Pages of held ratings: what reviewers see, who they are, and the two deciders."""

from dataclasses import replace

import pytest
from bs4 import BeautifulSoup

from kiosk.domain.policy import Role
from kiosk.extensions import recording, transaction
from kiosk.extensions.holds import HoldSweep
from kiosk.models import ORGANISATION, Account, RoleGrant, Unit
from tests.builders import make_window
from tests.engines import ON_SQLITE
from tests.held import burst, give, holds, states
from tests.people import sign_in_as

pytestmark = ON_SQLITE
REASON = "九点停电，来电后集中评价"


@pytest.fixture
def reviewer(app, hall, clock):
    return sign_in_as(app, Role.INSPECTOR, clock(), login="inspector")


@pytest.fixture
def second(app, hall, clock):
    return sign_in_as(app, Role.CASE_HANDLER, clock(), login="handler")


@pytest.fixture
def window_id(app, hall, clock):
    """A window whose nine bad ratings are held."""
    with transaction() as session:
        found = make_window(session, "Z001", unit="市人社局", kind="社保").id
    give(found, burst(clock), 1)
    assert HoldSweep(app).look(clock()) == 9
    return found


def text(answer) -> str:
    return " ".join(BeautifulSoup(answer.data, "html.parser").get_text(" ").split())


def main_of(answer) -> str:
    page = BeautifulSoup(answer.data, "html.parser").select_one("main")
    return " ".join(page.get_text(" ").split())


def post(client, act, **form):
    return client.post(f"/manage/holds/1/{act}", data=form)


def propose(client, decision="exclude", reason=REASON):
    return post(client, "propose", decision=decision, reason=reason)


def test_reviewers_see_facts_and_not_whose_they_are(reviewer, window_id):
    lines = main_of(reviewer.get("/manage/holds?lang=en"))
    page = main_of(reviewer.get("/manage/holds/1?lang=en"))
    for words in (lines, page):
        assert "Far more ratings in ten minutes than usual at this time." in words
        assert "社保" in words
        assert "By phone" in words
        for hidden in ("Z001", "市人社局", "社保综合"):
            assert hidden not in words
        assert "fraud" not in words.lower()
    assert "Nobody has looked yet" in lines
    assert "Ratings 9" in page
    assert "Very dissatisfied" in page


def test_two_people_decide_and_then_see_whose_they_were(reviewer, second, window_id):
    answer = propose(reviewer)
    assert answer.headers["Location"].endswith("/manage/holds?done=proposed")
    assert "Proposed by you" in main_of(reviewer.get("/manage/holds?lang=en"))
    assert post(reviewer, "confirm", decision="exclude").status_code == 422
    assert states() == [0, 9, 0]
    page = main_of(second.get("/manage/holds/1?lang=en"))
    assert REASON in page
    assert "测试inspector" in page
    assert "Z001" not in page
    assert "Propose:" not in page
    answer = post(second, "confirm", decision="exclude")
    assert answer.headers["Location"].endswith("/manage/holds?done=decided")
    assert states() == [0, 0, 9]
    page = main_of(second.get("/manage/holds/1?lang=en"))
    for told in ("Z001", "市人社局", REASON, "测试inspector", "测试handler"):
        assert told in page
    assert "They do not count" in page
    assert "Confirm" not in page
    decided = main_of(second.get("/manage/holds?show=decided&lang=en"))
    assert "Z001" in decided
    assert "Nothing is held." in main_of(second.get("/manage/holds?lang=en"))


def test_the_second_person_may_take_a_proposal_back(reviewer, second, window_id):
    propose(reviewer, "release")
    page = second.get("/manage/holds/1?lang=en")
    assert "Confirm: they count" in main_of(page)
    answer = post(second, "reject", why="")
    assert answer.status_code == 422
    assert "Please give the reason" in text(answer) or "请" in text(answer)
    answer = post(second, "reject", why="当天没有停电")
    assert answer.headers["Location"].endswith("/manage/holds?done=rejected")
    assert [hold.proposed_by for hold in holds()] == [None]
    assert post(second, "confirm", decision="release").status_code == 422
    for done in ("proposed", "decided", "rejected"):
        assert 'role="status"' in reviewer.get(f"/manage/holds?done={done}").text


def test_a_refused_reason_stays_in_the_form(reviewer, window_id):
    answer = propose(reviewer, reason="长" * 201)
    assert answer.status_code == 422
    assert "长" * 201 in answer.text
    assert holds()[0].proposed_by is None


def test_a_decision_that_no_button_sends_is_refused(reviewer, window_id):
    assert post(reviewer, "propose", decision="delete", reason="x").status_code == 400
    assert post(reviewer, "confirm", decision="").status_code == 400


def test_in_an_office_of_three_one_person_decides_in_public(
    app, reviewer, window_id, clock
):
    kept = app.extensions["kiosk"]
    kept["settings"] = replace(kept["settings"], hold_deciders=1)
    propose(reviewer)
    assert "Confirm" in main_of(reviewer.get("/manage/holds/1?lang=en"))
    post(reviewer, "confirm", decision="exclude")
    assert states() == [0, 0, 9]
    assert "Here one person decides" in reviewer.get("/ledger?lang=en").text


def test_the_ledgers_page_says_that_two_decide(client, hall):
    assert "Two people outside the unit decide" in client.get("/ledger?lang=en").text


@pytest.mark.parametrize("role", [Role.MANAGER, Role.CLERK, Role.VIEWER, Role.JUROR])
def test_whoever_is_no_reviewer_finds_nothing(app, hall, clock, window_id, role):
    with transaction() as session:
        unit = session.query(Unit).filter_by(name="市人社局").one().id
    client = sign_in_as(app, role, clock(), unit if role is Role.MANAGER else None)
    for path in ("", "/1", "/report"):
        assert client.get(f"/manage/holds{path}").status_code == 404
    for act in ("propose", "confirm", "reject"):
        answer = post(client, act, decision="release", reason="x", why="x")
        assert answer.status_code == 404
    assert states() == [0, 9, 0]


def test_nobody_reviews_their_own_unit(app, hall, clock, window_id):
    with transaction() as session:
        unit = session.query(Unit).filter_by(name="市人社局").one().id
    client = sign_in_as(app, Role.INSPECTOR, clock(), login="both")
    with recording("test", clock()) as records:
        key = records.session.query(Account).filter_by(login="both").one().id
        grant = {
            "account_id": key,
            "role": str(Role.MANAGER),
            "unit_id": unit,
            "granted_at": clock(),
        }
        records.add(RoleGrant, ORGANISATION, [grant])
    assert "Nothing is held." in main_of(client.get("/manage/holds?lang=en"))
    assert client.get("/manage/holds/1").status_code == 404
    assert propose(client).status_code == 404


def test_held_ratings_are_counted_in_public_and_reviewers_stay_blind(
    app, client, reviewer, window_id, clock
):
    words = "Held until people have looked at them: 9 ratings."
    assert words in text(client.get("/board?lang=en"))
    viewer = sign_in_as(app, Role.VIEWER, clock())
    page = text(viewer.get("/manage/windows?lang=en"))
    assert "held for a look: 9 ratings" in page
    assert "held for a look" not in text(reviewer.get("/manage/windows?lang=en"))


def test_without_holds_the_board_says_nothing_of_them(client, hall):
    assert "Held until" not in text(client.get("/board?lang=en"))


def test_the_report_tells_units_and_levels_apart(
    app, reviewer, second, window_id, clock
):
    clock.forward(minutes=20)
    give(window_id, burst(clock, 12), 5)
    assert HoldSweep(app).look(clock()) == 12
    propose(reviewer)
    post(second, "confirm", decision="exclude")
    page = main_of(reviewer.get("/manage/holds/report?lang=en"))
    assert "Levels 3 to 5 12 12 0 0 0.00 %" in page
    assert "Levels 1 and 2 9 0 0 9 100.00 %" in page
    assert "市人社局 9 0 9 100.00 %" in page
    assert "were released 0.0 %" in page
    assert "the rules hold too much" not in page
    second.post("/manage/holds/2/propose", data={"decision": "release", "reason": "x"})
    reviewer.post("/manage/holds/2/confirm", data={"decision": "release"})
    page = main_of(reviewer.get("/manage/holds/report?lang=en"))
    assert "Levels 3 to 5 12 0 12 0 0.00 %" in page
    assert "50.0 %" in page


def test_the_report_warns_where_most_is_released(
    app, reviewer, second, window_id, clock
):
    propose(reviewer, "release")
    post(second, "confirm", decision="release")
    page = main_of(reviewer.get("/manage/holds/report?lang=en"))
    assert "More than 70 % of the decided holds were released" in page


def test_a_released_hold_shows_its_day_as_it_was(reviewer, second, window_id):
    before = BeautifulSoup(reviewer.get("/manage/holds/1").data, "html.parser")
    propose(reviewer, "release")
    post(second, "confirm", decision="release")
    after = BeautifulSoup(reviewer.get("/manage/holds/1").data, "html.parser")
    assert before.select_one(".h-held")["d"] == after.select_one(".h-held")["d"]
    assert before.select_one(".h-held")["d"] == "M181 100.0v-100.0h8v100.0z"


def test_reviewers_are_told_on_the_start_page(reviewer, second, window_id, clock):
    words = "Two people decide within five working days whether they count."
    assert words in text(reviewer.get("/manage?lang=en"))
    propose(reviewer)
    assert words not in text(reviewer.get("/manage?lang=en"))
    assert words in text(second.get("/manage?lang=en"))
