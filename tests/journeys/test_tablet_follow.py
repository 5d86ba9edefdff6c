"""After the tap: reasons that show no answer, time for them, and the next visitor."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import stand_still
from tests.journeys.test_tablet import HERE, finish, hall, saved, screen, tap, thanks
from tests.waiting import until

__all__ = ["hall", "screen"]
pytestmark = pytest.mark.journey

VOICES = """Object.defineProperty(window, "speechSynthesis", { value: {
  said: [], getVoices: () => [{ lang: "zh-CN" }], addEventListener() {},
  speak(words) { this.said.push(words.text) }, cancel() {} } });
SpeechSynthesisUtterance = class { constructor(text) { this.text = text } };"""
# How long there is left, and how much waits for the network, depend on when one looks.
READ = """() => {
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const read = [];
  while (words.nextNode()) {
    const { parentElement: place, data } = words.currentNode;
    if (place.checkVisibility() && !place.closest("[data-seconds], .k-net")) {
      read.push(data.trim());
    }
  }
  return read.join("|");
}"""
LEVELS = ["非常满意", "满意", "基本满意", "不满意", "非常不满意"]
SMALLEST = """() => [...document.querySelectorAll("main *, .k-tools *")]
  .filter((each) => each.offsetParent && each.innerText && !each.children.length)
  .map((each) => parseFloat(getComputedStyle(each).fontSize))
  .reduce((one, other) => Math.min(one, other))"""


def follow(page: Page, side: str):
    return page.locator(f'[data-panel="{side}"]')


def again(page: Page) -> None:
    page.locator("[data-redo]:visible").tap()


def reload(page: Page) -> None:
    page.reload()
    expect(page.locator("html[data-ready]")).to_be_attached()


def reasons(hall) -> list[int]:
    rows = hall.rows(
        "SELECT reason FROM rating_reason x JOIN rating r ON r.id = x.rating_id "
        f"WHERE {HERE} ORDER BY reason"
    )
    return [number for (number,) in rows]


def test_reasons_go_by_side_and_tell_nothing_of_the_level(screen):
    page = screen.page
    read: dict[str, set[str]] = {"good": set(), "bad": set()}
    for level, side in ((5, "good"), (3, "good"), (2, "bad"), (1, "bad")):
        tap(page, level)
        expect(follow(page, side)).to_be_visible()
        assert page.locator(".face:visible, .k-duty:visible").count() == 0
        assert page.locator("label:visible").count() == 12
        text = page.evaluate(READ)
        assert {"good": "一次办结", "bad": "办理太慢"}[side] in text
        read[side].add(text)
        again(page)
    assert [len(texts) for texts in read.values()] == [1, 1]


def test_ticked_reasons_arrive_and_the_next_visitor_finds_none_ticked(screen, hall):
    page = screen.page
    tap(page, 2)
    page.get_by_role("checkbox", name="办理太慢").tap()
    page.get_by_role("checkbox", name="指引不清").tap()
    finish(page)
    until(lambda: len(reasons(hall)) == 2)
    assert reasons(hall) == [212, 242]
    page.clock.run_for(11_000)
    tap(page, 1)
    expect(follow(page, "bad")).to_be_visible()
    assert page.locator("input:checked").count() == 0
    assert reasons(hall) == [212, 242]


def test_time_is_told_can_be_put_off_and_ends_by_itself(screen):
    page = screen.page
    stand_still(page)
    tap(page, 4)
    seconds = follow(page, "good").locator("[data-seconds]")
    expect(seconds).to_have_text("12")
    page.clock.run_for(10_000)
    expect(seconds).to_have_text("2")
    page.locator("[data-extend]:visible").tap()
    expect(seconds).to_have_text("12")
    page.clock.run_for(11_000)
    page.get_by_role("checkbox", name="一次办结").tap()
    expect(seconds).to_have_text("12")
    page.clock.run_for(13_000)
    expect(thanks(page)).to_be_visible()


def test_large_view_asks_by_aspect_with_twice_the_time(screen, hall):
    page = screen.page
    page.locator('[data-switch="view"]').tap()
    assert page.evaluate(SMALLEST) >= 30
    tap(page, 1)
    rows = page.locator("label:visible")
    expect(rows).to_have_count(4)
    assert page.evaluate(SMALLEST) >= 30
    targets = [*rows.all(), *page.locator("button:visible").all()]
    assert min(target.bounding_box()["height"] for target in targets) >= 120
    # Of 48, not of 24; some have passed on a busy machine.
    left = follow(page, "bad").locator("[data-seconds]")
    expect(left).to_have_text(re.compile("^(2[5-9]|3[0-9]|4[0-8])$"))
    expect(page.get_by_text("想留言？请到服务台登记")).to_be_visible()
    rows.nth(2).tap()
    finish(page)
    until(lambda: reasons(hall))
    assert reasons(hall) == [230]


def test_other_hand_has_the_button_and_the_next_visitor_the_usual_one(screen):
    page = screen.page
    page.locator('[data-switch="reach"]').tap()
    tap(page, 5)
    done = page.locator("[data-finish]:visible")
    assert done.bounding_box()["x"] < 100
    finish(page)
    page.clock.run_for(11_000)
    tap(page, 5)
    assert done.bounding_box()["x"] > 640


def test_reading_out_is_offered_where_there_is_a_voice_for_the_language(screen):
    page = screen.page
    button = page.locator("[data-speak]")
    expect(button).to_be_hidden()  # this browser has no voices
    screen.context.add_init_script(VOICES)
    reload(page)
    button.tap()
    said = page.evaluate("speechSynthesis.said")
    assert said == ["您对本次服务满意吗？", *LEVELS]
    tap(page, 1)
    expect(saved(page)).to_be_visible()
    assert len(page.evaluate("speechSynthesis.said")) == 6  # never what was pressed
    again(page)
    page.locator('[data-switch="lang"]').tap()
    expect(button).to_be_hidden()


def test_screen_sleeps_outside_the_hours_and_a_touch_wakes_it(screen, hall):
    page = screen.page
    # The hall of this test has no hours, and each heartbeat would say so.
    page.route("**/tablet/head", lambda route: route.fulfill(status=204))
    asleep = "head => { head.dataset.asleep = '1' }"
    page.locator("#head").evaluate(asleep)
    page.clock.run_for(6_000)
    cover = page.locator("[data-sleep]")
    cover.tap()
    expect(cover).to_be_hidden()
    tap(page, 5)
    finish(page)
    page.clock.run_for(11_000)
    expect(cover).to_be_hidden()
    page.clock.run_for(66_000)
    page.locator("#head").evaluate(asleep)
    page.clock.run_for(6_000)
    expect(cover).to_be_visible()


def test_own_phone_is_offered_after_a_bad_rating_and_to_one_visitor(screen, hall):
    page = screen.page
    secrets = iter("ab")

    def offer(route) -> None:
        secret = next(secrets) * 40
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" id="code-{secret[0]}"/>'
        route.fulfill(json={"own": secret, "svg": svg, "reachable": True})

    def at_own(request) -> bool:
        return request.url.endswith("/tablet/own")

    def with_own(request) -> bool:
        # The tap before may still be on its way, and carries nothing.
        return f'"own":"{"a" * 40}"' in (request.post_data or "")

    page.route("**/tablet/own", offer)
    with page.expect_event("requestfinished", at_own):
        reload(page)
    tap(page, 5)
    expect(follow(page, "good")).to_be_visible()
    assert page.locator("[data-own-code] svg").count() == 0
    again(page)
    with page.expect_request(with_own):
        tap(page, 1)
    expect(page.locator("#code-a")).to_be_attached()
    finish(page)
    with page.expect_event("requestfinished", at_own):
        page.clock.run_for(11_000)
    assert page.locator("[data-own-code] svg").count() == 0
    tap(page, 2)
    expect(page.locator("#code-b")).to_be_attached()
    keys = f"SELECT 1 FROM own_key k JOIN rating r ON r.id = k.rating_id WHERE {HERE}"
    until(lambda: len(hall.rows(keys)) == 2)
