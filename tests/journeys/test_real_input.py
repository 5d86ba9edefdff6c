"""An office's own list and a hundred thousand past ratings, up to the board.

The recount begins at the file, not at the database: plain Python counts its rows,
and the second, loop-by-loop fair score ranks them.
"""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import openpyxl
import pytest
from playwright.sync_api import expect

from kiosk.clock import utc_now
from kiosk.domain.ranking import DEFAULTS
from tests.domain.fair_reference import reference_board

pytestmark = pytest.mark.journey

ROWS = 100_000
UNITS, EACH, DAYS = 4, 5, 60
ZONE = ZoneInfo("Asia/Shanghai")
HEADINGS = ["单位", "窗口编号", "窗口名称", "业务类型", "位置", "电话"]


def hall() -> list[list[str]]:
    """Return twenty windows of four units and two service types."""
    return [
        [f"虚构单位{unit}", f"{'ABCD'[unit]}{at:03}", f"业务{unit}-{at}",
         f"类型{unit % 2}", f"{unit + 1}楼", "0000-5550100"]
        for unit in range(UNITS)
        for at in range(1, EACH + 1)
    ]  # fmt: skip


def write_workbook(path) -> None:
    """Write the list as offices keep it: a title above, merged cells for units."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["某中心窗口一览表"])
    sheet.merge_cells("A1:F1")
    sheet.append(HEADINGS)
    for row in hall():
        sheet.append(row)
    for unit in range(UNITS):
        top = 3 + unit * EACH
        sheet.merge_cells(f"A{top}:A{top + EACH - 1}")
    book.save(path)


def write_list_in_gbk(path) -> None:
    lines = [",".join(row) for row in [HEADINGS, *hall()]]
    path.write_bytes("\r\n".join(lines).encode("gbk"))


def write_history(path, today) -> np.ndarray:
    """Write the past ratings; return their counts [window, day, channel, level]."""
    dice = np.random.default_rng(11)
    numbers = [row[1] for row in hall()]
    counts = np.zeros((len(numbers), DAYS, 2, 5), int)
    with path.open("w", encoding="utf-8") as file:
        file.write("window,time,channel,level\n")
        for nth in range(ROWS):
            at = nth % len(numbers)
            back = int(dice.integers(1, DAYS + 1))
            channel = int(dice.random() < 0.3)
            fives = 0.70 + 0.01 * at
            odds = [0.01, 0.01, 0.03, 0.95 - fives, fives]
            level = int(dice.choice(5, p=odds))
            moment = datetime.combine(
                today - timedelta(days=back), datetime.min.time(), ZONE
            ) + timedelta(hours=9, seconds=int(dice.integers(8 * 3600)))
            kind = ("tablet", "手机")[channel]
            when = moment.astimezone(UTC).isoformat()
            file.write(f"{numbers[at]},{when},{kind},{level + 1}\n")
            counts[at, DAYS - back, channel, level] += 1
    return counts


def test_hundred_thousand_ratings_end_on_the_board_as_recounted(
    server, visitors, tmp_path
):
    write_workbook(tmp_path / "windows.xlsx")
    write_list_in_gbk(tmp_path / "windows-gbk.csv")
    assert "20" in server.flask("import", "windows", str(tmp_path / "windows.xlsx"))
    before = server.rows("SELECT * FROM placement ORDER BY id")
    server.flask("import", "windows", str(tmp_path / "windows-gbk.csv"))
    assert server.rows("SELECT * FROM placement ORDER BY id") == before
    today = utc_now().astimezone(ZONE).date()
    counts = write_history(tmp_path / "ratings.csv", today)
    server.flask("import", "ratings", str(tmp_path / "ratings.csv"))
    assert server.rows("SELECT count(*) FROM rating") == [(ROWS,)]
    kinds = [int(row[3][-1]) for row in hall()]
    expected = reference_board(counts, kinds, DEFAULTS)
    board = json.loads(server.flask("board", "--format", "json"))["windows"]
    assert [row["window"] for row in board] == [row[1] for row in hall()]
    for row, own, cells in zip(board, expected, counts, strict=True):
        assert row["ratings"] == cells.sum()
        assert row["score"] == pytest.approx(own["score"], abs=5e-5)
        assert row["listed"] == own["listed"]
        if own["listed"]:
            places = (own["place"], own["place_low"], own["place_high"])
            assert (row["place"], row["low"], row["high"]) == places
    page = visitors("desk", "en").page
    page.goto(f"{server.url}/board")
    expect(page.locator("tbody tr").first).to_be_visible()
    shown = page.locator("td.c-score").all_inner_texts()
    listed = sorted((r for r in board if r["listed"]), key=lambda row: row["place"])
    assert shown == [f"{row['score']:.1f}" for row in listed]
    levels = Counter({level: int(counts[..., level].sum()) for level in range(5)})
    kept = server.rows("SELECT level - 1, count(*) FROM rating GROUP BY level")
    assert Counter(dict(kept)) == levels
