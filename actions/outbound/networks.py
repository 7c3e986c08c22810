"""An IP address in, whether it is one of the public internet's out.

Nothing is public that a registry of IANA lists as special, whatever the registry says of its reach: the IPv4 and IPv6
Special-Purpose Address Registries (RFC 6890 and its updates), multicast, and what is not assigned for unicast at all.
An IPv6 address that only carries an IPv4 address through a NAT64 (RFC 6052) is judged by the latter, for that is where
it leads; other ways of carrying one are refused.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

SPECIAL_IPV4 = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared by customers of a provider
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # not in the registries: a cloud's own services, as seen from its machines
        "169.254.0.0/16",  # link-local; where clouds keep their machines' credentials
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # automatic multicast tunneling
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarking
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and the broadcast
    )
)
# Outside of this block nothing is assigned for unicast on the internet: loopback, mapped and compatible addresses, the
# discard block, segment routing (5f00::/16), unique local, link-local (with and without scope), multicast.
GLOBAL_UNICAST = IPv6Network("2000::/3")
NAT64 = IPv6Network("64:ff9b::/96")
SPECIAL_IPV6 = tuple(
    IPv6Network(text)
    for text in (
        "2001::/23",  # protocol assignments: Teredo, benchmarking, ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
)


def is_address(text: str) -> bool:
    """Say whether a text is an IP address, in one of the forms that nobody reads as another one."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def is_public(text: str) -> bool:
    """Say whether an address is one of the public internet's; what is no address is not."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return _is_public_ipv4(address) if isinstance(address, IPv4Address) else _is_public_ipv6(address)


def _is_public_ipv4(address: IPv4Address) -> bool:
    return not any(address in network for network in SPECIAL_IPV4)


def _is_public_ipv6(address: IPv6Address) -> bool:
    if address.scope_id is not None:
        return False
    if address in NAT64:
        return _is_public_ipv4(IPv4Address(int(address) & 0xFFFFFFFF))
    return address in GLOBAL_UNICAST and not any(address in network for network in SPECIAL_IPV6)
