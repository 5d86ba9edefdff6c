"""Which network addresses this server may call of its own accord, and which never.

A message that is sent to a chosen address is a tool in the hands of whoever chooses
it: it could reach the server's own services, or a cloud's store of keys.
"""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from kiosk.domain.errors import RuleBroken, sentence

Address = IPv4Address | IPv6Address
_NAT64 = ip_network("64:ff9b::/96")
_SITE_LOCAL = ip_network("fec0::/10")
"""Private once, given up by RFC 3879, and global to the library."""
_PRIVATE = tuple(
    ip_network(block)
    for block in (
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"),
        # Between a provider and its customers (RFC 6598).
        "100.64.0.0/10",
    )
)
_CLOUD_KEYS = frozenset({ip_address("100.100.100.200"), ip_address("fd00:ec2::254")})
"""Stores of keys that clouds keep at addresses which are not link-local."""


class AddressForbidden(RuleBroken):
    """A host's name leads to this server, to a key store, or to no single host."""

    code = "address_forbidden"
    text = sentence(
        "The name of this host leads to an address that messages are never sent to."
    )


class AddressNotPrivate(RuleBroken):
    """Plain http would leave the hall's own network."""

    code = "address_not_private"
    text = sentence(
        "Messages leave the hall's own network by https only; plain http is for "
        "hosts with a private address."
    )


def check_reachable(address: str, *, secured: bool) -> None:
    """Refuse an address that a listed host must not have.

    Private ranges are allowed, as the host is listed by name and most systems of a
    hall are there. `secured`: by https. Raises AddressForbidden, AddressNotPrivate.
    """
    found = _bare(ip_address(address.partition("%")[0]))
    if found in _CLOUD_KEYS or found in _SITE_LOCAL:
        raise AddressForbidden
    if any(found in block for block in _PRIVATE):
        return
    # Many of the special blocks count as global there, such as those for groups.
    if not found.is_global or found.is_multicast or found.is_reserved:
        raise AddressForbidden
    if not secured:
        raise AddressNotPrivate


def check_elsewhere(own: str, other: str) -> None:
    """Refuse a connection whose two ends are one machine. Raises AddressForbidden."""
    ends = [_bare(ip_address(end.partition("%")[0])) for end in (own, other)]
    if ends[0] == ends[1]:
        raise AddressForbidden


def _bare(address: Address) -> Address:
    """Return the address that is meant where one is written inside another."""
    if isinstance(address, IPv4Address):
        return address
    inside = address.ipv4_mapped or address.sixtofour
    if address in _NAT64:
        inside = IPv4Address(int(address) & 0xFFFFFFFF)
    return inside or address
