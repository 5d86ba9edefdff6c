"""Time zones: which names exist, and a short list to choose from."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kiosk.domain.errors import UnknownTimeZone

DEFAULT_ZONE = "Asia/Shanghai"
COMMON_ZONES = (
    DEFAULT_ZONE,
    "Asia/Urumqi",
    "Asia/Hong_Kong",
    "Asia/Macau",
    "Asia/Taipei",
    "Asia/Singapore",
    "Asia/Kuala_Lumpur",
    "Asia/Bangkok",
    "Asia/Tokyo",
    "Asia/Seoul",
    "Asia/Kolkata",
    "Asia/Dubai",
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/Los_Angeles",
    "Australia/Sydney",
    "UTC",
)


def parse_zone(name: str) -> ZoneInfo:
    """Return the zone with this IANA name, or raise UnknownTimeZone."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        raise UnknownTimeZone from unknown
