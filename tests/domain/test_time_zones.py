"""Names of time zones: those on the list exist, made-up ones are refused."""

import pytest

from kiosk.domain.errors import UnknownTimeZone
from kiosk.domain.time_zones import COMMON_ZONES, DEFAULT_ZONE, parse_zone


@pytest.mark.parametrize("name", COMMON_ZONES)
def test_every_proposed_zone_exists(name):
    assert parse_zone(name).key == name


def test_list_begins_with_the_default_and_names_none_twice():
    assert COMMON_ZONES[0] == DEFAULT_ZONE == "Asia/Shanghai"
    assert len(set(COMMON_ZONES)) == len(COMMON_ZONES)


@pytest.mark.parametrize(
    "name", ["", "Mars/Base", "Asia", "../../etc/passwd", "/etc/localtime", "a\0b"]
)
def test_names_of_no_zone_are_refused(name):
    with pytest.raises(UnknownTimeZone):
        parse_zone(name)
