"""Cases from the first word to the last, as each of their people, in real browsers."""

import io

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from kiosk.domain.policy import Role
from kiosk.web.sessions import SESSION_COOKIE
from tests.case_hall import unit_of
from tests.journeys.test_call_back import NUMBER, follow, sound
from tests.journeys.test_cases import (
    desk,
    opened,
    rate_and_leave_a_number,
    reload_until,
)
from tests.server import RealServer

pytestmark = pytest.mark.journey

REPLY = "经查属实，已加开一个窗口，向您致歉。"
MEASURE = "每日上午加开一个窗口"
WORDS = "排队一个多小时，没有人说明原因。"


@pytest.fixture
def hall(own_hall):
    return own_hall


def manager(hall: RealServer, visitors, number: str = "A001") -> Page:
    """Return the list of cases of whoever answers for a window's unit."""
    visitor = visitors("desk")
    secret = hall.sign_in(Role.MANAGER, unit_of(hall, number))
    cookie = {"name": SESSION_COOKIE, "value": secret, "url": hall.url}
    visitor.context.add_cookies([cookie])
    visitor.page.goto(f"{hall.url}/manage/cases")
    return visitor.page


def put_right(page: Page, *secrets: str) -> None:
    """Accept the one case of the list and say that it was put right."""
    follow(page, page.locator("tbody a"))
    told = page.content()
    assert [secret for secret in secrets if secret in told] == []
    assert page.locator("#people, #decisions").count() == 0
    follow(page, page.locator("form[action*='/accept'] button"))
    page.locator("input[name=answer][value=rectified]").check()
    page.locator("#reply").fill(REPLY)
    # Nothing is put right without a measure: what was written stays.
    follow(page, page.locator("form[action*='/answer'] button"))
    expect(page.locator("#measure-error")).to_be_visible()
    expect(page.locator("#reply")).to_have_value(REPLY)
    page.locator("#measure").fill(MEASURE)
    follow(page, page.locator("form[action*='/answer'] button"))
    sound(page)


def promise_kept(page: Page) -> None:
    page.locator("#rectified").fill("窗口已于今日加开。")
    follow(page, page.locator("form[action*='/rectify'] button"))
    expect(page.locator("#rectified")).to_have_count(0)
    sound(page)


def content(phone: Page) -> None:
    """Let the citizen be content with the answer."""
    follow(phone, phone.locator("button[name=second][value='3']"))
    expect(phone.locator(".p-done")).to_be_visible()
    expect(phone.locator("button[name=second]")).to_have_count(0)
    sound(phone)


def ended(hall: RealServer) -> tuple[object, ...]:
    [row] = hall.rows('SELECT state, answer, closed_by, second FROM "case"')
    return row


def code_on(page: Page, selector: str) -> str:
    """Read the code that a page shows."""
    picture = Image.open(io.BytesIO(page.locator(selector).screenshot()))
    [found] = zxingcpp.read_barcodes(picture)
    return found.text


def test_a_bad_rating_is_answered_called_about_and_closed(hall, visitors):
    phone = rate_and_leave_a_number(hall, visitors)
    key = opened(hall)
    [[receipt]] = hall.rows("SELECT receipt FROM rating")
    unit = manager(hall, visitors)
    put_right(unit, NUMBER, receipt, phone.url)
    reload_until(phone, "[aria-labelledby=reply]", REPLY)
    expect(phone.locator("[aria-labelledby=reply]")).to_contain_text(MEASURE)
    sound(phone)
    promise_kept(unit)
    caller = desk(hall, visitors, Role.CASE_HANDLER)
    caller.goto(f"{hall.url}/manage/cases/{key}")
    caller.locator("#opening").fill("答复后回访")
    follow(caller, caller.locator("form[action*='/contact/open'] button"))
    expect(caller.locator("#people + dl")).to_contain_text(NUMBER)
    caller.locator("#outcome").select_option("not-reached")
    follow(caller, caller.locator("form[action*='/contact/call'] button"))
    sound(caller)
    # Nobody was reached; the citizen says it on the own page.
    phone.reload()
    content(phone)
    assert ended(hall) == (4, "rectified", "citizen", 3)
    assert NUMBER not in unit.content()
    hall.flask("ledger", "verify")


def test_a_complaint_without_a_phone_is_taken_down_and_answered(hall, visitors):
    handler = desk(hall, visitors, Role.CASE_HANDLER)
    handler.goto(f"{hall.url}/manage/cases")
    follow(handler, handler.locator("a[href='/manage/cases/new']"))
    sound(handler)
    handler.locator("input[name=source][value=complaint]").check()
    handler.locator("input[name=road][value=desk]").check()
    place = handler.locator("#place option", has_text="A001").first
    handler.locator("#place").select_option(place.get_attribute("value"))
    handler.locator("#cause").select_option(index=1)
    handler.locator("input[name=half]").first.check()
    handler.locator("#words").fill(f"{WORDS}请打{NUMBER}。")
    follow(handler, handler.locator("form:has(#words) button[type=submit]"))
    sound(handler)
    address = code_on(handler, ".case-slip-code")
    assert address == handler.locator(".case-slip-address").inner_text()
    put_right(manager(hall, visitors), NUMBER, address)
    # The family's phone scans the slip at home.
    phone = visitors("phone").page
    phone.goto(address)
    expect(phone.locator("[aria-labelledby=reply]")).to_contain_text(REPLY)
    sound(phone)
    assert NUMBER not in phone.content()
    # It is not settled: what was promised is not done.
    follow(phone, phone.locator("button[name=second][value='1']"))
    assert hall.rows('SELECT state FROM "case" WHERE reopened_at IS NOT NULL') == [(1,)]
    put_right_again(manager(hall, visitors))
    phone.reload()
    content(phone)
    assert ended(hall)[2:] == ("citizen", 3)


def put_right_again(page: Page) -> None:
    follow(page, page.locator("tbody a"))
    page.locator("input[name=answer][value=rectified]").check()
    page.locator("#reply").fill("已加开窗口，请您再来看看。")
    page.locator("#measure").fill(MEASURE)
    page.locator("input[name=done]").check()
    follow(page, page.locator("form[action*='/answer'] button"))
    sound(page)


def test_a_golden_idea_is_graded_thanked_and_noted_for_an_award(hall, visitors):
    [[code]] = hall.rows("SELECT code FROM window WHERE number = 'A001'")
    phone = visitors("phone").page
    phone.goto(f"{hall.url}/w/{code}")
    phone.locator('label[for="level-5"]').tap()
    phone.locator("#comment").fill("建议在门口放老花镜。")
    phone.locator(".kind", has_text="建议").tap()
    follow(phone, phone.get_by_role("button", name="提交评价"))
    key = opened(hall)
    reload_until(phone, "[aria-labelledby=progress]", "受理")
    handler = desk(hall, visitors, Role.CASE_HANDLER)
    handler.goto(f"{hall.url}/manage/cases?show=suggestions")
    follow(handler, handler.locator("tbody a"))
    handler.locator("input[name=grade][value='3']").check()
    handler.locator("#thanks").fill("好主意，下周起每层都有老花镜，谢谢您。")
    handler.locator("#award").fill("年度金点子")
    follow(handler, handler.locator("form[action*='/grade'] button"))
    sound(handler)
    phone.reload()
    expect(phone.locator("[aria-labelledby=reply]")).to_contain_text("每层都有老花镜")
    expect(phone.locator(".c-thanks")).to_be_visible()
    assert "年度金点子" not in phone.content()
    sound(phone)
    # Of an idea nobody's clerk is told, and its unit still answers it.
    assert hall.rows(f'SELECT grade, clerk_id FROM "case" WHERE id = {key}') == [
        (3, None)
    ]
    put_right(manager(hall, visitors))
