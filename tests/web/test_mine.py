"""A clerk's own page: sums of five and more, nobody else's, never a single rating."""

from datetime import date, timedelta

import pytest

from kiosk.domain.own_figures import OwnWeeks, joined_weeks
from kiosk.domain.policy import Role
from kiosk.extensions import recording, write
from kiosk.services.clerks import link_account
from kiosk.services.past_ratings import record_history
from tests.engines import ON_SQLITE
from tests.pages import get
from tests.people import make_account, sign_in_as
from tests.screens import HALL, pair_screen, past_tap
from tests.staff import at, make_clerk, plan, span

MONDAY = date(2026, 7, 13)
LAST = MONDAY - timedelta(days=7)


def counts(*levels: int) -> tuple[int, ...]:
    return tuple(levels.count(level) for level in range(1, 6))


def test_weeks_are_joined_until_there_are_five():
    days = [
        (LAST - timedelta(days=7), counts(5, 5)),
        (LAST, counts(1, 4)),
        (LAST + timedelta(days=6), counts(3)),
    ]
    [group] = joined_weeks(days, MONDAY)
    assert group == OwnWeeks(
        LAST - timedelta(days=7), MONDAY - timedelta(days=1), counts(1, 3, 4, 5, 5)
    )
    assert group.total == 5
    assert group.mean == pytest.approx(3.6)
    assert group.share(5) == pytest.approx(0.4)


def test_four_stay_hidden_and_a_rest_too():
    four = [(LAST, counts(1, 2, 3, 4))]
    assert joined_weeks(four, MONDAY) == []
    full = [(LAST - timedelta(days=7), counts(5, 5, 5, 5, 5))]
    assert [group.total for group in joined_weeks(full + four, MONDAY)] == [5]


def test_the_current_week_is_not_told_and_sunday_ends_one():
    sunday = MONDAY - timedelta(days=1)
    days = [(sunday, counts(5, 5, 5, 5, 5)), (MONDAY, counts(1, 1, 1, 1, 1))]
    assert [g.counts for g in joined_weeks(days, MONDAY)] == [counts(5, 5, 5, 5, 5)]
    assert joined_weeks(days, sunday) == []
    assert len(joined_weeks(days, MONDAY + timedelta(days=6))) == 1
    assert len(joined_weeks(days, MONDAY + timedelta(days=7))) == 2


def test_weeks_without_any_rating_begin_no_group():
    days = [
        (LAST - timedelta(days=7), counts()),
        (LAST, counts(5, 5, 5, 5, 5)),
    ]
    assert joined_weeks(days, MONDAY)[0].first == LAST


def test_newest_group_stands_first():
    days = [(LAST - timedelta(days=7 * n), counts(5, 5, 5, 5, 5)) for n in range(3)]
    firsts = [group.first for group in joined_weeks(days, MONDAY)]
    assert firsts == sorted(firsts, reverse=True)


@pytest.fixture
def clerks(hall, clock):
    """Two clerks with ratings of last week; the first has an account."""
    clock.now = at("08:00")
    screen = pair_screen("A001", clock())
    first, second = make_clerk("0317", "示例甲"), make_clerk("0318", "示例乙")
    day = LAST + timedelta(days=2)
    taps = [
        past_tap(screen.window_id, level, at(f"10:0{n}", day), clerk_id=clerk)
        for clerk, levels in ((first, (5, 5, 5, 4, 1, 1)), (second, (2, 2, 2, 2, 2)))
        for n, level in enumerate(levels)
    ]
    write(lambda connection: record_history(connection, taps, HALL, clock(), "test"))
    screen.rate(3, clock())
    plan(first, screen.window_id, span("09:00", "12:00"), clock())
    account = make_account("c1", Role.CLERK, clock())
    with recording("test", clock()) as records:
        link_account(records, HALL, first, account)
    return first, second


@ON_SQLITE
def test_own_sums_are_shown_and_nothing_of_anybody_else(app, clerks, clock):
    clock.now = at("10:00")
    client = sign_in_as(app, Role.CLERK, clock(), login="c1")
    page = get(client, "manage.mine", lang="en")
    assert page.texts("#weeks + .scroll tbody tr") == [
        "Mon 6 Jul 2026 – Sun 12 Jul 2026 6 50%17%0%0%33% 3.50"
    ]
    assert page.texts("main .m-title p") == ["示例甲 · badge 0317"]
    for other in ("示例乙", "0318", "10:0"):
        assert other not in page.answer.text
    duty = page.texts("section[aria-labelledby=duty] tbody tr")
    assert duty == ["Thu 16 Jul 2026A001 社保综合A00109:00–12:00"]


@ON_SQLITE
def test_nothing_below_five_is_shown_and_shifts_that_lie_ahead_neither(
    app, clerks, clock
):
    second = make_account("c2", Role.CLERK, clock())
    third = make_clerk("0319", "示例丙")
    with recording("test", clock()) as records:
        link_account(records, HALL, third, second)
    client = sign_in_as(app, Role.CLERK, clock(), login="c2")
    page = get(client, "manage.mine", lang="en")
    assert len(page.texts(".empty")) == 3
    assert page.soup.select("tbody") == []


@ON_SQLITE
def test_account_without_a_clerk_is_told_whom_to_ask(app, hall, clock):
    client = sign_in_as(app, Role.CLERK, clock())
    page = get(client, "manage.mine", lang="en")
    assert "not linked to a clerk yet" in page.texts("main .m-title p")[0]


@ON_SQLITE
@pytest.mark.parametrize("role", [Role.ORGANISER, Role.MANAGER, Role.ADMINISTRATOR])
def test_nobody_else_has_that_page(app, clerks, clock, role):
    client = sign_in_as(app, role, clock(), 1 if role is Role.MANAGER else None)
    assert client.get("/manage/mine").status_code == 404
