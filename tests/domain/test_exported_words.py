"""The apostrophe before what a spreadsheet would compute: set, and taken off again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.exported_words import as_typed, as_words

MARKS = "=+-@＝＋－＠"


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("before", ["", " ", "\u3000 ", "\t", "'"])
def test_what_begins_like_a_formula_gets_an_apostrophe(mark, before):
    text = f"{before}{mark}1+1"
    assert as_words(text) == f"'{text}"
    assert as_typed(f"'{text}") == text


@pytest.mark.parametrize("control", "\t\r\n")
def test_a_control_before_a_cell_is_no_way_around_it(control):
    assert as_words(f"{control}x") == f"'{control}x"


@pytest.mark.parametrize("text", ["", "社保", "A-1", "1+1", "'quoted'", "a=b", "'"])
def test_other_words_stay_as_they_are(text):
    assert as_words(text) == text
    assert as_typed(text) == text


@given(st.text(alphabet="'=+-@＝ \t\u3000甲a1\n", max_size=8) | st.text(max_size=20))
def test_every_text_comes_back_as_it_went(text):
    assert as_typed(as_words(text)) == text


@given(st.text(alphabet="'=+-@＝＋－＠ \t\r\n\u3000甲1", max_size=8))
def test_nothing_leaves_that_begins_with_a_mark(text):
    assert not as_words(text).lstrip().startswith(tuple(MARKS))
