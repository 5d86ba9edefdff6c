"""Reply templates: what is kept, and the suggested ones as an office gets them."""

import re
from collections import Counter

import pytest

from kiosk.domain.cases import WordsMissing, WordsTooLong
from kiosk.domain.free_text import clean_text
from kiosk.domain.replies import (
    CAUSES,
    NAME_MOST,
    REPLY_MOST,
    ReplyCauseUnknown,
    ReplyNameMissing,
    parse_cause,
    parse_reply,
    parse_reply_name,
)
from kiosk.domain.reply_words import SUGGESTED

BINDING = (
    "保证",
    "一定会",
    "承诺",
    "绝不",
    "将在",
    "个工作日",
    "赔偿",
    "补偿",
    "今后不再",
)
"""What binds an office that has decided nothing yet."""


def test_causes_are_the_four_aspects_and_all_of_them():
    assert [parse_cause(f" {cause} ") for cause in CAUSES] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("text", ["", "5", "-1", "01", "效率", "１"])
def test_another_cause_is_refused(text):
    with pytest.raises(ReplyCauseUnknown):
        parse_cause(text)


def test_a_name_is_short():
    assert parse_reply_name(" 效率 ·  等候 ") == "效率 · 等候"
    assert len(parse_reply_name("长" * NAME_MOST)) == NAME_MOST
    for text in ("", " \n", "长" * (NAME_MOST + 1)):
        with pytest.raises(ReplyNameMissing, match="at most 60"):
            parse_reply_name(text)


def test_words_keep_their_lines():
    assert parse_reply(" 您好！\n让您久等了。 ") == "您好！\n让您久等了。"
    assert len(parse_reply("长" * REPLY_MOST)) == REPLY_MOST
    with pytest.raises(WordsMissing):
        parse_reply(" ")
    with pytest.raises(WordsTooLong, match="601 characters"):
        parse_reply("长" * (REPLY_MOST + 1))


def test_a_dozen_is_suggested_for_each_cause():
    assert Counter(each.cause for each in SUGGESTED) == dict.fromkeys(CAUSES, 12)
    names = [each.name for each in SUGGESTED]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("each", SUGGESTED, ids=lambda each: each.name)
def test_each_suggested_one_is_polite_fits_and_binds_nobody(each):
    assert each.words.startswith("您好！")
    assert re.search("〔[^〔〕]+〕", each.words)
    assert each.words.count("〔") == each.words.count("〕")
    assert [word for word in BINDING if word in each.words] == []
    assert not re.search(r"[A-Za-z0-9?!,;]|你", each.words)
    assert parse_reply(each.words) == each.words == clean_text(each.words)
    assert parse_reply_name(each.name) == each.name
