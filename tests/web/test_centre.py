"""The centre's own page."""

import pytest
from bs4 import BeautifulSoup

from kiosk.domain.policy import Role
from tests.engines import ON_SQLITE
from tests.people import sign_in_as

pytestmark = ON_SQLITE
PAGE = "/manage/centre"


def typed(client) -> dict[str, str]:
    """Return the form as it stands, ready to be sent back."""
    form = BeautifulSoup(client.get(PAGE).text, "html.parser").form
    values = {each["name"]: each.get("value", "") for each in form("input")}
    chosen = form.select_one("select[name=region] option[selected]")
    return values | {"region": chosen["value"]}


def test_what_is_there_can_be_sent_back_unchanged(organiser):
    before = typed(organiser)
    assert before["day0_0_opens"] == "09:00"
    assert before["day5_0_opens"] == ""
    answer = organiser.post(PAGE, data=before)
    assert answer.status_code == 303
    assert "设置已保存" in organiser.get(answer.headers["Location"]).text
    assert typed(organiser) == before


def test_everything_can_be_changed(organiser):
    wanted = typed(organiser) | {
        "organisation": "区政务局",
        "name": "区大厅",
        "time_zone": "Asia/Urumqi",
        "answer_days": "7",
        "region": "cn-beijing",
        "day5_0_opens": "09:00",
        "day5_0_closes": "12:00",
        "day0_1_opens": "18:00",
        "day0_1_closes": "20:00",
    }
    assert organiser.post(PAGE, data=wanted).status_code == 303
    assert typed(organiser) == wanted


def test_other_periods_are_ones_own(organiser):
    organiser.post(PAGE, data=typed(organiser) | {"accept_days": "2"})
    assert typed(organiser)["region"] == "own"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"organisation": " "}, "100"),
        ({"name": "厅" * 101}, "100"),
        ({"time_zone": "Mars/Olympus"}, "时区"),
        ({"accept_days": "0"}, "1 至 60"),
        ({"accept_days": "9"}, "后一环节"),
        ({"day0_0_opens": "18:00"}, "09:00"),
        ({"day0_0_closes": ""}, "09:00"),
        ({"day0_1_opens": "17:00", "day0_1_closes": "18:00"}, "下午"),
    ],
    ids=["organisation", "name", "zone", "zero", "crossed", "order", "half", "overlap"],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(organiser, wrong, words):
    before = typed(organiser)
    answer = organiser.post(PAGE, data=before | wrong)
    assert answer.status_code == 422
    assert words in answer.text
    assert typed(organiser) == before


def test_nobody_else_sees_it(app, clock):
    for role in (Role.ADMINISTRATOR, Role.VIEWER, Role.INSPECTOR):
        assert sign_in_as(app, role, clock()).get(PAGE).status_code == 404
