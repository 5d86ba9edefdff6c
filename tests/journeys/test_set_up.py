"""An own centre from nothing: pages alone, after the link that `make run` prints."""

import re

import pyotp
import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visitor, first_link
from tests.server import RealServer

pytestmark = pytest.mark.journey

ORGANISER = {
    "organisation": "市政务服务管理局",
    "centre": "高新区政务服务中心",
    "name": "陈静",
    "login": "chen.jing",
    "password": "四个互不相干的词语 lantern",
    "again": "四个互不相干的词语 lantern",
}
MANAGER = {
    "login": "liu.yang",
    "password": "另外四个毫无关系的词 harbour",
    "again": "另外四个毫无关系的词 harbour",
}


def fill(page: Page, typed: dict[str, str]) -> None:
    for name, value in typed.items():
        page.locator(f"[name={name}]").fill(value)


def send(page: Page) -> None:
    """Press the button of the page's last form, which is its own."""
    page.locator("main form button[type=submit]").last.click()


def enrol_second_factor(page: Page) -> None:
    """Take the secret that the page shows into an authenticator; give its code."""
    expect(page.locator(".factor-code svg")).to_be_visible()
    shown = page.locator(".factor-secret").inner_text()
    secret = re.sub(r"\s", "", shown)
    page.locator("[name=code]").fill(pyotp.TOTP(secret).now())
    send(page)
    expect(page.locator("li.code")).to_have_count(10)
    page.locator(".act a").click()


def set_up(server: RealServer, organiser: Visitor) -> None:
    page = organiser.page
    page.goto(first_link(server.flask("init")))
    page.get_by_role("button", name="在本浏览器中成为组织者").click()
    expect(page.locator("[name=time_zone]")).to_have_value("Asia/Shanghai")
    fill(page, ORGANISER)
    send(page)
    enrol_second_factor(page)
    expect(page).to_have_url(re.compile(r"/manage$"))
    expect(page.get_by_text(ORGANISER["name"])).to_be_visible()


def import_windows(server: RealServer, page: Page) -> None:
    page.goto(f"{server.url}/manage/windows/import")
    page.locator("input[type=file]").set_input_files(server.windows_file())
    send(page)
    expect(page.locator(".facts")).to_contain_text("3")
    page.goto(f"{server.url}/manage/windows")
    for number in ("A001", "A002", "B001"):
        expect(page.get_by_text(number, exact=True).first).to_be_visible()


def invite_manager(server: RealServer, page: Page) -> str:
    """Invite somebody from the pages; return the link that is shown."""
    page.goto(f"{server.url}/manage/accounts/invite")
    page.locator("[name=name]").fill("刘洋")
    page.locator("[name=role]").select_option("manager")
    page.locator("[name=unit]").select_option(label="市医疗保障局")
    send(page)
    link = page.locator(".pair-link .code").inner_text().strip()
    page.goto(f"{server.url}/manage/accounts")
    expect(page.locator("section table")).to_contain_text("刘洋")
    return link


def test_an_own_centre_from_nothing_in_pages_alone(server, visitors):
    organiser, manager = visitors("desk", "zh"), visitors("phone", "zh")
    set_up(server, organiser)
    import_windows(server, organiser.page)
    link = invite_manager(server, organiser.page)

    page = manager.page
    page.goto(link)
    page.reload()  # Looking twice does not use it up.
    expect(page.get_by_role("heading", level=1)).to_contain_text("刘洋")
    fill(page, MANAGER)
    send(page)
    enrol_second_factor(page)
    expect(page).to_have_url(re.compile(r"/manage$"))
    page.goto(f"{server.url}/manage/windows")
    expect(page.get_by_text("B001", exact=True).first).to_be_visible()
    expect(page.get_by_text("A001", exact=True)).to_have_count(0)

    # The link is used up, for the organiser too; the account is in the list.
    organiser.page.goto(link)
    expect(organiser.page.locator("[name=password]")).to_have_count(0)
    organiser.page.goto(f"{server.url}/manage/accounts?q=liu.yang")
    row = organiser.page.locator("#accounts tbody tr")
    expect(row).to_contain_text("市医疗保障局")
    # From here on people sign in; the terminal hands out no key any more.
    assert first_link(server.flask("init")) == f"{server.url}/sign-in"
    assert server.rows("SELECT count(*) FROM window") == [(3,)]
