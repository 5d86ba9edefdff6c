"""Past ratings from a file: all or nothing, in batches, the same file twice."""

import io
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from kiosk.domain.errors import IdTaken
from kiosk.domain.history_errors import (
    ColumnsMissing,
    IdTwice,
    LevelUnknown,
    RowsWrong,
    TimeNotPast,
    WindowNotThere,
)
from kiosk.domain.sheets import FileEmpty, QuotesBroken
from kiosk.extensions import reading, transaction, write
from kiosk.models import Comment, Rating
from kiosk.queries.places import only_centre
from kiosk.services import history
from kiosk.services.history import (
    SHOWN,
    HistoryCheck,
    HistoryTaken,
    check_history,
    take_history,
)
from tests.builders import make_window
from tests.conftest import NOON
from tests.recount import check_tallies, counted_levels, ratings, version
from tests.staff import check_clerk_tallies, make_clerk

BATCH = 50
HEADING = "window,time,channel,level"
GOOD_ROW = "A001,2026-07-15 14:30,tablet,5"


@pytest.fixture
def window(app) -> int:
    with transaction() as session:
        return make_window(session, "A001").id


def as_file(*lines: str, encoding: str = "utf-8") -> io.BytesIO:
    return io.BytesIO("\r\n".join(lines).encode(encoding))


def check(file: io.BytesIO, now=NOON) -> HistoryCheck:
    with reading() as session:
        centre = only_centre(session)
        return check_history(session.connection(), file, "h.csv", centre, now)


def take(file: io.BytesIO, *, skip_bad: bool = False) -> HistoryTaken:
    heard = []
    found = check(file)
    taken = take_history(
        write,
        file,
        found,
        lambda *come: heard.append(come),
        by="test",
        skip_bad=skip_bad,
    )
    assert heard[-1:] == [(found.ratings, found.ratings)] * bool(found.ratings)
    return taken


def wrong_rows(found: HistoryCheck) -> list[tuple[int, type]]:
    return [(row.line, type(row.refusal)) for row in found.wrong]


def test_rows_become_counted_ratings_of_their_own_day(window, clock):
    file = as_file(
        f"{HEADING},clerk,device,comment",
        "A001,2026-07-14 23:59,终端,满意,张三,T1,",
        'A001,2026-07-15T00:00+08:00,phone,1,,,"慢，\n太慢"',
    )
    assert take(file) == HistoryTaken(new=2, known=0)
    by_tablet, by_phone = ratings()
    assert (by_tablet.window_id, by_tablet.channel, by_tablet.level) == (window, 0, 4)
    assert (by_tablet.day, by_tablet.bucket) == (date(2026, 7, 14), 143)
    assert (by_tablet.clerk_label, by_tablet.device_label) == ("张三", "T1")
    assert (by_phone.day, by_phone.bucket, by_phone.level) == (date(2026, 7, 15), 0, 1)
    assert by_phone.received_at == NOON
    assert not by_phone.time_uncertain
    with reading() as session:
        assert session.scalars(select(Comment.words)).all() == ["慢，\n太慢"]
    check_tallies()


def test_same_file_again_adds_nothing(window):
    file = as_file(HEADING, *[GOOD_ROW] * 3, "A001,2026-07-15 15:00,phone,2")
    assert take(file) == HistoryTaken(new=4, known=0)
    before = version()
    assert take(file) == HistoryTaken(new=0, known=4)
    assert counted_levels(window) == [0, 1, 0, 0, 3]
    assert version() == before
    check_tallies()


def test_longer_file_adds_only_what_is_new(window):
    take(as_file(HEADING, GOOD_ROW, GOOD_ROW))
    longer = as_file(HEADING, GOOD_ROW, GOOD_ROW, GOOD_ROW)
    assert take(longer) == HistoryTaken(new=1, known=2)
    assert counted_levels(window) == [0, 0, 0, 0, 3]


def test_wrong_row_keeps_everything_out(window):
    file = as_file(
        HEADING,
        GOOD_ROW,
        "A001,2026-07-15 14:31,tablet,5; drop",
        "",
        "Z999,2026-07-15 14:32,tablet,5",
        "A001,2026-07-16 12:00:01,tablet,5",
    )
    found = check(file)
    assert wrong_rows(found) == [
        (3, LevelUnknown),
        (5, WindowNotThere),
        (6, TimeNotPast),
    ]
    assert (found.ratings, found.wrong_count) == (1, 3)
    with pytest.raises(RowsWrong):
        take(file)
    assert ratings() == []


def test_wrong_rows_are_left_out_when_asked(window):
    file = as_file(HEADING, "A001,gestern,tablet,5", GOOD_ROW, "A001,,,")
    assert take(file, skip_bad=True) == HistoryTaken(new=1, known=0)
    assert counted_levels(window) == [0, 0, 0, 0, 1]
    check_tallies()


def test_lines_are_those_of_the_file_also_after_a_comment_of_several(window):
    found = check(
        as_file(
            f"{HEADING},comment",
            f'{GOOD_ROW},"one\r\ntwo\r\nthree"',
            "A001,2026-07-15 14:31,tablet,9,",
        )
    )
    assert wrong_rows(found) == [(5, LevelUnknown)]


def test_id_in_two_rows_is_taken_once_or_named_with_both_lines(window):
    file = as_file(f"id,{HEADING}", f"k1,{GOOD_ROW}", f"k1,{GOOD_ROW}")
    assert take(file) == HistoryTaken(new=1, known=0)
    found = check(
        as_file(
            f"id,{HEADING}",
            f"k2,{GOOD_ROW}",
            f"k3,{GOOD_ROW}",
            "k2,A001,2026-07-15 14:30,tablet,4",
        )
    )
    assert wrong_rows(found) == [(4, IdTwice)]
    assert found.wrong[0].refusal.values == {"first": 2}
    assert found.ratings == 2


def test_id_kept_already_with_another_body_is_a_wrong_row(window):
    take(as_file(f"id,{HEADING}", f"k1,{GOOD_ROW}", f"k2,{GOOD_ROW}"))
    # The repeated row must not slip in for the one that was left out.
    file = as_file(
        f"id,{HEADING}",
        "k9,A001,nie,tablet,5",
        "k1,A001,2026-07-15 14:30,tablet,2",
        f"k2,{GOOD_ROW}",
        "k1,A001,2026-07-15 14:30,tablet,2",
        f"k4,{GOOD_ROW}",
    )
    found = check(file)
    assert [row.line for row in found.wrong] == [2, 3]
    assert type(found.wrong[1].refusal) is IdTaken
    assert take(file, skip_bad=True) == HistoryTaken(new=1, known=1)
    assert counted_levels(window) == [0, 0, 0, 0, 3]
    check_tallies()


def test_id_taken_between_check_and_reading_stops_the_reading(window):
    file = as_file(f"id,{HEADING}", f"k1,{GOOD_ROW}")
    found = check(file)
    take(as_file(f"id,{HEADING}", "k1,A001,2026-07-15 14:30,tablet,1"))
    with pytest.raises(IdTaken):
        take_history(write, file, found, lambda *_: None, by="test")
    assert counted_levels(window) == [1, 0, 0, 0, 0]


def test_file_that_changed_after_the_check_is_not_taken_blindly(window):
    found = check(as_file(HEADING, GOOD_ROW))
    with pytest.raises(LevelUnknown):
        take_history(
            write, as_file(HEADING, GOOD_ROW + "5"), found, lambda *_: None, by="test"
        )
    assert ratings() == []


def test_only_the_first_fifty_wrong_rows_are_named(window):
    bad = [f"A001,2026-07-15 14:30,tablet,{n}" for n in range(6, 8 + SHOWN)]
    found = check(as_file(HEADING, *bad))
    assert [row.line for row in found.wrong] == list(range(2, 2 + SHOWN))
    assert (found.wrong_count, found.ratings) == (SHOWN + 2, 0)


@pytest.mark.unmeasured
def test_reading_that_was_cut_off_is_finished_by_the_same_file(window, monkeypatch):
    monkeypatch.setattr(history, "BATCH", BATCH)
    start = NOON - timedelta(days=20)
    rows = [
        f"A001,{(start + timedelta(minutes=n)).isoformat()},tablet,{n % 5 + 1}"
        for n in range(2 * BATCH + 7)
    ]
    file = as_file(HEADING, *rows)
    found = check(file)

    class PowerCut(Exception):
        pass

    def cut_in_the_second_batch(act):
        def fail(connection):
            act(connection)
            if len(done) == 1:
                raise PowerCut

        write(fail)
        done.append(BATCH)
        return BATCH

    done = []
    with pytest.raises(PowerCut):
        take_history(cut_in_the_second_batch, file, found, lambda *_: None, by="test")
    assert len(ratings()) == BATCH
    assert take(file) == HistoryTaken(new=BATCH + 7, known=BATCH)
    check_tallies()


def test_file_of_an_office_is_read_in_its_own_encoding(window):
    heading = "窗口编号,时间,渠道,评价等级,窗口人员"
    row = "A001,2026-07-15 14:30,手机,非常满意,张三"
    assert take(as_file(heading, row, encoding="gbk")).new == 1
    (rating,) = ratings()
    assert (rating.clerk_label, rating.level, rating.channel) == ("张三", 5, 1)


@pytest.mark.parametrize("data", [b"", b"\r\n \r\n,,\r\n"])
def test_empty_file_is_refused(window, data):
    with pytest.raises(FileEmpty):
        check(io.BytesIO(data))


def test_open_quotation_mark_is_named_with_its_line(window):
    with pytest.raises(QuotesBroken) as refusal:
        check(as_file(f"{HEADING},comment", f"{GOOD_ROW},ok", f'{GOOD_ROW},"open'))
    assert refusal.value.values == {"file": "h.csv", "line": 3}


def test_headings_are_needed(window):
    with pytest.raises(ColumnsMissing):
        check(as_file(GOOD_ROW))


def test_headings_alone_bring_nothing(window):
    assert take(as_file(HEADING)) == HistoryTaken(new=0, known=0)


def test_number_of_a_closed_window_leads_to_it_while_it_was_open(app, window):
    with transaction() as session:
        old = make_window(session, "B007")
        old.closed_on = date(2026, 7, 1)
        session.flush()
        new = make_window(session, "B007")
        ids = [old.id, new.id]
    take(
        as_file(
            HEADING,
            "B007,2026-06-30 17:00,tablet,5",
            "B007,2026-07-01 09:00,tablet,5",
        )
    )
    with reading() as session:
        found = session.scalars(select(Rating.window_id).order_by(Rating.tapped_at))
        assert found.all() == ids


@pytest.fixture
def clerk(window) -> int:
    return make_clerk("0317", "示例甲")


def test_rows_that_name_a_clerk_of_ours_carry_them(window, clerk):
    file = as_file(
        f"{HEADING},clerk",
        f"{GOOD_ROW},0317",
        f"{GOOD_ROW},示例甲",
        f"{GOOD_ROW},外聘人员",
        f"{GOOD_ROW},",
    )
    take(file)
    assert [(r.clerk_id, r.clerk_label) for r in ratings()] == [
        (clerk, "0317"),
        (clerk, "示例甲"),
        (None, "外聘人员"),
        (None, ""),
    ]
    check_clerk_tallies()


def test_same_file_is_the_same_before_and_after_its_clerks_are_known(window):
    rows = [f"{HEADING},clerk", f"{GOOD_ROW},0317"]
    before = check(as_file(*rows)), take(as_file(*rows))
    assert before[1].new == 1
    kept = ratings()[0]
    make_clerk("0317", "示例甲")
    assert take(as_file(*rows)) == HistoryTaken(new=0, known=1)
    again = ratings()[0]
    assert (again.digest, again.clerk_id) == (kept.digest, None)
