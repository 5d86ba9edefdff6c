"""Lists of cases and the page of one, as its unit, and as somebody outside."""

from datetime import date, timedelta

import pytest

from kiosk.domain.case_texts import TextKind
from kiosk.domain.cases import Road, Source
from kiosk.domain.policy import Role
from kiosk.extensions import recording, transaction
from kiosk.services.case_texts import erase_texts, write_text
from kiosk.services.cases import held_case
from tests.builders import make_window
from tests.case_acts import CENTRE, DONE, PROMISE, Acts
from tests.engines import ON_SQLITE
from tests.pages import get
from tests.people import sign_in_as
from tests.reports import unit_id
from tests.staff import make_clerk
from tests.statements import statements

pytestmark = ON_SQLITE
VOICE = "排了四十分钟，到窗口才说缺一份证明"
DAY = timedelta(days=1)


@pytest.fixture
def window(app, hall) -> int:
    with transaction() as session:
        return make_window(session, "A001", unit="市人社局").id


@pytest.fixture
def acts(window, clock) -> Acts:
    return Acts(clock, unit_id("市人社局"))


@pytest.fixture
def manager(app, acts, clock):
    return sign_in_as(app, Role.MANAGER, clock(), acts.unit_id)


@pytest.fixture
def handler(app, acts, clock):
    return sign_in_as(app, Role.CASE_HANDLER, clock())


def said(key: int, kind: TextKind, words: str, clock) -> None:
    with recording("test", clock()) as records:
        case = held_case(records.session, (CENTRE, key))
        write_text(records, case, kind, words, None)


def here(client, key: int, **more):
    return get(client, "manage.case_page", key=key, lang="en", **more)


def main(page) -> str:
    return " ".join(page.one("main").get_text(" ").split())


def listed(client, **more) -> str:
    return main(get(client, "manage.cases", lang="en", **more))


def test_the_unit_reads_words_and_half_day_and_no_more(manager, acts, clock, window):
    key = acts.accepted(
        source=Source.RATING, road=Road.PHONE, half=2, window_id=window, verified=True
    )
    said(key, TextKind.VOICE, VOICE, clock)
    said(key, TextKind.CALL, "电话中说已解决", clock)
    words = main(here(manager, key))
    assert "after noon · Bad rating" in words
    assert VOICE in words
    assert "A real service verified" in words
    assert "电话中说已解决" not in words
    assert "Who stands behind it" not in words
    assert "Decisions outside the unit" not in words


def test_somebody_outside_reads_calls_too(handler, acts, clock):
    key = acts.answered()
    said(key, TextKind.CALL, "电话中说已解决", clock)
    words = main(here(handler, key))
    assert "电话中说已解决" in words
    assert "Decisions outside the unit" in words


def test_only_those_outside_read_who_was_on_duty(manager, handler, acts):
    clerk = make_clerk(name="示例丁")
    key = acts.opened(clerk_id=clerk)
    assert "示例丁" not in main(here(manager, key))
    assert "示例丁" in main(here(handler, key))


def test_other_units_and_other_roles_see_no_such_case(app, acts, clock):
    key = acts.opened()
    with transaction() as session:
        make_window(session, "B001", unit="市医保局")
    other = sign_in_as(app, Role.MANAGER, clock(), unit_id("市医保局"))
    assert other.get(f"/manage/cases/{key}").status_code == 404
    assert other.get(f"/manage/cases/{key + 1}").status_code == 404
    clerk = sign_in_as(app, Role.CLERK, clock())
    assert clerk.get(f"/manage/cases/{key}").status_code == 404
    assert "2026-0001" not in listed(other)


@pytest.mark.parametrize(
    ("make", "forms"),
    [
        ("opened", {"accept"}),
        ("accepted", {"answer", "pause", "doubt"}),
        ("paused", {"answer", "resume", "doubt"}),
        ("promised", {"rectify"}),
        ("answered", set()),
    ],
)
def test_the_page_offers_what_fits_where_the_case_stands(manager, acts, make, forms):
    key = {
        "opened": acts.opened,
        "accepted": acts.accepted,
        "paused": acts.accepted,
        "promised": lambda: acts.answered(PROMISE),
        "answered": acts.answered,
    }[make]()
    if make == "paused":
        acts.pause(key)
    page = here(manager, key)
    found = {
        form["action"].rsplit("/", 1)[1].partition("?")[0]
        for form in page.soup.select("main form")
    }
    assert found - {"example"} == forms


def test_the_clock_tells_the_working_days_that_are_left(manager, acts, clock):
    key = acts.accepted()  # a Thursday; five working days end next Thursday
    assert "5 working days left" in main(here(manager, key))
    assert here(manager, key).texts(".clock .due") == ["23"]


def test_an_overdue_case_says_so_on_its_page_and_in_the_list(app, acts, clock):
    key = acts.opened()
    clock.now += 2 * DAY
    manager = sign_in_as(app, Role.MANAGER, clock(), acts.unit_id)
    assert "Overdue" in main(here(manager, key))
    assert "by 17 July 2026" in listed(manager) or "overdue" in listed(manager)
    start = main(get(manager, "manage.today", lang="en"))
    assert "Overdue cases 1 Behind time: No cause named" in start


def test_the_start_page_counts_what_is_to_be_done(manager, acts):
    acts.accepted()
    start = main(get(manager, "manage.today", lang="en"))
    assert "Cases to be answered 1 Due next: No cause named" in start


def test_a_paused_case_shows_no_deadline(manager, acts):
    key = acts.accepted()
    acts.pause(key)
    words = main(here(manager, key))
    assert "The clock stands still since" in words
    assert "working days left" not in words


def test_the_lists_are_told_apart(handler, acts, window):
    acts.opened(window_id=window)
    acts.answered(DONE)
    acts.about_ratings(window, 1, 2)
    assert "2026-0001" in listed(handler)
    assert "2026-0002" not in listed(handler)
    assert "2026-0002" in listed(handler, show="answered")
    assert "ratings: 2" in listed(handler, show="answered")
    assert "Nothing here." in listed(handler, show="closed")
    assert "2026-0001" in listed(handler, show="no-such-list")
    assert "Nothing found here." in listed(handler, q="Z999")
    assert "Take down a complaint" in listed(handler)


def test_a_manager_takes_down_nothing_and_reads_why_the_list_is_empty(manager):
    words = listed(manager)
    assert "Nothing is to be done." in words
    assert "Take down a complaint" not in words


def test_a_look_back_that_is_due_has_its_form(app, acts, clock):
    key = acts.answered(DONE)
    acts.close(key)
    clock.now += 40 * DAY
    manager = sign_in_as(app, Role.MANAGER, clock(), acts.unit_id)
    assert "Result of the look-back" in main(here(manager, key))


def test_erased_words_are_told_as_erased(manager, acts, clock):
    key = acts.accepted(received_on=date(2026, 7, 15))
    said(key, TextKind.VOICE, VOICE, clock)
    with recording("test", clock()) as records:
        case = held_case(records.session, (CENTRE, key))
        erase_texts(records, case, [TextKind.VOICE], "withdrawn")
    words = main(here(manager, key))
    assert VOICE not in words
    assert "Erased." in words


def test_a_full_list_costs_as_much_as_a_short_one(manager, acts):
    prices = []
    for _each in range(3):
        acts.opened()
        with statements() as seen:
            assert manager.get("/manage/cases").status_code == 200
        prices.append(len(seen))
    assert prices == [prices[0]] * 3


def test_a_promise_is_not_called_put_right_before_it_is(manager, acts):
    key = acts.answered(PROMISE)
    assert "Answered · promised to put right" in main(here(manager, key))
    acts.rectify(key, "已增开窗口")
    assert "Answered · Put right" in main(here(manager, key))
