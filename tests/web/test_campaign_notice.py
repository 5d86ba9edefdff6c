"""The organiser's page of the list: what it comes to, posting, fixing the result."""

from datetime import timedelta

import pytest

from kiosk.domain.objections import ObjectionState
from kiosk.domain.policy import Role
from kiosk.extensions import recording
from kiosk.models import ORGANISATION, Objection
from tests.conftest import NOON
from tests.engines import ON_SQLITE
from tests.nominations import TODAY
from tests.pages import Page, get
from tests.people import sign_in_as
from tests.published import CLOSED, POSTED, fixed, posted, ready_campaign
from tests.staff import unit_key

pytestmark = ON_SQLITE
NOTICE = "/manage/campaigns/small/notice"
RESULT = "/manage/campaigns/small/result"


@pytest.fixture
def campaign(app, hall):
    """Four windows stand; the list of two seats can be posted on 6 August."""
    return ready_campaign()


def at_desk(app, clock, at):
    """Return the browser of an organiser who signs in at a moment."""
    clock.now = at
    return sign_in_as(app, Role.ORGANISER, at)


def page_of(client, **values):
    return get(client, "manage.campaign_notice", slug="small", lang="en", **values)


def rows(page):
    return [
        [cell.get_text(" ", strip=True) for cell in row.select("td, th")]
        for row in page.soup.select(".k-places tbody tr")
    ]


def test_nobody_sees_who_is_ahead_before_the_list_can_be_posted(app, campaign, clock):
    page = page_of(at_desk(app, clock, POSTED - timedelta(days=3)))
    assert rows(page) == []
    assert "This opens on" in page.soup.get_text()
    assert page.soup.select("form[action$='/notice']") == []


def test_the_list_is_shown_and_posted(app, campaign, clock):
    organiser = at_desk(app, clock, POSTED)
    page = page_of(organiser)
    found = rows(page)
    assert [row[0] for row in found] == ["1", "2", "3", "—"]
    assert [row[-1] for row in found[:3]] == ["On the list", "On the list", "No seat"]
    assert "75.00" in found[3][-1]
    answer = organiser.post(f"{NOTICE}?lang=en")
    assert answer.status_code == 303
    page = page_of(organiser, done="posted")
    assert page.one(".done").get_text().startswith("The list is posted.")
    assert "Sheet no. 1" in page.soup.get_text()
    again = organiser.post(f"{NOTICE}?lang=en")
    assert again.status_code == 409
    assert "posted already" in Page(again).one(".warning").get_text()


def test_the_result_waits_and_keeps_what_was_typed(app, campaign, clock):
    posted()
    organiser = at_desk(app, clock, POSTED + timedelta(days=2))
    answer = organiser.post(f"{RESULT}?lang=en", data={"approval": "示文8号"})
    assert answer.status_code == 409
    page = Page(answer)
    assert "Everybody can still object" in page.one(".warning").get_text()
    assert page.one("#approval")["value"] == "示文8号"
    row = {"campaign_id": campaign, "words": "不实", "receipt": "r1"}
    row |= {"state": int(ObjectionState.RECEIVED), "received_at": POSTED, "due": TODAY}
    with recording("test", POSTED) as records:
        records.add(Objection, ORGANISATION, [row])
    organiser = at_desk(app, clock, CLOSED)
    assert "Received: 1, not decided: 1." in page_of(organiser).soup.get_text()
    assert organiser.post(f"{RESULT}?lang=en").status_code == 409


def test_a_fixed_result_leads_to_the_papers(app, campaign, clock):
    posted()
    organiser = at_desk(app, clock, CLOSED)
    answer = organiser.post(f"{RESULT}?lang=en", data={"approval": "示文8号"})
    assert answer.status_code == 303
    page = page_of(organiser, done="fixed")
    assert page.soup.select("form[action$='/result']") == []
    papers = page.soup.select_one("a[href*='certificates.pdf']")
    assert organiser.get(papers["href"]).data.startswith(b"%PDF")


def test_fraud_after_the_result_is_seen_by_everybody(app, campaign, clock):
    posted()
    fixed()
    organiser = at_desk(app, clock, CLOSED + timedelta(days=20))
    answer = organiser.post(
        "/manage/campaigns/small/candidates/1/cancel", data={"reason": "材料不实"}
    )
    assert answer.status_code == 303
    public = get(organiser, "public.campaign", slug="small", lang="en")
    assert "Cancellation" in public.one(".c-kind").get_text()
    assert public.texts(".c-list .who")[0].startswith("2")
    assert "Cancelled for fraud" in [row[-1] for row in rows(page_of(organiser))]


def test_a_manager_finds_no_such_page(app, campaign, hall):
    manager = sign_in_as(app, Role.MANAGER, NOON, unit_key("部门1"))
    assert manager.get(NOTICE).status_code == 404
    assert manager.post(NOTICE).status_code == 404
