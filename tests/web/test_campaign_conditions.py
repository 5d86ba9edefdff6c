"""The organiser's page of the conditions: why in, why out, never who is ahead."""

from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.domain.campaign_kinds import GateKind, Reading
from kiosk.domain.campaign_rules import Gate
from kiosk.domain.policy import Role
from kiosk.extensions import recording
from kiosk.services.candidates import Named, nominate, withdraw_candidate
from tests.board_ratings import open_window
from tests.campaign_tallies import tally_clerk, tally_window
from tests.conftest import NOON
from tests.engines import ON_SQLITE
from tests.nominations import (
    BEST,
    EVERYWHERE,
    STAR,
    TODAY,
    day,
    open_campaign,
    small_rules,
    wanted,
)
from tests.pages import get
from tests.people import sign_in_as
from tests.published import POSTED, posted, ready_campaign
from tests.staff import make_clerk, unit_key

pytestmark = ON_SQLITE
TOP2 = Gate(kind=GateKind.SATISFACTION, reading=Reading.TOP2, at_least=90)
OVER = NOON + timedelta(days=10)
"""The first day after the last whose ratings count."""


def page_at(app, clock, at, **values):
    clock.now = at
    organiser = sign_in_as(app, Role.ORGANISER, at)
    return get(
        organiser, "manage.campaign_conditions", slug="small", lang="en", **values
    )


def told(page):
    return page.one("main").get_text(" ", strip=True)


def rows(page, selector=".cond-lines"):
    return [
        [cell.get_text(" ", strip=True) for cell in row.select("td, th")]
        for row in page.soup.select(f"{selector} tbody tr")
    ]


def test_while_ratings_come_in_no_rate_is_told(app, hall, clock):
    ready_campaign()
    page = page_at(app, clock, NOON)
    found = rows(page)
    assert [row[0] for row in found] == ["1", "2", "3", "4"]
    assert [row[2:] for row in found[2:]] == [
        ["Meets every condition", "Met"],
        [
            "Does not meet every condition",
            "Not met, Satisfaction: below what is needed",
        ],
    ]
    assert "75.00" not in told(page)
    assert "3 of 4 meet every condition" in told(page)
    assert "Rates are told after the last day" in told(page)


def test_afterwards_the_rate_of_a_window_is_told(app, hall, clock):
    ready_campaign()
    found = rows(page_at(app, clock, OVER))
    assert [row[3] for row in found] == [
        "Met: 100.00",
        "Met: 100.00",
        "Met: 100.00",
        "Not met, Satisfaction: 75.00, below what is needed",
    ]


def test_the_rate_of_a_person_is_told_with_the_posted_list(app, hall, clock):
    star = replace(STAR, gates=(TOP2,), criteria=())
    key = open_campaign(small_rules(star))
    window = open_window("A1", unit="甲")
    clerk = make_clerk("0300", "示例甲", unit="甲")
    tally_clerk(clerk, window, day(-1), 1, 0, 0, 0, 3)
    with recording("test", NOON) as records:
        nominate(records, wanted(key, "star", clerk), TODAY)
    page = page_at(app, clock, OVER)
    assert rows(page)[0][3] == "Not met, Satisfaction: below what is needed"
    assert "75.00" not in told(page)


def test_on_the_posted_list_everything_stands(app, hall, clock):
    ready_campaign()
    posted()
    page = page_at(app, clock, POSTED)
    assert "As on the posted list" in told(page)
    assert "Rates are told after" not in told(page)
    assert rows(page)[3][3].startswith("Not met, Satisfaction: 75.00")


@pytest.mark.parametrize("at", [NOON, OVER])
def test_neither_scores_nor_places_are_here(app, hall, clock, at):
    ready_campaign()
    page = page_at(app, clock, at)
    assert page.soup.select(".k-places") == []
    assert "Total" not in told(page)
    assert "Place" not in page.texts("th")


def trial_campaign(*awards):
    """Open a campaign that begins tomorrow, so that its rules can be changed."""
    rules = small_rules(*awards, mobilise=(1, 2), nominate=(3, 4), test=(3, 5))
    open_campaign(replace(rules, begins=day(1), ends=day(9)))


def test_before_the_rules_hold_all_readings_stand_side_by_side(app, hall, clock):
    good, poor = open_window("A1"), open_window("A2")
    tally_window(good, day(-1), 0, 0, 0, 60, 60)
    tally_window(poor, day(-1), 0, 0, 30, 60, 0)
    trial_campaign(replace(BEST, gates=(TOP2,)))
    page = page_at(app, clock, NOON)
    tables = page.soup.select("[aria-labelledby=trial] table")
    [passing] = tables
    cells = [
        [cell.get_text(strip=True) for cell in row.select("td")]
        for row in passing.select("tbody tr")
    ]
    windows = len(page.soup.select("[aria-labelledby=trial-windows] tbody tr"))
    assert cells[0][:3] == [f"1 of {windows}", f"2 of {windows}", f"0 of {windows}"]
    assert [td.get_text() for td in passing.select("td.is-own")] == [
        f"1 of {windows}",
        f"1 of {windows}",
    ]
    lines = {
        row[0].split()[0]: row for row in rows(page, "[aria-labelledby=trial-windows]")
    }
    assert lines["A2"][1:3] == ["90", "1"]
    assert lines["A2"][3].startswith("66.67")
    assert "People" not in page.texts("h2")


def test_people_are_tried_without_names(app, hall, clock):
    window = open_window("A1", unit="甲")
    for number in range(5):
        clerk = make_clerk(f"03{number:02}", f"示例{number}", unit="甲")
        tally_clerk(clerk, window, day(-1), 0, 0, 0, 0, 5)
    trial_campaign(replace(STAR, gates=(TOP2,)))
    page = page_at(app, clock, NOON)
    found = rows(page, "[aria-labelledby=trial-people]")
    assert [row[0] for row in found] == ["1", "2", "3", "4", "5"]
    assert "示例" not in page.one("[aria-labelledby=trial]").parent.get_text()


def test_too_few_people_are_not_told(app, hall, clock):
    trial_campaign(replace(STAR, gates=(TOP2,)))
    page = page_at(app, clock, NOON)
    assert "Too few people were rated in these days." in told(page)


def test_rules_that_hold_are_not_tried_any_more(app, hall, clock):
    trial_campaign(replace(BEST, gates=(TOP2,)))
    assert page_at(app, clock, NOON).soup.select("#trial") != []
    assert page_at(app, clock, NOON + timedelta(days=1)).soup.select("#trial") == []


def test_an_award_without_conditions_says_so(app, hall, clock):
    open_campaign(small_rules(BEST))
    page = page_at(app, clock, NOON)
    assert "No conditions." in told(page)
    assert page.soup.select("#trial") == []


def test_a_manager_finds_no_such_page(app, hall):
    open_campaign(small_rules(BEST))
    open_window("A1", unit="甲")
    manager = sign_in_as(app, Role.MANAGER, NOON, unit_key("甲"))
    assert manager.get("/manage/campaigns/small/conditions").status_code == 404


def test_who_takes_no_part_says_how_it_ended(app, hall, clock):
    key = ready_campaign()
    own = Named(campaign_id=key, award="best", number=1, scope=EVERYWHERE)
    with recording("test", NOON) as records:
        withdraw_candidate(records, own, "不再参评", TODAY)
    page = page_at(app, clock, NOON)
    assert [row[2] for row in rows(page)][:2] == [
        "Has been withdrawn",
        "Meets every condition",
    ]
    assert "不再参评" not in told(page)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_both_languages_are_whole(app, hall, clock, lang):
    trial_campaign(replace(BEST, gates=(TOP2,)), replace(STAR, gates=(TOP2,)))
    organiser = sign_in_as(app, Role.ORGANISER, NOON)
    page = get(organiser, "manage.campaign_conditions", slug="small", lang=lang)
    assert page.one("#trial-people").get_text()
