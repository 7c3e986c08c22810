"""A URL in, a ``Target`` that may be called out: everything that can be judged without asking the network.

The text is read once, by httpx, and what was read is what is judged and connected to, so no second reader can see
another host in it. Names are judged again by every address that they lead to; see ``connecting``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address

import httpx

from actions.hosts import is_named
from actions.options import option
from actions.outbound.errors import OutboundBlocked, RequestRefused
from actions.outbound.networks import is_address, is_public

MOST_URL = 8192
MOST_SHOWN = 500
HIDDEN = "•••"
PORTS = {"http": 80, "https": 443}
_NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
# Names that are no public server's: special-use ones (RFC 6761, 6762, 7686, 8375, 9476), and those that networks use
# inside although nobody owns them.
INTERNAL = frozenset(
    {"alt", "corp", "home", "home.arpa", "internal", "intranet", "invalid", "lan", "local", "localdomain"}
    | {"localhost", "onion", "private", "test"}
)


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes. ``host``: as judged, without brackets; ``path`` with the query, as sent.

    ``trusted``: the settings name the host, so every address behind it will do.
    """

    scheme: str
    host: str
    port: int
    path: str
    trusted: bool

    @property
    def origin(self) -> tuple[str, str, int]:
        """Scheme, host and port: what credentials are for."""
        return self.scheme, self.host, self.port

    @property
    def netloc(self) -> str:
        """Host and port, as the ``Host`` header has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The address, without a fragment."""
        return f"{self.scheme}://{self.netloc}{self.path}"


def read_target(url: str) -> Target:
    """Return where a URL leads.

    Raises:
        RequestRefused: it is no URL of HTTP.
        OutboundBlocked: it leads where actions may not call.
    """
    parsed = _parse(url)
    if parsed.scheme not in PORTS:
        raise RequestRefused("The URL begins with neither 'http://' nor 'https://'.")
    if parsed.userinfo:
        raise RequestRefused("The URL holds a user name or a password.", hint="Send them as a header.")
    host = _host(parsed)
    port = PORTS[parsed.scheme] if parsed.port is None else parsed.port
    if not 0 < port < 65536:
        raise RequestRefused("The URL has no port from 1 to 65535.")
    trusted = _judge(parsed.scheme, host, port)
    return Target(parsed.scheme, host, port, parsed.raw_path.decode("ascii"), trusted)


def _parse(url: str) -> httpx.URL:
    if len(url) > MOST_URL:
        raise RequestRefused(f"The URL is longer than {MOST_URL} characters.")
    try:
        return httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        raise RequestRefused("The URL cannot be read.") from None


def _host(parsed: httpx.URL) -> str:
    """Return the host in its one form: lower case, ASCII, no dot at its end, IPv6 as RFC 5952 writes it."""
    host = parsed.raw_host.decode("ascii", "replace").lower().removesuffix(".")
    if not host:
        raise RequestRefused("The URL has no host.")
    if ":" in host and "%" not in host:
        return str(ip_address(host))
    if _NAME.fullmatch(host) is None:
        raise RequestRefused("The host of the URL cannot be read.")
    return host


def _judge(scheme: str, host: str, port: int) -> bool:
    """Say whether the settings name the host; raise OutboundBlocked when it may not be called."""
    if ":" not in host and _is_disguised(host):
        raise OutboundBlocked
    patterns = option("OUTBOUND", "ALLOWED_HOSTS")
    if patterns:
        if not is_named(patterns, scheme, host, port):
            raise OutboundBlocked
        return True
    if not (is_public(host) if is_address(host) else _may_be_public(host)):
        raise OutboundBlocked
    return False


def _is_disguised(host: str) -> bool:
    """Say whether resolvers take the name for an IPv4 address that is not written as one: ``127.1``, ``0x7f000001``."""
    return _NUMBER.fullmatch(host.rpartition(".")[2]) is not None and not is_address(host)


def _may_be_public(name: str) -> bool:
    """Say whether a name could be a public server's: it has a dot, and ends in no name that is used inside."""
    labels = name.split(".")
    return len(labels) > 1 and labels[-1] not in INTERNAL and ".".join(labels[-2:]) not in INTERNAL


def shown_url(url: str) -> str:
    """Return the URL for traces and logs: no user, no fragment, the query's names without values, bounded."""
    try:
        parsed = _parse(url)
    except RequestRefused:
        return HIDDEN
    if parsed.scheme not in PORTS or not parsed.raw_host:
        return HIDDEN
    path, mark, query = parsed.raw_path.decode("ascii").partition("?")
    shown = f"{parsed.scheme}://{parsed.netloc.decode('ascii')}{path}{mark}" + "&".join(map(_shown, _parts(query)))
    return shown if len(shown) <= MOST_SHOWN else shown[: MOST_SHOWN - 1] + "…"


def _parts(query: str) -> list[str]:
    return query.split("&") if query else []


def _shown(part: str) -> str:
    name, equals, _ = part.partition("=")
    return f"{name}={HIDDEN}" if equals else HIDDEN
