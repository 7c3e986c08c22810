"""Tags about names and addresses in networks. Nothing is looked up: an address is checked as text only."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping

from entities.tags.validations.base import Tag, text_tag

_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_HOSTNAME = re.compile(rf"{_LABEL}(?:\.{_LABEL}){{0,126}}")
_PREFIX = re.compile(r"/[0-9]{1,3}")
_PORT = re.compile(r"[0-9]{1,5}")
_MAC = re.compile(
    r"[0-9a-fA-F]{2}(?:(?::[0-9a-fA-F]{2}){5}|(?::[0-9a-fA-F]{2}){7}|(?::[0-9a-fA-F]{2}){19}"
    r"|(?:-[0-9a-fA-F]{2}){5}|(?:-[0-9a-fA-F]{2}){7}|(?:-[0-9a-fA-F]{2}){19})"
    r"|[0-9a-fA-F]{4}(?:(?:\.[0-9a-fA-F]{4}){2}|(?:\.[0-9a-fA-F]{4}){3}|(?:\.[0-9a-fA-F]{4}){9})"
)
_MAX_HOSTNAME = 253
_MAX_PORT = 65_535
_MAX_SOCKET_PATH = 107


def _version(text: str) -> int:
    """Return 4 or 6 for an IP address without a zone, else 0."""
    try:
        return 0 if "%" in text else ipaddress.ip_address(text).version
    except ValueError:
        return 0


def _block_version(text: str) -> int:
    address, slash, prefix = text.partition("/")
    version = _version(address) if _PREFIX.fullmatch(slash + prefix) else 0
    return version if version and int(prefix) <= (32 if version == 4 else 128) else 0


def _endpoint_version(text: str) -> int:
    """Return 4 or 6 for ``1.2.3.4:80`` or ``[::1]:80``, else 0."""
    host, colon, port = text.rpartition(":")
    if not colon or not _PORT.fullmatch(port) or int(port) > _MAX_PORT:
        return 0
    if host.startswith("[") and host.endswith("]"):
        return 6 if _version(host[1:-1]) == 6 else 0
    return 4 if _version(host) == 4 else 0


def _is_rfc1123(text: str) -> bool:
    return len(text) <= _MAX_HOSTNAME and _HOSTNAME.fullmatch(text) is not None


def _is_rfc952(text: str) -> bool:
    return text[:1].isalpha() and _is_rfc1123(text)


def _is_fqdn(text: str) -> bool:
    name = text.removesuffix(".")
    return "." in name and _is_rfc1123(name)


def _is_socket_path(text: str) -> bool:
    return 0 < len(text.encode(errors="replace")) <= _MAX_SOCKET_PATH


def _of(version: Callable[[str], int], wanted: tuple[int, ...], what: str) -> Tag:
    return text_tag(lambda text: version(text) in wanted, f"must be {what}")


_FAMILIES = (("4", (4,), "IPv4 "), ("6", (6,), "IPv6 "), ("", (4, 6), "IP "))

TAGS: Mapping[str, Tag] = {
    "ipv4": _of(_version, (4,), "an IPv4 address"),
    "ipv6": _of(_version, (6,), "an IPv6 address"),
    "ip": _of(_version, (4, 6), "an IP address"),
    "cidrv4": _of(_block_version, (4,), "an IPv4 block such as 192.0.2.0/24"),
    "cidrv6": _of(_block_version, (6,), "an IPv6 block such as 2001:db8::/32"),
    "cidr": _of(_block_version, (4, 6), "an IP block such as 192.0.2.0/24"),
    **{
        f"{kind}{name}_addr": _of(_endpoint_version, wanted, f"an {family}address and a port ({kind.upper()})")
        for kind in ("tcp", "udp")
        for name, wanted, family in _FAMILIES
    },
    **{f"ip{name}_addr": _of(_version, wanted, f"an {family}address") for name, wanted, family in _FAMILIES},
    "unix_addr": text_tag(_is_socket_path, "must be the path of a socket"),
    "mac": text_tag(_MAC.fullmatch, "must be a MAC address"),
    "hostname": text_tag(_is_rfc952, "must be a host name that begins with a letter"),
    "hostname_rfc1123": text_tag(_is_rfc1123, "must be a host name"),
    "fqdn": text_tag(_is_fqdn, "must be a full domain name such as www.example.org"),
}
