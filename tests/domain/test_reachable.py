"""Addresses that a message may go to, and those it never goes to."""

import pytest

from kiosk.domain.reachable import (
    AddressForbidden,
    AddressNotPrivate,
    check_elsewhere,
    check_reachable,
)

PUBLIC = ["8.8.8.8", "2400:3200::1", "::ffff:8.8.8.8", "2002:808:808::1", "172.32.0.1"]
PRIVATE = [
    *("10.0.0.0", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.7.7"),
    *("100.64.0.1", "100.127.255.254", "fd00::7", "::ffff:10.0.0.1"),
    *("64:ff9b::a00:1", "2002:a00:1::1"),
]
FORBIDDEN = [
    *("127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1", "::7f00:1"),
    *("0.0.0.0", "0.1.2.3", "::", "169.254.169.254", "fe80::1", "fe80::1%eth0"),  # noqa: S104
    *("::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe"),
    *("2002:7f00:1::", "2001::1", "224.0.0.1", "ff02::1", "ff0e::1"),
    *("255.255.255.255", "240.0.0.1", "192.0.2.1", "198.18.0.1", "2001:db8::1"),
    *("100.100.100.200", "fd00:ec2::254", "fec0::1"),
]


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_reached_by_https_only(address):
    check_reachable(address, secured=True)
    with pytest.raises(AddressNotPrivate):
        check_reachable(address, secured=False)


@pytest.mark.parametrize("secured", [True, False])
@pytest.mark.parametrize("address", PRIVATE)
def test_private_ones_by_either_as_the_host_is_listed(address, secured):
    check_reachable(address, secured=secured)


@pytest.mark.parametrize("secured", [True, False])
@pytest.mark.parametrize("address", FORBIDDEN)
def test_own_services_key_stores_and_groups_never(address, secured):
    with pytest.raises(AddressForbidden):
        check_reachable(address, secured=secured)


@pytest.mark.parametrize(
    ("own", "other"),
    [
        ("192.168.7.7", "192.168.7.7"),
        ("::ffff:192.168.7.7", "192.168.7.7"),
        ("fe80::7%eth0", "fe80::7%eth1"),
    ],
)
def test_a_connection_to_the_own_machine_is_refused(own, other):
    with pytest.raises(AddressForbidden):
        check_elsewhere(own, other)


def test_one_to_the_neighbour_is_not():
    check_elsewhere("192.168.7.7", "192.168.7.8")
