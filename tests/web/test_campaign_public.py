"""What everybody sees of a campaign: before the list, on notice, and the result."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from kiosk.domain.campaign_kinds import PartKind
from kiosk.domain.campaign_parse import plain_rules
from kiosk.domain.campaign_results import Weighed, Why
from kiosk.extensions import recording
from kiosk.models import ORGANISATION, Campaign, CampaignVersion, Candidate, Objection
from tests.ballots import SLUG, VOTING, make_ballot, star_rules, the_campaign
from tests.campaign_sheets import ARCHIVE, POSTED, UNTIL, failed, outcome, publish, row
from tests.engines import ON_SQLITE
from tests.pages import Page, get

pytestmark = ON_SQLITE
EMPTY_SEAT = "Nobody met the conditions; by the rules this seat stays empty."


@pytest.fixture
def named(app, hall, clock):
    """An announced campaign with three candidates, on a day of voting."""
    clock.now = VOTING
    return make_ballot(star_rules(seats=3), {"star": 3}, VOTING)["star"]


@pytest.fixture
def posted(named, clock):
    """The list on notice: one seat of three is left empty."""
    clock.now = POSTED
    publish(1, outcome(row(1, 1), row(2, 2), failed(3, 3, Why.BELOW, 71.5)))


def shown(client, **values) -> Page:
    return get(client, "public.campaign", slug=SLUG, lang="en", **values)


def test_before_the_list_there_are_names_and_no_numbers(client, named):
    page = shown(client)
    assert len(page.texts(".c-names li")) == 3
    assert page.texts(".c-list") == []
    assert page.texts("#objections") == []


def test_withdrawn_candidate_is_not_named(client, named):
    with recording("test", VOTING) as records:
        records.change(Candidate, ORGANISATION, named[0], {"state": 2})
    assert [text[0] for text in shown(client).texts(".c-names li")] == ["2", "3"]


def test_stage_of_today_is_marked_and_leads_to_the_ballot(client, named):
    page = shown(client)
    assert len(page.soup.select("li.is-now")) >= 1
    assert any(
        link.endswith(f"/campaigns/{SLUG}/vote?lang=en") for link in page.links()
    )


def test_draft_is_nowhere(client, app, hall, clock):
    clock.now = VOTING
    make_ballot(star_rules(), {}, VOTING, announced=False)
    get(client, "public.campaign", slug=SLUG, status=404)
    get(client, "public.campaign_notice", slug=SLUG, number=1, status=404)
    assert client.get(f"/campaigns/{SLUG}/archive/1.json").status_code == 404
    assert get(client, "public.campaigns", lang="en").texts(".c-index li") == []


def test_list_leads_to_each_campaign_and_says_what_is_open(client, named):
    page = get(client, "public.campaigns", lang="en")
    [line] = page.texts(".c-index li")
    assert "Smile Service Star" in line
    assert any(f"/campaigns/{SLUG}" in link for link in page.links())


@pytest.mark.parametrize(
    ("column", "said"),
    [("dropped_at", "Given up"), ("final_at", "Result published")],
)
def test_list_says_how_a_campaign_ended(client, named, column, said):
    with recording("test", VOTING) as records:
        records.change(Campaign, ORGANISATION, the_campaign().id, {column: VOTING})
    assert said in get(client, "public.campaigns", lang="en").one(".c-index li").text
    assert shown(client).status == 200


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2026, 1, 2, tzinfo=UTC), "Announced"),
        (datetime(2027, 1, 2, tzinfo=UTC), "Between two stages"),
    ],
)
def test_list_says_what_lies_outside_every_stage(client, named, clock, moment, said):
    clock.now = moment
    assert said in get(client, "public.campaigns", lang="en").one(".c-index li").text


def test_posted_list_carries_every_number_and_the_empty_seat(client, posted):
    page = shown(client)
    assert page.one(".c-kind").text == "Public notice"
    assert len(page.soup.select(".c-list tbody tr")) == 3
    assert "91.25" in page.one(".c-list tbody tr:first-child td.total").text
    assert EMPTY_SEAT in page.one(".vacant").text
    [other] = page.texts("details:last-of-type .c-why li:first-child")[:1]
    assert "Satisfaction: 71.50, below what is needed" in other


def test_each_number_can_be_followed_to_what_it_was_made_of(client, posted):
    made = shown(client).soup.select("details")[0].text
    assert "91.25 × 100% = 91.25" in made
    assert "cadres.votes" in made
    assert "12.00" in made


def test_range_of_places_stands_with_the_rating(client, named, clock):
    clock.now = POSTED
    rating = Weighed(
        kind=PartKind.RATING, weight=100, raw=95.0, weighted=95.0, low=1, high=4
    )
    publish(1, outcome(replace(row(1, 1), parts=(rating,))))
    assert "places 1–4" in shown(client).one(".rng").text


def test_equal_candidates_are_told_apart_by_nothing(client, named, clock):
    clock.now = POSTED
    tied = row(2, 2, elected=False)
    publish(1, outcome(row(1, 1), tied, row(3, 3, elected=False), undecided=(2,)))
    page = shown(client)
    assert "Not decided" in page.soup.select(".vacant")[0].text
    others = page.soup.select("details:last-of-type .c-why li")
    assert "no rule tells them apart" in others[0].text
    assert "higher totals" in others[1].text


def test_why_without_a_number_says_so(client, named, clock):
    clock.now = POSTED
    publish(1, outcome(failed(1, 1, Why.NO_DATA, None)))
    assert (
        "Satisfaction: no data"
        in shown(client).one("details:last-of-type .c-why li").text
    )


@pytest.mark.parametrize(
    ("moment", "left"),
    [
        (POSTED, "5"),
        (datetime(2026, 9, 9, 1, 0, tzinfo=UTC), "3"),
        (UNTIL, "1"),
    ],
)
def test_working_days_that_are_left(client, posted, clock, moment, left):
    clock.now = moment
    assert shown(client).one(".c-left strong").text == left


def test_after_the_notice_no_days_are_left(client, posted, clock):
    clock.now = UNTIL.replace(second=1)
    page = shown(client)
    assert page.soup.select(".c-left strong") == []
    assert "Objections were taken until" in page.soup.get_text()


def test_objection_is_a_total_and_marks_nobody(client, posted, named):
    before = shown(client).one(".c-list").text
    doubt = {"campaign_id": the_campaign().id, "candidate_id": named[0], "state": 1}
    doubt |= {"receipt": "AAAABBBBCCCC2", "words": "此人有误", "name": "李四"}
    doubt |= {"received_at": POSTED, "due": POSTED.date()}
    with recording("test", POSTED) as records:
        records.add(Objection, ORGANISATION, [doubt])
    page = shown(client)
    assert page.one(".c-list").text == before
    text = page.soup.get_text()
    assert "Objections received: 1" in text
    for secret in ("此人有误", "李四", "AAAABBBBCCCC2"):
        assert secret not in text


def test_archive_is_handed_out_byte_for_byte(client, posted):
    answer = client.get(f"/campaigns/{SLUG}/archive/1.json")
    assert answer.data == ARCHIVE.encode()
    assert answer.mimetype == "application/json"
    assert client.get(f"/campaigns/{SLUG}/archive/2.json").status_code == 404


def test_each_version_stands_with_its_reason(client, named):
    found = the_campaign()
    version = {"campaign_id": found.id, "number": 2, "made_at": VOTING}
    version |= {"rules": json.dumps(plain_rules(found.rules)), "reason": "台风延期"}
    with recording("test", VOTING) as records:
        records.add(CampaignVersion, ORGANISATION, [version])
        records.change(Campaign, ORGANISATION, found.id, {"version": 2})
    text = shown(client).soup.get_text()
    assert "台风延期" in text
    assert "Version 1" in text


# --- the sheet ----------------------------------------------------------------


def sheet(client, number=1, lang="zh") -> Page:
    return get(client, "public.campaign_notice", slug=SLUG, number=number, lang=lang)


def test_notice_names_the_list_and_when_objections_end(client, posted):
    page = sheet(client, lang="en")
    assert page.one(".s-kind").text == "Public notice"
    assert [text.split(" ")[0] for text in page.texts("ol li")] == ["张三1", "张三2"]
    assert "11 Sep, 18:00" in page.soup.get_text()
    assert "Seats that stay empty: 1." in page.soup.get_text()


def test_notice_that_is_not_there(client, posted):
    get(client, "public.campaign_notice", slug=SLUG, number=2, status=404)


@pytest.mark.parametrize(
    ("approval", "kind", "verb"),
    [("示表彰函〔2026〕8号", "Commendation", "commended"), ("", "Praise", "praise")],
)
def test_only_an_approval_lets_a_result_commend(client, posted, approval, kind, verb):
    result = {"kind": "result", "approval": approval, "objections_until": None}
    publish(2, outcome(row(1, 1)), **result)
    page = sheet(client, 2, lang="en")
    assert page.one(".s-kind").text == kind
    text = page.one("main").text
    assert verb in text
    assert ("commend" in text.lower()) == bool(approval)
    assert approval in text
    assert shown(client).one(".c-kind").text == kind


def test_cancellation_shows_the_list_that_holds(client, posted):
    publish(2, outcome(row(2, 2)), kind="cancellation", objections_until=None)
    page = sheet(client, 2, lang="en")
    assert page.one(".s-kind").text == "Cancellation"
    assert "张三1" not in page.one("main").text
    assert "张三1" in sheet(client, 1).one("main").text
