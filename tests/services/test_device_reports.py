"""Signs of life: what a screen tells is kept whole, and only its own."""

from datetime import timedelta

from kiosk.domain.device_reports import DeviceFigures
from kiosk.extensions import reading, write
from kiosk.models import Device, DeviceReport
from kiosk.services.device_reports import keep_report
from tests.conftest import NOON
from tests.screens import Screen, pair_screen


def beat(screen: Screen, figures: DeviceFigures | None, now) -> None:
    write(lambda connection: keep_report(connection, screen.device_id, figures, now))


def report(screen: Screen) -> DeviceReport:
    with reading() as session:
        return session.get_one(DeviceReport, screen.device_id)


def heard(screen: Screen):
    with reading() as session:
        return session.get_one(Device, screen.device_id).last_heard_at


def test_a_report_is_kept_whole_and_of_its_own_screen(app, clock):
    screen, other = pair_screen("A001", clock()), pair_screen("A002", clock())
    now = clock.forward(seconds=30)
    ago = now - timedelta(seconds=7)
    figures = DeviceFigures(
        waiting=2,
        set_aside=1,
        oldest_at=ago,
        drawn_at=ago,
        battery=50,
        charging=True,
        version="abc",
        offset_ms=-7_000_000_000_000 // 2,
        storage="memory",
        browser="Chromium 87",
    )
    beat(screen, figures, now)
    kept = report(screen)
    assert heard(screen) == kept.reported_at == now
    assert (kept.waiting, kept.set_aside, kept.oldest_at, kept.drawn_at) == (
        2,
        1,
        ago,
        ago,
    )
    assert (kept.battery, kept.charging, kept.version) == (50, True, "abc")
    assert (kept.offset_ms, kept.storage) == (-3_500_000_000_000, "memory")
    assert kept.browser == "Chromium 87"
    assert report(other).reported_at is None
    assert heard(other) == NOON


def test_what_is_no_longer_told_is_no_longer_known_but_for_counts(app, clock):
    screen = pair_screen("A001", clock())
    beat(screen, DeviceFigures(waiting=2, set_aside=1, battery=50), clock())
    now = clock.forward(seconds=30)
    beat(screen, DeviceFigures(version="abc"), now)
    kept = report(screen)
    assert (kept.waiting, kept.set_aside, kept.battery) == (2, 1, None)
    assert (kept.reported_at, kept.version) == (now, "abc")


def test_a_sign_of_life_without_figures_leaves_the_report(app, clock):
    screen = pair_screen("A001", clock())
    beat(screen, DeviceFigures(waiting=2), clock())
    later = clock.forward(seconds=30)
    beat(screen, None, later)
    assert heard(screen) == later
    assert (report(screen).reported_at, report(screen).waiting) == (NOON, 2)
