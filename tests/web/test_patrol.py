"""Going round: what is left today, one look as it is sent, and what is refused."""

from uuid import uuid4

import pytest

from kiosk.domain.policy import Role
from kiosk.extensions import reading, recording, transaction
from kiosk.models import ORGANISATION, Campaign
from kiosk.queries.inspections import findings, looks
from tests.builders import make_window
from tests.campaign_work import work_rules
from tests.engines import ON_SQLITE
from tests.nominations import open_campaign
from tests.pages import Page, get
from tests.people import sign_in_as

pytestmark = ON_SQLITE
SHEET = "/manage/patrol/small/visit"


@pytest.fixture
def window(app, hall):
    with transaction() as session:
        make_window(session, "B1", unit="乙")
        return make_window(session, "A1", unit="甲").id


@pytest.fixture
def campaign(window):
    return open_campaign(work_rules())


@pytest.fixture
def inspector(app, clock):
    return at_work(app, clock)


def at_work(app, clock):
    return sign_in_as(app, Role.INSPECTOR, clock(), login="inspector")


def send(client, **form):
    return client.post(f"{SHEET}?lang=en", data=form)


def kept(campaign):
    with reading() as session:
        return looks(session, campaign), findings(session, campaign)


def test_a_look_is_kept_and_the_window_counted(inspector, campaign, window):
    page = get(inspector, "manage.patrol", lang="en")
    assert page.texts("h2") == ["A month of smilestoday: 0 of 2 windows"]
    assert f"{SHEET}?lang=en" in page.links()
    page = get(inspector, "manage.look", slug="small", sheet="visit", lang="en")
    assert page.heading == "Visit"
    assert [text[:2] for text in page.texts("#window option")[1:]] == ["A1", "B1"]
    event = page.one("input[name=event]")["value"]
    form = {"event": event, "window": window, "note": "上午", "announced": "1"}
    items = {"times-dress": "2", "note-dress": "未佩戴", "times-gifts": "0"}
    done = send(inspector, **form, **items)
    assert (done.status_code, "done=1" in done.location) == (303, True)
    [look], finds = kept(campaign)
    assert (look.window_number, look.announced, look.note) == ("A1", True, "上午")
    assert [(each.item, each.note) for each in finds] == [("dress", "未佩戴")] * 2
    page = get(inspector, "manage.patrol", lang="en", done="1")
    assert page.texts("[role=status]") == ["The look is kept."]
    assert page.texts("h2") == ["A month of smilestoday: 1 of 2 windows"]


def test_a_form_that_is_sent_twice_counts_once(inspector, campaign, window, clock):
    form = {"event": str(uuid4()), "window": window, "times-dress": "1"}
    assert send(inspector, **form).status_code == 303
    clock.forward(seconds=2)
    assert send(inspector, **form).status_code == 303
    changed = send(inspector, **form | {"times-dress": "2"})
    assert changed.status_code == 409
    assert "other content" in Page(changed).one("[role=alert]").get_text()
    seen, finds = kept(campaign)
    assert (len(seen), len(finds)) == (1, 1)


@pytest.mark.parametrize("times", ["61", "-1", "zwei", "1000", "²"])
def test_a_number_that_is_none_is_refused_and_not_lost(
    inspector, campaign, window, times
):
    form = {"window": window, "times-dress": times, "note-dress": "未佩戴"}
    refused = send(inspector, **form, event=str(uuid4()))
    assert refused.status_code == 422
    page = Page(refused)
    assert "at most 60 finds" in page.one("[role=alert]").get_text()
    assert page.one("#times-dress")["value"] == times
    assert page.one("#note-dress")["value"] == "未佩戴"
    assert page.one("#window option[selected]")["value"] == str(window)
    assert kept(campaign) == ([], [])


def test_more_than_the_field_offers_is_still_kept(inspector, campaign, window):
    sent = send(inspector, window=window, **{"times-dress": "12", "times-gifts": ""})
    assert sent.status_code == 303
    assert len(kept(campaign)[1]) == 12


@pytest.mark.parametrize("where", ["", "999", "A1", "9999999999"])
def test_a_look_needs_a_window(inspector, campaign, where):
    refused = send(inspector, window=where, event="none")
    assert refused.status_code == 422
    assert "choose the window" in Page(refused).one("[role=alert]").get_text()
    assert kept(campaign) == ([], [])


def test_after_the_inspection_nothing_is_offered(app, campaign, window, clock):
    clock.forward(days=3)
    inspector = at_work(app, clock)
    page = get(inspector, "manage.patrol", lang="en")
    assert "No campaign is being inspected today." in page.texts("main p")
    assert inspector.get(SHEET).status_code == 409
    late = send(inspector, window=window)
    assert late.status_code == 409
    assert kept(campaign) == ([], [])


@pytest.mark.parametrize("moment", ["posted_at", "dropped_at"])
def test_once_the_list_stands_nothing_is_offered(
    inspector, campaign, window, clock, moment
):
    with recording("test", clock()) as records:
        records.change(Campaign, ORGANISATION, campaign, {moment: clock()})
    assert get(inspector, "manage.patrol").texts("h2") == []
    assert send(inspector, window=window).status_code == 409
    assert kept(campaign) == ([], [])


def test_what_does_not_exist_is_not_kept(inspector, campaign, window):
    assert inspector.get("/manage/patrol/other/visit").status_code == 404
    assert inspector.post("/manage/patrol/other/visit").status_code == 404
    assert inspector.get("/manage/patrol/small/other").status_code == 422
    assert inspector.post("/manage/patrol/small/other").status_code == 422


@pytest.mark.parametrize("role", [Role.CLERK, Role.JUROR, Role.VIEWER, Role.MANAGER])
def test_others_do_not_go_round(app, campaign, window, clock, role):
    client = sign_in_as(app, role, clock(), login="somebody")
    assert client.get("/manage/patrol").status_code == 404
    assert client.get(SHEET).status_code == 404
    assert send(client, window=window).status_code == 404
    assert kept(campaign) == ([], [])
