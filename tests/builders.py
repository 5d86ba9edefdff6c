"""Plain functions that make what a test needs, without surprises."""

from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.domain.tokens import new_code
from kiosk.models import Centre, Placement, ServiceType, Unit, Window
from kiosk.services.devices import make_pairing_link, pair_device
from kiosk.services.places import named_keys
from kiosk.services.records import book

OPENED = date(2020, 1, 1)
MADE = datetime(2020, 1, 1, tzinfo=UTC)


def the_centre(session: Session) -> Centre:
    return session.scalars(select(Centre)).first()


def make_window(
    session: Session,
    number: str = "A001",
    *,
    unit: str = "市人社局",
    kind: str = "社保",
) -> Window:
    """Make an open window; unit and service type are found or made by name."""
    centre = the_centre(session)
    row = {
        "centre_id": centre.id,
        "code": new_code(),
        "number": number,
        "name": f"社保综合{number}",
        "location": "一楼A区",
        "phone": "0000-5550101",
        "opened_on": OPENED,
    }
    with book(session, "test", MADE) as records:
        units = named_keys(records, Unit, centre.id, [unit])
        kinds = named_keys(records, ServiceType, centre.id, [kind])
        [key] = records.add(Window, centre.id, [row])
        placement = {
            "window_id": key,
            "unit_id": units[unit],
            "service_type_id": kinds[kind],
            "starts_on": OPENED,
        }
        records.add(Placement, centre.id, [placement])
    return session.get_one(Window, key)


def make_device(session: Session, window: Window, now) -> str:
    """Pair a screen with a window; return its secret."""
    token = make_pairing_link(session, window.id, now)
    session.flush()
    return pair_device(session, token, now)
