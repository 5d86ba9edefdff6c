"""Finds on their page: a unit objects, another decides, others see nothing."""

import pytest

from kiosk.domain.inspections import FindingState
from kiosk.domain.policy import Role
from kiosk.extensions import reading, recording, transaction
from kiosk.models import ORGANISATION, Campaign
from kiosk.queries.inspections import findings
from tests.builders import make_window
from tests.campaign_work import work_rules
from tests.engines import ON_SQLITE
from tests.nominations import open_campaign
from tests.pages import Page, get
from tests.people import sign_in_as
from tests.staff import unit_key

pytestmark = ON_SQLITE
LIST = "/manage/findings"


@pytest.fixture
def campaign(app, hall, clock):
    """A campaign with a find at a window of 甲."""
    with transaction() as session:
        window = make_window(session, "A1", unit="甲").id
        make_window(session, "B1", unit="乙")
    key = open_campaign(work_rules())
    client = sign_in_as(app, Role.INSPECTOR, clock(), login="inspector")
    form = {"window": window, "times-gifts": "1", "note-gifts": "一盒茶叶"}
    sent = client.post("/manage/patrol/small/visit", data=form)
    assert sent.status_code == 303
    return key


@pytest.fixture
def manager(app, campaign, clock):
    return sign_in_as(app, Role.MANAGER, clock(), unit_key("甲"), login="manager")


def post(client, act, key=1, **form):
    return client.post(f"{LIST}/{key}/{act}?lang=en", data=form)


def state(campaign):
    with reading() as session:
        [one] = findings(session, campaign)
    return one.state


def test_a_unit_objects_and_the_organiser_drops_it(manager, organiser, campaign):
    page = get(manager, "manage.findings", lang="en")
    assert page.texts("h2") == ["A month of smilespoints off: 2"]
    assert page.texts(".n-number") == ["−2"]
    assert page.texts(".n-name") == ["Took a gift"]
    assert "unannounced · Stands" in page.one(".n-list .t-dim").get_text()
    assert "一盒茶叶" in page.texts(".n-list p")
    assert post(manager, "object", reason="群众遗落，已上交").status_code == 303
    assert state(campaign) is FindingState.OBJECTED
    page = get(manager, "manage.findings", lang="en", done="1")
    assert page.texts("[role=status]") == ["Kept."]
    assert page.texts(".n-inline") == []
    page = get(organiser, "manage.findings", lang="en")
    assert page.texts(".n-inline .btn") == ["Confirm the find", "Drop the find"]
    ruled = post(organiser, "rule", reason="有上交记录", drop="1")
    assert ruled.status_code == 303
    page = get(manager, "manage.findings", lang="en")
    assert page.texts("h2") == ["A month of smilespoints off: 0"]
    assert "Ruling: 有上交记录" in page.texts(".n-list p")


def test_a_find_is_confirmed(manager, organiser, campaign):
    post(manager, "object", reason="不属实")
    assert post(organiser, "rule", reason="有照片", confirm="1").status_code == 303
    assert state(campaign) is FindingState.CONFIRMED


def test_refusals_are_said_and_change_nothing(manager, organiser, campaign):
    empty = post(manager, "object", reason=" ")
    assert empty.status_code == 422
    assert "say why" in Page(empty).one("[role=alert]").get_text()
    early = post(organiser, "rule", reason="属实", confirm="1")
    assert early.status_code == 409
    assert "no objection is open" in Page(early).one("[role=alert]").get_text()
    assert post(manager, "object", key=99, reason="x").status_code == 404
    assert state(campaign) is FindingState.STANDS


def test_other_units_see_and_change_nothing(app, campaign, clock):
    other = sign_in_as(app, Role.MANAGER, clock(), unit_key("乙"), login="other")
    page = get(other, "manage.findings", lang="en")
    assert page.texts(".n-none") == ["Nothing was found."]
    assert post(other, "object", reason="x").status_code == 404
    assert post(other, "rule", reason="x", drop="1").status_code == 404
    assert state(campaign) is FindingState.STANDS


@pytest.mark.parametrize("moment", ["posted_at", "dropped_at"])
def test_nothing_is_offered_once_the_list_stands(manager, campaign, clock, moment):
    with recording("test", clock()) as records:
        records.change(Campaign, ORGANISATION, campaign, {moment: clock()})
    page = get(manager, "manage.findings", lang="en")
    assert (page.texts(".n-name"), page.texts(".n-inline")) == (["Took a gift"], [])
    assert post(manager, "object", reason="x").status_code == 409
    assert state(campaign) is FindingState.STANDS


@pytest.mark.parametrize("role", [Role.CLERK, Role.JUROR, Role.VIEWER])
def test_others_do_not_see_finds(app, campaign, clock, role):
    client = sign_in_as(app, role, clock(), login="somebody")
    assert client.get(LIST).status_code == 404
    assert post(client, "object", reason="x").status_code == 404
