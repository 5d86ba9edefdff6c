"""The organiser's page of electors: codes appear once, lost slips become void."""

from datetime import UTC, datetime

import pytest

from kiosk.domain.ballots import parse_ballot_code
from kiosk.domain.policy import Role
from kiosk.extensions import reading, transaction
from kiosk.models import Vote
from kiosk.queries.ballots import turnout
from tests.ballots import (
    SLUG,
    VOTING,
    make_ballot,
    star_rules,
    the_campaign,
    vote,
)
from tests.engines import ON_SQLITE
from tests.pages import Page, get
from tests.people import sign_in_as

pytestmark = ON_SQLITE
AFTER = datetime(2026, 9, 3, 16, 0, tzinfo=UTC)
REFUSED = {409, 422}


@pytest.fixture
def named(app, hall, clock):
    """The keys of three candidates, and a clock in the days of voting."""
    clock.now = VOTING
    return make_ballot(star_rules(), {"star": 3}, VOTING)["star"]


@pytest.fixture
def organiser(app, named, clock):
    return sign_in_as(app, Role.ORGANISER, clock())


def make(client, count="3", electorate="cadres", seen="0"):
    form = {"electorate": electorate, "count": count, "seen": seen}
    return client.post(f"/manage/campaigns/{SLUG}/electors?lang=en", data=form)


def lose(client, number, electorate="cadres"):
    form = {"electorate": electorate, "number": number}
    return client.post(f"/manage/campaigns/{SLUG}/electors/reissue?lang=en", data=form)


def told():
    with reading() as session:
        found = turnout(session, the_campaign())
    return [(one.issued, one.voted, one.void) for one in found]


def alert(answer):
    return Page(answer).one(".warning[role=alert]").get_text()


def test_slips_are_shown_once_and_open_the_ballot(organiser, client, named):
    answer = make(organiser)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    page = Page(answer)
    assert "Slips for: Cadres" in page.heading
    codes = page.texts(".e-code")
    assert len({parse_ballot_code(code) for code in codes}) == 3
    assert len(page.soup.select(".e-slip svg")) == 3
    assert "no. 3" in page.texts(".e-whose")[2]
    vote(codes[0], {"star": named[:1]})
    assert told() == [(3, 1, 0), (0, 0, 0)]
    later = get(organiser, "manage.electors", slug=SLUG, lang="en")
    assert not any(code in later.answer.text for code in codes)
    assert later.texts("tbody tr:first-child td") == ["50 %", "3", "1", "33 %", "0"]
    assert later.texts("tbody tr:last-child td") == ["50 %", "0", "0", "–", "0"]


def test_the_same_form_sent_twice_makes_slips_once(organiser):
    make(organiser)
    again = make(organiser)
    assert again.status_code in REFUSED
    assert "none were made now" in alert(again)
    assert told()[0] == (3, 0, 0)
    assert make(organiser, seen="3").status_code == 200
    assert told()[0] == (6, 0, 0)


@pytest.mark.parametrize("count", ["", "0", "501", "many", "1.5"])
def test_a_wrong_number_is_said_beside_its_field(organiser, count):
    answer = make(organiser, count)
    assert answer.status_code == 422
    page = Page(answer)
    assert page.texts(".field-error") == ["Please enter a whole number from 1 to 500."]
    assert page.one("#count-cadres")["value"] == count
    assert told()[0] == (0, 0, 0)


def test_an_electorate_that_is_none_gets_no_codes(organiser):
    answer = make(organiser, electorate="everybody")
    assert answer.status_code == 422
    assert "one of the electorates" in alert(answer)


def test_a_lost_slip_is_void_and_another_one_is_printed(organiser, client):
    [first, *_] = Page(make(organiser)).texts(".e-code")
    answer = lose(organiser, " 1 ")
    page = Page(answer)
    assert "Slip 1 is void" in page.one("[role=status]").get_text()
    [new] = page.texts(".e-code")
    assert new != first
    assert told()[0] == (3, 0, 1)
    assert client.get(f"/campaigns/{SLUG}/vote/{first}").status_code in REFUSED
    assert client.get(f"/campaigns/{SLUG}/vote/{new}").status_code == 200
    again = lose(organiser, "1")
    assert again.status_code in REFUSED
    assert "is void" in alert(again)


@pytest.mark.parametrize("number", ["9", "", "x", "0", "9" * 30])
def test_a_number_that_no_slip_has_is_said_beside_its_field(organiser, number):
    make(organiser)
    answer = lose(organiser, number)
    assert answer.status_code == 422
    assert "no slip of this number" in Page(answer).one(".field-error").get_text()
    assert told()[0] == (3, 0, 0)


def test_the_ballot_is_closed_by_the_button(app, organiser, clock):
    make(organiser)
    address = f"/manage/campaigns/{SLUG}/electors/close?lang=en"
    early = organiser.post(address)
    assert early.status_code in REFUSED
    assert "until the end of the day of 2026-09-03" in alert(early)
    clock.now = AFTER
    organiser = sign_in_as(app, Role.ORGANISER, clock())
    assert organiser.post(address).status_code == 303
    assert the_campaign().ballot_closed_at == AFTER
    assert organiser.post(address).status_code == 303
    page = get(organiser, "manage.electors", slug=SLUG, lang="en", done="closed")
    assert "is closed" in page.one("[role=status]").get_text()
    assert page.texts("#make") == []
    late = make(organiser, seen="3")
    assert late.status_code in REFUSED


def test_the_page_closes_a_ballot_that_is_over(app, named, clock):
    clock.now = AFTER
    organiser = sign_in_as(app, Role.ORGANISER, clock())
    page = get(organiser, "manage.electors", slug=SLUG, lang="en")
    assert the_campaign().ballot_closed_at == AFTER
    assert page.texts("h2") == ["Turnoutclosed"]
    assert page.texts(".note")[-1].startswith("Checked:")


def test_a_ballot_that_nobody_cast_is_shouted_about(organiser):
    with transaction() as session:
        stuffed = {"campaign_id": the_campaign().id, "electorate": "cadres"}
        session.add(Vote(key=b"s" * 16, award="star", choices="[]", **stuffed))
    page = get(organiser, "manage.electors", slug=SLUG, lang="en")
    assert "past this program" in page.one("[role=alert]").get_text()


def test_a_draft_has_no_codes_yet(app, hall, clock):
    clock.now = VOTING
    make_ballot(star_rules(), {"star": 1}, VOTING, announced=False)
    organiser = sign_in_as(app, Role.ORGANISER, clock())
    page = get(organiser, "manage.electors", slug=SLUG, lang="en")
    assert "is a draft" in page.one(".warning").get_text()
    assert page.texts("#make") == []
    assert make(organiser).status_code in REFUSED


def test_what_is_no_campaign_is_no_page(organiser):
    assert organiser.get("/manage/campaigns/none/electors").status_code == 404
    for act in ("", "/reissue", "/close"):
        answer = organiser.post(
            f"/manage/campaigns/none/electors{act}",
            data={
                "electorate": "cadres",
                "count": "1",
                "seen": "0",
                "number": "1",
            },
        )
        assert answer.status_code == 404


@pytest.mark.parametrize("role", [Role.JUROR, Role.CASE_HANDLER, Role.ADMINISTRATOR])
def test_nobody_else_sees_the_electors(app, named, clock, role):
    client = sign_in_as(app, role, clock())
    assert client.get(f"/manage/campaigns/{SLUG}/electors").status_code == 404
    assert make(client).status_code == 404
    assert told()[0] == (0, 0, 0)
