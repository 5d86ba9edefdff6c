"""Decisions about a case: from outside alone, and refused with the words kept."""

import pytest

from kiosk.domain.case_texts import TextKind
from kiosk.domain.cases import CaseState, Source
from kiosk.domain.policy import Role
from kiosk.extensions import recording
from kiosk.models import ORGANISATION, Account, RoleGrant
from tests.appeals import World, make_world, written
from tests.case_acts import (
    EXPLAINED,
    PROMISE,
    Acts,
    at_once,
    case_row,
    stands,
    texts,
)
from tests.engines import ON_SQLITE
from tests.pages import Page, get
from tests.people import sign_in_as
from tests.staff import unit_key

pytestmark = ON_SQLITE
REPLY, REASON = "经核查，无此事。", "调阅监控，当日停用。"
ACTS = {
    "agree": {"agreed": REPLY, "grounds": REASON},
    "send-back": {"note": "请再查"},
    "close": {},
    "grade": {"grade": "3", "thanks": "谢谢", "award": "年度金点子"},
    "reopen": {"reopening": "还是不行"},
}


@pytest.fixture
def world(hall, clock) -> World:
    return make_world(clock())


@pytest.fixture
def acts(world, clock) -> Acts:
    return Acts(clock, unit_key())


@pytest.fixture
def handler(app, world, clock):
    return sign_in_as(app, Role.CASE_HANDLER, clock(), login="handler")


def post(client, key: int, act: str, **form: str):
    return client.post(f"/manage/cases/{key}/{act}?lang=en", data=form)


def page_of(client, key: int) -> Page:
    return get(client, "manage.case_page", key=key, lang="en")


def main(page: Page) -> str:
    return " ".join(page.one("main").get_text(" ").split())


def kept_in(answer, name: str) -> str:
    """Return what a refused form still has in a field."""
    return Page(answer).one(f"[name={name}]").get_text().lstrip("\n")


def grant_manager(login: str, now) -> None:
    with recording("test", now) as records:
        key = records.session.query(Account).filter_by(login=login).one().id
        grant = {"role": "manager", "unit_id": unit_key(), "granted_at": now}
        records.add(RoleGrant, ORGANISATION, [{"account_id": key, **grant}])


def test_a_doubted_case_is_found_unfounded_with_reply_and_reason(handler, acts):
    key = acts.accepted()
    acts.doubt(key)
    page = page_of(handler, key)
    assert "asks for a decision" in main(page)
    assert page.soup.select("details[open] form[action*='/agree']")
    done = post(handler, key, "agree", **ACTS["agree"])
    assert (done.status_code, done.location) == (
        303,
        f"/manage/cases/{key}?done=unfounded&lang=en",
    )
    assert (case_row(key).answer, stands(key)) == ("unfounded", CaseState.ANSWERED)
    assert texts(key)[1:] == [(TextKind.REPLY, REPLY), (TextKind.FINDING, REASON)]
    told = main(get(handler, "manage.case_page", key=key, lang="en", done="unfounded"))
    assert "Found unfounded. The citizen reads why." in told


@pytest.mark.parametrize(
    ("agreed", "grounds", "wrong"),
    [
        ("", REASON, "agreed"),
        (REPLY, " \n ", "grounds"),
        ("长" * 10_000, REASON, "agreed"),
    ],
)
def test_a_refused_decision_keeps_what_was_written(
    handler, acts, agreed, grounds, wrong
):
    key = acts.accepted()
    refused = post(handler, key, "agree", agreed=agreed, grounds=grounds)
    assert refused.status_code == 422
    page = Page(refused)
    assert page.one(f"#{wrong}-error")
    assert page.one(f"#{wrong}")["aria-invalid"] == "true"
    assert kept_in(refused, "agreed") == agreed
    assert kept_in(refused, "grounds") == grounds.lstrip("\n")
    assert (stands(key), texts(key)) == (CaseState.CHECKING, [])


def test_a_case_goes_back_with_a_reason(handler, acts):
    key = acts.accepted()
    acts.doubt(key)
    empty = post(handler, key, "send-back", note="")
    assert empty.status_code == 422
    assert Page(empty).one("#note-error")
    done = post(handler, key, "send-back", note="请再查")
    assert done.location.endswith("?done=sent-back&lang=en")
    assert (stands(key), written(key, TextKind.NOTE)) == (
        CaseState.CHECKING,
        ["请再查"],
    )


def test_a_promise_not_done_keeps_the_case_open(handler, acts):
    key = acts.answered(PROMISE)
    page = page_of(handler, key)
    assert "cannot be closed yet" in main(page)
    assert not page.soup.select("form[action*='/close']")
    refused = post(handler, key, "close")
    assert refused.status_code == 409
    assert "Note what was done before you close the case." in Page(refused).soup.text
    assert stands(key) is CaseState.ANSWERED
    acts.rectify(key)
    assert page_of(handler, key).one("form[action*='/close']")
    assert post(handler, key, "close").location.endswith("?done=closed&lang=en")
    assert (stands(key), case_row(key).closed_by) == (CaseState.CLOSED, "outside")


def test_an_idea_is_graded_thanked_for_and_may_enter_an_award(handler, acts):
    key = acts.accepted(source=Source.SUGGESTION)
    empty = post(handler, key, "grade", thanks="", award="长" * 2_001)
    assert empty.status_code == 422
    page = Page(empty)
    for name in ("grade", "thanks", "award"):
        assert page.one(f"#{name}-error")
    done = post(handler, key, "grade", **ACTS["grade"])
    assert done.location.endswith("?done=graded&lang=en")
    assert case_row(key).grade == 3
    assert texts(key) == [(TextKind.REPLY, "谢谢"), (TextKind.NOTE, "年度金点子")]
    assert "Graded: Excellent" in main(page_of(handler, key))
    post(handler, key, "grade", grade="2", thanks="再谢")
    assert (case_row(key).grade, len(texts(key))) == (2, 3)


@pytest.mark.parametrize("grade", ["0", "4", "x", ""])
def test_what_is_no_grade_is_refused(handler, acts, grade):
    key = acts.accepted(source=Source.SUGGESTION)
    refused = post(handler, key, "grade", grade=grade, thanks="谢谢")
    assert refused.status_code == 422
    assert kept_in(refused, "thanks") == "谢谢"
    assert case_row(key).grade == 0


def test_a_complaint_has_no_grade(handler, acts):
    key = acts.accepted()
    assert not page_of(handler, key).soup.select("form[action*='/grade']")
    assert post(handler, key, "grade", **ACTS["grade"]).status_code == 409
    assert (case_row(key).grade, texts(key)) == (0, [])


def test_a_citizen_on_the_telephone_opens_a_case_again_once(handler, acts):
    key = acts.answered()
    empty = post(handler, key, "reopen", reopening=" ")
    assert empty.status_code == 422
    done = post(handler, key, "reopen", reopening="还是不行")
    assert done.location.endswith("?done=reopened&lang=en")
    assert "还是不行" in main(page_of(handler, key))
    acts.answer(key)
    assert not page_of(handler, key).soup.select("form[action*='/reopen']")
    again = post(handler, key, "reopen", reopening="又不行")
    assert again.status_code == 409
    assert "reopened once already" in Page(again).soup.text


def test_a_case_that_waits_has_nothing_to_be_decided(handler, acts):
    key = acts.opened()
    page = page_of(handler, key)
    assert "Decisions outside the unit" not in main(page)
    for act, form in ACTS.items():
        assert post(handler, key, act, **form).status_code == 409, act
    assert (stands(key), texts(key)) == (CaseState.WAITING, [])


def test_of_two_handlers_at_once_one_decides_and_the_other_is_told(
    app, handler, acts, clock
):
    key = acts.accepted()
    other = sign_in_as(app, Role.ORGANISER, clock(), login="organiser")
    found = at_once(
        app,
        lambda: post(handler, key, "agree", **ACTS["agree"]).status_code,
        lambda: post(other, key, "agree", **ACTS["agree"]).status_code,
    )
    assert sorted(found) == [303, 409]
    assert len(texts(key)) == 2


@pytest.mark.parametrize("act", list(ACTS))
def test_a_handler_who_manages_the_unit_is_its_unit(handler, acts, clock, act):
    grant_manager("handler", clock())
    source = Source.SUGGESTION if act == "grade" else Source.COMPLAINT
    key = acts.accepted(source=source)
    if act in {"close", "reopen", "send-back"}:
        acts.answer(key, EXPLAINED)
    before = (stands(key), texts(key))
    page = page_of(handler, key)
    assert "Decisions outside the unit" not in main(page)
    refused = post(handler, key, act, **ACTS[act])
    assert refused.status_code == 403
    assert "A unit cannot close a case about itself" in Page(refused).soup.text
    assert (stands(key), texts(key)) == before


@pytest.mark.parametrize(
    "role", [Role.MANAGER, Role.CLERK, Role.INSPECTOR, Role.JUROR, Role.VIEWER]
)
def test_whoever_does_not_decide_finds_nothing(app, acts, clock, role):
    key = acts.answered(EXPLAINED)
    unit = unit_key() if role is Role.MANAGER else None
    client = sign_in_as(app, role, clock(), unit, login="somebody")
    for act, form in ACTS.items():
        assert post(client, key, act, **form).status_code == 404, act
    assert (stands(key), len(texts(key))) == (CaseState.ANSWERED, 1)


def test_a_manager_reads_no_form_of_those_outside(app, acts, clock):
    key = acts.answered(EXPLAINED)
    client = sign_in_as(app, Role.MANAGER, clock(), unit_key(), login="manager")
    page = page_of(client, key)
    for act in ACTS:
        assert not page.soup.select(f"form[action*='/{act}']"), act


def test_a_case_that_is_not_there_is_not_open(handler, world):
    for act, form in ACTS.items():
        assert post(handler, 99_999, act, **form).status_code == 404, act
        empty = dict.fromkeys(form, "")
        assert post(handler, 99_999, act, **empty).status_code == 404, act


def duty(client) -> list[str]:
    page = get(client, "manage.today", lang="en")
    return [task for task in page.texts(".task") if "Decisions about cases" in task]


def test_the_start_page_tells_which_decisions_are_asked_for(
    app, handler, acts, world, clock
):
    assert duty(handler) == []
    first, second = acts.accepted(), acts.accepted()
    for key in (second, first):
        acts.doubt(key)
    [told] = duty(handler)
    assert "2" in told
    page = get(handler, "manage.today", lang="en")
    assert f"/manage/cases/{first}?lang=en" in page.links()
    assert not any("Decisions" in task for task in page.texts(".task--due"))
    manager = sign_in_as(app, Role.MANAGER, clock(), unit_key(), login="manager")
    assert duty(manager) == []
    clock.forward(days=7, hours=6)
    handler = sign_in_as(app, Role.CASE_HANDLER, clock(), login="handler")
    page = get(handler, "manage.today", lang="en")
    assert any("Decisions" in task for task in page.texts(".task--due"))
    grant_manager("handler", clock())
    assert duty(handler) == []
