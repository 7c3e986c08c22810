"""``https://*.example.org:8443`` in, a ``HostPattern`` out: hosts that may be called. Pure: settings share it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import translate
from functools import lru_cache
from ipaddress import IPv6Address

EXAMPLE = "Write for example 'api.example.org', '*.example.org', '10.0.0.7:8080', 'https://api.example.org' or '*'."
_PATTERN = re.compile(
    r"(?:(?P<scheme>https?)://)?(?:\[(?P<address>[0-9a-f:.]+)\]|(?P<host>[a-z0-9_*-]+(?:\.[a-z0-9_*-]+)*))"
    r"(?::(?P<port>[0-9]{1,5}))?"
)
_DIGITS = re.compile(r"[0-9.*]*[0-9][0-9.*]*")


@dataclass(frozen=True, slots=True)
class HostPattern:
    """Which scheme, host and port; ``None`` is any. ``host`` is matched as a whole.

    ``*`` stands for any characters; beside digits alone, as in ``10.0.*``, for those of an address: whoever writes
    that means no name that somebody else may give himself (``10.0.example.org``).
    """

    scheme: str | None
    host: re.Pattern[str]
    port: int | None

    def matches(self, scheme: str, host: str, port: int) -> bool:
        """Say whether a host, in lower case, without brackets and without a dot at its end, is meant."""
        return self.scheme in (None, scheme) and self.port in (None, port) and self.host.fullmatch(host) is not None


class WrongPattern(ValueError):
    """A text that names no hosts."""


def read_host_pattern(text: str) -> HostPattern:
    """Return the pattern of a text: a host, ``host:port`` or ``scheme://host[:port]``, with ``*`` in the host.

    Raises:
        WrongPattern
    """
    found = _PATTERN.fullmatch(text.lower())
    if found is None:
        raise WrongPattern(text)
    port = int(found["port"]) if found["port"] else None
    if port is not None and not 0 < port < 65536:
        raise WrongPattern(text)
    return HostPattern(found["scheme"], _host(found["host"] or _address(found["address"])), port)


def _host(text: str) -> re.Pattern[str]:
    if _DIGITS.fullmatch(text):
        return re.compile("[0-9.]*".join(map(re.escape, text.split("*"))))
    return re.compile(translate(text))


def _address(text: str) -> str:
    try:
        return str(IPv6Address(text))
    except ValueError:
        raise WrongPattern(text) from None


@lru_cache(maxsize=16)
def _read(texts: tuple[str, ...]) -> tuple[HostPattern, ...]:
    return tuple(read_host_pattern(text) for text in texts)


def is_named(texts: Iterable[str], scheme: str, host: str, port: int) -> bool:
    """Say whether one of the patterns means the host."""
    return any(pattern.matches(scheme, host, port) for pattern in _read(tuple(texts)))
