"""Progress of long commands: a bar for people, few lines for logs."""

import io
from contextlib import redirect_stdout

from kiosk.cli.progress import progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_log_gets_a_line_for_each_tenth():
    log = io.StringIO()
    with redirect_stdout(log), progress("Rows") as report:
        for done in range(0, 1001, 7):
            report(done, 1000)
        report(1000, 1000)
    lines = log.getvalue().splitlines()
    assert lines[:2] == ["Rows: 105 of 1000", "Rows: 203 of 1000"]
    assert lines[-1] == "Rows: 1000 of 1000"
    assert len(lines) == 10


def test_nothing_to_do_is_no_line():
    log = io.StringIO()
    with redirect_stdout(log), progress("Rows") as report:
        report(0, 0)
    assert log.getvalue() == ""


def test_terminal_gets_a_bar_that_ends_full():
    terminal = Terminal()
    with redirect_stdout(terminal), progress("Rows") as report:
        report(400, 1000)
        report(1000, 1000)
    drawn = terminal.getvalue()
    assert "40%" in drawn
    assert "100%" in drawn
    assert "Rows" in drawn
