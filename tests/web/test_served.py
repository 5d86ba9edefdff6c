"""People served: the clerk's counter, the manager's entry, and the response shown."""

from datetime import timedelta
from uuid import uuid4

import pytest

from kiosk.domain.policy import Role
from kiosk.extensions import reading, recording, transaction
from kiosk.models import Device
from kiosk.queries.served import served_on
from kiosk.services.clerks import link_account
from tests.board_ratings import past_day
from tests.builders import make_window
from tests.engines import ON_SQLITE
from tests.pages import Page, get
from tests.people import make_account, sign_in_as
from tests.screens import HALL, pair_screen
from tests.staff import (
    TODAY,
    at,
    enter_served_on,
    entries,
    make_clerk,
    plan,
    span,
    unit_key,
)

pytestmark = ON_SQLITE
DAY = timedelta(days=1)
COUNT = "/manage/mine/served"
BACK = "/manage/mine/served/back"


@pytest.fixture
def window(hall, clock) -> int:
    clock.now = at("08:00")
    return pair_screen("A001", clock()).window_id


@pytest.fixture
def clerk(app, window, clock):
    """The browser of a clerk who is on duty at A001 from nine to twelve."""
    key = make_clerk("0317")
    plan(key, window, span("09:00", "12:00"), clock())
    account = make_account("c1", Role.CLERK, clock())
    with recording("test", clock()) as records:
        link_account(records, HALL, key, account)
    clock.now = at("11:50")
    return sign_in_as(app, Role.CLERK, clock(), login="c1")


@pytest.fixture
def manager(app, window, clock):
    """Somebody who manages the unit of A001 only."""
    return sign_in_as(app, Role.MANAGER, clock(), unit_key())


def served(window, day=TODAY) -> int:
    with reading() as session:
        return served_on(session, window, day)


def own(client, **values) -> Page:
    return get(client, "manage.mine", lang="en", **values)


def forms(page: Page, address: str) -> list[dict[str, str]]:
    """Return what each form with this address would send."""
    return [
        {each["name"]: each["value"] for each in form.select("input[name]")}
        for form in page.soup.select("form")
        if form["action"].split("?")[0] == address
    ]


def fields(page: Page, address: str) -> dict[str, str]:
    [sent] = forms(page, address)
    return sent


def next_visitor(client) -> Page:
    """Press the button of a fresh page; return the page that it leads to."""
    answer = client.post(COUNT, data=fields(own(client), COUNT))
    assert answer.status_code == 303
    return Page(client.get(f"{answer.location}&lang=en"))


def test_each_press_of_a_fresh_page_counts_one(clerk, window):
    assert own(clerk).texts("#served-today") == ["0"]
    for n in range(1, 4):
        shown = next_visitor(clerk)
        assert shown.texts("#served-today") == [str(n)]
        assert shown.texts(".done") == ["Counted."]
    assert served(window) == 3


def test_form_sent_twice_counts_once_and_says_so(clerk, window):
    data = fields(own(clerk), COUNT)
    answers = [clerk.post(COUNT, data=data).location for _ in range(2)]
    assert served(window) == 1
    second = Page(clerk.get(f"{answers[1]}&lang=en"))
    assert second.texts(".done") == [
        "This press was counted before; nothing was added."
    ]


def test_last_one_is_taken_back_once(clerk, window):
    next_visitor(clerk)
    data = fields(next_visitor(clerk), BACK)
    for _ in range(2):
        assert clerk.post(BACK, data=data).status_code == 303
    assert served(window) == 1
    first = fields(own(clerk), BACK)
    assert first != data
    clerk.post(BACK, data=first)
    assert served(window) == 0
    assert forms(own(clerk), BACK) == []


def test_yesterdays_last_one_is_not_offered_any_more(clerk, window, clock):
    data = fields(next_visitor(clerk), BACK)
    clock.now = at("08:00", TODAY + DAY)
    client = sign_in_as(clerk.application, Role.CLERK, clock(), login="c1")
    assert client.post(BACK, data=data).status_code == 409
    assert served(window) == 1
    assert BACK not in own(client).answer.text


def test_who_is_not_on_duty_has_no_button_and_counts_nothing(clerk, window, clock):
    data = fields(own(clerk), COUNT)
    clock.now = at("12:00")
    answer = clerk.post(f"{COUNT}?lang=en", data=data)
    assert answer.status_code == 409
    shown = Page(answer)
    assert shown.texts("[role=alert]")[0].startswith("You are not on duty at this")
    assert forms(shown, COUNT) == []
    assert served(window) == 0


def test_press_for_another_window_than_the_one_on_duty_is_refused(clerk, window, clock):
    other = pair_screen("A002", clock()).window_id
    data = fields(own(clerk), COUNT) | {"window": str(other)}
    assert clerk.post(COUNT, data=data).status_code == 409
    assert (served(window), served(other)) == (0, 0)


@pytest.mark.parametrize("press", ["", "x", "1" * 400])
def test_press_without_its_id_is_not_understood(clerk, window, press):
    for path in (COUNT, BACK):
        answer = clerk.post(path, data={"press": press, "window": str(window)})
        assert answer.status_code == 400
    assert served(window) == 0


def test_account_without_a_clerk_counts_nothing(app, window, clock):
    client = sign_in_as(app, Role.CLERK, clock(), login="c2")
    data = {"press": str(uuid4()), "window": str(window)}
    answer = client.post(COUNT, data=data)
    assert answer.status_code == 404
    assert client.post(BACK, data=data).status_code == 404
    assert served(window) == 0


@pytest.mark.parametrize("role", [Role.ORGANISER, Role.VIEWER])
def test_nobody_else_has_the_counter(app, clerk, window, clock, role):
    client = sign_in_as(app, role, clock())
    data = {"press": str(uuid4()), "window": str(window)}
    assert client.post(COUNT, data=data).status_code == 404
    assert served(window) == 0


def test_counter_leaves_the_screen_as_it_is(app, clerk, window):
    with reading() as session:
        before = vars(session.get_one(Device, 1)).copy()
    next_visitor(clerk)
    with reading() as session:
        after = vars(session.get_one(Device, 1)).copy()
    before.pop("_sa_instance_state")
    after.pop("_sa_instance_state")
    assert after == before


# --- entered by a manager -----------------------------------------------------


def enter(client, window, **typed):
    data = {"day": TODAY.isoformat(), "served": "40"} | typed
    return client.post(f"/manage/windows/{window}/served?lang=en", data=data)


def rows(client, window) -> list[str]:
    page = get(client, "manage.window", key=window, lang="en")
    return page.texts("section[aria-labelledby=served-title] tbody tr")


def test_manager_enters_today_and_yesterday_and_reads_the_response(manager, window):
    past_day(window, TODAY, (5,) * 10)
    past_day(window, TODAY - DAY, (5,) * 4)
    past_day(window, TODAY - 3 * DAY, (5,) * 9)
    assert rows(manager, window) == ["Today not counted –", "Yesterday not counted –"]
    assert enter(manager, window).status_code == 303
    yesterday = (TODAY - DAY).isoformat()
    assert enter(manager, window, day=yesterday, served="10").status_code == 303
    enter_served_on(window, 50, TODAY - 3 * DAY)
    assert rows(manager, window) == [
        "Today 40 25%",
        "Yesterday 10 fewer than 5 ratings",
        "Last 90 days, as far as counted 100 23%",
    ]
    assert len(entries("served")) == 3


def test_more_ratings_than_people_are_flagged(manager, window):
    past_day(window, TODAY, (5,) * 10)
    enter(manager, window, served="9")
    assert rows(manager, window) == [
        "Today 9 more ratings than people served",
        "Yesterday not counted –",
        "Last 90 days, as far as counted 9 more ratings than people served",
    ]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"served": ""}, "served"),
        ({"served": "-1"}, "served"),
        ({"served": "10001"}, "served"),
        ({"day": (TODAY - 2 * DAY).isoformat()}, "day"),
        ({"day": (TODAY + DAY).isoformat()}, "day"),
        ({"day": "x"}, "day"),
    ],
)
def test_wrong_entry_is_refused_beside_its_field(manager, window, typed, field):
    answer = enter(manager, window, **typed)
    assert answer.status_code == 422
    page = Page(answer)
    assert [each["id"] for each in page.soup.select(".field-error")] == [
        f"{field}-error"
    ]
    assert (served(window), entries("served")) == (0, [])


def test_entry_is_for_own_open_windows_only(app, manager, window, clock):
    with transaction() as session:
        other = make_window(session, "B001", unit="市医保局").id
    assert enter(manager, other).status_code == 404
    viewer = sign_in_as(app, Role.VIEWER, clock())
    assert enter(viewer, window).status_code == 404
    assert (
        "Enter the number"
        not in get(viewer, "manage.window", key=window, lang="en").answer.text
    )
    assert rows(viewer, window)[0] == "Today not counted –"


def test_figures_are_not_for_those_who_see_none_of_the_day(app, window, clock):
    juror = sign_in_as(app, Role.JUROR, clock())
    assert rows(juror, window) == []


def test_closed_window_takes_no_number(app, organiser, window, clock):
    organiser.post(
        f"/manage/windows/{window}/close", data={"closes_on": TODAY.isoformat()}
    )
    answer = enter(organiser, window)
    assert answer.status_code == 422
    assert "This window closed on 2026-07-16" in answer.text
    assert served(window) == 0


# --- the day at a glance ------------------------------------------------------


def figures(client) -> list[str]:
    page = get(client, "manage.today", lang="en")
    names = page.texts("#figures thead th")
    if "Response rate" not in names:
        return []
    place = names.index("Response rate") + 1
    return page.texts(f"#figures td:nth-child({place})")


def test_todays_table_tells_the_response_where_people_are_counted(
    organiser, window, clock
):
    others = [pair_screen(f"B00{n}", clock()).window_id for n in range(3)]
    for key in (window, others[0], others[1]):
        past_day(key, TODAY, (5,) * 10)
    assert figures(organiser) == []
    enter_served_on(window, 40)
    enter_served_on(others[0], 9)
    enter_served_on(others[2], 7)
    assert figures(organiser) == [
        "25% of 40",
        "more ratings than people served of 9",
        "–",
        "– of 7",
    ]
