"""`flask import windows FILE`: what it takes, prints and refuses."""

import pytest
from sqlalchemy import func, select

from kiosk.extensions import reading
from kiosk.models import Window
from tests.workbooks import HEADINGS, OLD_OR_LOCKED, TITLE, workbook

CSV = (
    f"{TITLE},,,,,\n单位,窗口编号,窗口名称,业务类型,位置,电话\n"
    "市人社局,A001,社保综合1,社会保险,一楼A区,0000-5550101\n"
    ",A002,社保卡,社会保险,一楼A区,0000-5550102\n"
)
BAD = CSV + ",A002,重号,社会保险,,\n,A003,,社会保险,,\n,A004,待遇,社会保险,,\n"
NOTHING = (
    "Error: Nothing was taken. Correct the lines named above, or add --skip-bad to "
    "take the others.\n"
)


@pytest.fixture
def take(runner, tmp_path):
    """Write a file and import it; the result of the command."""

    def import_file(data, *options, name="windows.csv"):
        file = tmp_path / name
        file.write_bytes(data if isinstance(data, bytes) else data.encode())
        return runner.invoke(args=["import", "windows", str(file), *options])

    return import_file


def numbers():
    with reading() as session:
        return list(session.scalars(select(Window.number).order_by(Window.number)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_a_list_is_taken_and_counted(take, encoding):
    result = take(CSV.encode(encoding))
    assert (result.exit_code, result.stdout, result.stderr) == (
        0,
        "2 windows added, 0 changed, 0 unchanged.\n",
        "",
    )
    assert numbers() == ["A001", "A002"]


def test_a_workbook_with_title_and_merged_units_is_taken(take):
    rows = [[TITLE], HEADINGS, ["市人社局", "A001", "社保", "社会保险"]]
    rows += [[None, "A002", "社保卡", "社会保险"]]
    data = workbook(rows, merged=["A1:F1", "A3:A4"])
    result = take(data, name="windows.xlsx")
    assert result.stdout == "2 windows added, 0 changed, 0 unchanged.\n"


def test_a_second_time_nothing_is_new_and_a_change_is_counted(take):
    take(CSV)
    assert take(CSV).stdout == "0 windows added, 0 changed, 2 unchanged.\n"
    renamed = CSV.replace("社保卡", "医保卡")
    assert take(renamed).stdout == "0 windows added, 1 changed, 1 unchanged.\n"


def test_errors_are_named_by_line_and_nothing_is_taken(take):
    result = take(BAD)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        "line 5: Lines 4 and 5 have the same number A002.\n"
        "line 6: 窗口名称 is empty. Please fill it in.\n" + NOTHING
    )
    assert numbers() == []


def test_with_skip_bad_the_right_lines_are_taken(take):
    result = take(BAD, "--skip-bad")
    assert result.exit_code == 0
    assert result.stdout == "3 windows added, 0 changed, 0 unchanged.\n"
    assert result.stderr == (
        "line 5: Lines 4 and 5 have the same number A002.\n"
        "line 6: 窗口名称 is empty. Please fill it in.\n"
    )
    assert numbers() == ["A001", "A002", "A004"]


@pytest.mark.parametrize("options", [[], ["--skip-bad"]])
def test_a_list_without_a_right_line_is_refused_either_way(take, options):
    result = take("单位,窗口编号\n市人社局,A001\n", *options)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        "line 1: The column name 窗口名称 is missing.\n"
        "Error: Nothing was taken: no line is right.\n"
    )


@pytest.mark.parametrize(("wrong", "more"), [(50, ""), (53, "… and 3 errors more.\n")])
def test_fifty_errors_are_shown_and_the_others_counted(take, wrong, more):
    rows = "".join(f"市人社局,,窗口,{number}\n" for number in range(wrong))
    result = take(f"单位,窗口编号,窗口名称,位置\n{rows}市人社局,A001,窗口,\n")
    assert result.exit_code == 1
    lines = [f"line {n}: 窗口编号 is empty. Please fill it in.\n" for n in range(2, 52)]
    assert result.stderr == "".join(lines) + more + NOTHING


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "Error: windows.csv is empty.\n"),
        (OLD_OR_LOCKED, "Error: windows.csv is protected by a password or is an old"),
        (b"%PDF-1.7", "Error: windows.csv cannot be read as a table."),
        (b"a" * (10 * 1024 * 1024 + 1), "Error: windows.csv is larger than 10 MB."),
        (
            "只有一句话",
            "Error: No row with headings was found among the first 11 rows.",
        ),
        ("单位,窗口编号,窗口名称\n", "Error: There is no window below the headings.\n"),
    ],
    ids=["empty", "protected", "no table", "too large", "no headings", "no window"],
)
def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(take, data, words):
    result = take(data, "--skip-bad")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(words)
    assert numbers() == []


def test_a_file_that_is_not_there_is_a_wrong_argument(runner):
    result = runner.invoke(args=["import", "windows", "/nowhere/windows.csv"])
    assert result.exit_code == 2
    assert "'/nowhere/windows.csv': No such file or directory" in result.stderr


def test_without_an_installation_the_command_that_makes_it_is_named(unbegun, tmp_path):
    file = tmp_path / "windows.csv"
    file.write_text(CSV, "utf-8")
    runner = unbegun.test_cli_runner()
    result = runner.invoke(args=["import", "windows", str(file)])
    assert result.exit_code == 1
    assert "Run: flask --app wsgi init" in result.stderr
    with reading() as session:
        assert session.scalar(select(func.count(Window.id))) == 0
