"""The elector's pages: a code opens the ballot, handing it in spends the code."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from kiosk.domain.ballots import shown_code
from kiosk.extensions import reading, recording
from kiosk.models import ORGANISATION, Candidate
from kiosk.queries.ballots import turnout
from kiosk.services.ballots import reissue_code
from tests.ballots import (
    DAY,
    SLUG,
    VOTING,
    give_codes,
    make_ballot,
    star_rules,
    the_campaign,
    votes_there,
    with_tie,
)
from tests.engines import ON_SQLITE
from tests.pages import Page, get

pytestmark = ON_SQLITE
LAST_SECOND = datetime(2026, 9, 3, 15, 59, 59, tzinfo=UTC)
"""The end of 3 September in Shanghai."""
A_SECOND_LATE = datetime(2026, 9, 3, 16, 0, tzinfo=UTC)
REFUSED = {409, 422}


@pytest.fixture
def named(app, hall, clock):
    """Candidates of two awards, the first with two seats, and a clock that votes."""
    clock.now = VOTING
    rules = star_rules()
    found = make_ballot(star_rules(with_tie(rules)), {"star": 3, "second": 2}, VOTING)
    with recording("test", VOTING) as records:
        words = json.dumps({"smile": "笑脸相迎"}, ensure_ascii=False)
        records.change(Candidate, ORGANISATION, found["star"][0], {"statement": words})
    return found


@pytest.fixture
def code(named):
    """The code of the only slip."""
    [slip] = give_codes("cadres", 1)
    return slip.code


def hand_in(client, code, query="?lang=en", **form):
    return client.post(f"/campaigns/{SLUG}/vote/{code}{query}", data=form)


def chosen():
    return sorted((row.award, json.loads(row.choices)) for row in votes_there())


def alert(answer):
    return Page(answer).one("[role=alert]").get_text()


def test_a_typed_code_leads_to_its_ballot(client, code):
    page = get(client, "campaign.vote", slug=SLUG, lang="en")
    assert page.heading == "Secret ballot"
    typed = client.get(
        f"/campaigns/{SLUG}/vote",
        query_string={"code": shown_code(code).upper(), "lang": "en", "view": "elder"},
    )
    assert typed.status_code == 303
    assert f"/vote/{code}?" in typed.location
    assert "view=elder" in typed.location
    wrong = client.get(f"/campaigns/{SLUG}/vote?code=0000&lang=en")
    assert wrong.status_code == 422
    assert "not known here" in alert(wrong)
    assert Page(wrong).one("#code")["value"] == "0000"


def test_the_ballot_names_everybody_who_stands_and_what_they_say(client, named, code):
    page = get(client, "campaign.ballot", slug=SLUG, code=code, lang="en")
    assert page.texts(".b-paper h2") == ["Smile Service Star"] * 2
    assert page.texts(".b-most") == [
        "Choose at most 2 of 3",
        "Choose at most 1 of 2",
    ]
    assert page.texts(".b-person strong")[:3] == [f"候选star{n}" for n in (1, 2, 3)]
    assert "笑脸相迎" in page.one("details").get_text()
    assert shown_code(code) in page.one(".b-who").get_text()
    assert page.soup.select("input:checked") == []


def test_a_ballot_is_handed_in_once(client, named, code):
    star, second = named["star"], named["second"]
    answer = hand_in(
        client, code, **{"award-star": [star[0], star[2]], "award-second": second[1]}
    )
    assert answer.status_code == 303
    assert code not in answer.location
    page = get(client, "campaign.voted", slug=SLUG, lang="en")
    assert page.heading == "Thank you, your ballot was handed in"
    assert chosen() == [("second", [second[1]]), ("star", [star[0], star[2]])]
    again = hand_in(client, code, **{"award-star": star[1]})
    assert again.status_code in REFUSED
    assert "handed in with this code already" in alert(again)
    opened = client.get(f"/campaigns/{SLUG}/vote/{code}?lang=en")
    assert opened.status_code in REFUSED
    assert len(chosen()) == 2


def test_a_name_too_many_keeps_the_ticks_and_the_code(client, named, code):
    answer = hand_in(client, code, **{"award-star": named["star"]})
    assert answer.status_code == 422
    assert "You chose 3 names, and at most 2" in alert(answer)
    ticked = [int(box["value"]) for box in Page(answer).soup.select("input[checked]")]
    assert ticked == named["star"]
    assert chosen() == []
    assert hand_in(client, code, **{"award-star": named["star"][0]}).status_code == 303


@pytest.mark.parametrize("stranger", ["999", "x", "9" * 30, "-1", "١"])
def test_a_stranger_on_the_ballot_is_refused(client, code, stranger):
    answer = hand_in(client, code, **{"award-star": stranger})
    assert answer.status_code == 422
    assert "not on the ballot any more" in alert(answer)
    assert chosen() == []


def test_an_empty_ballot_is_asked_about_and_then_counts(client, code):
    answer = hand_in(client, code)
    assert answer.status_code == 422
    assert "You chose nobody" in alert(answer)
    assert chosen() == []
    assert hand_in(client, code, blank="yes").status_code == 303
    assert chosen() == [("second", []), ("star", [])]


def test_a_void_code_says_so(client, code):
    with recording("account:1", VOTING) as records:
        reissue_code(records, SLUG, "cadres", 1, DAY)
    for answer in (
        client.get(f"/campaigns/{SLUG}/vote/{code}?lang=en"),
        hand_in(client, code, blank="yes"),
    ):
        assert answer.status_code in REFUSED
        assert "reported lost and is void" in alert(answer)


@pytest.mark.parametrize("wrong", ["bcdf-ghjk-mnpq", "1", "票"])
def test_an_unknown_code_opens_nothing(client, code, wrong):
    for answer in (
        client.get(f"/campaigns/{SLUG}/vote/{wrong}?lang=en"),
        hand_in(client, wrong, blank="yes"),
    ):
        assert answer.status_code == 422
        assert "not known here" in alert(answer)


def test_the_last_second_counts_and_the_next_does_not(client, clock, named):
    first, second = give_codes("cadres", 2)
    clock.now = LAST_SECOND
    done = hand_in(client, first.code, **{"award-star": named["star"][0]})
    assert done.status_code == 303
    clock.now = A_SECOND_LATE
    late = hand_in(client, second.code, **{"award-star": named["star"][0]})
    assert late.status_code in REFUSED
    assert "closed" in alert(late)
    with reading() as session:
        assert [one.voted for one in turnout(session, the_campaign())] == [1, 0]
    assert len(chosen()) == 2


def test_before_its_days_the_ballot_says_when_it_opens(client, clock, code):
    clock.now = datetime(2026, 8, 31, 15, 59, 59, tzinfo=UTC)
    answer = client.get(f"/campaigns/{SLUG}/vote/{code}?lang=en")
    assert answer.status_code in REFUSED
    assert "opens on 2026-09-01" in alert(answer)


def test_the_first_look_after_the_days_closes_the_ballot(client, clock, named, code):
    hand_in(client, code, **{"award-star": named["star"][0]})
    [before] = [row.key for row in votes_there() if row.award == "star"]
    assert the_campaign().ballot_closed_at is None
    clock.now = A_SECOND_LATE
    get(client, "campaign.vote", slug=SLUG)
    assert the_campaign().ballot_closed_at == A_SECOND_LATE
    [after] = [row.key for row in votes_there() if row.award == "star"]
    assert before != after
    clock.forward(hours=1)
    get(client, "campaign.vote", slug=SLUG)
    assert the_campaign().ballot_closed_at == A_SECOND_LATE


def test_a_draft_or_none_is_no_page(client, app, hall):
    make_ballot(star_rules(), {"star": 1}, VOTING, announced=False)
    for slug in (SLUG, "none"):
        for path in ("vote", "vote/bcdfghjkmnpq", "voted"):
            assert client.get(f"/campaigns/{slug}/{path}").status_code == 404


def test_a_campaign_without_a_ballot_says_so(client, app, hall):
    rules = star_rules()
    unvoted = replace(rules.awards[0], parts=(), ties=())
    make_ballot(replace(rules, awards=(unvoted,)), {"star": 1}, VOTING)
    answer = client.get(f"/campaigns/{SLUG}/vote?lang=en")
    assert answer.status_code == 422
    assert "no ballot in this campaign" in answer.text


def test_no_answer_sets_a_cookie_or_may_be_kept(client, named, code):
    opened = client.get(f"/campaigns/{SLUG}/vote/{code}")
    sent = hand_in(client, code, **{"award-star": named["star"][0]})
    for answer in (opened, sent):
        assert "Set-Cookie" not in answer.headers
        assert "no-store" in answer.headers["Cache-Control"]


def test_another_sites_page_cannot_hand_it_in(client, named, code):
    answer = client.post(
        f"/campaigns/{SLUG}/vote/{code}",
        data={"award-star": named["star"][0]},
        headers={"Origin": "http://evil.example"},
        origin=False,
    )
    assert answer.status_code == 403
    assert chosen() == []


def test_a_huge_form_is_refused(client, code):
    answer = hand_in(client, code, **{"award-star": "1" * 70_000})
    assert answer.status_code == 413
