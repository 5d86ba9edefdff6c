"""The organiser's page of all candidates: rates, changes by the rules, fraud."""

import pytest

from kiosk.domain.candidates import CandidateState
from kiosk.domain.policy import Role
from kiosk.extensions import recording, transaction
from kiosk.models import ORGANISATION, Campaign
from kiosk.services.candidates import nominate
from kiosk.services.window_changes import Destination, close_window, move_window
from tests.builders import make_window
from tests.conftest import NOON
from tests.engines import ON_SQLITE
from tests.nominations import TODAY, day, open_campaign, stand, wanted
from tests.pages import Page, get
from tests.people import sign_in_as
from tests.staff import make_clerk, unit_key

pytestmark = ON_SQLITE
REFUSED = {409, 422}


@pytest.fixture
def campaign(app, hall):
    """A campaign in which a person and two windows stand."""
    with transaction() as session:
        windows = [make_window(session, number).id for number in ("A1", "A2", "A3")]
        make_window(session, "B1", unit="乙")
    key, clerk = open_campaign(), make_clerk()
    with recording("test", NOON) as records:
        for award, subject in (
            ("best", windows[0]),
            ("best", windows[1]),
            ("star", clerk),
        ):
            nominate(records, wanted(key, award, subject), TODAY)
    return key


def post(client, key, act, **form):
    address = f"/manage/campaigns/small/candidates/{key}/{act}?lang=en"
    return client.post(address, data=form)


def page_of(client, **values):
    return get(client, "manage.campaign_candidates", slug="small", lang="en", **values)


def refusal(answer):
    assert answer.status_code in REFUSED
    return Page(answer).one(".warning").get_text()


def test_all_stand_there_by_award_without_a_score(organiser, campaign):
    page = page_of(organiser)
    assert page.texts("h2") == [
        "服务之星standing: 1",
        "文明窗口standing: 2",
        "优秀科室standing: 0",
        "服务名牌standing: 0",
        "金点子standing: 0",
    ]
    assert page.texts(".n-name") == ["示例甲", "A1 社保综合A1", "A2 社保综合A2"]
    assert "市人社局 · Stands on the list · 16 Jul" in page.texts(".n-list .t-dim")
    assert page.texts("label[for^=knowledge-]")[0].startswith("Rate of the knowledge")
    assert page.texts(".n-change") == []


def test_a_rate_is_entered_corrected_and_in_the_end_only_read(
    app, organiser, campaign, clock
):
    star = stand(campaign, "star")[0].id
    form = {"kind": "knowledge", "note": "6月考试"}
    done = post(organiser, star, "rate", rate="92.5", **form)
    assert "done=rate" in done.location
    page = page_of(organiser, done="rate")
    assert "entered" in page.one("[role=status]").get_text()
    assert page.one(f"#knowledge-{star}")["value"] == "92.50"
    assert page.one(f"#knowledge-note-{star}")["value"] == "6月考试"
    wrong = post(organiser, star, "rate", rate="101", **form)
    assert "from 0 to 100" in refusal(wrong)
    clock.forward(days=6)
    organiser = sign_in_as(app, Role.ORGANISER, clock())
    late = post(organiser, star, "rate", rate="99", **form)
    assert "This ended with 2026-07-21." in refusal(late)
    words = page_of(organiser).soup.get_text()
    assert "Rate of the knowledge test, percent: 92.50" in words
    assert "6月考试" in words


def test_a_number_the_award_does_not_read_is_not_open(organiser, campaign):
    best, star = stand(campaign, "best")[0].id, stand(campaign, "star")[0].id
    for key, kind in ((best, "knowledge"), (star, "appraisal"), (star, "other")):
        assert post(organiser, key, "rate", rate="9", kind=kind).status_code == 404


def test_fraud_cancels_one_with_what_was_found(organiser, campaign, clock):
    best = stand(campaign, "best")[0].id
    assert "give the reason" in refusal(post(organiser, best, "cancel", reason=""))
    with recording("test", clock()) as records:
        records.change(Campaign, ORGANISATION, campaign, {"posted_at": clock()})
    done = post(organiser, best, "cancel", reason="刷分")
    assert "done=cancelled" in done.location
    assert stand(campaign, "best")[0].state is CandidateState.CANCELLED
    page = page_of(organiser, done="cancelled")
    assert "市人社局 · Cancelled for fraud · 刷分 · 16 Jul" in page.texts(".t-dim")
    assert "standing: 1" in page.texts("h2")[1]
    assert "takes no part" in refusal(post(organiser, best, "cancel", reason="又"))
    assert post(organiser, 99, "cancel", reason="没有").status_code == 404


def test_the_rule_is_applied_to_what_moved_or_closed(app, campaign, clock):
    first, second = stand(campaign, "best")
    with recording("test", NOON) as records:
        where = Destination(unit_key("乙"), "社保")
        move_window(records, first.window_id, where, day(2), TODAY)
        close_window(records, second.window_id, day(3), second.window_id + 1, TODAY)
    clock.forward(days=4)
    organiser = sign_in_as(app, Role.ORGANISER, clock())
    page = page_of(organiser)
    assert page.texts(".n-change") == [
        (
            "Belongs to another unit since 2026-07-18. By the rules only what is "
            "earned since that day counts."
        ),
        (
            "Closed or left on 2026-07-19. By the rules A3 社保综合A3 takes part "
            "instead, counted from that day."
        ),
    ]
    assert "give the reason" in refusal(post(organiser, first.id, "settle", reason=""))
    for each in (first, second):
        done = post(organiser, each.id, "settle", reason="按规则办理")
        assert "done=settled" in done.location
    assert [each.counts_from for each in stand(campaign, "best")] == [day(2), day(3)]
    page = page_of(organiser)
    assert page.texts(".n-change") == [
        (
            "Belongs to another unit since 2026-07-18. Only what is earned since that "
            "day counts."
        )
    ]
    assert "Apply the rule" not in page.soup.get_text()
    again = post(organiser, first.id, "settle", reason="再来")
    assert "nothing changes" in refusal(again)


def test_only_organisers_see_and_change_them(app, campaign, clock):
    star = stand(campaign, "star")[0].id
    for role in (Role.MANAGER, Role.INSPECTOR, Role.JUROR, Role.CASE_HANDLER):
        unit = unit_key() if role is Role.MANAGER else None
        client = sign_in_as(app, role, clock(), unit, login=f"some-{role}")
        assert client.get("/manage/campaigns/small/candidates").status_code == 404
        for act in ("cancel", "rate", "settle"):
            answer = post(client, star, act, reason="x", rate="9", kind="knowledge")
            assert answer.status_code == 404
    assert all(each.standing for each in stand(campaign))


def test_a_draft_has_an_empty_list_and_another_campaign_none(organiser):
    open_campaign(announced_at=None)
    assert "Nobody has been put forward yet." in page_of(organiser).texts(".n-none")
    assert organiser.get("/manage/campaigns/other/candidates").status_code == 404
    assert post(organiser, 1, "cancel", reason="x").status_code == 404
