"""The juror's own pages: who waits, points beside the statement, own points only."""

import pytest

from kiosk.domain.policy import Role
from kiosk.extensions import reading, recording, transaction
from kiosk.models import ORGANISATION, Campaign
from kiosk.queries.juries import jurors, jury_points, jury_sheets
from kiosk.services.candidates import cancel_candidate, nominate
from kiosk.services.juries import add_juror, end_juror
from kiosk.web.sessions import SESSION_COOKIE
from tests.builders import make_window
from tests.campaign_work import flaws, work_rules
from tests.campaigns import the_campaign
from tests.conftest import NOON
from tests.engines import ON_SQLITE
from tests.nominations import TODAY, open_campaign, stand, wanted
from tests.pages import Page, get
from tests.people import make_account, session_of, sign_in_as
from tests.staff import unit_key

pytestmark = ON_SQLITE
GOOD = {"smile": "18", "skill": "17"}
HERE = "/manage/jury/small"


@pytest.fixture
def windows(app, hall):
    """A window of one unit and two of another."""
    with transaction() as session:
        return [
            make_window(session, number, unit=unit).id
            for number, unit in (("A1", "甲"), ("B1", "乙"), ("B2", "乙"))
        ]


def open_jury(windows, slug="small", **stages):
    """Open a campaign in which the windows stand; return its key."""
    campaign = open_campaign(work_rules(**stages), slug)
    with recording("test", NOON) as records:
        for number, window in enumerate(windows):
            words = {"smile": f"六个一 {number}"} if number else {}
            one = wanted(campaign, "best", window, statement=words)
            nominate(records, one, TODAY)
    return campaign


@pytest.fixture
def campaign(windows):
    return open_jury(windows)


def seat(campaign, login="juror-1", unit=None):
    """Seat somebody; return their account."""
    account = make_account(login, Role.JUROR, NOON)
    with recording("test", NOON) as records:
        add_juror(records, campaign, account, unit)
    return account


def browser_of(app, login="juror-1"):
    client = app.test_client()
    client.set_cookie(SESSION_COOKIE, session_of(Role.JUROR, NOON, login=login))
    return client


@pytest.fixture
def juror(app, campaign):
    """The browser of a juror from outside."""
    seat(campaign)
    return browser_of(app)


def keys(campaign):
    return [one.id for one in stand(campaign, "best")]


def where(key, slug="small"):
    return f"/manage/jury/{slug}/{key}?lang=en"


def give(client, key, slug="small", **form):
    return client.post(where(key, slug), data=form or GOOD)


def test_every_candidate_waits_until_it_is_scored(juror, campaign):
    first, second, third = keys(campaign)
    page = get(juror, "manage.jury", lang="en")
    assert page.texts(".m-asof") == ["waiting: 3"]
    # Nobody stands for the other award.
    assert page.texts("h3") == ["文明窗口"]
    assert [link for link in page.links() if HERE in link] == [
        f"/manage/jury/small/{key}?lang=en" for key in (first, second, third)
    ]
    assert give(juror, first).location == f"/manage/jury/small/{second}?lang=en"
    assert give(juror, third).location == f"/manage/jury/small/{second}?lang=en"
    answer = give(juror, second, abstain="1")
    assert (answer.status_code, answer.location) == (303, "/manage/jury?done=1&lang=en")
    page = Page(juror.get(answer.location))
    assert (
        page.one("[role=status]").get_text() == "Kept. Nobody waits for you any more."
    )
    told = page.texts(".k-list li span:last-child")
    assert told == ["35 of 40 points", "abstained", "35 of 40 points"]
    assert page.texts(".m-asof") == ["waiting: 0"]
    assert flaws() == []


def test_the_statement_stands_beside_the_points(juror, campaign):
    first, second, _ = keys(campaign)
    page = get(juror, "manage.score_candidate", slug="small", key=second, lang="en")
    assert page.heading == "B1 社保综合B1"
    assert page.texts(".m-title p") == ["文明窗口 · 乙 · waiting: 3"]
    assert page.texts("form label") == ["Smile 0–20", "Skill 0–20"]
    assert page.texts(".k-words") == [
        "六个一 1",
        "The unit wrote nothing about this.",
    ]
    fields = page.soup.select("form input[type=number]")
    assert [(one["name"], one["max"], one["value"]) for one in fields] == [
        ("smile", "20", ""),
        ("skill", "20", ""),
    ]
    page = get(juror, "manage.score_candidate", slug="small", key=first, lang="en")
    assert len(page.texts(".k-words")) == 2


def test_points_are_changed_and_an_abstention_is_taken_back(juror, campaign):
    key = keys(campaign)[0]
    give(juror, key, abstain="1")
    page = get(juror, "manage.score_candidate", slug="small", key=key, lang="en")
    assert "abstained" in page.one(".m-title").get_text()
    give(juror, key)
    give(juror, key, smile="3", skill="0")
    page = get(juror, "manage.score_candidate", slug="small", key=key, lang="en")
    fields = page.soup.select("form input[type=number]")
    assert [one["value"] for one in fields] == ["3", "0"]
    assert "abstained" not in page.one(".m-title").get_text()
    with reading() as session:
        assert jury_points(session, the_campaign("small")) == {key: (3.0,)}


@pytest.mark.parametrize("smile", ["21", "-1", "1.5", "", "<b>"])
def test_wrong_points_come_back_with_what_was_typed(juror, campaign, smile):
    key = keys(campaign)[0]
    give(juror, key)
    answer = give(juror, key, smile=smile, skill="20")
    assert answer.status_code == 422
    page = Page(answer)
    assert "a whole number from 0 to 20" in page.one("[role=alert]").get_text()
    fields = page.soup.select("form input[type=number]")
    assert [one["value"] for one in fields] == [smile, "20"]
    with reading() as session:
        assert jury_points(session, the_campaign("small")) == {key: (35.0,)}


def test_a_juror_keeps_out_of_the_own_unit(app, campaign):
    seat(campaign, unit=unit_key("甲"))
    client = browser_of(app)
    own, other, _ = keys(campaign)
    page = get(client, "manage.jury", lang="en")
    assert page.texts(".m-asof") == ["waiting: 2"]
    assert page.texts(".k-list li span:last-child")[0] == (
        "your own unit: you keep out"
    )
    assert where(own) not in page.links()
    page = get(client, "manage.score_candidate", slug="small", key=own, lang="en")
    assert page.soup.select(".k-look") == []
    answer = give(client, own)
    assert answer.status_code == 409
    assert "belongs to your own unit" in Page(answer).one(".warning").get_text()
    assert give(client, other).status_code == 303
    with reading() as session:
        assert list(jury_points(session, the_campaign("small"))) == [other]


def test_a_juror_sees_own_points_only(app, juror, campaign):
    key = keys(campaign)[0]
    give(juror, key, smile="13", skill="19")
    seat(campaign, "juror-2")
    other = browser_of(app, "juror-2")
    page = get(other, "manage.jury", lang="en")
    assert page.texts(".k-list li span:last-child") == ["waits"] * 3
    page = get(other, "manage.score_candidate", slug="small", key=key, lang="en")
    fields = page.soup.select("form input[type=number]")
    assert [one["value"] for one in fields] == ["", ""]
    give(other, key, smile="1", skill="2")
    with reading() as session:
        sheets = {
            juror.name: jury_sheets(session, campaign, juror.id)[0].points
            for juror in jurors(session, campaign)
        }
    assert sheets == {
        "测试juror-1": {"smile": 13, "skill": 19},
        "测试juror-2": {"smile": 1, "skill": 2},
    }


@pytest.mark.parametrize("days", [(-2, -1), (1, 2)])
def test_before_and_after_the_stage_nothing_is_given(app, windows, days):
    campaign = open_jury(windows, jury=days)
    seat(campaign)
    client, key = browser_of(app), keys(campaign)[0]
    page = get(client, "manage.jury", lang="en")
    assert page.texts(".m-asof") == ["not open today"]
    assert where(key) not in page.links()
    page = get(client, "manage.score_candidate", slug="small", key=key, lang="en")
    assert page.soup.select(".k-look button") == []
    assert "The jury does not score today." in page.soup.get_text()
    assert page.texts(".k-times") == ["—", "—"]
    assert give(client, key).status_code == 409
    with reading() as session:
        assert jury_sheets(session, campaign) == []


@pytest.mark.parametrize("moment", ["posted_at", "dropped_at"])
def test_what_was_posted_or_given_up_takes_no_points(juror, campaign, moment):
    key = keys(campaign)[0]
    with recording("test", NOON) as records:
        records.change(Campaign, ORGANISATION, campaign, {moment: NOON})
    page = get(juror, "manage.jury", lang="en")
    assert "You sit on no jury that scores now." in page.soup.get_text()
    page = get(juror, "manage.score_candidate", slug="small", key=key, lang="en")
    assert page.soup.select(".k-look button") == []
    assert give(juror, key).status_code == 409


def test_who_does_not_sit_or_has_left_finds_nothing(app, juror, campaign):
    key = keys(campaign)[0]
    make_account("juror-2", Role.JUROR, NOON)
    other = browser_of(app, "juror-2")
    page = get(other, "manage.jury", lang="en")
    assert "You sit on no jury that scores now." in page.soup.get_text()
    with reading() as session:
        [member] = jurors(session, campaign)
    with recording("test", NOON) as records:
        end_juror(records, campaign, member.id)
    for client in (other, juror):
        assert client.get(where(key)).status_code == 404
        assert give(client, key).status_code == 404
    with reading() as session:
        assert jury_sheets(session, campaign) == []


def test_only_candidates_that_stand_in_this_campaign_are_there(juror, campaign):
    key, other, _ = keys(campaign)
    with recording("test", NOON) as records:
        cancel_candidate(records, campaign, key, "不实")
    for wrong in (where(key), where(999), where(other, "nothing")):
        assert juror.get(wrong).status_code == 404
        assert juror.post(wrong, data=GOOD).status_code in {404, 409}
    page = get(juror, "manage.jury", lang="en")
    assert page.texts(".m-asof") == ["waiting: 2"]


def test_two_campaigns_stand_below_each_other(app, windows, campaign, juror):
    second = open_jury(windows, "second")
    with reading() as session:
        [member] = jurors(session, campaign)
    with recording("test", NOON) as records:
        add_juror(records, second, member.account_id, None)
    page = get(juror, "manage.jury", lang="en")
    assert page.texts(".m-asof") == ["waiting: 3", "waiting: 3"]
    first, then, last = keys(second)
    answer = give(juror, first, "second")
    assert answer.location == f"/manage/jury/second/{then}?lang=en"
    assert give(juror, first).status_code == 404
    give(juror, then, "second")
    page = Page(juror.get(give(juror, last, "second").location))
    # The other campaign still waits.
    assert page.texts("[role=status]") == ["Kept."]


def test_the_page_speaks_chinese(juror, campaign):
    page = get(juror, "manage.jury", lang="zh")
    assert "Jury" not in page.soup.get_text()
    page = get(
        juror, "manage.score_candidate", slug="small", key=keys(campaign)[0], lang="zh"
    )
    assert page.texts("form label") == ["微笑服务 0–20", "业务熟练 0–20"]


@pytest.mark.parametrize("role", [Role.CLERK, Role.INSPECTOR, Role.ORGANISER])
def test_other_roles_do_not_score(app, campaign, clock, role):
    client = sign_in_as(app, role, clock())
    assert client.get("/manage/jury").status_code == 404
    assert give(client, keys(campaign)[0]).status_code == 404
