"""A tablet is installed with a phone in hand: code, window, test tap, the next one."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.journey


def shown_code(page) -> str:
    expect(page.locator(".i-big")).to_be_visible()
    return page.locator(".i-big").inner_text().replace(" ", "")


def states(page) -> list[str]:
    marks = page.locator(".i-places .i-state").all()
    return [mark.get_attribute("class").split("--")[1] for mark in marks]


@pytest.mark.parametrize("size", ["tablet", "tablet-upright"])
def test_tablet_shows_a_code_and_is_tested_within_a_minute(own_hall, visitors, size):
    tablet = visitors(size).page
    tablet.goto(f"{own_hall.url}/tablet")
    code = shown_code(tablet)

    organiser = visitors("phone")
    organiser.sign_in(own_hall)
    phone = organiser.page
    phone.goto(f"{own_hall.url}/manage/tablets/install")
    assert states(phone) == ["none", "none", "none"]
    phone.locator("#code").fill(f"{code[:3].lower()} {code[3:]}")
    phone.keyboard.press("Enter")
    phone.locator("#q").fill("A002")
    expect(phone.locator(".i-places li")).to_have_count(1)
    phone.locator("button.i-place").tap()
    phone.wait_for_url(re.compile(r"/install/\d+$"))

    tablet.wait_for_url(re.compile(r"/tablet/test$"))
    expect(tablet.locator(".k-window .plate")).to_have_text("A002")
    expect(phone.locator(".i-road .is-done")).to_have_count(1)
    tablet.locator("[data-test-tap]").tap()
    expect(tablet.locator('[data-test="arrived"]')).to_be_visible()
    expect(phone.locator(".i-road .is-done")).to_have_count(2)

    phone.locator(".act .btn--main").tap()
    phone.wait_for_url(re.compile(r"/install$"))
    assert states(phone) == ["none", "tested", "none"]
    assert own_hall.rows("SELECT count(*) FROM rating") == [(0,)]
    tablet.locator("[data-test-on]").tap()
    tablet.wait_for_url(re.compile(r"/tablet$"))
    expect(tablet.locator("#head .plate")).to_have_text("A002")


def test_broken_tablet_is_replaced_by_another_one(own_hall, visitors):
    old = visitors("tablet").page
    old.goto(own_hall.pairing_link("A001"))
    old.get_by_role("button").click()
    organiser = visitors("phone")
    organiser.sign_in(own_hall)
    phone = organiser.page
    phone.goto(f"{own_hall.url}/manage/tablets")
    phone.locator("tbody .t-window").tap()
    phone.locator(".m-acts .btn--main").tap()
    new = visitors("tablet").page
    new.goto(f"{own_hall.url}/tablet")
    phone.locator("#code").fill(shown_code(new))
    phone.keyboard.press("Enter")
    phone.locator(".act .btn--main").tap()
    new.wait_for_url(re.compile(r"/tablet/test$"))
    told = "SELECT id, predecessor_id, revoked_at IS NOT NULL FROM device ORDER BY id"
    assert own_hall.rows(told) == [(1, None, 1), (2, 1, 0)]


def test_a_code_that_ended_gives_way_to_a_fresh_one(server, visitors):
    tablet = visitors("tablet").page
    tablet.goto(f"{server.url}/tablet")
    first = shown_code(tablet)
    with tablet.expect_response("**/tablet/install") as asked:
        tablet.locator(".i-big").wait_for()
    assert asked.value.status == 204
    server.execute("UPDATE install_code SET expires_at = '2020-01-01 00:00:00.000000'")
    expect(tablet.locator(".i-big")).not_to_have_text(f"{first[:3]} {first[3:]}")
    assert server.rows("SELECT count(*) FROM install_code") == [(1,)]
