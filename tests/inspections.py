"""Looks of inspectors as a device sends them, and how they are taken."""

from datetime import datetime
from uuid import UUID

from kiosk.domain.inspections import Find
from kiosk.extensions import recording
from kiosk.queries.campaign_inputs import CentreDays
from kiosk.services.inspections import Look, take_look
from tests.campaign_work import CLOCK
from tests.conftest import NOON
from tests.screens import HALL, ZONE

CENTRE = CentreDays(centre_id=HALL.centre_id, zone=ZONE)
_FIRST = UUID(int=1)


def find(item: str = "dress", **changes: object) -> Find:
    return Find(**({"item": item, "note": "", "found_at": NOON} | changes))


def look(campaign: int, window: int | None, *finds: Find, **changes: object) -> Look:
    """Return a look of today with the sheet of the work rules."""
    values = {
        "event_id": _FIRST,
        "campaign_id": campaign,
        "sheet": "visit",
        "window_id": window,
        "unit_id": None,
        "announced": False,
        "looked_at": NOON,
        "finds": finds,
    }
    return Look(**(values | changes))


def take(seen: Look, inspector: int, now: datetime = NOON) -> int:
    with recording("test", now) as records:
        return take_look(records, seen, inspector, CENTRE, CLOCK)
