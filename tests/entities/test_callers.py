"""The address of a caller: the peer, unless a configured proxy vouches for another one."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

import pytest

from entities.callers import MAX_HOPS, caller_address, counted_address

PROXIES = tuple(ip_network(text) for text in ("10.0.0.0/8", "192.0.2.7/32", "fd00::/8"))


@pytest.fixture
def behind_proxies(settings: Any) -> None:
    settings.ENTITIES = {**settings.ENTITIES, "TRUSTED_PROXIES": PROXIES}


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        pytest.param("10.0.0.1", "198.51.100.9", "198.51.100.9", id="one-hop"),
        pytest.param("10.0.0.1", "203.0.113.5, 198.51.100.9", "198.51.100.9", id="forged-in-front"),
        pytest.param("10.0.0.1", "203.0.113.5,198.51.100.9,192.0.2.7, 10.9.9.9", "198.51.100.9", id="trusted-hops"),
        pytest.param("10.0.0.1", "10.1.1.1, 198.51.100.9", "198.51.100.9", id="trusted-address-forged"),
        pytest.param("fd00::1", " 198.51.100.9 ", "198.51.100.9", id="proxy-by-ipv6"),
        pytest.param("::ffff:10.0.0.1", "198.51.100.9", "198.51.100.9", id="mapped-proxy"),
        pytest.param("10.0.0.1", "::ffff:198.51.100.9", "198.51.100.9", id="mapped-caller"),
        pytest.param("10.0.0.1", "2001:db8::5", "2001:db8::5", id="ipv6"),
        pytest.param("10.0.0.1", "198.51.100.9:4711", "198.51.100.9", id="port"),
        pytest.param("10.0.0.1", "[2001:db8::5]:4711", "2001:db8::5", id="ipv6-and-port"),
        pytest.param("10.0.0.1", "", "10.0.0.1", id="no-header"),
        pytest.param("10.0.0.1", "198.51.100.9, unknown", "10.0.0.1", id="garbage"),
        pytest.param("10.0.0.1", "198.51.100.9, unknown, 10.2.2.2", "10.2.2.2", id="garbage-behind-a-hop"),
        pytest.param("10.0.0.1", "198.51.100.9,", "10.0.0.1", id="empty-hop"),
        pytest.param("10.0.0.1", "198.51.100.9, 010.0.0.1", "10.0.0.1", id="octal"),
        pytest.param("10.0.0.1", "198.51.100.9, 1٢.0.0.1", "10.0.0.1", id="other-digits"),
        pytest.param("10.0.0.1", "a\0b", "10.0.0.1", id="NUL"),
        pytest.param("10.0.0.1", "10.3.3.3, 10.2.2.2", "10.3.3.3", id="only-trusted"),
        pytest.param("10.0.0.1", "1.1.1.1," * 5_000 + "198.51.100.9", "198.51.100.9", id="long"),
        pytest.param("10.0.0.1", "1.1.1.1" + ",10.2.2.2" * (MAX_HOPS + 5), "10.2.2.2", id="too-many-hops"),
        pytest.param("198.51.100.9", "203.0.113.5", "198.51.100.9", id="untrusted-peer"),
        pytest.param("192.0.2.8", "203.0.113.5", "192.0.2.8", id="beside-a-proxy"),
        pytest.param("", "203.0.113.5", "", id="no-peer"),
    ],
)
@pytest.mark.usefixtures("behind_proxies")
def test_behind_proxies(peer: str, forwarded: str, address: str) -> None:
    """The header is read from the right: past trusted hops, to the first address that is none."""
    assert caller_address({"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": forwarded}) == address


def test_without_proxies_the_header_means_nothing() -> None:
    """Nobody is trusted by default, not even this machine."""
    assert caller_address({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.5"}) == "127.0.0.1"


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        pytest.param("198.51.100.9", "198.51.100.9", id="ipv4"),
        pytest.param("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", id="ipv6"),
        pytest.param("2001:db8:1:2::9", "2001:db8:1:2::/64", id="same-network"),
        pytest.param("2001:db8:1:3::9", "2001:db8:1:3::/64", id="next-network"),
        pytest.param("fe80::1%eth0", "fe80::/64", id="zone"),
        pytest.param("::ffff:198.51.100.9", "::ffff:198.51.100.9", id="mapped"),
        pytest.param("", "", id="unknown"),
    ],
)
def test_what_one_caller_is_counted_by(address: str, counted: str) -> None:
    """Whoever has an IPv6 address has some 2^64 of them."""
    assert counted_address(address) == counted
