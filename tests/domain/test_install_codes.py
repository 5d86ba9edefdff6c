"""Install codes: typeable, without characters that are mistaken for each other."""

import pytest

from kiosk.domain.install_codes import (
    CODE_LENGTH,
    CODE_LIFE,
    CodeUnknown,
    new_install_code,
    normal_code,
    spoken,
)


def test_codes_are_short_and_have_no_characters_that_look_alike():
    codes = {new_install_code() for _ in range(500)}
    assert len(codes) > 490
    assert {len(code) for code in codes} == {CODE_LENGTH} == {6}
    assert not set("".join(codes)) & set("0O1IL2Z5S8BGU")
    assert all(normal_code(code) == code for code in codes)
    assert CODE_LIFE.total_seconds() == 600


@pytest.mark.parametrize("typed", ["k7m-qp4", " K7M QP4 ", "K7M·QP4", "k7mqp4"])
def test_case_and_what_stands_between_do_not_matter(typed):
    assert normal_code(typed) == "K7MQP4"


@pytest.mark.parametrize(
    "typed", ["", "K7MQP", "K7MQP44", "K7MQP0", "' OR 1=1", "Ｋ7MQP4", "\x00K7MQP4"]
)
def test_what_no_tablet_ever_shows_is_refused(typed):
    with pytest.raises(CodeUnknown):
        normal_code(typed)


def test_a_code_is_read_aloud_in_two_halves():
    assert spoken("K7MQP4") == "K7M QP4"
