"""Windows where another authority's evaluator stands: their screens show a code."""

import json
from io import BytesIO

import pytest

from kiosk.domain.intake import RatingState
from kiosk.domain.policy import Role
from kiosk.extensions import reading, transaction
from kiosk.models import Window
from kiosk.queries.places import window_by_id
from kiosk.web.tablet.own_code import own_code
from tests.builders import make_window
from tests.engines import ON_SQLITE
from tests.pages import get
from tests.people import sign_in_as
from tests.recount import ratings
from tests.screens import pair_screen
from tests.staff import TODAY, entries, unit_key

pytestmark = ON_SQLITE
WORDS = {"name": "社保综合", "location": "", "phone": ""}
WORDS |= dict.fromkeys(("handles", "takes", "documents", "promises"), "")


@pytest.fixture
def window(organiser) -> int:
    with transaction() as session:
        make_window(session, "B001")
        return make_window(session, "A001").id


def is_marked(window) -> bool:
    with reading() as session:
        return session.get_one(Window, window).code_only


def edit(client, window, **more):
    return client.post(f"/manage/windows/{window}/edit", data=WORDS | more)


def test_organiser_marks_a_window_and_takes_the_mark_off(organiser, window):
    form = get(organiser, "manage.ask_window_words", key=window)
    assert not form.one("#code_only").has_attr("checked")
    assert edit(organiser, window, code_only="yes").status_code == 303
    assert is_marked(window)
    form = get(organiser, "manage.ask_window_words", key=window)
    assert form.one("#code_only").has_attr("checked")
    shown = get(organiser, "manage.window", key=window, lang="en")
    assert "shows the code only" in shown.answer.text
    assert edit(organiser, window).status_code == 303
    assert not is_marked(window)
    told = [json.loads(body) for body in entries("window")][-2:]
    assert [each["after"]["code_only"] for each in told] == [True, False]


def test_refused_form_keeps_the_tick_and_marks_nothing(organiser, window):
    answer = organiser.post(
        f"/manage/windows/{window}/edit", data=WORDS | {"name": "", "code_only": "yes"}
    )
    assert answer.status_code == 422
    assert 'value="yes" checked' in answer.text
    assert not is_marked(window)


def test_a_unit_cannot_switch_its_own_screen_off(app, organiser, window, clock):
    manager = sign_in_as(app, Role.MANAGER, clock(), unit_key())
    form = get(manager, "manage.ask_window_words", key=window)
    assert form.soup.select("#code_only") == []
    assert edit(manager, window, code_only="yes").status_code == 303
    assert not is_marked(window)
    edit(organiser, window, code_only="yes")
    assert edit(manager, window).status_code == 303
    assert is_marked(window)


def test_list_marks_and_filters_them(organiser, window):
    edit(organiser, window, code_only="yes")
    whole = get(organiser, "manage.windows", lang="en")
    assert whole.texts("tbody .plate") == ["A001", "B001"]
    assert whole.texts(".row-note") == ["screen shows the code only"]
    narrowed = get(organiser, "manage.windows", lang="en", state="code-only")
    assert narrowed.texts("tbody .plate") == ["A001"]
    organiser.post(
        f"/manage/windows/{window}/close", data={"closes_on": TODAY.isoformat()}
    )
    narrowed = get(organiser, "manage.windows", lang="en", state="code-only")
    assert narrowed.texts("tbody .plate") == []


def test_exported_mark_comes_back_and_old_files_leave_it(organiser, window):
    edit(organiser, window, code_only="yes")
    sheet = organiser.get("/manage/windows/export?lang=zh").data.decode("utf-8-sig")
    assert [line.split(",")[-1] for line in sheet.splitlines()] == [
        '"只显示二维码"',
        '"是"',
        '"否"',
    ]
    old = "单位,窗口编号,窗口名称\n市人社局,A001,社保综合\n"
    files = [(old, True), (sheet.replace('"是"', '"否"'), False), (sheet, True)]
    for text, marked in files:
        file = (BytesIO(text.encode()), "x.csv")
        assert (
            organiser.post("/manage/windows/import", data={"file": file}).status_code
            == 200
        )
        assert is_marked(window) is marked


def test_screen_of_such_a_window_is_given_its_phone_address(app, organiser, window):
    def shown():
        with reading() as session:
            found = window_by_id(session, window, TODAY)
        with app.test_request_context():
            return own_code(found), found.code

    assert shown()[0] is None
    edit(organiser, window, code_only="yes")
    code, address = shown()
    assert code.address == f"http://localhost/w/{address}"
    assert code.picture.startswith("<svg")
    assert code.reaches is False


def test_tap_that_is_on_its_way_still_counts(organiser, clock):
    screen = pair_screen("C001", clock())
    edit(organiser, screen.window_id, code_only="yes")
    screen.rate(5, clock())
    assert [rating.state for rating in ratings()] == [RatingState.COUNTED]
