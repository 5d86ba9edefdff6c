"""A window renamed, renumbered, moved, closed: from a day on, never before it."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from kiosk.domain.placements import (
    ClosesBefore,
    DayOutOfReach,
    MovePlanned,
    SuccessorUnfit,
    WindowHasClosed,
)
from kiosk.domain.units import UnitHasEnded
from kiosk.domain.window_list import NumberTaken
from kiosk.extensions import reading, recording, transaction
from kiosk.models import Centre, LedgerEntry, Rating, Unit, Window
from kiosk.queries.board import compute_board
from kiosk.queries.places import only_centre
from kiosk.services.places import import_windows
from kiosk.services.window_changes import (
    Destination,
    close_window,
    close_windows,
    edit_window,
    move_window,
    renumber_window,
    reopen_window,
    take_back_move,
)
from tests.builders import OPENED, make_window
from tests.conftest import NOON
from tests.engines import ON_SQLITE
from tests.places import ROWS, TODAY, changed, kept, placements, take, version
from tests.screens import keep, past_tap

DAY = timedelta(days=1)
OLD = ("市人社局", "社保")
NEW = ("市医保局", "医保")


@pytest.fixture
def window(app) -> int:
    """A window of OLD, and another one by which NEW is there."""
    with transaction() as session:
        make_window(session, "B001", unit=NEW[0], kind=NEW[1])
        return make_window(session, "A001").id


def act(change, *given, today=TODAY, **named):
    with recording("test", NOON + (today - TODAY)) as records:
        return change(records, *given, today, **named)


def unit_key(name: str) -> int:
    with reading() as session:
        return session.scalars(select(Unit.id).where(Unit.name == name)).one()


def move(window, to=NEW, day=TODAY, today=TODAY):
    where = Destination(unit_key(to[0]), to[1])
    return act(move_window, window, where, day, today=today)


def stored(window) -> Window:
    with reading() as session:
        return session.get_one(Window, window)


def boards(*days):
    """The rows of the board as it stood on days that have passed."""
    with reading() as session:
        centre = only_centre(session)
        moments = [NOON + (day - TODAY) for day in days]
        return [compute_board(session, centre, moment).rows for moment in moments]


# --- words and number ---------------------------------------------------------


def test_words_are_changed_and_all_else_stays(window):
    before = stored(window)
    words = {"name": "综合", "location": "二楼", "handles": "登记\n转移"}
    act(edit_window, window, words)
    after = stored(window)
    assert (after.name, after.location, after.handles) == tuple(words.values())
    assert (after.code, after.phone, after.takes) == (before.code, before.phone, "")


def test_the_same_words_again_leave_no_entry(window):
    act(edit_window, window, {"name": "综合"})
    entries = version()
    act(edit_window, window, {"name": "综合"})
    assert version() == entries


def test_a_window_gets_another_number_and_keeps_code_and_place(window):
    code = stored(window).code
    act(renumber_window, window, "A777")
    assert (stored(window).number, stored(window).code) == ("A777", code)
    assert placements("A777") == [(*OLD, OPENED, None)]
    act(renumber_window, window, "A777")


def test_the_number_of_another_open_window_is_taken(window):
    with pytest.raises(NumberTaken):
        act(renumber_window, window, "B001")
    assert stored(window).number == "A001"


@pytest.mark.parametrize(("days", "taken"), [(0, False), (1, True)])
def test_a_number_is_free_from_the_day_its_window_closes(window, days, taken):
    other = kept()["B001"].id
    act(close_window, other, TODAY + days * DAY, None)
    if taken:
        with pytest.raises(NumberTaken):
            act(renumber_window, window, "B001")
    else:
        act(renumber_window, window, "B001")
        assert stored(window).number == "B001"


def test_numbers_of_another_centre_are_free(window):
    with transaction() as session:
        other = Centre(code="east", name="东区", time_zone="Asia/Shanghai")
        session.add(other)
        session.flush()
        row = {"centre_id": other.id, "code": "x", "number": "E1", "name": "x"}
        session.add(Window(**row, location="", phone="", opened_on=TODAY))
    act(renumber_window, window, "E1")
    assert stored(window).number == "E1"


# --- place --------------------------------------------------------------------


def test_a_move_begins_on_its_day_and_earlier_days_stay(window):
    move(window, day=TODAY)
    assert placements("A001") == [(*OLD, OPENED, TODAY), (*NEW, TODAY, None)]
    assert kept(TODAY - DAY)["A001"].unit == OLD[0]
    assert kept(TODAY)["A001"].unit == NEW[0]


def test_the_same_move_again_changes_nothing(window):
    move(window, day=TODAY + DAY)
    entries = version()
    move(window, day=TODAY + DAY)
    move(window, OLD, day=TODAY + DAY)
    move(window, OLD, day=TODAY + DAY)
    assert version() == entries + 1


def test_a_move_to_where_it_is_anyway_is_none(window):
    entries = version()
    move(window, OLD, day=TODAY + DAY)
    assert placements("A001") == [(*OLD, OPENED, None)]
    assert version() == entries


def test_another_service_type_alone_is_a_move_and_made_when_new(window):
    move(window, (OLD[0], "综合受理"))
    assert kept()["A001"].service_type == "综合受理"
    assert kept()["A001"].unit == OLD[0]


@pytest.mark.parametrize("days", [-1, 367])
def test_no_move_begins_in_the_past_or_after_a_year(window, days):
    with pytest.raises(DayOutOfReach):
        move(window, day=TODAY + days * DAY)
    assert placements("A001") == [(*OLD, OPENED, None)]


def test_a_window_that_opens_tomorrow_moves_tomorrow_at_the_earliest(app):
    take(ROWS[:1], TODAY + DAY)
    with transaction() as session:
        make_window(session, "B001", unit=NEW[0])
    key = kept(TODAY + DAY)["A001"].id
    with pytest.raises(DayOutOfReach) as refusal:
        move(key)
    assert refusal.value.values["first"] == "2026-07-17"
    move(key, day=TODAY + DAY)
    assert placements("A001") == [(*NEW, TODAY + DAY, None)]


def test_a_planned_move_is_changed_on_its_day_only_and_taken_back(window):
    move(window, day=TODAY + 9 * DAY)
    assert placements("A001") == [
        (*OLD, OPENED, TODAY + 9 * DAY),
        (*NEW, TODAY + 9 * DAY, None),
    ]
    for day in (TODAY, TODAY + 3 * DAY, TODAY + 20 * DAY):
        with pytest.raises(MovePlanned) as refusal:
            move(window, (OLD[0], "综合"), day=day)
        assert refusal.value.values == {"day": "2026-07-25"}
    move(window, (OLD[0], "综合"), day=TODAY + 9 * DAY)
    assert placements("A001")[1] == (OLD[0], "综合", TODAY + 9 * DAY, None)
    act(take_back_move, window)
    assert placements("A001") == [(*OLD, OPENED, None)]
    entries = version()
    act(take_back_move, window)
    assert version() == entries


def test_a_move_that_has_begun_cannot_be_taken_back(window):
    move(window, day=TODAY + DAY)
    act(take_back_move, window, today=TODAY + DAY)
    assert len(placements("A001")) == 2


def test_nothing_moves_into_a_unit_that_has_ended(window):
    with transaction() as session:
        session.get_one(Unit, unit_key(NEW[0])).ended_on = TODAY
    with pytest.raises(UnitHasEnded):
        move(window)
    with pytest.raises(LookupError):
        act(move_window, window, Destination(999, "x"), TODAY)


def test_a_window_moves_before_it_closes_or_not_at_all(window):
    act(close_window, window, TODAY + 5 * DAY, None)
    with pytest.raises(ClosesBefore):
        move(window, day=TODAY + 5 * DAY)
    move(window, day=TODAY + 4 * DAY)
    assert len(placements("A001")) == 2


def test_boards_of_days_before_a_change_stay_byte_for_byte(window):
    for hours in range(20):
        keep(past_tap(window, 5 - hours % 2, NOON - timedelta(hours=24 + hours)), NOON)
    earlier = boards(TODAY - DAY, TODAY - 2 * DAY)
    assert earlier[0][0].ratings > 0
    move(window, day=TODAY)
    act(close_window, kept()["B001"].id, TODAY, window)
    assert boards(TODAY - DAY, TODAY - 2 * DAY) == earlier
    assert boards(TODAY)[0][0].unit == NEW[0]


def test_a_list_and_a_planned_move_do_not_undo_each_other(window):
    move(window, day=TODAY + 9 * DAY)
    row = changed(ROWS[0], service_type=OLD[1], name="社保综合A001")
    assert take([row]).unchanged == 1
    elsewhere = changed(row, service_type="综合")
    assert take([elsewhere]).changed == 1
    assert placements("A001") == [
        (*OLD, OPENED, TODAY),
        (OLD[0], "综合", TODAY, TODAY + 9 * DAY),
        (*NEW, TODAY + 9 * DAY, None),
    ]


# --- closing ------------------------------------------------------------------


def test_a_window_closes_on_its_day_with_a_successor(window):
    other = kept()["B001"].id
    act(close_window, window, TODAY + 2 * DAY, other)
    assert "A001" in kept(TODAY + DAY)
    assert "A001" not in kept(TODAY + 2 * DAY)
    assert stored(window).successor_id == other
    entries = version()
    act(close_window, window, TODAY + 2 * DAY, other)
    assert version() == entries


@pytest.mark.parametrize("days", [-1, 367])
def test_no_closing_begins_in_the_past_or_after_a_year(window, days):
    with pytest.raises(DayOutOfReach):
        act(close_window, window, TODAY + days * DAY, None)


def test_a_successor_is_another_window_that_stays_open(window):
    other = kept()["B001"].id
    for successor in (window, 999):
        with pytest.raises(SuccessorUnfit):
            act(close_window, window, TODAY, successor)
    act(close_window, other, TODAY + DAY, None)
    with pytest.raises(SuccessorUnfit):
        act(close_window, window, TODAY, other)
    with transaction() as session:
        east = Centre(code="east", name="东区", time_zone="Asia/Shanghai")
        session.add(east)
        session.flush()
        there = Window(
            centre_id=east.id, code="x", number="E1", name="x", location="", phone="",
            opened_on=TODAY,
        )  # fmt: skip
        session.add(there)
        session.flush()
        foreign = there.id
    with pytest.raises(SuccessorUnfit):
        act(close_window, window, TODAY, foreign)


def test_a_closing_by_mistake_is_undone_on_the_same_day(window):
    act(close_window, window, TODAY, kept()["B001"].id)
    act(close_window, window, TODAY, None)
    act(reopen_window, window)
    assert (stored(window).closed_on, stored(window).successor_id) == (None, None)
    entries = version()
    act(reopen_window, window)
    assert version() == entries


def test_a_planned_closing_is_undone_while_it_is_ahead(window):
    act(close_window, window, TODAY + 9 * DAY, None)
    act(reopen_window, window, today=TODAY + 8 * DAY)
    assert stored(window).closed_on is None


@ON_SQLITE
def test_a_window_that_closed_yesterday_stays_as_it_was(window):
    act(close_window, window, TODAY - DAY, None, today=TODAY - DAY)
    changes = [
        (reopen_window,),
        (close_window, TODAY, None),
        (edit_window, {"name": "x"}),
        (renumber_window, "A9"),
        (move_window, Destination(unit_key(NEW[0]), "x"), TODAY),
        (take_back_move,),
    ]
    for change, *given in changes:
        with pytest.raises(WindowHasClosed) as refusal:
            act(change, window, *given)
        assert refusal.value.values == {"day": "2026-07-15"}


def test_a_number_given_away_meanwhile_keeps_a_window_closed(window):
    act(close_window, window, TODAY, None)
    act(renumber_window, kept()["B001"].id, "A001")
    with pytest.raises(NumberTaken):
        act(reopen_window, window)


@ON_SQLITE
def test_a_window_that_is_not_there_is_an_error_of_ours(app):
    with pytest.raises(LookupError):
        act(renumber_window, 999, "A1")


def test_closing_what_a_list_leaves_out_keeps_every_row_and_rating(window):
    for hours in range(1, 8):
        keep(past_tap(window, 5, NOON - timedelta(hours=24 + hours)), NOON)
    earlier = boards(TODAY - DAY)

    def rows():
        with reading() as session:
            tables = (Window, Rating)
            return [
                session.scalar(select(func.count()).select_from(table))
                for table in tables
            ]

    before = rows()
    with recording("test", NOON) as records:
        centre = only_centre(records.session).id
        import_windows(records, centre, [changed(ROWS[2], name="社保综合B001")], TODAY)
        assert close_windows(records, centre, [window, 999], TODAY, "left out") == 1
        assert close_windows(records, centre, [window], TODAY, "left out") == 0
    assert rows() == before
    assert list(kept()) == ["B001"]
    assert boards(TODAY - DAY) == earlier
    with reading() as session:
        body = session.scalars(
            select(LedgerEntry.body).order_by(LedgerEntry.number.desc()).limit(1)
        ).one()
    assert '"why":"left out"' in body
