"""What a citizen's words are meant as, chosen by themselves."""

from enum import IntEnum

from kiosk.domain.errors import RuleBroken, sentence


class Wish(IntEnum):
    """What should become of the words."""

    NONE = 0
    """Only to rate."""
    PRAISE = 1
    SUGGESTION = 2
    """A "golden idea" 金点子."""
    COMPLAINT = 3


WISH_WORDS: dict[Wish, str] = {
    Wish.PRAISE: sentence("Praise"),
    Wish.SUGGESTION: sentence("Suggestion"),
    Wish.COMPLAINT: sentence("Complaint"),
    Wish.NONE: sentence("Rating only"),
}


class WishUnknown(RuleBroken):
    """A form names a wish that none is."""

    code = "wish_unknown"
    text = sentence("Please choose praise, suggestion, complaint or rating only.")


def parse_wish(value: str) -> Wish:
    """Return the wish that a form sent; nothing sent is none. Raises WishUnknown."""
    for wish in Wish:
        if value == str(int(wish)):
            return wish
    if value:
        raise WishUnknown
    return Wish.NONE
