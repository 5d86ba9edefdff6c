"""A clerk's cases: what came of them, a statement, an appeal; never the citizen."""

from datetime import date, timedelta

import pytest

from kiosk.domain.calendar_list import DayRow
from kiosk.domain.case_texts import TextKind
from kiosk.domain.cases import Answer, Second, Source
from kiosk.domain.policy import Role
from kiosk.extensions import recording, transaction
from kiosk.queries.case_clerk import own_case_words
from kiosk.services.calendar import set_day
from kiosk.services.case_returns import rate_answer
from kiosk.services.case_texts import erase_texts, write_text
from kiosk.services.cases import held_case
from tests.appeals import (
    MEASURE,
    PLAIN,
    REPLY,
    VOICE,
    answer,
    make_world,
    open_about,
    written,
)
from tests.builders import make_window
from tests.engines import ON_SQLITE
from tests.pages import get
from tests.people import sign_in_as
from tests.staff import unit_key

pytestmark = ON_SQLITE


@pytest.fixture
def world(hall, clock):
    return make_world(clock())


@pytest.fixture
def clerk(app, world, clock):
    return sign_in_as(app, Role.CLERK, clock(), login="clerk")


def again(app, clock):
    """Return the clerk's browser after days in which no session lasts."""
    return sign_in_as(app, Role.CLERK, clock(), login="clerk")


def here(client, world, **more):
    return get(client, "manage.own_case_page", key=world.case_id, lang="en", **more)


def post(client, world, act, **form):
    return client.post(f"/manage/mine/cases/{world.case_id}/{act}?lang=en", data=form)


def main(page):
    return " ".join(page.one("main").get_text(" ").split())


def test_the_list_has_own_cases_and_no_ideas(app, clerk, world, clock):
    open_about(None, world.window_id, clock())
    open_about(world.clerk_id, world.window_id, clock(), Source.SUGGESTION)
    page = get(clerk, "manage.mine", lang="en")
    [row] = page.texts("section[aria-labelledby=cases] tbody tr")
    assert row.startswith("2026-0001 A001 Thu 16 Jul 2026")
    assert "Attitude Waits to be accepted" in row
    assert f"/manage/mine/cases/{world.case_id}" in " ".join(page.links())


def test_without_cases_nothing_is_said_of_them(app, hall, clock):
    with transaction() as session:
        make_window(session)
    page = get(sign_in_as(app, Role.CLERK, clock()), "manage.mine", lang="en")
    assert page.texts("#cases") == []


def test_the_page_shows_the_matter_and_never_the_citizen(clerk, world, clock):
    with recording("test", clock()) as records:
        case = held_case(records.session, world.found)
        for kind in TextKind:
            words = f"只给相关的人看：{kind}"
            write_text(records, case, kind, words, None)
    answer(world.case_id, clock())
    words = main(here(clerk, world))
    assert "Thu 16 Jul 2026" in words
    assert "A001" in words
    assert "Attitude" in words
    assert "Put right" in words
    for shown in (REPLY, MEASURE, "看：reply", "看：finding", "看：statement"):
        assert shown in words
    shown = {"reply", "measure", "finding", "statement"}
    for hidden in set(TextKind) - shown:
        assert f"看：{hidden}" not in words
    for hidden in (VOICE, "PM", "afternoon", "verified", "dissatisfied"):
        assert hidden not in words
    assert "A case is no finding of guilt" in words
    assert "turn to the organiser" in words


def test_nothing_else_is_even_read_for_the_clerk(world, clock):
    with recording("test", clock()) as records:
        case = held_case(records.session, world.found)
        for kind in TextKind:
            write_text(records, case, kind, "x", None)
        found = own_case_words(records.session, world.case_id)
    assert {text.kind for text in found} == {
        TextKind.REPLY,
        TextKind.MEASURE,
        TextKind.FINDING,
        TextKind.STATEMENT,
    }


def test_erased_words_are_gone(clerk, world, clock):
    answer(world.case_id, clock())
    with recording("test", clock()) as records:
        case = held_case(records.session, world.found)
        erase_texts(records, case, [TextKind.REPLY], "retention")
    words = main(here(clerk, world))
    assert REPLY not in words
    assert "What the citizen was told Erased." in words


def test_a_statement_is_kept_and_added_to(clerk, world):
    for said in ("当时系统故障", "我请她稍候"):
        done = post(clerk, world, "statement", statement=said)
        assert done.status_code == 303
    page = here(clerk, world, done="statement")
    assert page.texts(".said .said-words") == ["当时系统故障", "我请她稍候"]
    assert "read your statement" in page.one("[role=status]").get_text()
    empty = post(clerk, world, "statement", statement=" ")
    assert empty.status_code == 422
    long = post(clerk, world, "statement", statement="长" * 10_000)
    assert long.status_code == 422
    assert "长" * 10_000 in long.text
    assert len(written(world.case_id, TextKind.STATEMENT)) == 2


def test_an_appeal_is_made_in_time_and_once(app, clerk, world, clock):
    early = here(clerk, world)
    assert "once the case is answered" in main(early)
    assert post(clerk, world, "appeal", appeal="不是这样").status_code == 422
    answer(world.case_id, clock())
    page = here(clerk, world)
    assert "Appeal until 23 Jul, 17:30" in main(page)
    end = clock().replace(hour=9, minute=30) + timedelta(days=7)
    clock.now = end - timedelta(seconds=1)
    clerk = again(app, clock)
    assert "appeal" in {field["name"] for field in here(clerk, world).soup("textarea")}
    clock.now = end
    clerk = again(app, clock)
    late = here(clerk, world)
    assert "The time to appeal is over." in main(late)
    assert "appeal" not in {field["name"] for field in late.soup("textarea")}
    refused = post(clerk, world, "appeal", appeal="不是这样")
    assert refused.status_code == 422
    assert "The 5 working days for an appeal are over." in refused.text
    clock.now = end - timedelta(seconds=1)
    done = post(clerk, world, "appeal", appeal="不是这样")
    assert done.status_code == 303
    words = main(here(clerk, world, done="appeal"))
    assert "Result Is being looked at" in words
    assert post(clerk, world, "appeal", appeal="再说一次").status_code == 422
    assert written(world.case_id, TextKind.APPEAL) == ["不是这样"]


def test_a_day_off_moves_the_end_and_the_page_says_so(clerk, world, clock):
    answer(world.case_id, clock())
    with recording("test", clock()) as records:
        set_day(records, 1, DayRow(date(2026, 7, 20), working=False, name="停电"))
        set_day(records, 1, DayRow(date(2026, 7, 25), working=True, name="补班"))
    assert "Appeal until 24 Jul, 17:30" in main(here(clerk, world))
    with recording("test", clock()) as records:
        set_day(records, 1, DayRow(date(2026, 7, 24), working=False, name="停电"))
    assert "Appeal until 25 Jul, 17:30" in main(here(clerk, world))


def test_who_was_cleared_and_who_is_late_are_told(app, clerk, world, clock):
    answer(world.case_id, clock(), Answer.EXPLAINED)
    with recording("citizen", clock()) as records:
        rate_answer(records, world.found, Second.CONTENT, PLAIN)
    words = main(here(clerk, world))
    assert "The case is closed; no statement was made." in words
    refused = post(clerk, world, "statement", statement="太晚")
    assert refused.status_code == 409
    assert "The case has moved on meanwhile" in refused.text


@pytest.mark.parametrize(
    "role", [Role.CLERK, Role.MANAGER, Role.CASE_HANDLER, Role.ORGANISER, Role.VIEWER]
)
def test_nobody_else_finds_it(app, world, clock, role):
    answer(world.case_id, clock())
    unit = unit_key() if role is Role.MANAGER else None
    other = sign_in_as(app, role, clock(), unit, login="somebody")
    here = f"/manage/mine/cases/{world.case_id}"
    assert other.get(here).status_code == 404
    for act in ("statement", "appeal"):
        answer_ = other.post(f"{here}/{act}", data={"statement": "x", "appeal": "x"})
        assert answer_.status_code == 404
    assert written(world.case_id, TextKind.APPEAL, TextKind.STATEMENT) == []


def test_an_idea_and_a_case_of_nobody_are_not_there(clerk, world, clock):
    idea = open_about(world.clerk_id, world.window_id, clock(), Source.SUGGESTION)
    nobodys = open_about(None, world.window_id, clock())
    for key in (idea, nobodys, 99_999):
        assert clerk.get(f"/manage/mine/cases/{key}").status_code == 404
        done = clerk.post(
            f"/manage/mine/cases/{key}/statement", data={"statement": "x"}
        )
        assert done.status_code == 404
