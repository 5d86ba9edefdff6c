"""Words of the report on cases that more than one of its parts needs."""

from flask_babel import gettext

from kiosk.domain.reasons import ASPECT_WORDS, Aspect, reason_words

BCP = {"zh": "zh-CN", "en": "en-GB"}
"""Language of a document by that of the page."""
_TENS = 10


def reason_text(number: int) -> str:
    """Return a reason with what it is about; a whole aspect stands alone."""
    words = str(gettext(reason_words(number)))
    aspect = str(gettext(ASPECT_WORDS[Aspect(number // _TENS % _TENS)]))
    return words if words == aspect else f"{aspect} · {words}"
