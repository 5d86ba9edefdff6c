"""What those who work on a case do on its page, and what is refused."""

from datetime import timedelta

import pytest

from kiosk.domain.case_texts import TextKind
from kiosk.domain.cases import Answer, CaseState
from kiosk.domain.policy import Role
from kiosk.extensions import recording, transaction
from kiosk.services.replies import ReplyDraft, add_reply
from tests.builders import make_window
from tests.case_acts import CENTRE, DONE, PROMISE, Acts, case_row, stands, texts
from tests.engines import ON_SQLITE
from tests.people import sign_in_as
from tests.reports import unit_id

pytestmark = ON_SQLITE
REPLY, MEASURE = "让您久等了，我们向您道歉。", "高峰时段增开一个窗口"


@pytest.fixture
def acts(app, hall, clock) -> Acts:
    with transaction() as session:
        make_window(session, "A001", unit="市人社局")
    return Acts(clock, unit_id("市人社局"))


@pytest.fixture
def manager(app, acts, clock):
    return sign_in_as(app, Role.MANAGER, clock(), acts.unit_id)


def post(client, key: int, act: str, **form: str):
    return client.post(f"/manage/cases/{key}/{act}?lang=en", data=form)


def test_a_case_is_accepted_paused_resumed_and_answered(manager, acts):
    key = acts.opened()
    assert (
        post(manager, key, "accept")
        .headers["Location"]
        .startswith(f"/manage/cases/{key}?done=accepted")
    )
    assert stands(key) is CaseState.CHECKING
    assert post(manager, key, "pause", pause="等上级部门的材料").status_code == 303
    assert case_row(key).paused_at is not None
    assert post(manager, key, "resume").status_code == 303
    form = {"answer": "rectified", "reply": REPLY, "measure": MEASURE, "done": "1"}
    assert post(manager, key, "answer", **form).status_code == 303
    case = case_row(key)
    assert (case.answer, case.rectified_at is not None) == (Answer.RECTIFIED, True)
    assert texts(key)[1:] == [(TextKind.REPLY, REPLY), (TextKind.MEASURE, MEASURE)]


def test_a_promise_is_noted_as_kept_and_looked_at_again(app, manager, acts, clock):
    key = acts.answered(PROMISE)
    assert post(manager, key, "rectify", rectified="已增开窗口").status_code == 303
    clock.now += timedelta(days=40)
    later = sign_in_as(app, Role.MANAGER, clock(), acts.unit_id)
    assert post(later, key, "look-back", result="未再出现").status_code == 303
    assert texts(key)[-2:] == [
        (TextKind.MEASURE, "已增开窗口"),
        (TextKind.RESULT, "未再出现"),
    ]


def test_a_unit_asks_for_a_decision(manager, acts):
    key = acts.accepted()
    assert post(manager, key, "doubt", finding="当日窗口停用").status_code == 303
    assert stands(key) is CaseState.DOUBTED


@pytest.mark.parametrize(
    ("form", "words", "status"),
    [
        ({"answer": "explained", "reply": " "}, "write at least a few words", 422),
        (
            {"answer": "explained", "reply": "长" * 10_000},
            "That is 10000 characters; please keep it to 2000.",
            422,
        ),
        (
            {"answer": "rectified", "reply": REPLY},
            "write down what was done to put it right",
            422,
        ),
        ({"answer": "unfounded", "reply": REPLY}, "cannot close a case about", 403),
        ({"answer": "", "reply": REPLY}, "choose what the check found", 422),
        ({"answer": "nonsense", "reply": REPLY}, "choose what the check found", 422),
    ],
)
def test_what_is_refused_says_why_and_keeps_what_was_written(
    manager, acts, form, words, status
):
    key = acts.accepted()
    response = post(manager, key, "answer", **form)
    assert response.status_code == status
    assert words in response.text
    assert form["reply"].strip() in response.text
    assert (stands(key), texts(key)) == (CaseState.CHECKING, [])


def test_whoever_answers_second_reads_that_the_case_has_moved_on(manager, acts):
    key = acts.accepted()
    form = {"answer": "explained", "reply": "我也答复一次"}
    acts.answer(key)
    response = post(manager, key, "answer", **form)
    assert response.status_code == 409
    assert "The case has moved on meanwhile." in response.text
    assert [kind for kind, _words in texts(key)] == [TextKind.REPLY]


def test_what_was_written_by_the_second_is_not_lost(manager, acts):
    key = acts.accepted()
    acts.answer(key)
    form = {"answer": "explained", "reply": "我也答复一次"}
    assert "我也答复一次" in post(manager, key, "answer", **form).text


@pytest.mark.parametrize("act", ["agree", "send-back", "close", "grade", "reopen"])
def test_a_unit_decides_nothing_about_itself(manager, acts, act):
    key = acts.answered(DONE)
    before = stands(key)
    assert post(manager, key, act).status_code == 404
    assert stands(key) is before


@pytest.mark.parametrize("act", ["accept", "pause", "answer", "doubt", "rectify"])
def test_nobody_works_on_cases_of_other_units(app, acts, clock, act):
    key = acts.opened()
    with transaction() as session:
        make_window(session, "B001", unit="市医保局")
    other = sign_in_as(app, Role.MANAGER, clock(), unit_id("市医保局"))
    assert post(other, key, act, pause="x", reply="x").status_code == 404
    assert post(other, key + 1, act).status_code == 404


def test_a_reply_may_begin_with_kept_words(manager, acts, clock):
    with recording("test", clock()) as records:
        kept = add_reply(records, CENTRE, ReplyDraft("0", "致歉", REPLY))
    key = acts.accepted()
    page = manager.get(f"/manage/cases/{key}?lang=en&words={kept}").text
    assert page.count(REPLY) == 2
    assert manager.get(f"/manage/cases/{key}?words=999").text.count(REPLY) == 1
