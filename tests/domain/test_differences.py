"""What an entry changed, field by field."""

import pytest

from kiosk.domain.differences import Difference, differences

ROW = {"id": 3, "name": "社保综合", "location": "", "open": False, "unit_id": None}


def test_only_what_differs_is_told_by_name_of_the_field():
    after = ROW | {"name": "医保综合", "location": "一楼"}
    assert differences(ROW, after) == (
        Difference("location", "", "一楼"),
        Difference("name", "社保综合", "医保综合"),
    )


def test_nothing_differs_in_an_equal_row():
    assert differences(ROW, dict(ROW)) == ()


def test_a_new_row_tells_what_it_has():
    assert differences(None, ROW) == (
        Difference("name", None, "社保综合"),
        Difference("open", None, False),
    )


def test_a_struck_row_tells_what_it_had():
    assert differences(ROW, None) == (
        Difference("name", "社保综合", None),
        Difference("open", False, None),
    )


@pytest.mark.parametrize(("before", "after"), [("", None), (None, "")])
def test_an_empty_text_is_nothing(before, after):
    assert differences({"note": before}, {"note": after}) == ()


def test_a_field_that_a_later_release_added_counts_as_new():
    assert differences({"id": 1}, {"id": 1, "added": 5}) == (
        Difference("added", None, 5),
    )
