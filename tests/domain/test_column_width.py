import pytest

from kiosk.domain.column_width import column_width, padded


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("", 0),
        ("A012", 4),
        ("社保综合1", 9),
        ("（出入境）", 10),
        ("1–4", 3),
        ("e\u0301", 1),
    ],
    ids=["empty", "latin", "mixed", "full-width marks", "dash", "combining"],
)
def test_column_width(text, width):
    assert column_width(text) == width


def test_padded_to_a_width_in_places():
    assert padded("社保", 6) == "社保  "
    assert padded("社保", 6, right=True) == "  社保"
    assert padded("社保", 4) == "社保"
    assert padded("社保", 3) == "社保"
