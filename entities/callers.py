"""The variables of a WSGI request in, the address of who sent it out.

The peer is who sent it, unless the peer is a configured proxy (``TRUSTED_PROXIES``): then ``X-Forwarded-For`` is read
from its right end, where the nearest proxy wrote, past further trusted hops to the first address that is no proxy's.
What stands left of that may be the client's invention. With no proxy configured the header means nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any

from entities.options import option

IPAddress = IPv4Address | IPv6Address
IPNetwork = IPv4Network | IPv6Network

MAX_HOPS = 20
IPV6_HOST_BITS = 64
# Some proxies add the port: 192.0.2.1:4711, [2001:db8::1]:4711.
_WITH_PORT = re.compile(r"^(?:\[([0-9A-Fa-f:.]{2,45})\]|([0-9.]{7,15}))(?::[0-9]{1,5})?$")


def caller_address(meta: Mapping[str, Any]) -> str:
    """Return the address of the caller, IPv4-mapped IPv6 as IPv4; empty where the server does not tell."""
    peer = _read(str(meta.get("REMOTE_ADDR", "")))
    if peer is None:
        return ""
    trusted: Sequence[IPNetwork] = option("TRUSTED_PROXIES")
    if trusted and _is_among(peer, trusted):
        return str(_behind(peer, str(meta.get("HTTP_X_FORWARDED_FOR", "")), trusted))
    return str(peer)


def counted_address(address: str) -> str:
    """Return what one caller is counted by: IPv4 as it is, IPv6 by its /64, which one caller has as a whole."""
    found = _read(address)
    if isinstance(found, IPv6Address):
        return str(IPv6Network((int(found) >> IPV6_HOST_BITS << IPV6_HOST_BITS, 128 - IPV6_HOST_BITS)))
    return address


def _behind(peer: IPAddress, forwarded: str, trusted: Sequence[IPNetwork]) -> IPAddress:
    """Return the last hop that a trusted one vouches for; what cannot be read ends the search."""
    hop = peer
    for text in reversed(forwarded.rsplit(",", MAX_HOPS)[-MAX_HOPS:]):
        found = _read(text.strip())
        if found is None:
            return hop
        hop = found
        if not _is_among(hop, trusted):
            return hop
    return hop


def _is_among(address: IPAddress, networks: Sequence[IPNetwork]) -> bool:
    return any(address in network for network in networks)


def _read(text: str) -> IPAddress | None:
    with_port = _WITH_PORT.match(text)
    if with_port:
        text = with_port[1] or with_port[2]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
