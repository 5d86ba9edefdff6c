"""A juror scores on a phone, one candidate after the other; the organiser looks on."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from kiosk.app import create_app
from kiosk.clock import utc_now
from kiosk.config import load_settings
from kiosk.domain.campaign_rules import Rules
from kiosk.domain.candidates import CandidateState
from kiosk.domain.policy import Role
from kiosk.extensions import db, reading, recording
from kiosk.models import ORGANISATION, Account, Candidate
from kiosk.services.juries import add_juror
from tests.board_ratings import open_window
from tests.campaign_work import work_rules
from tests.journeys.test_call_back import sound
from tests.journeys.test_conditions import moved
from tests.nominations import TODAY, open_campaign
from tests.people import make_account
from tests.server import RealServer
from tests.staff import unit_key

pytestmark = pytest.mark.journey
NAMES = ("C001 社保综合", "C002 户籍", "C003 不动产登记", "M001 医保结算")
WORDS = "设置老年人绿色通道；午间不间断服务；全年无有效投诉。" * 4


def rules_of_today() -> Rules:
    return moved(work_rules(), utc_now().date() - TODAY)


def make_jury() -> None:
    """Make a campaign with candidates of two units."""
    open_window("C001", unit="市人社局")
    open_window("M001", unit="市医保局")
    key = open_campaign(rules_of_today(), "small")
    rows = [
        {
            "campaign_id": key,
            "award": "best",
            "number": number,
            "unit_id": unit_key("市医保局" if name[0] == "M" else "市人社局"),
            "name": name,
            "put_at": utc_now(),
            "state": int(CandidateState.STANDING),
            "statement": f'{{"smile": "{WORDS}"}}',
        }
        for number, name in enumerate(NAMES, 1)
    ]
    make_account("outside", Role.JUROR, utc_now())
    with recording("test", utc_now()) as records:
        records.add(Candidate, ORGANISATION, rows)


@pytest.fixture(scope="module")
def hall(tmp_path_factory):
    """A server with the campaign."""
    folder = tmp_path_factory.mktemp("jury") / "instance"
    with RealServer(folder, KIOSK_HTMX="local") as server:
        app = create_app(load_settings(server.environment))
        with app.app_context():
            make_jury()
            db.engine.dispose()
        yield server


def seat_jurors(hall: RealServer) -> None:
    """Seat whoever has the role and does not sit, from the second unit."""
    app = create_app(load_settings(hall.environment))
    with app.app_context():
        with reading() as session:
            accounts = session.scalars(
                select(Account.id).where(Account.login.startswith("juror"))
            ).all()
        with recording("test", utc_now()) as records:
            for account in accounts:
                add_juror(records, 1, account, unit_key("市医保局"))
        db.engine.dispose()


def test_a_jury_from_the_seat_to_the_last_candidate(hall, visitors):
    juror = visitors("phone")
    juror.sign_in(hall, Role.JUROR)
    seat_jurors(hall)
    page = juror.page
    page.goto(f"{hall.url}/manage/jury")
    expect(page.locator(".k-list li")).to_have_count(4)
    expect(page.locator(".k-list a")).to_have_count(3)
    sound(page)
    page.locator(".k-list a").first.click()
    for number in range(3):
        expect(page.locator("h1")).to_have_text(NAMES[number])
        if not number:
            sound(page)
        page.locator("#p-smile").fill(str(10 + number))
        page.locator("#p-skill").fill("20")
        page.locator("form.k-look button").first.click()
    expect(page.locator("[role=status]")).to_be_visible()
    expect(page.locator(".k-list li").nth(2)).to_contain_text("32")
    sound(page)


@pytest.mark.parametrize("size", ["phone", "desk"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_organisers_page_is_sound(hall, visitors, size, language):
    organiser = visitors(size, language)
    organiser.sign_in(hall)
    page = organiser.page
    page.goto(f"{hall.url}/manage/campaigns/small/jury?lang={language}")
    expect(page.locator("#account option")).not_to_have_count(0)
    sound(page)
