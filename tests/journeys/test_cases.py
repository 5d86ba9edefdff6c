"""Bad ratings and complaints, told by those who live through them, in real browsers."""

import shutil
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from kiosk.clock import utc_now
from kiosk.domain.policy import Role
from tests.case_acts import EXPLAINED
from tests.case_hall import SECRET, answer_again, answered_case
from tests.faults.moved_clock import MovedClock
from tests.journeys.test_call_back import (
    SEND,
    follow,
    leave_number,
    pair,
    sound,
    tap,
)
from tests.server import RealServer
from tests.waiting import until

pytestmark = pytest.mark.journey

PATHS = [
    "/manage/appeals",
    "/manage/cases",
    "/manage/cases/new",
    "/manage/cases/{key}",
    "/manage/cases/report",
    "/manage/replies",
]
REASON = "录像与答复不符，应重新核查。"


@pytest.fixture
def hall(own_hall):
    return own_hall


@pytest.fixture
def moved(with_windows, tmp_path) -> Iterator[tuple[RealServer, MovedClock]]:
    """A hall and its clock, which the test sets."""
    shutil.copytree(with_windows, tmp_path / "instance")
    clock = MovedClock(tmp_path / "clock")
    with RealServer(
        tmp_path / "instance",
        application="tests.faults.moved_clock:app",
        begun=True,
        KIOSK_HTMX="local",
        KIOSK_CLOCK_FILE=str(clock.file),
    ) as server:
        yield server, clock


def rate_and_leave_a_number(hall, visitors, language: str = "zh") -> Page:
    """Rate very badly on a screen, leave a number on the phone; return the phone."""
    screen = visitors("tablet", language).page
    own = pair(hall, screen)
    assert screen.evaluate(SEND, tap(own["own"])) == 200
    phone = visitors("phone", language).page
    phone.goto(own["address"])
    leave_number(phone)
    return phone


def opened(hall) -> int:
    """Return the key of the one case, as soon as the sweep has opened it."""
    until(lambda: hall.rows('SELECT id FROM "case"'))
    [[key]] = hall.rows('SELECT id FROM "case"')
    return key


def reload_until(page: Page, selector: str, text: str) -> None:
    """Load a page anew until something says so: the server does it behind."""

    def says() -> bool:
        page.reload()
        found = page.locator(selector)
        return found.count() > 0 and text in found.first.inner_text()

    until(says)


def own_page(hall, visitors, language: str = "zh") -> Page:
    """Return the own page of the citizen on their phone."""
    phone = visitors("phone", language).page
    phone.goto(f"{hall.url}/r/mine/{SECRET}")
    return phone


def desk(hall, visitors, role: Role, language: str = "zh") -> Page:
    """Return the start page of somebody who works here."""
    visitor = visitors("desk", language)
    visitor.sign_in(hall, role)
    visitor.page.goto(f"{hall.url}/manage")
    return visitor.page


def test_an_answer_that_its_citizen_disputes_is_decided_by_two(hall, visitors):
    answered_case(hall)
    phone = own_page(hall, visitors, "en")
    sound(phone)
    phone.locator("details", has=phone.locator("#appeal")).locator("summary").click()
    phone.locator("#appeal").fill("答复与事实不符")
    follow(phone, phone.locator("form:has(#appeal) button"))
    sound(phone)
    for role, button in (
        (Role.CASE_HANDLER, "button[value=uphold]"),
        (Role.ORGANISER, "form[action$='/confirm'] button"),
    ):
        page = desk(hall, visitors, role)
        page.goto(f"{hall.url}/manage/appeals")
        sound(page)
        follow(page, page.locator("tbody a"))
        if role is Role.CASE_HANDLER:
            page.locator("#reason").fill(REASON)
        sound(page)
        follow(page, page.locator(button))
        expect(page.locator("[role=status]")).to_be_visible()
        sound(page)
    phone.reload()
    expect(phone.locator("[aria-labelledby=review]")).to_contain_text(REASON)
    sound(phone)


def test_who_is_not_content_has_it_answered_once_more(hall, visitors):
    case = answered_case(hall)
    phone = own_page(hall, visitors)
    follow(phone, phone.locator("button[name=second][value='1']"))
    expect(phone.locator(".p-done")).to_be_visible()
    expect(phone.locator("button[name=second]")).to_have_count(0)
    sound(phone)
    answer_again(hall, case.key, "补充说明：已更换叫号设备。")
    phone.reload()
    expect(phone.locator("[aria-labelledby=reply]")).to_contain_text("已更换叫号设备")
    # Opened again once: now there is the review by two people.
    expect(phone.locator("#again")).to_have_count(0)
    expect(phone.locator("#appeal")).to_have_count(1)
    follow(phone, phone.locator("button[name=second][value='3']"))
    expect(phone.locator("button[name=second]")).to_have_count(0)
    sound(phone)
    assert hall.rows('SELECT state, closed_by, second FROM "case"') == [
        (4, "citizen", 3)
    ]


def test_a_stranger_sees_how_far_it_is_and_nothing_else(hall, visitors):
    case = answered_case(hall)
    page = visitors("phone", "en").page
    page.goto(f"{hall.url}/r/{case.receipt}")
    expect(page.locator(".slip-facts").first).to_contain_text("Answered")
    told = page.content()
    assert not [word for word in (EXPLAINED.words, "A001", SECRET) if word in told]
    sound(page)
    for path in PATHS:
        page.goto(f"{hall.url}{path.format(key=case.key)}")
        assert page.url.startswith(f"{hall.url}/sign-in?next="), path
        assert EXPLAINED.words not in page.content()
    other = visitors("desk")
    other.sign_in(hall, Role.VIEWER)
    for path in PATHS:
        answer = other.page.goto(f"{hall.url}{path.format(key=case.key)}")
        assert (path, answer.status) == (path, 404)


def test_what_nobody_accepts_goes_up_by_itself(moved, visitors):
    hall, clock = moved
    phone = rate_and_leave_a_number(hall, visitors)
    opened(hall)
    phone.reload()
    expect(phone.locator("[aria-labelledby=progress]")).to_be_visible()
    expect(phone.locator(".c-late")).to_have_count(0)
    sound(phone)
    clock.show(utc_now() + timedelta(days=14))
    until(lambda: hall.rows('SELECT raised, late FROM "case"') == [(2, 1)])
    phone.reload()
    expect(phone.locator(".c-late")).to_be_visible()
    sound(phone)
