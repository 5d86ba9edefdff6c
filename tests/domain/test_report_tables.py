"""Values of a report as they are read."""

import pytest

from kiosk.domain.case_figures import Rate
from kiosk.domain.report_tables import NOTHING, Table, value_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, NOTHING),
        (Rate(0, 0), NOTHING),
        (Rate(7, 8), "87.5 % (7/8)"),
        (Rate(0, 3), "0.0 % (0/3)"),
        (12.54, "+12.5"),
        (-3.0, "-3.0"),
        (0.0, "0.0"),
        (-0.04, "0.0"),
        (-0.06, "-0.1"),
        (7, "7"),
        ("市人社局", "市人社局"),
    ],
)
def test_a_percentage_never_stands_without_its_numbers(value, text):
    assert value_text(value) == text


def test_a_column_has_shares_where_one_of_its_rows_has():
    table = Table(
        caption="", headings=["a", "b"], rows=[["x", None], ["y", Rate(1, 2)]]
    )
    assert [table.has_shares(column) for column in (0, 1)] == [False, True]
