"""Plain functions that make what a test needs, without surprises."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.domain.tokens import new_window_code
from kiosk.models import Centre, Placement, ServiceType, Unit, Window
from kiosk.services.devices import make_pairing_link, pair_device

OPENED = date(2020, 1, 1)


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
    window = Window(
        centre_id=centre.id,
        code=new_window_code(),
        number=number,
        name=f"社保综合{number}",
        location="一楼A区",
        phone="0000-5550101",
        opened_on=OPENED,
    )
    session.add(window)
    session.flush()
    session.add(
        Placement(
            window_id=window.id,
            unit_id=_named(session, Unit, centre.id, unit).id,
            service_type_id=_named(session, ServiceType, centre.id, kind).id,
            starts_on=OPENED,
        )
    )
    session.flush()
    return window


def make_device(session: Session, window: Window, now) -> str:
    """Pair a screen with a window; return its secret."""
    token = make_pairing_link(session, window.id, now)
    session.flush()
    return pair_device(session, token, now)


def _named(session: Session, model, centre_id: int, name: str):
    found = session.scalars(
        select(model).where(model.centre_id == centre_id, model.name == name)
    ).one_or_none()
    if found is None:
        found = model(centre_id=centre_id, name=name)
        session.add(found)
        session.flush()
    return found
