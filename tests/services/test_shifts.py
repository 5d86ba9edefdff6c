"""Planning and correcting shifts: what is refused, what is kept, who counts at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from sqlalchemy import text, update

from kiosk.domain.errors import RuleBroken
from kiosk.domain.policy import NotOpen, Role
from kiosk.domain.roster_list import RosterRow
from kiosk.domain.shift_errors import (
    BadgeNotKnown,
    ClerkBusy,
    ClerkNotServing,
    DayOver,
    DaysTooMany,
    NothingChanged,
    NothingToCopy,
    ProposalDecided,
    ProposedBySelf,
    ReasonMissing,
    ShiftGone,
    WindowNotKnown,
    WindowNotOpen,
    WindowTaken,
)
from kiosk.extensions import reading, recording, transaction
from kiosk.models import Shift, ShiftProposal
from kiosk.queries.places import WHOLE_CENTRE
from kiosk.queries.shifts import open_proposals, roster_of
from kiosk.services import shifts as shifts_service
from kiosk.services.clerks import end_service
from kiosk.services.rosters import Reach, copy_roster, import_roster
from kiosk.services.shift_proposals import (
    Correction,
    check_correction,
    correct_shift,
    decide_proposal,
    propose_correction,
)
from kiosk.services.shifts import Planned, Wanted, add_shifts, replace_shift
from tests.builders import make_window
from tests.people import make_account
from tests.screens import HALL, ZONE, pair_screen
from tests.staff import (
    TODAY,
    at,
    check_clerk_tallies,
    clerks_of_ratings,
    entries,
    make_clerk,
    plan,
    shifts,
    span,
)

YESTERDAY = TODAY - timedelta(days=1)
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def windows(app, clock):
    clock.now = at("08:00")
    with transaction() as session:
        return [make_window(session, number).id for number in ("A001", "A002")]


@pytest.fixture
def staff(windows):
    return make_clerk("0317", "示例甲"), make_clerk("0318", "示例乙")


def add(*wanted: Wanted, now, source: str = "roster") -> Planned:
    with recording("account:9", now) as records:
        return add_shifts(records, HALL, wanted, source)


def test_shift_is_kept_with_source_and_an_entry(windows, staff, clock):
    added = add(Wanted(staff[0], windows[0], span("09:00", "12:00")), now=clock())
    assert added == Planned(1, 0)
    assert shifts() == [(staff[0], windows[0], "16 09:00", "16 12:00", "roster", True)]
    assert len(entries("shift")) == 1


def test_the_same_shift_again_changes_nothing(windows, staff, clock):
    wanted = Wanted(staff[0], windows[0], span("09:00", "12:00"))
    add(wanted, now=clock())
    assert add(wanted, now=clock()) == Planned(0, 1)
    assert len(shifts()) == 1


def test_collisions_are_refused_and_nothing_of_the_rest_is_kept(windows, staff, clock):
    add(Wanted(staff[0], windows[0], span("09:00", "12:00")), now=clock())
    fine = Wanted(staff[1], windows[1], span("14:00", "15:00"))
    busy = Wanted(staff[0], windows[1], span("11:00", "13:00"))
    with pytest.raises(ClerkBusy, match=r"示例甲（0317） is at window A001"):
        add(fine, busy, now=clock())
    taken = Wanted(staff[1], windows[0], span("11:00", "13:00"))
    with pytest.raises(WindowTaken, match=r"示例甲（0317） sits at window A001"):
        add(fine, taken, now=clock())
    assert len(shifts()) == 1


def test_collision_over_midnight_is_seen(windows, staff, clock):
    add(Wanted(staff[0], windows[0], span("22:00", "06:00")), now=clock())
    early = span("05:00", "09:00", TOMORROW)
    with pytest.raises(ClerkBusy, match="2026-07-16 22:00 – 2026-07-17 06:00"):
        add(Wanted(staff[0], windows[1], early), now=clock())
    after = Wanted(staff[0], windows[1], span("06:00", "09:00", TOMORROW))
    assert add(after, now=clock()).new == 1


def test_clerk_out_of_service_and_closed_window_are_refused(windows, staff, clock):
    new = make_clerk("0400", "示例丙", starts_on=TOMORROW)
    with pytest.raises(ClerkNotServing, match=r"示例丙（0400） .* 2026-07-16"):
        add(Wanted(new, windows[0], span()), now=clock())
    assert add(Wanted(new, windows[0], span(day=TOMORROW)), now=clock()).new == 1
    with transaction() as session:
        session.execute(
            text('UPDATE "window" SET closed_on = :day WHERE id = :id'),
            {"day": TOMORROW, "id": windows[1]},
        )
    assert add(Wanted(staff[0], windows[1], span()), now=clock()).new == 1
    with pytest.raises(WindowNotOpen, match="A002 is not open on 2026-07-17"):
        add(Wanted(staff[0], windows[1], span(day=TOMORROW)), now=clock())


def test_leaving_clerk_serves_up_to_the_last_day(windows, staff, clock):
    with recording("test", clock()) as records:
        end_service(records, HALL, staff[0], TOMORROW)
    assert add(Wanted(staff[0], windows[0], span()), now=clock()).new == 1
    with pytest.raises(ClerkNotServing):
        add(Wanted(staff[0], windows[0], span(day=TOMORROW)), now=clock())


def test_day_that_is_over_is_not_planned_any_more(windows, staff, clock):
    with pytest.raises(DayOver, match="2026-07-15 is over"):
        add(Wanted(staff[0], windows[0], span(day=YESTERDAY)), now=clock())
    clock.now = at("23:59")
    assert add(Wanted(staff[0], windows[0], span()), now=clock()).new == 1


def test_two_who_plan_the_same_window_at_once_collide(app, windows, staff, clock):
    barrier = Barrier(2)

    def one(clerk: int) -> str:
        barrier.wait()
        with app.app_context():
            try:
                add(Wanted(clerk, windows[0], span("09:00", "12:00")), now=clock())
            except WindowTaken:
                return "taken"
        return "planned"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(one, staff)) == ["planned", "taken"]
    assert len(shifts()) == 1


def test_one_clerk_planned_at_two_windows_at_once_collides(app, windows, staff, clock):
    barrier = Barrier(2)

    def one(window: int) -> str:
        barrier.wait()
        with app.app_context():
            try:
                add(Wanted(staff[0], window, span("09:00", "12:00")), now=clock())
            except ClerkBusy:
                return "busy"
        return "planned"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(one, windows)) == ["busy", "planned"]


# Corrections of the day itself.


def correct(shift_id, wanted, now) -> int:
    with recording("account:9", now) as records:
        return correct_shift(records, HALL, Correction(shift_id, wanted))


def test_correction_keeps_both_versions(windows, staff, clock):
    old = plan(staff[0], windows[0], span("09:00", "12:00"), clock())
    correct(old, Wanted(staff[1], windows[0], span("10:00", "12:00")), clock())
    assert shifts() == [
        (staff[0], windows[0], "16 09:00", "16 12:00", "roster", False),
        (staff[1], windows[0], "16 10:00", "16 12:00", "correction", True),
    ]
    with reading() as session:
        first = roster_of(session, 1, TODAY, ZONE, WHOLE_CENTRE)[0]
    assert [line.clerk_id for line in first.shifts] == [staff[1]]
    [gone] = first.superseded
    assert gone.superseded_by_id == first.shifts[0].id
    assert gone.superseded_at == clock()


def test_struck_shift_stays_as_superseded_by_none(windows, staff, clock):
    old = plan(staff[0], windows[0], span("09:00", "12:00"), clock())
    correct(old, None, clock())
    assert [row[-1] for row in shifts()] == [False]
    with reading() as session:
        [roster, _] = roster_of(session, 1, TODAY, ZONE, WHOLE_CENTRE)
    assert roster.superseded[0].superseded_by_id is None


def test_correction_may_overlap_what_it_replaces_but_nothing_else(
    windows, staff, clock
):
    old = plan(staff[0], windows[0], span("09:00", "12:00"), clock())
    plan(staff[1], windows[0], span("13:00", "14:00"), clock())
    correct(old, Wanted(staff[0], windows[0], span("09:30", "13:00")), clock())
    with pytest.raises(WindowTaken, match="示例乙"):
        correct(old + 2, Wanted(staff[0], windows[0], span("09:30", "13:01")), clock())


def test_correction_that_changes_nothing_or_names_nothing_is_refused(
    windows, staff, clock
):
    same = Wanted(staff[0], windows[0], span("09:00", "12:00"))
    old = plan(staff[0], windows[0], same.span, clock())
    for shift_id, wanted in ((old, same), (None, None)):
        with pytest.raises(NothingChanged):
            correct(shift_id, wanted, clock())
        with pytest.raises(NothingChanged), recording("t", clock()) as records:
            replace_shift(records, HALL, shift_id, wanted)
    with pytest.raises(NotOpen):
        correct(999, same, clock())


def test_shift_that_was_corrected_meanwhile_is_not_corrected_again(
    windows, staff, clock
):
    old = plan(staff[0], windows[0], span("09:00", "12:00"), clock())
    correct(old, None, clock())
    with pytest.raises(ShiftGone):
        correct(old, Wanted(staff[1], windows[0], span("09:00", "12:00")), clock())


def test_what_was_corrected_while_the_locks_were_waited_for_is_seen(
    windows, staff, clock, monkeypatch
):
    plan(staff[0], windows[0], span("09:00", "12:00"), clock())
    hold = shifts_service.hold_all

    def hold_late(records, wanted):
        # What a sign-off commits between the look and the lock.
        earlier = span("09:00", "11:00").end
        records.session.execute(update(Shift).values(ends_at=earlier))
        hold(records, wanted)

    monkeypatch.setattr(shifts_service, "hold_all", hold_late)
    with pytest.raises(ShiftGone):
        correct(1, Wanted(staff[1], windows[0], span("09:00", "12:00")), clock())


def test_of_two_who_correct_one_shift_at_once_one_counts(app, windows, staff, clock):
    old = plan(staff[0], windows[0], span("09:00", "12:00"), clock())
    third = make_clerk("0319", "示例丙")
    barrier = Barrier(2)

    def one(clerk: int) -> str:
        barrier.wait()
        with app.app_context():
            try:
                wanted = Wanted(clerk, windows[0], span("09:00", "12:00"))
                correct(old, wanted, clock())
            except (ShiftGone, WindowTaken):
                return "refused"
        return "corrected"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(one, (staff[1], third))) == ["corrected", "refused"]
    assert [row[-1] for row in shifts()] == [False, True]


@pytest.mark.parametrize(
    ("now", "second"), [("16 23:59", False), ("17 00:00", True), ("16 08:00", False)]
)
def test_a_day_closes_at_the_centres_midnight(windows, staff, clock, now, second):
    old = plan(staff[0], windows[0], span("20:00", "02:00"), clock())
    day, hour = now.split()
    moment = at(hour, date(2026, 7, int(day)))
    wanted = Wanted(staff[1], windows[0], span("20:00", "02:00"))
    with reading() as session:
        found = check_correction(session, HALL, Correction(old, wanted), moment)
    assert found is second
    if second:
        with pytest.raises(DayOver, match="2026-07-16 is over"):
            correct(old, wanted, moment)
    else:
        correct(old, wanted, moment)


# Corrections of closed days: two people.


@pytest.fixture
def people(app, clock):
    now = clock()
    return (
        make_account("first", Role.ORGANISER, now),
        make_account("second", Role.ORGANISER, now),
        make_account("third", Role.ORGANISER, now),
    )


@pytest.fixture
def yesterday(windows, staff, people, clock):
    """A shift of yesterday with two ratings, to be corrected today."""
    clock.now = at("08:00", YESTERDAY)
    screen = pair_screen("B001", clock())
    old = plan(staff[0], screen.window_id, span("09:00", "12:00", YESTERDAY), clock())
    for one in ("09:30", "10:30"):
        clock.now = at(one, YESTERDAY)
        screen.rate(5, clock())
    clock.now = at("08:00")
    wanted = Wanted(staff[1], screen.window_id, span("10:00", "12:00", YESTERDAY))
    return old, wanted


def propose(shift_id, wanted, who, now, reason="  忘记签到 ") -> int:
    with recording(f"account:{who}", now) as records:
        correction = Correction(shift_id, wanted)
        return propose_correction(records, HALL, correction, reason, who)


def decide(key, who, now, *, accept=True) -> int:
    with recording(f"account:{who}", now) as records:
        return decide_proposal(records, HALL, key, who, accept=accept)


def test_proposal_changes_nothing_until_a_second_person_accepts(
    yesterday, staff, people, clock
):
    old, wanted = yesterday
    key = propose(old, wanted, people[0], clock())
    assert clerks_of_ratings() == [staff[0], staff[0]]
    assert len(shifts()) == 1
    with reading() as session:
        [line] = open_proposals(session, 1, ZONE, WHOLE_CENTRE)
    assert (line.id, line.reason, line.who) == (key, "忘记签到", "示例乙（0318）")
    assert decide(key, people[1], clock()) == 2
    assert clerks_of_ratings() == [None, staff[1]]
    check_clerk_tallies()
    assert [row[-2:] for row in shifts()] == [("roster", False), ("correction", True)]
    with reading() as session:
        assert open_proposals(session, 1, ZONE, WHOLE_CENTRE) == []
        kept = session.get_one(ShiftProposal, key)
        assert (kept.accepted, kept.decided_by_id) == (True, people[1])
        assert kept.decided_at == clock()


def test_rejected_proposal_leaves_everything(yesterday, staff, people, clock):
    old, wanted = yesterday
    key = propose(old, wanted, people[0], clock())
    assert decide(key, people[1], clock(), accept=False) == 0
    assert clerks_of_ratings() == [staff[0], staff[0]]
    assert [row[-1] for row in shifts()] == [True]
    with pytest.raises(ProposalDecided):
        decide(key, people[1], clock())


def test_nobody_decides_on_their_own_proposal(yesterday, people, clock):
    key = propose(*yesterday, people[0], clock())
    for accept in (True, False):
        with pytest.raises(ProposedBySelf):
            decide(key, people[0], clock(), accept=accept)
    assert [row[-1] for row in shifts()] == [True]


def test_the_same_decision_again_is_harmless_and_another_is_refused(
    yesterday, people, clock
):
    key = propose(*yesterday, people[0], clock())
    decide(key, people[1], clock())
    before = entries("attribution")
    assert decide(key, people[1], clock()) == 0
    assert entries("attribution") == before
    for who, accept in ((people[1], False), (people[2], True)):
        with pytest.raises(ProposalDecided):
            decide(key, who, clock(), accept=accept)


def test_of_two_who_decide_at_once_exactly_one_counts(app, yesterday, people, clock):
    key = propose(*yesterday, people[0], clock())
    barrier = Barrier(2)

    def one(who_and_how) -> str:
        who, accept = who_and_how
        barrier.wait()
        with app.app_context():
            try:
                decide(key, who, clock(), accept=accept)
            except ProposalDecided:
                return "late"
        return "counted"

    with ThreadPoolExecutor(2) as pool:
        done = pool.map(one, ((people[1], True), (people[2], True)))
        assert sorted(done) == ["counted", "late"]
    assert len(entries("attribution")) == 2
    check_clerk_tallies()


@pytest.mark.parametrize("reason", ["", " \n ", "字" * 201])
def test_proposal_needs_a_reason_that_fits(yesterday, people, clock, reason):
    with pytest.raises(ReasonMissing, match="200"):
        propose(*yesterday, people[0], clock(), reason)


def test_longest_reason_fits(yesterday, people, clock):
    propose(*yesterday, people[0], clock(), "字" * 200)


def test_forgotten_shift_is_proposed_and_struck_one_too(
    yesterday, windows, staff, people, clock
):
    old, _ = yesterday
    forgotten = Wanted(staff[1], windows[0], span("09:00", "10:00", YESTERDAY))
    key = propose(None, forgotten, people[0], clock())
    decide(key, people[1], clock())
    assert shifts()[-1][:4] == (staff[1], windows[0], "15 09:00", "15 10:00")
    key = propose(old, None, people[0], clock())
    assert decide(key, people[1], clock()) == 2
    assert clerks_of_ratings() == [None, None]


def test_forgotten_shift_proposed_twice_holds_once(
    yesterday, windows, staff, people, clock
):
    forgotten = Wanted(staff[1], windows[0], span("09:00", "10:00", YESTERDAY))
    first = propose(None, forgotten, people[0], clock())
    second = propose(None, forgotten, people[2], clock())
    decide(first, people[1], clock())
    before = shifts()
    with pytest.raises(NothingChanged):
        decide(second, people[1], clock())
    with pytest.raises(NothingChanged):
        propose(None, forgotten, people[0], clock())
    assert shifts() == before


def test_shift_corrected_into_one_that_holds_already_is_struck_out(
    windows, staff, clock
):
    there = Wanted(staff[0], windows[0], span("09:00", "12:00"))
    wrong = plan(staff[0], windows[1], span("13:00", "17:00"), clock())
    add(there, now=clock())
    correct(wrong, there, clock())
    assert [row[0:2] + row[-1:] for row in shifts()] == [
        (staff[0], windows[1], False),
        (staff[0], windows[0], True),
    ]


def test_proposal_that_cannot_be_is_refused_at_once(
    yesterday, windows, staff, people, clock
):
    _, wanted = yesterday
    busy = Wanted(staff[0], windows[0], span("11:00", "13:00", YESTERDAY))
    with pytest.raises(ClerkBusy):
        propose(None, busy, people[0], clock())
    with pytest.raises(NothingChanged):
        propose(None, None, people[0], clock())
    there = Wanted(staff[0], wanted.window_id, span("09:00", "12:00", YESTERDAY))
    with pytest.raises(NothingChanged):
        propose(None, there, people[0], clock())


def test_proposal_for_a_shift_corrected_meanwhile_can_only_be_rejected(
    yesterday, people, clock
):
    old, wanted = yesterday
    first = propose(old, wanted, people[0], clock())
    second = propose(old, None, people[0], clock())
    decide(first, people[1], clock())
    with pytest.raises(ShiftGone):
        decide(second, people[1], clock())
    decide(second, people[1], clock(), accept=False)


def test_proposal_of_another_hall_does_not_exist(yesterday, people, clock):
    key = propose(*yesterday, people[0], clock())
    with pytest.raises(NotOpen):
        decide(key + 1, people[1], clock())
    with transaction() as session:
        session.execute(
            text(
                "INSERT INTO centre (id, code, name, time_zone) "
                "VALUES (7, 'x', 'x', 'Asia/Shanghai')"
            )
        )
        session.execute(text("UPDATE shift_proposal SET centre_id = 7"))
    with pytest.raises(NotOpen):
        decide(key, people[1], clock())


# Rosters of many days.


def reach(windows, staff) -> Reach:
    both = {"A001": windows[0], "A002": windows[1]}
    days = [TODAY + timedelta(days=n) for n in range(-70, 70)]
    return Reach(
        windows=dict.fromkeys(days, both),
        clerks={"0317": staff[0], "0318": staff[1]},
    )


def row(line: int, number: str, badge: str, *hours: str) -> RosterRow:
    return RosterRow(line, number, badge, TODAY, span(*hours))


def take(rows, known, now):
    with recording("test", now) as records:
        return import_roster(records, HALL, rows, known)


def test_list_is_taken_and_again_changes_nothing(windows, staff, clock):
    rows = [
        row(2, "A001", "0317", "09:00", "12:00"),
        row(3, "A002", "0318", "09:00", "12:00"),
    ]
    assert take(rows, reach(windows, staff), clock()) == (Planned(2, 0), [])
    assert take(rows, reach(windows, staff), clock()) == (Planned(0, 2), [])
    assert {kept[4] for kept in shifts()} == {"import"}


def test_every_wrong_line_is_named_and_nothing_is_taken(windows, staff, clock):
    rows = [
        row(2, "A001", "0317", "09:00", "12:00"),
        row(3, "Z999", "0999", "09:00", "12:00"),
        row(4, "A002", "0999", "09:00", "12:00"),
    ]
    _, errors = take(rows, reach(windows, staff), clock())
    assert [(e.line, type(e.refusal)) for e in errors] == [
        (3, WindowNotKnown),
        (3, BadgeNotKnown),
        (4, BadgeNotKnown),
    ]
    rows = [
        row(2, "A001", "0317", "09:00", "12:00"),
        row(3, "A001", "0318", "11:00", "13:00"),
        row(4, "A002", "0317", "11:00", "13:00"),
    ]
    _, errors = take(rows, reach(windows, staff), clock())
    assert [(e.line, type(e.refusal)) for e in errors] == [
        (3, WindowTaken),
        (4, ClerkBusy),
    ]
    assert shifts() == []


def copy(day, last, known, now) -> Planned:
    with recording("test", now) as records:
        return copy_roster(records, HALL, day, last, known)


def test_roster_is_copied_to_the_weekdays_after_it(windows, staff, clock):
    plan(staff[0], windows[0], span("09:00", "12:00"), clock())
    plan(staff[1], windows[1], span("22:00", "06:00"), clock())
    known = reach(windows, staff)
    copied = copy(TODAY, date(2026, 7, 20), known, clock())
    assert copied == Planned(4, 0)
    assert [kept[2] for kept in shifts()[2:]] == [
        "17 09:00",
        "17 22:00",
        "20 09:00",
        "20 22:00",
    ]
    assert shifts()[3][3] == "18 06:00"
    assert copy(TODAY, date(2026, 7, 21), known, clock()) == Planned(2, 4)


def test_sign_ons_and_what_is_out_of_reach_are_not_copied(windows, staff, clock):
    plan(staff[0], windows[0], span("09:00", "12:00"), clock())
    add(
        Wanted(staff[1], windows[1], span("09:00", "12:00")),
        now=clock(),
        source="sign-on",
    )
    known = reach(windows, staff)
    assert copy(TODAY, TOMORROW, known, clock()) == Planned(1, 0)
    own = Reach(windows={TODAY: {"A002": windows[1]}}, clerks=known.clerks)
    with pytest.raises(NothingToCopy):
        copy(TODAY, TOMORROW, own, clock())


def test_a_window_that_moves_away_is_another_s_to_keep_from_then_on(
    windows, staff, clock
):
    plan(staff[0], windows[0], span("09:00", "12:00"), clock())
    until_tomorrow = {day: {"A001": windows[0]} for day in (TODAY, TOMORROW)}
    own = Reach(windows=until_tomorrow, clerks={"0317": staff[0]})
    assert copy(TODAY, date(2026, 7, 20), own, clock()) == Planned(1, 0)
    later = RosterRow(2, "A001", "0317", date(2026, 7, 20), span("13:00", "14:00"))
    taken, errors = take([later], own, clock())
    assert (taken, [error.line for error in errors]) == (Planned(0, 0), [2])


@pytest.mark.parametrize(
    ("days", "fits"), [(0, False), (1, True), (62, True), (63, False)]
)
def test_copies_reach_62_days(windows, staff, clock, days, fits):
    plan(staff[0], windows[0], span("09:00", "12:00"), clock())
    last = TODAY + timedelta(days=days)
    if fits:
        assert copy(TODAY, last, reach(windows, staff), clock()).new > 0
    else:
        with pytest.raises(DaysTooMany, match="62"):
            copy(TODAY, last, reach(windows, staff), clock())


def test_copy_that_collides_is_refused_whole(windows, staff, clock):
    plan(staff[0], windows[0], span("09:00", "12:00"), clock())
    plan(staff[1], windows[0], span("10:00", "11:00", date(2026, 7, 20)), clock())
    with pytest.raises(RuleBroken, match="示例乙"):
        copy(TODAY, date(2026, 7, 21), reach(windows, staff), clock())
    assert len(shifts()) == 2


def test_past_day_is_copied_to_days_from_today_on_only(windows, staff, clock):
    clock.now = at("08:00", date(2026, 7, 13))
    plan(staff[0], windows[0], span("09:00", "12:00", date(2026, 7, 13)), clock())
    clock.now = at("08:00")
    copy(date(2026, 7, 13), date(2026, 7, 17), reach(windows, staff), clock())
    assert [kept[2] for kept in shifts()[1:]] == ["16 09:00", "17 09:00"]
