"""The year's page: seeing, filling, changing, lists in and out, and warnings."""

import io

import pytest

from kiosk.domain.policy import Role
from kiosk.services.calendar import known_year
from tests.engines import ON_SQLITE
from tests.people import sign_in_as

pytestmark = ON_SQLITE
PAGE = "/manage/calendar"
NATIONAL_DAY = {"day": "2026-10-01", "working": "no", "name": "国庆节"}


@pytest.fixture
def viewer(app, clock):
    return sign_in_as(app, Role.VIEWER, clock())


def upload(client, words: str):
    file = (io.BytesIO(words.encode()), "calendar.csv")
    return client.post(f"{PAGE}/import", data={"file": file})


def test_filled_from_the_library_and_read_back_from_its_own_export(organiser):
    answer = organiser.post(f"{PAGE}/fill?year=2025")
    assert answer.headers["Location"].endswith("year=2025&done=filled")
    page = organiser.get(f"{PAGE}?year=2025").text
    assert page.count('<span class="day day--') == len(known_year(2025)) + 2
    file = organiser.get(f"{PAGE}/export?year=2025").data.decode("utf-8-sig")
    assert len(file.splitlines()) == len(known_year(2025)) + 1
    again = upload(organiser, file)
    assert again.headers["Location"].endswith("year=2025&done=imported")
    assert organiser.get(f"{PAGE}/export?year=2025").data.decode("utf-8-sig") == file


def test_a_day_is_changed_and_named(organiser):
    own = {"day": "2026-11-20", "working": "no", "name": "厅庆"}
    assert organiser.post(PAGE, data=own).status_code == 303
    assert "<td>厅庆</td>" in organiser.get(f"{PAGE}?year=2026").text
    organiser.post(PAGE, data={**own, "working": "yes", "name": ""})
    assert "厅庆" not in organiser.get(f"{PAGE}?year=2026").text


@pytest.mark.parametrize(
    ("typed", "words"),
    [({"day": "soon"}, "2026-10-01"), ({"name": "很" * 61}, "60")],
    ids=["day", "name"],
)
def test_a_refused_day_keeps_what_was_typed(organiser, typed, words):
    answer = organiser.post(PAGE, data={**NATIONAL_DAY, **typed})
    assert answer.status_code == 422
    assert words in answer.text
    assert NATIONAL_DAY["working"] in answer.text


def test_a_year_that_is_not_known_says_so(organiser):
    where = organiser.post(f"{PAGE}/fill?year=2099").headers["Location"]
    page = organiser.get(where).text
    assert "2099 年的放假安排尚未收录" in page


def test_wrong_lines_are_named_and_nothing_is_taken(organiser):
    answer = upload(organiser, "日期,是否工作日\n2030-05-01,否\nsomeday,否\n")
    assert answer.status_code == 422
    assert "someday" not in answer.text
    assert '<th scope="row" class="t-line">3</th>' in answer.text
    assert '<span class="day day--off">' not in organiser.get(
        f"{PAGE}?year=2030"
    ).text.replace('<span class="day day--off">休</span> 工作日休息', "")
    assert organiser.post(f"{PAGE}/import", data={}).status_code == 422
    assert organiser.get(f"{PAGE}/import").status_code == 200


def test_a_missing_year_is_a_duty_and_a_warning(organiser, clock):
    assert "缺少 2026 年" not in organiser.get("/manage").text
    clock.forward(days=400)
    fresh = sign_in_as(organiser.application, Role.ORGANISER, clock(), login="later")
    assert "缺少 2027 年的放假安排" in fresh.get("/manage").text
    assert "2027 年的日历尚未填写" in fresh.get(PAGE).text


def test_others_look_but_change_nothing(viewer):
    page = viewer.get(PAGE)
    assert page.status_code == 200
    assert "更改某一天" not in page.text
    assert viewer.post(PAGE, data=NATIONAL_DAY).status_code == 404
    assert viewer.post(f"{PAGE}/fill").status_code == 404
    assert upload(viewer, "日期,是否工作日\n").status_code == 404


@pytest.mark.parametrize("year", ["1", "x", "٢٠٢٦", "99999", "1999", "2101"])
def test_strange_years_lead_to_a_year_that_is_there(viewer, year):
    assert viewer.get(f"{PAGE}?year={year}").status_code == 200
