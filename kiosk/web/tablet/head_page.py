"""The head of a screen: what its template is given, and where that comes from."""

from dataclasses import dataclass
from datetime import date, datetime

from markupsafe import Markup

from kiosk.domain.errors import UnknownWindow
from kiosk.domain.opening import Opening
from kiosk.extensions import reading
from kiosk.queries.devices import DeviceView
from kiosk.queries.places import WindowView, window_by_id
from kiosk.queries.shifts import OnDuty, on_duty
from kiosk.queries.windows import ClosedWindow, closed_window
from kiosk.web import current
from kiosk.web.opening import opening_now
from kiosk.web.screen_mark import shell_mark
from kiosk.web.tablet.codes import rotating_codes
from kiosk.web.tablet.corner import corner

_MOMENT = "%m-%d %H:%M"


@dataclass(frozen=True)
class HeadPage:
    """The head: where the visitor is, who serves there, and what the page must know."""

    window: WindowView | ClosedWindow
    duty: OnDuty | None
    """Who serves here now, as visitors may read it."""
    device: DeviceView
    opening: Opening
    now: datetime
    opens_at: str
    """When the hall opens again, alike in all languages; "" for nothing near."""
    version: str
    """Mark of the page as it would be made now; an open page of another loads anew."""
    codes: tuple[Markup, ...]
    """Pictures of the codes that open the rating page on a phone; may be none."""

    @property
    def closed(self) -> ClosedWindow | None:
        """The window as a closed one; its screen then takes no ratings."""
        return self.window if isinstance(self.window, ClosedWindow) else None

    @property
    def is_withdrawn(self) -> bool:
        """Whether the pairing ended; the screen only delivers what it still holds."""
        return self.device.revoked_at is not None

    @property
    def is_asleep(self) -> bool:
        """Whether the hall is outside its hours."""
        return not self.opening.is_open


def head_page(device: DeviceView) -> HeadPage:
    """Return the head of a screen, at this moment. Raises UnknownWindow."""
    now, centre = current.now(), current.this_centre()
    window = _place(device.window_id)
    with reading() as session:
        duty = on_duty(session, device.window_id, now)
    hours = opening_now()
    opens = hours.next_at
    words = "" if opens is None else opens.astimezone(centre.zone).strftime(_MOMENT)
    version = "-".join(filter(None, (shell_mark(), corner().mark)))
    return HeadPage(
        window,
        duty,
        device,
        hours,
        now,
        words,
        version,
        _codes(window, device, hours, now),
    )


def _codes(
    window: WindowView | ClosedWindow, device: DeviceView, hours: Opening, now: datetime
) -> tuple[Markup, ...]:
    """Return the codes of a screen that takes ratings now."""
    asks = device.revoked_at is None and hours.is_open
    if isinstance(window, ClosedWindow) or not asks:
        return ()
    return rotating_codes(window.code, now)


def window_of(window_id: int) -> WindowView:
    """Return the screen's open window. Raises UnknownWindow."""
    with reading() as session:
        window = window_by_id(session, window_id, _today())
    if window is None:
        raise UnknownWindow
    return window


def _place(window_id: int) -> WindowView | ClosedWindow:
    """Return the screen's window, as one that is closed where it is."""
    with reading() as session:
        closed = closed_window(session, _today(), window_id=window_id)
    return closed or window_of(window_id)


def _today() -> date:
    return current.now().astimezone(current.this_centre().zone).date()
