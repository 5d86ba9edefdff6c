"""Every sentence of the product exists in Chinese, whole and with its places."""

import re
from functools import cache

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from tests.house.project import TOP

pytestmark = pytest.mark.unmeasured

KEYWORDS = DEFAULT_KEYWORDS | {"both": None, "sentence": None}
CATALOGUE = TOP / "translations" / "zh" / "LC_MESSAGES" / "messages.po"
_PLACE = re.compile(r"%\([a-z_]+\)[a-z]|%%")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
# Names and signs that are the same in both languages.
_SAME = re.compile(r"[^A-Za-z]*|.*(English|中文).*")


@cache
def said() -> tuple[str, ...]:
    """Return every message of the sources; of a plural the singular."""
    with (TOP / "translations" / "babel.cfg").open() as mapping:
        methods, options = parse_mapping_cfg(mapping)
    found = extract_from_dir(str(TOP), methods, options, keywords=KEYWORDS)
    ids = (message for _file, _line, message, _comments, _context in found)
    return tuple(sorted({one if isinstance(one, str) else one[0] for one in ids}))


@cache
def catalogue() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="zh")


def kept(text: str) -> Message | None:
    return catalogue().get(text)


def forms(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def test_the_sources_say_something():
    assert len(said()) > 50
    assert "Please choose one of the five levels." in said()
    assert "Very satisfied" in said()
    assert "Were you satisfied with the service?" in said()


def faults(text: str, message: Message | None) -> list[str]:
    """Return what is wrong with the Chinese of a message, a word or two each."""
    if message is None:
        return ["missing in the catalogue"]
    found = ["guessed from another sentence"] if message.fuzzy else []
    for form in forms(message):
        if not form.strip():
            found.append("empty")
        elif not _CHINESE.search(form) and not _SAME.fullmatch(text):
            found.append("not Chinese")
        if set(_PLACE.findall(form)) != set(_PLACE.findall(text)):
            found.append("other places")
    return found


def test_each_sentence_has_its_chinese():
    found = {text: faults(text, kept(text)) for text in said()}
    assert {text: wrong for text, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize(
    ("text", "message", "wrong"),
    [
        ("Send", None, "missing in the catalogue"),
        (
            "Send",
            Message("Send", "提交", flags=["fuzzy"]),
            "guessed from another sentence",
        ),
        ("Send", Message("Send", ""), "empty"),
        ("Send", Message("Send", "Senden"), "not Chinese"),
        ("Send %(n)s", Message("Send %(n)s", "提交 %(m)s"), "other places"),
        ("Send", Message("Send", "提交"), None),
        ("English", Message("English", "English"), None),
    ],
)
def test_the_check_sees_what_is_wrong(text, message, wrong):
    assert faults(text, message) == ([wrong] if wrong else [])


def test_no_sentence_of_the_catalogue_is_left_over():
    left = sorted(
        str(message.id)
        for message in catalogue()
        if message.id
        and (message.id if isinstance(message.id, str) else message.id[0]) not in said()
    )
    assert left == []
