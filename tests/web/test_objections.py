"""Objecting to a posted list, and deciding about it."""

import re

import pytest

from kiosk.domain.policy import Role
from kiosk.extensions import reading
from kiosk.queries.objections import objections
from tests.engines import ON_SQLITE
from tests.nominations import stand
from tests.pages import Page, get
from tests.people import sign_in_as
from tests.published import CLOSED, POSTED, fixed, posted, ready_campaign

pytestmark = ON_SQLITE
FORM = "/campaigns/small/object?lang=en"


@pytest.fixture
def campaign(app, hall, clock):
    """A posted list of two windows."""
    key = ready_campaign()
    posted()
    clock.now = POSTED
    return key


def form_of(client):
    return get(client, "campaign.object_to", slug="small", lang="en")


def send(client, **typed):
    page = form_of(client)
    values = {"event": page.one("input[name=event]")["value"], "words": "材料不实"}
    return client.post(FORM, data=values | typed)


def only():
    with reading() as session:
        [found] = objections(session, ())
    return found


def handler(app, at=POSTED):
    return sign_in_as(app, Role.CASE_HANDLER, at)


def test_an_objection_is_sent_with_a_name_and_answered_with_a_receipt(client, campaign):
    first = stand(campaign)[0]
    page = form_of(client)
    assert [each["value"] for each in page.soup.select("#about option")] == [
        "",
        str(first.id),
        str(stand(campaign)[1].id),
    ]
    answer = send(client, about=str(first.id), name="张三", contact="0000-5550199")
    assert answer.status_code == 303
    receipt = Page(client.get(answer.headers["Location"]))
    assert "lang=en" in answer.headers["Location"]
    assert "Received; it is being read." in receipt.soup.get_text()
    assert "张三" not in receipt.soup.get_text()
    public = get(client, "public.campaign", slug="small", lang="en").soup.get_text()
    assert re.search(r"Objections received:\s+1", public)


def test_a_refused_objection_keeps_every_word(client, campaign):
    answer = send(client, words=" ", name="张三", contact="0000-5550199")
    assert answer.status_code == 422
    page = Page(answer)
    assert page.one("#refusal").get_text().startswith("Please say what is wrong")
    assert page.one("#name")["value"] == "张三"
    assert page.one("#contact")["value"] == "0000-5550199"
    strange = send(client, about="nobody")
    assert "Please choose somebody on the list" in Page(strange).soup.get_text()


def test_the_form_without_its_number_is_an_objection_too(client, campaign):
    assert client.post(FORM, data={"words": "材料不实"}).status_code == 303


def test_after_the_notice_the_page_says_when_it_ended(client, campaign, clock):
    clock.now = CLOSED
    page = form_of(client)
    assert page.soup.select("form[method=post]") == []
    assert "Objections are taken until" in page.soup.get_text()
    assert client.post(FORM, data={"words": "材料不实"}).status_code == 409
    assert client.get("/campaigns/elsewhere/object").status_code == 404


def test_a_receipt_that_is_none_finds_nothing(client, campaign):
    for code in ("nothing", "0000-0000-0000-0"):
        answer = client.get(f"/campaigns/small/objections/{code}")
        assert answer.status_code == 404


def test_it_is_admitted_and_decided_by_somebody_outside(app, client, campaign):
    first = stand(campaign)[0]
    send(client, about=str(first.id), name="张三", contact="0000-5550199")
    desk = handler(app)
    page = get(desk, "manage.objections", lang="en")
    assert page.texts("tbody td")[1] == first.name
    key = only().id
    page = get(desk, "manage.objection", key=key, lang="en")
    assert "0000-5550199" in page.soup.get_text()
    where = f"/manage/objections/{key}?lang=en"
    assert desk.post(where).status_code == 422
    refused = desk.post(where, data={"decision": "refuse"})
    assert refused.status_code == 422
    assert desk.post(where, data={"decision": "admit"}).status_code == 303
    moved = desk.post(where, data={"decision": "admit", "ruling": "再次受理"})
    assert moved.status_code == 409
    assert "再次受理" in Page(moved).soup.get_text()
    data = {"decision": "dismiss", "ruling": "经查材料属实"}
    assert desk.post(where, data=data).status_code == 303
    page = get(desk, "manage.objection", key=key, lang="en")
    assert "经查材料属实" in page.soup.get_text()
    assert page.soup.select("#decide") == []


def test_the_organiser_sees_what_the_final_list_waits_for(app, client, campaign, clock):
    send(client)
    clock.now = CLOSED
    organiser = sign_in_as(app, Role.ORGANISER, CLOSED)
    answer = organiser.post("/manage/campaigns/small/result?lang=en")
    assert answer.status_code == 409
    assert "not decided yet" in Page(answer).one(".warning").get_text()


def test_with_no_objection_the_page_says_so(app, campaign):
    page = get(handler(app), "manage.objections", lang="en")
    assert "Nobody has objected to anything." in page.soup.get_text()
    assert handler(app).get("/manage/objections/99").status_code == 404


def test_after_the_result_none_is_taken(client, campaign, clock):
    fixed()
    clock.now = CLOSED
    assert form_of(client).soup.select("form[method=post]") == []
