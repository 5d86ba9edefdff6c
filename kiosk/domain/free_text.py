"""What people type, made safe to store and to show without changing its words."""

import unicodedata

# Characters that make text look other than it is: they reverse it, hide in it
# or join it invisibly. Emoji lose their joiner and fall apart into their parts.
_KEPT_CONTROLS = "\n\t"


def clean_text(text: str, *, lines: bool = False) -> str:
    """Return `text` in NFC without control, bidi and zero-width characters.

    With `lines`, line breaks stay; else every run of blanks becomes one space.
    """
    normal = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    kept = "".join(
        mark
        for mark in normal
        if mark in _KEPT_CONTROLS or unicodedata.category(mark)[0] != "C"
    )
    if not lines:
        return " ".join(kept.split())
    return "\n".join(" ".join(line.split()) for line in kept.split("\n")).strip()
