"""The organiser's page of a jury: who sits, from where, how far; never the points."""

import pytest

from kiosk.domain.policy import Role
from kiosk.extensions import reading, recording, transaction
from kiosk.models import ORGANISATION, Campaign
from kiosk.queries.juries import jurors
from kiosk.services.candidates import nominate
from kiosk.services.juries import Scoring, score
from tests.builders import make_window
from tests.campaign_work import flaws, work_rules
from tests.conftest import NOON
from tests.engines import ON_SQLITE
from tests.nominations import TODAY, open_campaign, stand, wanted
from tests.pages import Page, get
from tests.people import make_account, sign_in_as
from tests.staff import unit_key

pytestmark = ON_SQLITE
WHERE = "/manage/campaigns/small/jury?lang=en"


@pytest.fixture
def campaign(app, hall):
    """A campaign in which windows of two units stand."""
    with transaction() as session:
        windows = [
            make_window(session, number, unit=unit).id
            for number, unit in (("A1", "甲"), ("B1", "乙"))
        ]
    key = open_campaign(work_rules())
    with recording("test", NOON) as records:
        for window in windows:
            nominate(records, wanted(key, "best", window), TODAY)
    return key


@pytest.fixture
def account(campaign):
    return make_account("juror-1", Role.JUROR, NOON)


def page_of(client, **values):
    return get(client, "manage.jury_members", slug="small", lang="en", **values)


def seat(client, account, unit=""):
    return client.post(WHERE, data={"account": str(account), "unit": str(unit)})


def members(campaign):
    with reading() as session:
        return jurors(session, campaign)


def leave(client, juror, slug="small"):
    return client.post(f"/manage/campaigns/{slug}/jury/{juror}/end?lang=en")


def give(campaign, account, number, **points):
    one = stand(campaign, "best")[number - 1].id
    scoring = Scoring(
        campaign_id=campaign,
        candidate_id=one,
        account_id=account,
        points=points,
        abstains=not points,
    )
    with recording("test", NOON) as records:
        score(records, scoring, TODAY)


def test_without_anybody_who_could_sit_the_page_says_what_comes_first(
    organiser, campaign
):
    page = page_of(organiser)
    assert "Nobody sits on the jury yet." in page.soup.get_text()
    assert "an account with the role of a juror first" in page.soup.get_text()
    assert page.soup.select("#account") == []
    assert "at least 1 must have scored" in page.one(".m-title").get_text()


def test_somebody_is_seated_with_the_unit_they_come_from(organiser, account, campaign):
    page = page_of(organiser)
    assert page.texts("#account option") == ["测试juror-1"]
    assert {"from outside", "甲", "乙"} <= set(page.texts("#unit option"))
    answer = seat(organiser, account, unit_key("甲"))
    assert answer.status_code == 303
    page = Page(organiser.get(answer.location))
    assert page.one("[role=status]").get_text() == "The jury is changed."
    assert page.texts("tbody th") == ["测试juror-1"]
    # Of two candidates one is of the own unit, and one waits.
    assert page.texts("tbody td")[:5] == ["甲", "0", "0", "1", "1"]
    assert page.soup.select("#account") == []
    assert flaws() == []


def test_progress_is_told_and_points_are_not(organiser, account, campaign):
    seat(organiser, account)
    give(campaign, account, 1, smile="13", skill="19")
    give(campaign, account, 2)
    page = page_of(organiser)
    assert page.texts("tbody td")[:5] == ["from outside", "1", "1", "0", "0"]
    told = page.one("main").get_text()
    assert not any(points in told for points in ("13", "19", "32"))


def test_who_leaves_can_be_seated_again(organiser, account, campaign):
    seat(organiser, account)
    [member] = members(campaign)
    assert leave(organiser, member.id).status_code == 303
    assert leave(organiser, member.id).status_code == 404
    page = page_of(organiser)
    assert "has left; nothing of theirs counts" in page.one("tbody").get_text()
    assert seat(organiser, account, unit_key("乙")).status_code == 303
    [member] = members(campaign)
    assert (member.sits, member.unit_name) == (True, "乙")


def test_refusals_are_told_on_the_page(organiser, account, campaign):
    clerk = make_account("clerk-1", Role.CLERK, NOON)
    seat(organiser, account)
    for who, status, words in (
        (account, 409, "测试juror-1 is on the jury already."),
        (clerk, 422, "choose somebody whose role is juror"),
        ("", 422, "choose somebody whose role is juror"),
        ("9" * 30, 422, "choose somebody whose role is juror"),
        ("٣", 422, "choose somebody whose role is juror"),
    ):
        answer = seat(organiser, who)
        assert answer.status_code == status
        assert words in Page(answer).one("[role=alert]").get_text()
    assert seat(organiser, account, 999_999).status_code == 404
    assert len(members(campaign)) == 1


def test_a_juror_of_another_campaign_is_not_ended_here(organiser, account, campaign):
    seat(organiser, account)
    open_campaign(work_rules(), "second")
    [member] = members(campaign)
    assert leave(organiser, member.id, "second").status_code == 404
    assert members(campaign)[0].sits


@pytest.mark.parametrize("moment", ["posted_at", "dropped_at"])
def test_what_was_posted_or_given_up_keeps_its_jury(
    organiser, account, campaign, moment
):
    seat(organiser, account)
    other = make_account("juror-2", Role.JUROR, NOON)
    with recording("test", NOON) as records:
        records.change(Campaign, ORGANISATION, campaign, {moment: NOON})
    page = page_of(organiser)
    assert page.soup.select("main form") == []
    [member] = members(campaign)
    assert seat(organiser, other).status_code == 409
    assert leave(organiser, member.id).status_code == 409
    assert [one.sits for one in members(campaign)] == [True]


def test_a_draft_has_no_jury_yet(organiser, account, campaign):
    with recording("test", NOON) as records:
        change = {"announced_at": None}
        records.change(Campaign, ORGANISATION, campaign, change)
    page = page_of(organiser)
    assert page.soup.select("main form") == []
    assert seat(organiser, account).status_code == 404


@pytest.mark.parametrize("role", [Role.MANAGER, Role.JUROR, Role.CASE_HANDLER])
def test_others_do_not_run_the_jury(app, account, campaign, clock, role):
    client = sign_in_as(app, role, clock())
    assert client.get(WHERE).status_code == 404
    assert seat(client, account).status_code == 404
    assert members(campaign) == []
