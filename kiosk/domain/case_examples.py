"""Examples in reports: the matter told again by the writer, never a citizen's words."""

from collections.abc import Iterable

from kiosk.domain.cases import parse_words
from kiosk.domain.errors import RuleBroken, sentence
from kiosk.domain.masking import mask

EXAMPLE_MOST = 300
"""Characters of an example."""
RUN_MOST = 11
"""Letters and signs in a row that an example may share with what a citizen wrote."""


class TooClose(RuleBroken):
    """An example repeats what the citizen wrote."""

    code = "example_too_close"
    text = sentence(
        "This repeats the citizen’s own words: “%(words)s”. Please tell the matter in "
        "your own words, so that nobody can be recognised by theirs."
    )


def parse_example(text: str, voices: Iterable[str]) -> str:
    """Return an example as it is kept, with personal numbers hidden.

    voices: what citizens wrote in the case. Raises WordsMissing, WordsTooLong, and
    TooClose where more than RUN_MOST letters in a row are a citizen's.
    """
    words = mask(parse_words(text, EXAMPLE_MOST))
    told = _letters(words)
    runs = {told[at : at + RUN_MOST + 1] for at in range(len(told) - RUN_MOST)}
    for voice in voices:
        said = _letters(voice)
        for at in range(len(said) - RUN_MOST):
            if (run := said[at : at + RUN_MOST + 1]) in runs:
                raise TooClose(words=run)
    return words


def _letters(text: str) -> str:
    """Return the text without blanks and signs, which a copy may differ in."""
    return "".join(sign for sign in text.casefold() if sign.isalnum())
