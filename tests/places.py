"""A small list of windows, taken in, and how others read it afterwards."""

from datetime import timedelta

from sqlalchemy import select

from kiosk.domain.window_list import WindowRow
from kiosk.extensions import reading, recording
from kiosk.models import Placement, ServiceType, Unit, Window
from kiosk.queries.installation import centre_version
from kiosk.queries.places import open_windows
from kiosk.services.places import WindowImport, import_windows
from tests.builders import the_centre
from tests.conftest import NOON

TODAY = NOON.date()
LONG_AGO = TODAY - timedelta(days=400)
ROWS = [
    WindowRow(
        unit="市人社局",
        number="A001",
        name="社保综合1",
        service_type="社会保险",
        location="一楼A区",
        phone="0000-5550101",
    ),
    WindowRow(unit="市人社局", number="A002", name="社保卡", service_type="社会保险"),
    WindowRow(unit="市医保局", number="B001", name="异地备案"),
]


def changed(row: WindowRow, **fields) -> WindowRow:
    values = {name: getattr(row, name) for name in WindowRow.__slots__}
    return WindowRow(**(values | fields))


def take(rows, today=TODAY) -> WindowImport:
    """Import in a transaction of its own, at noon of that day."""
    now = NOON + (today - TODAY)
    with recording("test", now) as records:
        return import_windows(records, the_centre(records.session).id, rows, today)


def kept(today=TODAY):
    """The open windows of a day by number, as others read them."""
    with reading() as session:
        found = open_windows(session, the_centre(session).id, today)
    return {window.number: window for window in found}


def facts(window):
    return (window.name, window.unit, window.service_type)


def placements(number):
    """(unit, service type, first day, first day no more) of each, in order."""
    with reading() as session:
        rows = session.execute(
            select(Unit.name, ServiceType.name, Placement.starts_on, Placement.ends_on)
            .join(Unit, Unit.id == Placement.unit_id)
            .join(ServiceType, ServiceType.id == Placement.service_type_id)
            .join(Window, Window.id == Placement.window_id)
            .where(Window.number == number)
            .order_by(Placement.starts_on)
        )
        return [tuple(row) for row in rows]


def version():
    with reading() as session:
        return centre_version(session, the_centre(session).id)
