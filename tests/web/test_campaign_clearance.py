"""The page of what other offices answered."""

import pytest

from kiosk.extensions import reading, recording, transaction
from kiosk.queries.clearances import clearances
from kiosk.services.candidates import nominate
from tests.builders import make_window
from tests.campaign_work import work_rules
from tests.conftest import NOON
from tests.engines import ON_SQLITE
from tests.nominations import TODAY, open_campaign, stand, wanted
from tests.pages import Page, get

pytestmark = ON_SQLITE
WHERE = "/manage/campaigns/small/clearance?lang=en"


@pytest.fixture
def campaign(app, hall):
    """A campaign in which a window stands and two offices are asked."""
    with transaction() as session:
        window = make_window(session, "A7", unit="甲").id
    key = open_campaign(work_rules())
    with recording("test", NOON) as records:
        nominate(records, wanted(key, "best", window), TODAY)
    return key


def page_of(client, **values):
    return get(client, "manage.campaign_clearance", slug="small", lang="en", **values)


def test_answers_are_entered_office_by_office(organiser, campaign):
    [one] = stand(campaign)
    page = page_of(organiser)
    assert page.texts("legend")[-1].startswith(one.name)
    typed = {f"{one.id}-petitions": "stands", f"{one.id}-petitions-note": "信函12号"}
    answer = organiser.post(WHERE, data=typed | {f"{one.id}-safety": ""})
    assert answer.status_code == 303
    with reading() as session:
        assert clearances(session, campaign) == {one.id: {"petitions": True}}
    page = page_of(organiser, done="1")
    chosen = page.soup.select("option[selected]")
    assert [each["value"] for each in chosen if "-" not in each["value"]][-2:] == [
        "stands",
        "",
    ]
    assert "信函12号" in [each.get("value") for each in page.soup.select("input")]


def test_outside_its_days_nothing_can_be_entered(app, organiser, hall):
    open_campaign(work_rules(clearance=(5, 6)))
    page = page_of(organiser)
    assert "This opens on" in page.soup.get_text()
    answer = organiser.post(WHERE)
    assert answer.status_code == 409
    assert "This opens on" in Page(answer).one(".warning").get_text()
