"""The page of the conditions in a browser: sound on a phone and at a desk."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from kiosk.app import create_app
from kiosk.clock import utc_now
from kiosk.config import load_settings
from kiosk.domain.campaign_kinds import GateKind, Reading
from kiosk.domain.campaign_rules import Gate, Rules
from kiosk.domain.candidates import CandidateState
from kiosk.extensions import db, recording
from kiosk.models import ORGANISATION, Candidate
from tests.board_ratings import open_window
from tests.campaign_tallies import tally_clerk, tally_window
from tests.journeys.test_call_back import sound
from tests.nominations import BEST, STAR, TODAY, open_campaign, small_rules
from tests.server import RealServer
from tests.staff import make_clerk, unit_key

pytestmark = pytest.mark.journey

TOP2 = Gate(kind=GateKind.SATISFACTION, reading=Reading.TOP2, at_least=90)
FAIR = replace(TOP2, reading=Reading.FAIR, bound=True)


def moved(rules: Rules, by: timedelta) -> Rules:
    """Return rules whose days all lie so much later."""
    stages = tuple(
        replace(one, begins=one.begins + by, ends=one.ends + by) for one in rules.stages
    )
    return replace(rules, stages=stages, begins=rules.begins + by, ends=rules.ends + by)


def make_campaigns(today: date) -> None:
    """Make one campaign that lies ahead, and one with candidates."""
    window = open_window("C001", unit="市人社局")
    before = today - timedelta(days=3)
    tally_window(window, before, 1, 0, 0, 10, 30)
    for number in range(5):
        clerk = make_clerk(f"03{number:02}", f"示例{number}")
        tally_clerk(clerk, window, before, number, 0, 0, 0, 9)
    rules = small_rules(replace(BEST, gates=(TOP2, FAIR)), replace(STAR, gates=(TOP2,)))
    open_campaign(moved(rules, today - TODAY + timedelta(days=20)), "ahead")
    key = open_campaign(moved(rules, today - TODAY), "small")
    row = {"campaign_id": key, "award": "best", "number": 1, "window_id": window}
    row |= {"unit_id": unit_key(), "name": "C001 社保综合", "put_at": utc_now()}
    row |= {"state": int(CandidateState.STANDING)}
    with recording("test", utc_now()) as records:
        records.add(Candidate, ORGANISATION, [row])


@pytest.fixture(scope="module")
def hall(tmp_path_factory):
    """A server with both campaigns."""
    folder = tmp_path_factory.mktemp("conditions") / "instance"
    with RealServer(folder, KIOSK_HTMX="local") as server:
        app = create_app(load_settings(server.environment))
        with app.app_context():
            make_campaigns(utc_now().date())
            db.engine.dispose()
        yield server


@pytest.mark.parametrize("size", ["phone", "desk"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_conditions_are_sound(hall, visitors, size, language):
    organiser = visitors(size, language)
    organiser.sign_in(hall)
    page = organiser.page
    page.goto(f"{hall.url}/manage/campaigns/small/conditions?lang={language}")
    expect(page.locator(".cond-lines tbody tr")).to_have_count(1)
    expect(page.locator(".cond-lines .is-out")).to_have_count(1)
    sound(page)
    page.goto(f"{hall.url}/manage/campaigns/ahead/conditions?lang={language}")
    expect(page.locator("#trial")).to_be_visible()
    sound(page)
