"""Signs of life of screens, and what they tell with them."""

from datetime import datetime

from sqlalchemy import Connection, update

from kiosk.domain.device_reports import DeviceFigures
from kiosk.models import DeviceReport, table_of
from kiosk.services.devices import note_heartbeat

_report = table_of(DeviceReport)


def keep_report(
    connection: Connection,
    device_id: int,
    figures: DeviceFigures | None,
    now: datetime,
) -> None:
    """Remember a sign of life and what was told with it; None: nothing was.

    The report is replaced whole: what a screen no longer tells is no longer known.
    Only a count that was not told stays, as it may stand for ratings.
    """
    note_heartbeat(connection, device_id, now)
    if figures is None:
        return
    values = {
        "reported_at": now,
        "oldest_at": figures.oldest_at,
        "drawn_at": figures.drawn_at,
        "battery": figures.battery,
        "charging": figures.charging,
        "version": figures.version,
        "offset_ms": figures.offset_ms,
        "storage": figures.storage,
        "browser": figures.browser,
    }
    counts = {"waiting": figures.waiting, "set_aside": figures.set_aside}
    values |= {name: count for name, count in counts.items() if count is not None}
    connection.execute(
        update(_report).where(_report.c.device_id == device_id).values(values)
    )
