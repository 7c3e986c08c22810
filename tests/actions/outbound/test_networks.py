"""Which addresses are the public internet's: every special range by hand, and all others by an independent reading."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.outbound.networks import is_public

# Each with the address before it and the one after it, where those are public.
EDGES_IPV4 = [
    ("0.0.0.0/8", False, True),
    ("10.0.0.0/8", True, True),
    ("100.64.0.0/10", True, True),
    ("127.0.0.0/8", True, True),
    ("168.63.129.16/32", True, True),
    ("169.254.0.0/16", True, True),
    ("172.16.0.0/12", True, True),
    ("192.0.0.0/24", True, True),
    ("192.0.2.0/24", True, True),
    ("192.31.196.0/24", True, True),
    ("192.52.193.0/24", True, True),
    ("192.88.99.0/24", True, True),
    ("192.168.0.0/16", True, True),
    ("192.175.48.0/24", True, True),
    ("198.18.0.0/15", True, True),
    ("198.51.100.0/24", True, True),
    ("203.0.113.0/24", True, True),
    ("224.0.0.0/4", True, False),
    ("240.0.0.0/4", False, False),
]
EDGES_IPV6 = [
    ("::/128", False, False),
    ("::1/128", False, False),
    ("::ffff:0:0/96", False, False),
    ("64:ff9b:1::/48", False, False),
    ("100::/64", False, False),
    ("2001::/23", True, True),
    ("2001:db8::/32", True, True),
    ("2002::/16", True, True),
    ("2620:4f:8000::/48", True, True),
    ("3fff::/20", True, True),
    ("5f00::/16", False, False),
    ("fc00::/7", False, False),
    ("fe80::/10", False, False),
    ("fec0::/10", False, False),
    ("ff00::/8", False, False),
]


@pytest.mark.parametrize(("network", "before", "after"), EDGES_IPV4, ids=[edge[0] for edge in EDGES_IPV4])
def test_a_special_ipv4_range_ends_where_its_registry_says(network: str, before: bool, after: bool) -> None:
    """First and last address are refused, their neighbours are what they are."""
    block = IPv4Network(network)
    first, last = int(block.network_address), int(block.broadcast_address)
    assert not is_public(str(IPv4Address(first)))
    assert not is_public(str(IPv4Address(last)))
    assert first == 0 or is_public(str(IPv4Address(first - 1))) is before
    assert last == 2**32 - 1 or is_public(str(IPv4Address(last + 1))) is after


@pytest.mark.parametrize(("network", "before", "after"), EDGES_IPV6, ids=[edge[0] for edge in EDGES_IPV6])
def test_a_special_ipv6_range_ends_where_its_registry_says(network: str, before: bool, after: bool) -> None:
    """First and last address are refused, their neighbours are what they are."""
    block = IPv6Network(network)
    first, last = int(block.network_address), int(block.broadcast_address)
    assert not is_public(str(IPv6Address(first)))
    assert not is_public(str(IPv6Address(last)))
    assert first == 0 or is_public(str(IPv6Address(first - 1))) is before
    assert last == 2**128 - 1 or is_public(str(IPv6Address(last + 1))) is after


@pytest.mark.parametrize(
    ("text", "public"),
    [
        pytest.param("8.8.8.8", True, id="ipv4"),
        pytest.param("2606:4700:4700::1111", True, id="ipv6"),
        pytest.param("64:ff9b::8.8.8.8", True, id="nat64-of-a-public-one"),
        pytest.param("64:ff9b::10.0.0.1", False, id="nat64-of-a-private-one"),
        pytest.param("64:ff9b::169.254.169.254", False, id="nat64-of-the-metadata-service"),
        pytest.param("::ffff:8.8.8.8", False, id="mapped"),
        pytest.param("::8.8.8.8", False, id="compatible"),
        pytest.param("fe80::1%eth0", False, id="link-local-with-scope"),
        pytest.param("2606:4700::1%eth0", False, id="global-with-scope"),
        pytest.param("255.255.255.255", False, id="broadcast"),
        pytest.param("fd00:ec2::254", False, id="metadata-service-over-ipv6"),
        pytest.param("example.org", False, id="no-address"),
        pytest.param("", False, id="nothing"),
    ],
)
def test_an_address_is_judged(text: str, public: bool) -> None:
    """What carries another address is refused, or judged by it where that is where it leads."""
    assert is_public(text) is public


# What Python's own reading of the registries calls global although a registry has a row of its own for it.
STRICTER = [
    *map(IPv4Network, ("168.63.129.16/32", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24")),
    *map(IPv4Network, ("192.175.48.0/24", "192.0.0.0/24", "224.0.0.0/4")),
]


@given(st.one_of(st.integers(0, 2**32 - 1), st.sampled_from(STRICTER).map(lambda block: int(block.network_address))))
def test_ipv4_is_judged_as_python_reads_the_registries(number: int) -> None:
    """Another reading of the same registries comes to the same answer, but for the rows that it calls reachable."""
    address = IPv4Address(number)
    expected = address.is_global and not any(address in block for block in STRICTER)
    assert is_public(str(address)) is expected


@given(
    st.one_of(
        st.ip_addresses(v=6).map(int),
        st.integers(0, 2**125 - 1).map(lambda rest: (1 << 125) + rest),  # 2000::/3
        st.integers(0, 2**112 - 1).map(lambda rest: (0x2001 << 112) + rest),
        st.integers(0, 2**32 - 1).map(lambda rest: (0x64FF9B << 96) + rest),
    )
)
def test_what_is_public_over_ipv6_is_public_to_python(number: int) -> None:
    """Nothing that another reading of the registries keeps in is let out; NAT64 is where both look at the inside."""
    address = IPv6Address(number)
    if is_public(str(address)):
        inside = IPv4Address(number & 0xFFFFFFFF)
        assert inside.is_global if number >> 32 == 0x64FF9B << 64 else address.is_global
        assert not address.is_multicast
        assert address.sixtofour is None
        assert address.teredo is None
        assert address.ipv4_mapped is None


@given(st.sampled_from(EDGES_IPV4), st.integers(0, 2**32 - 1), st.integers(0, 2**64 - 1))
def test_no_wrapping_makes_a_special_ipv4_address_public(edge: tuple[str, bool, bool], host: int, other: int) -> None:
    """Mapped, compatible, translated, 6to4, Teredo, NAT64: every way to carry one."""
    block = IPv4Network(edge[0])
    inner = int(block.network_address) + host % block.num_addresses
    carriers = {
        "mapped": (0xFFFF << 32) + inner,
        "compatible": inner,
        "translated": (0xFFFF << 48) + inner,
        "nat64": (0x64FF9B << 96) + inner,
        "local nat64": (0x64FF9B0001 << 80) + inner,
        "6to4": (0x2002 << 112) + (inner << 80) + other,
        "teredo": (0x20010000 << 96) + (other << 32) + (inner ^ 0xFFFFFFFF),
    }
    assert [name for name, number in carriers.items() if is_public(str(IPv6Address(number)))] == []


@given(st.ip_addresses())
def test_every_spelling_of_an_address_is_judged_alike(address: IPv4Address | IPv6Address) -> None:
    """Long, short and upper case are one address."""
    assert is_public(address.exploded.upper()) is is_public(str(address)) is is_public(str(ip_address(str(address))))
