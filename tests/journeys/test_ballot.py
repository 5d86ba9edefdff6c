"""A secret ballot in a browser: slips are printed, a phone scans one and votes once."""

import io
from dataclasses import replace
from datetime import timedelta

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import expect

from kiosk.app import create_app
from kiosk.clock import utc_now
from kiosk.config import load_settings
from kiosk.domain.campaign_kinds import StageKind
from kiosk.extensions import db
from tests.ballots import SLUG, make_ballot, star_rules
from tests.journeys.test_call_back import sound
from tests.server import RealServer

pytestmark = pytest.mark.journey

BASE = "https://pingjia.example.org"
WORDS = {
    "zh": {
        "make": "制作票条",
        "open": "打开选票",
        "send": "提交选票",
        "many": "最多可选2人",
        "thanks": "感谢您，选票已提交",
        "spent": "已经投过票",
    },
    "en": {
        "make": "Make the slips",
        "open": "Open the ballot",
        "send": "Hand in the ballot",
        "many": "at most 2 are allowed",
        "thanks": "Thank you, your ballot was handed in",
        "spent": "handed in with this code already",
    },
}
ELECTORATE = {"zh": "cadres", "en": "representatives"}


@pytest.fixture(scope="module")
def hall(tmp_path_factory):
    """A server with a campaign that is voted about today."""
    folder = tmp_path_factory.mktemp("ballot") / "instance"
    with RealServer(folder, KIOSK_HTMX="local", KIOSK_PUBLIC_URL=BASE) as server:
        app = create_app(load_settings(server.environment))
        with app.app_context():
            make_ballot(rules_of_today(), {"star": 12}, utc_now())
            db.engine.dispose()
        yield server


def rules_of_today():
    """Return rules by which yesterday, today and tomorrow are days of voting."""
    today, day = utc_now().date(), timedelta(days=1)
    rules = star_rules()
    stages = (
        replace(stage, begins=today - day, ends=today + day)
        if stage.kind is StageKind.VOTE
        else stage
        for stage in rules.stages
    )
    return replace(rules, stages=tuple(stages))


def scanned(slip) -> str:
    """Return what the code on a slip says, off the screen."""
    picture = Image.open(io.BytesIO(slip.locator(".e-picture").screenshot()))
    [found] = zxingcpp.read_barcodes(picture)
    return found.text


def printed_slip(desk, hall, electorate, words):
    """Make eleven slips of an electorate; return one of them."""
    desk.goto(f"{hall.url}/manage/campaigns/{SLUG}/electors")
    sound(desk)
    count = desk.locator(f"#count-{electorate}")
    count.fill("11")
    form = desk.locator("form", has=count)
    form.get_by_role("button", name=words["make"]).click()
    expect(desk.locator(".e-slip")).to_have_count(11)
    sound(desk)
    return desk.locator(".e-slip").nth(2)


def hand_in(phone, words):
    """Tick a name too many, take it away again, and hand the ballot in."""
    for place in (0, 3, 7):
        phone.locator(".b-name label").nth(place).tap()
    phone.get_by_role("button", name=words["send"]).tap()
    expect(phone.get_by_role("alert")).to_contain_text(words["many"])
    sound(phone)
    expect(phone.locator(".b-name input:checked")).to_have_count(3)
    phone.locator(".b-name label").nth(3).tap()
    phone.get_by_role("button", name=words["send"]).tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text(words["thanks"])
    sound(phone)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_from_the_slip_to_the_turnout(hall, visitors, language):
    words, electorate = WORDS[language], ELECTORATE[language]
    organiser = visitors("desk", language)
    organiser.sign_in(hall)
    desk, phone = organiser.page, visitors("phone", language).page
    slip = printed_slip(desk, hall, electorate, words)
    address = scanned(slip)
    assert address.startswith(f"{BASE}/campaigns/{SLUG}/vote/")

    phone.goto(f"{hall.url}/campaigns/{SLUG}/vote")
    sound(phone)
    phone.locator("#code").fill(slip.locator(".e-code").inner_text())
    phone.get_by_role("button", name=words["open"]).tap()
    phone.wait_for_url(f"**{address.removeprefix(BASE)}*")
    sound(phone)
    hand_in(phone, words)
    phone.goto(hall.url + address.removeprefix(BASE))
    expect(phone.get_by_role("alert")).to_contain_text(words["spent"])
    sound(phone)

    votes = f"SELECT choices FROM vote WHERE electorate = '{electorate}'"
    assert hall.rows(votes) == [("[1, 8]",)]
    desk.goto(f"{hall.url}/manage/campaigns/{SLUG}/electors")
    cells = desk.locator(f"tbody tr:nth-child({1 if language == 'zh' else 2}) td")
    expect(cells).to_have_text(["50 %", "11", "1", "9 %", "0"])
