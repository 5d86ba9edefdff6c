"""The service guide: there as soon as one of its four texts is."""

import pytest

from kiosk.domain.guides import GUIDE_FIELDS, Guide, guide_of


@pytest.mark.parametrize("field", GUIDE_FIELDS)
def test_one_text_is_enough_for_a_guide(field):
    assert Guide(**{field: "即办"})


def test_four_empty_texts_are_none():
    assert not Guide()


def test_a_guide_is_taken_from_among_other_values():
    values = dict.fromkeys(GUIDE_FIELDS, "x") | {"name": "社保"}
    assert guide_of(values) == Guide(
        handles="x", takes="x", documents="x", promises="x"
    )
