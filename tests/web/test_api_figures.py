"""What systems outside read: closed days alone, and never a group under five."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from kiosk.domain.intake import RatingState
from kiosk.extensions import reading, transaction
from kiosk.models import Device, Rating, Ticket
from tests.interface import System, make_system
from tests.screens import FAR_APART, keep, pair_screen, phone_tap
from tests.staff import enter_served_on
from tests.tickets import open_visit

DAY = timedelta(days=1)


@pytest.fixture
def screen(app, clock):
    return pair_screen("A001", clock())


@pytest.fixture
def system(app, screen) -> System:
    return System(app, make_system().key)


def rate(screen, clock, *levels: int) -> None:
    for level in levels:
        screen.rate(level, clock())
        clock.forward(seconds=FAR_APART.total_seconds())


def counts(system, **asked: str) -> list[dict]:
    return system.get("/counts", query_string=asked).json["counts"]


def ratings(system, **asked: object) -> list[dict]:
    return system.get("/ratings", query_string=asked).json["ratings"]


def test_today_is_not_told(system, screen, clock):
    rate(screen, clock, 5, 5, 5, 5, 5)
    assert (counts(system), ratings(system)) == ([], [])
    today = {"to": f"{clock():%F}"}
    for where in ("/counts", "/ratings"):
        answer = system.get(where, query_string=today)
        assert (answer.status_code, answer.json["error"]) == (422, "days_invalid")
    clock.forward(days=1)
    assert [row["ratings"] for row in counts(system)] == [5]
    assert len(ratings(system)) == 5


@pytest.mark.parametrize(
    ("levels", "told", "by_level"),
    [
        ([5] * 4, None, None),
        ([5] * 5, 5, [0, 0, 0, 0, 5]),
        ([5] * 5 + [1] * 4, 9, None),
        ([5] * 5 + [1] * 5, 10, [5, 0, 0, 0, 5]),
    ],
)
def test_a_group_under_five_is_not_told(system, screen, clock, levels, told, by_level):
    enter_served_on(screen.window_id, 40)
    day = f"{clock():%F}"
    rate(screen, clock, *levels)
    clock.forward(days=1)
    [row] = counts(system)
    assert (row["window"], row["day"], row["served"]) == ("A001", day, 40)
    assert (row["ratings"], row["levels"]) == (told, by_level)
    assert len(ratings(system)) == (told or 0)


def test_what_is_held_or_replaced_is_not_told(system, screen, clock):
    rate(screen, clock, 5, 5, 5, 5, 5)
    first = screen.tap(3, clock())
    screen.deliver(first, clock())
    clock.forward(seconds=6)
    screen.rate(5, clock(), revises=first["id"])
    clock.forward(days=1)
    assert [row["levels"] for row in counts(system)] == [[0, 0, 0, 0, 6]]
    assert [row["level"] for row in ratings(system)] == [5] * 6
    with transaction() as session:
        session.execute(update(Rating).values(state=int(RatingState.HELD)))
    assert ratings(system) == []


def test_halves_and_tickets_are_told_only_of_five_and_more(system, screen, clock):
    """Noon: five come before it and five after; then one more has a ticket."""
    clock.forward(minutes=-10)
    rate(screen, clock, 5, 5, 5, 5, 1)
    clock.forward(minutes=30)
    rate(screen, clock, 4, 4, 4, 4, 2)
    clock.forward(days=1)
    told = [(row["level"], row["half"], row["verified"]) for row in ratings(system)]
    assert sorted(told) == sorted(
        [(5, "morning", False)] * 4
        + [(1, "morning", False), (2, "afternoon", False)]
        + [(4, "afternoon", False)] * 4
    )
    with transaction() as session:
        least = session.scalars(select(Rating.id).order_by(Rating.id)).first()
        session.execute(update(Rating).where(Rating.id == least).values(verified=True))
    hidden = {(row["half"], row["verified"]) for row in ratings(system)}
    assert hidden == {(None, None)}


def test_pages_bring_each_rating_once(system, screen, clock):
    other = pair_screen("A002", clock())
    begin = clock()
    for _ in range(3):
        for each in (screen, other):
            rate(each, clock, 5, 5, 5, 5, 5)
        clock.forward(days=1)
    assert clock() > begin
    found, asked, pages = [], {"limit": "2"}, 0
    while True:
        page = system.get("/ratings", query_string=asked).json
        found += [(row["day"], row["window"]) for row in page["ratings"]]
        pages += 1
        if page["next"] is None:
            break
        asked["after"] = page["next"]
    assert pages == 3
    assert len(found) == 30
    assert found == sorted(found)
    assert {found.count(each) for each in found} == {5}


@pytest.mark.parametrize(
    "asked",
    [
        {"limit": "0"}, {"limit": "101"}, {"limit": "x"}, {"after": "x"},
        {"after": "2026-99-01.1"}, {"from": "x"}, {"window": "A001"},
        {"from": "2026-07-15", "to": "2026-07-14"},
    ],
)  # fmt: skip
def test_odd_questions_are_refused(system, asked):
    assert system.get("/ratings", query_string=asked).status_code == 422


def test_the_board_is_the_public_one(system, screen, clock):
    rate(screen, clock, 5, 5, 5, 5, 5)
    board = system.get("/board").json
    [row] = board["rows"]
    assert (row["window"], row["ratings"], row["listed"]) == ("A001", 5, False)
    assert board["to"] == f"{clock():%F}"
    assert board["held"] == 0


def test_no_answer_leads_to_whoever_rated(app, system, screen, clock):
    """Ids, receipts, words, tickets, minutes, screens: none of it in any answer."""
    ticket = open_visit(screen.window_id, clock(), case_number="GJ-9173", item="护照")
    rate(screen, clock, 1, 1, 1, 1, 1)
    for _ in range(5):
        tap = phone_tap(screen.window_id, 2, comment="排队太久了", event_id=uuid4())
        keep(tap, clock())
    clock.forward(days=1)
    with reading() as session:
        kept = session.scalars(select(Rating)).all()
        code = session.get_one(Ticket, ticket).code
        device = session.get_one(Device, screen.device_id)
        secrets = {code, "GJ-9173", "护照", "排队", device.token_hash.hex()}
        for rating in kept:
            secrets |= {str(rating.event_id), rating.event_id.hex, rating.receipt}
            secrets |= {rating.digest.hex()}
    told = "".join(
        system.get(where).text
        for where in ("/windows", "/counts", "/board", "/ratings", "/openapi.json")
    )
    assert len(ratings(system)) == 10
    assert [secret for secret in secrets if secret in told] == []
    # No time of day is told anywhere, be it of a rating or of a count.
    assert re.findall(r"\d\d:\d\d", told) == []
