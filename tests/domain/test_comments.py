"""What a citizen's words are meant as."""

import pytest

from kiosk.domain.comments import WISH_WORDS, Wish, WishUnknown, parse_wish


@pytest.mark.parametrize("wish", list(Wish))
def test_a_wish_is_read_from_its_number(wish):
    assert parse_wish(str(int(wish))) is wish
    assert WISH_WORDS[wish]


def test_nothing_sent_is_only_a_rating():
    assert parse_wish("") is Wish.NONE


@pytest.mark.parametrize("value", ["4", "-1", "praise", "１", "1 "])
def test_another_value_is_refused(value):
    with pytest.raises(WishUnknown):
        parse_wish(value)
