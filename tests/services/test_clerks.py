"""Clerks: badges, dated postings, leaving, PINs, accounts; lists taken in."""

import csv
import io
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import openpyxl
import pytest
from sqlalchemy import select, text

from kiosk.domain.list_columns import HeadingsMissing
from kiosk.domain.policy import NotOpen, Role, Scope
from kiosk.domain.sheets import FileEmpty
from kiosk.domain.staff import (
    AccountNotFree,
    BadgeTaken,
    BeginsTooLate,
    ClerkFacts,
    HasLeft,
    MoveTooEarly,
    PinInvalid,
    PinTooPlain,
    ShiftsAfter,
    SuccessorSelf,
    UnitNotKnown,
)
from kiosk.domain.staff_list import HEADINGS, StaffRow
from kiosk.domain.window_list import TooManyRows
from kiosk.extensions import reading, recording, transaction
from kiosk.models import Account, Posting
from kiosk.queries.staff import clerk_lines, posting_lines, serving
from kiosk.services.clerks import (
    PinHash,
    change_clerk,
    end_service,
    free_accounts,
    hashed_pin,
    link_account,
    move_clerk,
    set_pin,
    stay_in_service,
)
from kiosk.services.exports import csv_pieces, workbook
from kiosk.services.rosters import read_roster
from kiosk.services.staff_lists import StaffImport, import_staff, read_staff
from tests.builders import make_window
from tests.people import make_account
from tests.screens import HALL
from tests.staff import (
    BEGAN,
    TODAY,
    at,
    clerk_row,
    entries,
    make_clerk,
    plan,
    span,
    unit_key,
)

KEPT = PinHash("a hash")
TOMORROW = TODAY + timedelta(days=1)
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def hall(app, clock):
    clock.now = at("09:00")
    with transaction() as session:
        window = make_window(session, "A001").id
        make_window(session, "B001", unit="市医保局")
    return window


@pytest.fixture
def clerk(hall) -> int:
    return make_clerk()


@pytest.fixture
def act(clock):
    """Do something with a Book; return what it returned."""

    def do(service, *values, **named):
        with recording("account:9", clock()) as records:
            return service(records, HALL, *values, **named)

    return do


def lines(scope: Scope = Scope(), on: date = TODAY):  # noqa: B008 - frozen
    with reading() as session:
        return clerk_lines(session, 1, on, scope)


def postings(clerk: int) -> list[tuple[int, date, date | None]]:
    with reading() as session:
        rows = session.scalars(
            select(Posting).where(Posting.clerk_id == clerk).order_by(Posting.starts_on)
        )
        return [(row.unit_id, row.starts_on, row.ends_on) for row in rows]


def test_new_clerk_has_a_posting_and_entries(clerk):
    row = clerk_row(clerk)
    assert (row.name, row.badge, row.named) == ("示例甲", "0317", True)
    assert (row.started_on, row.ended_on, row.pin_hash) == (BEGAN, None, None)
    assert postings(clerk) == [(unit_key(), BEGAN, None)]
    assert len(entries("clerk")) == len(entries("posting")) == 1


@pytest.mark.parametrize("name", ["𠮷" * 60, "示" * 60, "Ana-María 𠮷野"])
def test_names_of_sixty_characters_and_rare_ones_are_kept_whole(hall, name):
    assert clerk_row(make_clerk(name=name)).name == name


def test_badge_of_another_in_service_is_refused(clerk, act):
    with pytest.raises(BadgeTaken, match="0317"):
        make_clerk("0317", "示例乙")
    with pytest.raises(BadgeTaken, match="0317"):
        make_clerk(" ０３１７ ", "示例乙")
    other = make_clerk("0318", "示例乙")
    with pytest.raises(BadgeTaken):
        act(change_clerk, other, ClerkFacts("示例乙", "0317", named=True))


def test_badge_is_free_again_once_the_clerk_has_left(clerk, act, clock):
    act(end_service, clerk, TOMORROW)
    with pytest.raises(BadgeTaken):
        make_clerk("0317", "示例乙")
    clock.now = at("00:00", TOMORROW)
    assert make_clerk("0317", "示例乙", now=clock()) != clerk


def test_of_two_who_take_a_badge_at_once_one_gets_it(app, hall):
    barrier = Barrier(2)

    def one(name: str) -> str:
        barrier.wait()
        with app.app_context():
            try:
                make_clerk("0500", name)
            except BadgeTaken:
                return "taken"
        return "new"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(one, ("示例甲", "示例乙"))) == ["new", "taken"]


def test_change_sets_words_and_consent_and_again_nothing(clerk, act):
    facts = ClerkFacts("示例丁", "0999", named=False)
    assert act(change_clerk, clerk, facts) is True
    assert act(change_clerk, clerk, facts) is False
    row = clerk_row(clerk)
    assert (row.name, row.badge, row.named) == ("示例丁", "0999", False)
    assert len(entries("clerk")) == 2


def test_move_is_dated_and_leaves_the_past(clerk, act):
    there = unit_key("市医保局")
    assert act(move_clerk, clerk, there, TOMORROW) is True
    assert postings(clerk) == [(unit_key(), BEGAN, TOMORROW), (there, TOMORROW, None)]
    assert [line.unit for line in lines()] == ["市人社局"]
    assert [line.unit for line in lines(on=TOMORROW)] == ["市医保局"]
    assert act(move_clerk, clerk, there, TOMORROW) is False


def test_move_into_the_past_is_refused(clerk, act):
    with pytest.raises(MoveTooEarly, match="2026-07-16"):
        act(move_clerk, clerk, unit_key("市医保局"), YESTERDAY)
    assert len(postings(clerk)) == 1


def test_planned_move_is_altered_on_its_own_day_and_not_before(clerk, act):
    act(move_clerk, clerk, unit_key("市医保局"), TOMORROW)
    with pytest.raises(MoveTooEarly, match="2026-07-17"):
        act(move_clerk, clerk, unit_key(), TODAY)
    assert act(move_clerk, clerk, unit_key(), TOMORROW) is True
    assert [row[0] for row in postings(clerk)] == [unit_key(), unit_key()]


def test_leaving_notes_the_day_and_the_successor(clerk, act):
    other = make_clerk("0318", "示例乙")
    act(end_service, clerk, TOMORROW, other)
    row = clerk_row(clerk)
    assert (row.ended_on, row.successor_id) == (TOMORROW, other)
    [first, _] = lines()
    assert first.successor == "示例乙（0318）"
    assert (first.serves(TODAY), first.serves(TOMORROW)) == (True, False)
    assert (first.has_left(TODAY), first.has_left(TOMORROW)) == (False, True)
    assert [one.id for one in serving(lines(), TOMORROW)] == [other]


def test_leaving_is_refused_before_the_start_with_shifts_and_to_oneself(
    clerk, act, hall, clock
):
    with pytest.raises(BeginsTooLate, match="2025-01-01"):
        act(end_service, clerk, BEGAN)
    with pytest.raises(SuccessorSelf):
        act(end_service, clerk, TOMORROW, clerk)
    plan(clerk, hall, span(day=TOMORROW), clock())
    with pytest.raises(ShiftsAfter, match="2026-07-17"):
        act(end_service, clerk, TOMORROW)
    act(end_service, clerk, TOMORROW + timedelta(days=1))


def test_who_has_left_is_not_changed_any_more(clerk, act, clock):
    act(end_service, clerk, TODAY)
    facts = ClerkFacts("示例丁", "0999", named=False)
    acts = [
        (change_clerk, facts),
        (move_clerk, unit_key("市医保局"), TODAY),
        (end_service, TOMORROW),
        (set_pin, KEPT),
        (stay_in_service,),
        (link_account, None),
    ]
    for service, *values in acts:
        with pytest.raises(HasLeft):
            act(service, clerk, *values)


def test_leaving_that_has_not_come_is_taken_back(clerk, act):
    act(end_service, clerk, TOMORROW)
    act(stay_in_service, clerk)
    row = clerk_row(clerk)
    assert (row.ended_on, row.successor_id) == (None, None)


def test_clerk_that_does_not_exist_or_is_elsewhere_is_not_open(clerk, act):
    with pytest.raises(NotOpen):
        act(set_pin, clerk + 1, KEPT)
    with transaction() as session:
        session.execute(
            text(
                "INSERT INTO centre (id, code, name, time_zone) "
                "VALUES (7, 'x', 'x', 'Asia/Shanghai')"
            )
        )
        session.execute(text("UPDATE clerk SET centre_id = 7"))
    with pytest.raises(NotOpen):
        act(set_pin, clerk, KEPT)


@pytest.mark.parametrize(
    "pin", ["", "123", "123456789", "12a4", "1２3 4", "١٢٣٤", "24 68"]
)
def test_pin_of_other_than_four_to_eight_digits_is_refused(pin):
    with pytest.raises(PinInvalid, match="4 to 8"):
        hashed_pin(pin, "0317")


@pytest.mark.parametrize("pin", ["1111", "1234", "87654321", "0317"])
def test_pin_that_everybody_tries_first_is_refused(pin):
    with pytest.raises(PinTooPlain):
        hashed_pin(pin, "0317")


def test_hash_is_made_before_the_act_and_kept_as_it_is(clerk, act):
    act(set_pin, clerk, KEPT)
    assert clerk_row(clerk).pin_hash == KEPT


@pytest.mark.parametrize("pin", ["2468", "13579024", " ２４６８ "])
def test_pin_is_kept_as_argon2id_and_is_in_no_entry(clerk, act, pin):
    act(set_pin, clerk, hashed_pin(pin, "0317"))
    assert clerk_row(clerk).pin_hash.startswith("$argon2id$")
    body = entries("clerk")[-1]
    assert '"why":"a new PIN"' in body
    assert "argon2" not in body
    assert "2468" not in body


def test_account_is_linked_only_when_it_is_free_and_a_clerks(clerk, act, clock):
    fitting = make_account("c1", Role.CLERK, clock())
    viewer = make_account("v1", Role.VIEWER, clock())
    off = make_account("c2", Role.CLERK, clock())
    with recording("test", clock()) as records:
        records.change(Account, 0, off, {"disabled_at": clock()})
    with reading() as session:
        assert free_accounts(session, clerk) == {fitting: "测试c1 · c1"}
    for account in (viewer, off, 999):
        with pytest.raises(AccountNotFree):
            act(link_account, clerk, account)
    act(link_account, clerk, fitting)
    act(link_account, clerk, fitting)
    assert lines()[0].account == "测试c1"
    other = make_clerk("0318", "示例乙")
    with pytest.raises(AccountNotFree):
        act(link_account, other, fitting)
    act(link_account, clerk, None)
    act(link_account, other, fitting)


def test_lists_reach_as_far_as_the_scope(clerk, act):
    other = make_clerk("0318", "示例乙", unit="市医保局")
    own = Scope(frozenset({unit_key()}))
    assert [line.id for line in lines(own)] == [clerk]
    act(move_clerk, other, unit_key(), TODAY)
    assert {line.id for line in lines(own)} == {clerk, other}
    with reading() as session:
        assert [p.unit for p in posting_lines(session, other, own)] == ["市人社局"]
        assert len(posting_lines(session, other, Scope())) == 2


# Lists.


def row(line: int, badge: str, name: str, **more) -> StaffRow:
    values = {"unit": "市人社局", "named": True, "starts_on": None} | more
    facts = ClerkFacts(name, badge, values["named"])
    return StaffRow(line, values["unit"], facts, values["starts_on"])


def units() -> dict[str, int]:
    return {name: unit_key(name) for name in ("市人社局", "市医保局")}


def take(act, rows, scope: Scope = Scope(), known=None):  # noqa: B008 - frozen
    return act(import_staff, rows, known or units(), scope)


def test_list_adds_changes_and_leaves(clerk, act):
    rows = [
        row(2, "0317", "示例甲"),
        row(3, "0400", "示例丙", starts_on=date(2026, 7, 1)),
        row(4, "0401", "示例丁", named=False, unit="市医保局"),
    ]
    assert take(act, rows) == (StaffImport(2, 0, 1), [])
    assert take(act, rows) == (StaffImport(0, 0, 3), [])
    kept = {line.badge: line for line in lines()}
    assert kept["0400"].started_on == date(2026, 7, 1)
    assert (kept["0401"].started_on, kept["0401"].named) == (TODAY, False)
    rows = [row(2, "0317", "示例戊", named=False), row(3, "0400", "示例丙")]
    rows[1] = row(3, "0400", "示例丙", unit="市医保局")
    assert take(act, rows) == (StaffImport(0, 2, 0), [])
    kept = {line.badge: line for line in lines()}
    assert (kept["0317"].name, kept["0317"].named) == ("示例戊", False)
    assert kept["0400"].unit == "市医保局"


def test_wrong_lines_take_nothing(clerk, act):
    foreign = make_clerk("0318", "示例乙", unit="市医保局")
    act(move_clerk, clerk, unit_key("市医保局"), TOMORROW)
    own = Scope(frozenset({unit_key()}))
    rows = [
        row(2, "0400", "示例丙"),
        row(3, "0401", "示例丁", unit="市气象局"),
        row(4, "0318", "示例己"),
    ]
    _, errors = take(act, rows, own, {"市人社局": unit_key()})
    assert [(e.line, type(e.refusal)) for e in errors] == [
        (3, UnitNotKnown),
        (4, BadgeTaken),
    ]
    assert {line.badge for line in lines()} == {"0317", "0318"}
    assert clerk_row(foreign).name == "示例乙"


def test_planned_move_stays_when_a_list_tells_the_unit_of_today(clerk, act):
    act(move_clerk, clerk, unit_key("市医保局"), TOMORROW)
    assert take(act, [row(2, "0317", "示例甲")]) == (StaffImport(0, 0, 1), [])
    assert len(postings(clerk)) == 2
    _, errors = take(act, [row(2, "0317", "示例甲", unit="市医保局")])
    assert [type(e.refusal) for e in errors] == [MoveTooEarly]
    later = row(2, "0317", "示例甲", unit="市医保局", starts_on=TOMORROW)
    assert take(act, [later])[1] == []


def test_clerk_who_begins_later_belongs_to_the_first_posting(hall, act):
    make_clerk("0400", "示例丙", starts_on=TOMORROW)
    own = Scope(frozenset({unit_key()}))
    assert [line.badge for line in lines(own)] == ["0400"]
    assert take(act, [row(2, "0400", "示例丙")], own)[0] == StaffImport(0, 0, 1)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_export_comes_back_as_it_was(hall, act, kind, language):
    yes, no = {"zh": ("是", "否"), "en": ("yes", "no")}[language]
    table = [
        ("市人社局", "-0317", "=示例", yes, date(2026, 7, 1), None),
        ("市医保局", "0318", "𠮷野", no, date(2025, 1, 1), None),
        ("市医保局", "0319", "示例丁", no, date(2025, 1, 1), date(2026, 1, 1)),
    ]
    heads = HEADINGS[language]
    data = (
        b"".join(csv_pieces(heads, table))
        if kind == "csv"
        else workbook("clerks", heads, table)
    )
    found = read_staff(data, f"clerks.{kind}")
    assert found.errors == ()
    assert found.left == 1
    assert [(r.unit, r.facts.badge, r.facts.name) for r in found.rows] == [
        ("市人社局", "-0317", "=示例"),
        ("市医保局", "0318", "𠮷野"),
    ]
    assert [r.facts.named for r in found.rows] == [True, False]
    assert take(act, found.rows)[0] == StaffImport(2, 0, 0)
    assert take(act, found.rows)[0] == StaffImport(0, 0, 2)


def file_of(*rows: tuple[str, ...]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def test_file_without_headings_or_rows_is_refused_whole(app):
    with pytest.raises(HeadingsMissing, match="unit 单位, badge 工号"):
        read_staff(file_of(("a", "b"), ("c", "d")), "x.csv")
    with pytest.raises(FileEmpty):
        read_staff(b"", "x.csv")


def test_list_that_is_too_long_is_refused(app):
    head = ("单位", "工号", "姓名", "同意公示姓名")
    body = [("市人社局", str(n), f"示例{n}", "是") for n in range(5_001)]
    assert len(read_staff(file_of(head, *body[:5_000]), "x.csv").rows) == 5_000
    with pytest.raises(TooManyRows, match="5000"):
        read_staff(file_of(head, *body), "x.csv")
    with pytest.raises(TooManyRows):
        read_staff(file_of(head, *body, *body), "x.csv")
    titles = [(f"第{n}行标题",) for n in range(10)]
    with pytest.raises(TooManyRows):
        read_staff(file_of(*titles, head, head, *body), "x.csv")


def test_list_is_found_on_whichever_sheet_it_stands(app):
    head = ("单位", "工号", "姓名", "同意公示姓名")
    book = openpyxl.Workbook()
    book.active.append(("说明", "请勿修改"))
    sheet = book.create_sheet("人员")
    for line in (head, ("市人社局", "0317", "示例甲", "是")):
        sheet.append(line)
    out = io.BytesIO()
    book.save(out)
    assert [r.facts.badge for r in read_staff(out.getvalue(), "x.xlsx").rows] == [
        "0317"
    ]


def test_roster_file_is_read_with_days_and_hours(app):
    data = file_of(
        ("日期", "窗口编号", "工号", "开始", "结束"),
        ("2026-07-16", "A001", "0317", "09:00", "12:00"),
        ("2026/7/17", "A001", "０３１７", "22:00", "6:00"),
        ("2026-07-15", "A001", "0317", "09:00", "12:00"),
        ("2026-07-16", "A001", "0317", "9点", "12:00"),
        ("", "A001", "0317", "09:00", "12:00"),
    )
    found = read_roster(data, "r.csv", HALL, TODAY)
    assert [(r.day, r.badge) for r in found.rows] == [
        (TODAY, "0317"),
        (TOMORROW, "0317"),
    ]
    assert [(e.line, e.refusal.code) for e in found.errors] == [
        (4, "day_over"),
        (5, "clock_unreadable"),
        (6, "cell_empty"),
    ]
