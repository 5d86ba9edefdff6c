"""What a screen tells is read part by part; what is not understood is not told."""

from datetime import UTC, datetime, timedelta

import pytest

from kiosk.domain.device_reports import DeviceFigures, parse_figures

NOW = datetime(2026, 7, 16, 4, 0, tzinfo=UTC)


def test_all_that_a_page_tells_is_read():
    told = {
        "waiting": "3",
        "aside": "1",
        "oldest": "75",
        "drawn": "1",
        "battery": "64",
        "charging": "0",
        "version": "0a1b2c3d4e-0f1e2d3c",
        "offset": "-120000",
        "storage": "disk",
        "browser": "Chromium 87",
    }
    assert parse_figures(told, NOW) == DeviceFigures(
        waiting=3,
        set_aside=1,
        oldest_at=NOW - timedelta(seconds=75),
        drawn_at=NOW - timedelta(seconds=1),
        battery=64,
        charging=False,
        version="0a1b2c3d4e-0f1e2d3c",
        offset_ms=-120_000,
        storage="disk",
        browser="Chromium 87",
    )


@pytest.mark.parametrize("told", [{}, {"lang": "en"}, {"waiting": "many"}])
def test_a_page_that_tells_nothing_has_no_report(told):
    assert parse_figures(told, NOW) is None


@pytest.mark.parametrize(
    ("name", "good", "wrong"),
    [
        (
            "waiting",
            "1000000",
            ["1000001", "-1", "1.5", "1e3", "", " 1", "٣", "1" * 99],
        ),
        ("aside", "0", ["-1", "x"]),
        ("battery", "100", ["101", "-1", "NaN"]),
        ("drawn", "0", ["-1", "Infinity", "9" * 12]),
        ("offset", "-6000000000000", ["9000000000000", "null", "--1"]),
        ("version", "v1.2+x-3", ["", "x" * 21, "<b>", "a b"]),
        ("browser", "Firefox 115.0", ["x" * 41, "<script>", "浏览器"]),
        ("storage", "memory", ["tape", "Disk"]),
        ("charging", "1", ["true", "2"]),
    ],
)
def test_each_part_has_its_bounds(name, good, wrong):
    assert parse_figures({name: good}, NOW) is not None
    for text in wrong:
        assert parse_figures({name: text}, NOW) is None, text


def test_nothing_waits_since_any_time_where_nothing_waits():
    assert parse_figures({"waiting": "0", "oldest": "99"}, NOW).oldest_at is None
    assert parse_figures({"oldest": "99", "drawn": "1"}, NOW).oldest_at is None


def test_charging_is_told_apart_from_not_told():
    assert parse_figures({"charging": "1"}, NOW).charging is True
    assert parse_figures({"battery": "5"}, NOW).charging is None
