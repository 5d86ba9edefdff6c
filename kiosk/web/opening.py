"""Whether the hall is open now, for screens and for those who look after them."""

from kiosk.domain.opening import ALWAYS_OPEN, Opening
from kiosk.extensions import reading
from kiosk.queries.calendar import opening
from kiosk.web import current


def opening_now() -> Opening:
    """Return the hall's opening at this moment.

    A demonstration never sleeps: people look at it in the evening.
    """
    if current.this_installation().demonstration:
        return ALWAYS_OPEN
    centre = current.this_centre()
    with reading() as session:
        return opening(session, centre.id, centre.zone, current.now())
