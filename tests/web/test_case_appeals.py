"""Pages of appeals: both sides' words, two accounts outside, and who is told what."""

from dataclasses import replace

import pytest

from kiosk.domain.case_appeals import AppealState
from kiosk.domain.case_texts import TextKind
from kiosk.domain.cases import CaseState
from kiosk.domain.policy import NotOpen, Role
from kiosk.extensions import reading, recording, transaction
from kiosk.models import (
    ORGANISATION,
    Account,
    CaseRating,
    Clerk,
    Comment,
    Posting,
    Rating,
    RoleGrant,
)
from kiosk.queries.case_appeals import citizen_appeals
from kiosk.services.case_texts import write_text
from kiosk.services.cases import held_case
from kiosk.web.manage.case_appeals import appeals_part
from kiosk.web.manage.case_sides import Standing
from tests.appeals import (
    AGAIN,
    MEASURE,
    OTHERWISE,
    REPLY,
    VOICE,
    answer,
    appeal_of_citizen,
    appeal_of_clerk,
    make_world,
    the_appeal,
    the_case,
    written,
)
from tests.engines import ON_SQLITE
from tests.pages import get
from tests.people import sign_in_as
from tests.screens import keep, phone_tap
from tests.staff import unit_key

pytestmark = ON_SQLITE
REASON = "调阅监控，与答复所述不同"


@pytest.fixture
def world(hall, clock):
    made = make_world(clock())
    answer(made.case_id, clock())
    return made


@pytest.fixture
def handler(app, world, clock):
    return sign_in_as(app, Role.CASE_HANDLER, clock(), login="handler")


@pytest.fixture
def second(app, world, clock):
    return sign_in_as(app, Role.ORGANISER, clock(), login="organiser")


@pytest.fixture
def appeal(world, clock):
    return appeal_of_citizen(world.case_id, clock())


def main(page):
    return " ".join(page.one("main").get_text(" ").split())


def words(client, endpoint="manage.appeals", **more):
    return main(get(client, endpoint, lang="en", **more))


def post(client, act, key=1, **form):
    return client.post(f"/manage/appeals/{key}/{act}?lang=en", data=form)


def propose(client, ruling="uphold", reason=REASON, key=1):
    return post(client, "propose", key, ruling=ruling, reason=reason)


def test_both_sides_are_laid_before_those_outside(handler, world, appeal, clock):
    with recording("test", clock()) as records:
        case = held_case(records.session, world.found)
        write_text(records, case, TextKind.STATEMENT, OTHERWISE, world.clerk_account)
        write_text(records, case, TextKind.CALL, "回访电话 13900001234", None)
    assert "2026-0001 Appeal of the citizen Attitude A001 市人社局" in words(handler)
    page = words(handler, "manage.appeal", key=appeal)
    for told in (VOICE, REPLY, MEASURE, AGAIN, OTHERWISE, "Put right"):
        assert told in page
    assert "13900001234" not in page
    assert "Nobody has looked yet" in words(handler)


def test_words_of_the_rating_are_laid_there_as_long_as_they_are_kept(
    app, handler, world, appeal, clock
):
    tap = phone_tap(world.window_id, 1, comment="办事员请我回家再等")
    kept = keep(tap, clock())
    with recording("test", clock()) as records:
        rating = records.session.query(Rating).filter_by(event_id=kept.event_id).one()
        # The inbox may have made a case of it; this one answers it here.
        records.session.query(CaseRating).filter_by(rating_id=rating.id).delete()
        row = CaseRating(rating_id=rating.id, case_id=world.case_id)
        records.session.add(row)
        key = rating.id
    assert "办事员请我回家再等" in words(handler, "manage.appeal", key=appeal)
    clerk = sign_in_as(app, Role.CLERK, clock(), login="clerk")
    here = f"/manage/mine/cases/{world.case_id}"
    assert "办事员请我回家再等" not in clerk.get(here).text
    with transaction() as session:
        session.get_one(Comment, key).words = ""
    assert "办事员请我回家再等" not in words(handler, "manage.appeal", key=appeal)


def test_two_accounts_rule_and_the_unit_answers_again(handler, second, world, appeal):
    done = propose(handler)
    assert "done=proposed" in done.location
    assert "Proposed by you" in words(handler)
    assert "Waits for a second person" in words(second)
    own = post(handler, "confirm", ruling="uphold")
    assert own.status_code == 422
    assert "Another person must decide" in own.text
    assert the_case(world.case_id).state == CaseState.ANSWERED
    page = words(second, "manage.appeal", key=appeal)
    assert REASON in page
    assert "测试handler" in page
    assert "Propose:" not in page
    assert "goes back to its unit" in page
    done = post(second, "confirm", ruling="uphold")
    assert "done=decided" in done.location
    assert the_case(world.case_id).state == CaseState.CHECKING
    assert "No appeal is open." in words(second)
    decided = words(second, show="decided")
    assert "2026-0001" in decided
    assert "Upheld" in decided
    page = words(second, "manage.appeal", key=appeal)
    assert "测试organiser" in page
    assert "No answer stands" in page
    assert "Confirm" not in page
    assert post(second, "confirm", ruling="uphold").status_code == 422


def test_the_answer_stands_where_the_second_person_agrees(
    handler, second, world, appeal
):
    propose(handler, "reject")
    page = get(second, "manage.appeal", key=appeal, lang="en")
    assert "Confirm: the answer stands" in main(page)
    assert post(second, "confirm", ruling="reject").status_code == 303
    assert the_appeal(appeal).state == AppealState.REJECTED
    assert the_case(world.case_id).state == CaseState.ANSWERED


def test_a_clerks_appeal_upheld_is_told_to_clerk_and_citizen(
    app, handler, second, world, clock
):
    key = appeal_of_clerk(world.case_id, world.clerk_account, clock())
    propose(handler, key=key)
    clerk = sign_in_as(app, Role.CLERK, clock(), login="clerk")
    with reading() as session:
        assert citizen_appeals(session, world.case_id) == []
    assert REASON not in clerk.get(f"/manage/mine/cases/{world.case_id}").text
    post(second, "confirm", key, ruling="uphold")
    page = words(clerk, "manage.own_case_page", key=world.case_id)
    assert "Result Upheld" in page
    assert REASON in page
    assert "Answer Unfounded" in page
    with reading() as session:
        [told] = citizen_appeals(session, world.case_id)
    assert (told.side, told.state, told.reason) == ("clerk", 1, REASON)


def test_a_citizen_reads_the_ruling_and_no_proposal(handler, second, world, appeal):
    propose(handler)
    with reading() as session:
        [told] = citizen_appeals(session, world.case_id)
    assert (told.state, told.reason, told.decided_at) == (0, "", None)
    post(second, "confirm", ruling="uphold")
    with reading() as session:
        [told] = citizen_appeals(session, world.case_id)
    assert (told.state, told.reason) == (1, REASON)


def test_a_clerk_learns_nothing_of_the_citizens_appeal(
    app, handler, second, world, appeal, clock
):
    propose(handler)
    post(second, "confirm", ruling="uphold")
    clerk = sign_in_as(app, Role.CLERK, clock(), login="clerk")
    page = clerk.get(f"/manage/mine/cases/{world.case_id}").text
    assert REASON not in page
    assert AGAIN not in page


def test_a_proposal_is_taken_back(handler, second, appeal):
    propose(handler)
    empty = post(second, "reject", why="")
    assert empty.status_code == 422
    assert "Please give the reason" in empty.text
    done = post(second, "reject", why="理由不足")
    assert "done=rejected" in done.location
    assert the_appeal(appeal).proposed_by is None
    assert post(second, "confirm", ruling="uphold").status_code == 422
    for said in ("proposed", "decided", "rejected"):
        assert 'role="status"' in handler.get(f"/manage/appeals?done={said}").text


def test_a_refused_reason_stays_in_the_form(handler, appeal):
    refused = propose(handler, reason="长" * 201)
    assert refused.status_code == 422
    assert "长" * 201 in refused.text
    assert the_appeal(appeal).proposed_by is None


def test_a_ruling_that_no_button_sends_is_refused(handler, appeal):
    assert propose(handler, "open").status_code == 400
    assert post(handler, "confirm", ruling="").status_code == 400


def test_in_an_office_of_three_one_person_decides(app, handler, appeal):
    kept = app.extensions["kiosk"]
    kept["settings"] = replace(kept["settings"], hold_deciders=1)
    propose(handler)
    assert "Confirm" in words(handler, "manage.appeal", key=appeal)
    assert post(handler, "confirm", ruling="uphold").status_code == 303
    assert the_appeal(appeal).state == AppealState.UPHELD


@pytest.mark.parametrize(
    "role", [Role.MANAGER, Role.CLERK, Role.INSPECTOR, Role.JUROR, Role.VIEWER]
)
def test_whoever_does_not_decide_finds_nothing(app, world, appeal, clock, role):
    unit = unit_key() if role is Role.MANAGER else None
    client = sign_in_as(app, role, clock(), unit, login="somebody")
    for path in ("", "/1"):
        assert client.get(f"/manage/appeals{path}").status_code == 404
    for act in ("propose", "confirm", "reject"):
        done = post(client, act, ruling="uphold", reason="x", why="x")
        assert done.status_code == 404
    assert the_appeal(appeal).proposed_by is None


def grant_manager(records, login, now):
    key = records.session.query(Account).filter_by(login=login).one().id
    grant = {
        "account_id": key,
        "role": str(Role.MANAGER),
        "unit_id": unit_key(),
        "granted_at": now,
    }
    records.add(RoleGrant, ORGANISATION, [grant])


def work_there(records, login, now):
    key = records.session.query(Account).filter_by(login=login).one().id
    row = {
        "centre_id": 1,
        "badge": "0999",
        "named": False,
        "name": "示例丙",
        "account_id": key,
        "started_on": now.date(),
    }
    [clerk] = records.add(Clerk, 1, [row])
    # They left it the next day; a unit where somebody ever worked is none of theirs.
    posting = {
        "clerk_id": clerk,
        "unit_id": unit_key(),
        "starts_on": now.date(),
        "ends_on": now.date(),
    }
    records.add(Posting, 1, [posting])


@pytest.mark.parametrize("tie", [grant_manager, work_there])
def test_nobody_rules_on_their_own_unit(app, handler, world, appeal, clock, tie):
    assert "2026-0001" in words(handler)
    with recording("test", clock()) as records:
        tie(records, "handler", clock())
    assert "No appeal is open." in words(handler)
    assert handler.get(f"/manage/appeals/{appeal}").status_code == 404
    assert propose(handler).status_code == 404
    assert "Appeals" not in get(handler, "manage.today", lang="en").texts(".task-name")


def test_an_appeal_that_is_not_there_is_not_open(handler, world):
    assert handler.get("/manage/appeals/99999").status_code == 404
    assert propose(handler, key=99_999).status_code == 404


def test_the_start_page_tells_those_who_are_to_decide(
    app, handler, second, appeal, clock
):
    what = "Two people outside the unit decide within five working days."

    def told(client):
        return what in words(client, "manage.today")

    def due(client):
        page = get(client, "manage.today", lang="en")
        return any("Appeals" in task for task in page.texts(".task--due"))

    assert told(handler)
    propose(handler)
    assert not told(handler)
    assert told(second)
    # Made on Thursday: five working days end with the next Thursday.
    clock.forward(days=7)
    second = sign_in_as(app, Role.ORGANISER, clock(), login="organiser")
    assert told(second)
    assert not due(second)
    clock.forward(days=1)
    second = sign_in_as(app, Role.ORGANISER, clock(), login="organiser")
    assert due(second)
    post(second, "reject", why="理由不足")
    post(second, "propose", ruling="reject", reason="x")
    handler = sign_in_as(app, Role.CASE_HANDLER, clock(), login="handler")
    post(handler, "confirm", ruling="reject")
    assert not told(handler)


def part(world, stands):
    with reading() as session:
        return appeals_part(session, the_case(world.case_id), stands)


def test_a_cases_page_gets_its_appeals(app, handler, second, world, clock):
    unit = unit_key()
    outside = Standing(frozenset(), frozenset(), outside=True)
    manager = Standing(frozenset({unit}), frozenset(), outside=False)
    colleague = Standing(frozenset(), frozenset({unit}), outside=True)
    with app.test_request_context():
        assert part(world, outside) is None
        appeal_of_citizen(world.case_id, clock())
        assert part(world, outside).outside
        assert not part(world, manager).outside
        with pytest.raises(NotOpen):
            part(world, colleague)
    propose(handler)
    told = rendered(app, world, manager)
    assert "You read the ruling here" in told
    assert REASON not in told
    assert "/manage/appeals/1" not in told
    assert "/manage/appeals/1" in rendered(app, world, outside)
    post(second, "confirm", ruling="uphold")
    told = rendered(app, world, manager)
    assert REASON in told
    assert AGAIN not in told
    assert written(world.case_id, TextKind.RULING) == [REASON]


def rendered(app, world, stands):
    """Return the part as a case's page includes it."""
    with app.test_request_context("/?lang=en"):
        page = {"appeals": part(world, stands)}
        template = app.jinja_env.get_template("manage/_case_appeals.html")
        return template.render(page=page)
