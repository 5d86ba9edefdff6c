"""What people type, made safe to store and to show without changing its words."""

import re
import unicodedata
from collections.abc import Iterator

# Controls, formats (they reverse text, hide in it or join it invisibly) and halves
# of characters. Code points this Python does not know yet stay: the newest of them
# are rare Chinese characters in names. Emoji lose their joiner and fall apart.
_REMOVED = frozenset({"Cc", "Cf", "Cs"})
# The limit of Unicode's Stream-Safe Text Format (UAX 15, section 13). Putting a
# longer run in its normal order takes a time that grows with its square.
_MARKS_MOST = 30
_LINE_END = re.compile(r"\r\n?")


def clean_text(text: str, *, lines: bool = False) -> str:
    """Return `text` in NFC without control, bidi and zero-width characters.

    With `lines`, line breaks stay; else every run of blanks becomes one space.
    At most thirty combining marks stay on one letter.
    """
    kept = "".join(_kept(_LINE_END.sub("\n", text)))
    normal = unicodedata.normalize("NFC", kept)
    if not lines:
        return " ".join(normal.split())
    return "\n".join(" ".join(line.split()) for line in normal.split("\n")).strip()


def _kept(text: str) -> Iterator[str]:
    marks = 0
    for character in text:
        # A tab or a form feed is a control too, but between two words.
        blank = character.isspace()
        if not blank and unicodedata.category(character) in _REMOVED:
            continue
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= _MARKS_MOST:
            yield character
