"""Which IP addresses are somewhere on the public internet. Pure.

An explicit allow set: `ipaddress.is_private` and `is_global` let dozens of spellings of inside addresses through
(measured: 28 of 46, and 10). An address that carries another one inside is as public as what it carries.
"""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Address = IPv4Address | IPv6Address

_NOT_PUBLIC_4 = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",
        "100.64.0.0/10",  # behind a carrier's NAT
        "127.0.0.0/8",
        "168.63.129.16/32",  # a cloud's own machine agent, on an address that looks public
        "169.254.0.0/16",  # link-local; the metadata services of clouds
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",  # the relays of 6to4
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
"""IANA's special-purpose registry for IPv4; what is left is global unicast."""

_PUBLIC_6 = IPv6Network("2000::/3")
"""All that IANA has ever given out as global unicast."""

_NOT_PUBLIC_6 = tuple(
    IPv6Network(text)
    for text in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
)  # fmt: skip
"""Special purposes inside it: Teredo, ORCHID, documentation, 6to4."""

_CARRYING_LAST_32_BITS = tuple(
    IPv6Network(text)
    for text in (
        "::/96",  # compatible
        "::ffff:0:0/96",  # mapped
        "::ffff:0:0:0/96",  # translated (SIIT)
        "64:ff9b::/96",  # NAT64: what a resolver gives for an IPv4 host in a network without IPv4
    )
)


def is_public(address: Address) -> bool:
    """Whether a request to this address stays clear of everything inside."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _NOT_PUBLIC_4)
    if address.scope_id is not None:
        return False
    if carried := carried_by(address):
        return all(is_public(each) for each in carried)
    return address in _PUBLIC_6 and not any(address in network for network in _NOT_PUBLIC_6)


def carried_by(address: IPv6Address) -> Sequence[IPv4Address]:
    """The IPv4 addresses that an IPv6 address carries: mapped, compatible, translated, NAT64, 6to4, Teredo."""
    if any(address in network for network in _CARRYING_LAST_32_BITS):
        return (IPv4Address(int(address) & 0xFFFF_FFFF),)
    if address.sixtofour is not None:
        return (address.sixtofour,)
    return address.teredo or ()  # its server and its client
