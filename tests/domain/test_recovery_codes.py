"""Codes on paper."""

import re

from kiosk.domain.recovery_codes import new_recovery_code, plain_code


def test_a_code_is_easy_to_copy():
    for _ in range(100):
        assert re.fullmatch(
            r"([2-9b-df-hjkmnp-tv-z]{4}-){2}[2-9b-df-hjkmnp-tv-z]{4}",
            new_recovery_code(),
        )


def test_no_two_are_the_same():
    assert len({new_recovery_code() for _ in range(1000)}) == 1000


def test_case_blanks_and_dashes_do_not_matter():
    for typed in ["7k2m-xw4d-9qhs", "7K2M XW4D 9QHS", " 7k2mxw4d9qhs\n"]:
        assert plain_code(typed) == "7k2mxw4d9qhs"
    assert plain_code("7k2m-xw4d-9qht") != "7k2mxw4d9qhs"
    assert plain_code("- -") == ""
