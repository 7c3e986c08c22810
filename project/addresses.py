"""The text of ``--bind`` in, an address to listen on out: checked and known to be free before any work begins."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from project.environment import WrongSetting

LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what a browser on this machine uses instead


@dataclass(frozen=True, slots=True)
class Address:
    """A host and a port to listen on."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """The address as a browser on this machine would write it, without a final slash."""
        host = LOOPBACK.get(self.host, self.host)
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"


def read_address(text: str) -> Address:
    """Read ``HOST:PORT``, with square brackets around an IPv6 address.

    Raises:
        WrongSetting: it is none.
    """
    try:
        parts = urlsplit(f"//{text}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or not port or parts.path or parts.username is not None:
        raise WrongSetting("--bind", f"'{text}' is no address.", "Write HOST:PORT, as in 127.0.0.1:6336.")
    return Address(host, port)


def check_free(address: Address) -> None:
    """Bind and let go: the server's workers share their port, so they would not notice that another has it.

    Raises:
        WrongSetting: another program listens there, or this account may not.
    """
    try:
        family, kind, protocol, _, target = socket.getaddrinfo(
            address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(target)
            probe.listen(1)
    except OSError as error:
        fault = f"cannot listen on {address.host}:{address.port} ({error.strerror})."
        raise WrongSetting("--bind", fault, "Stop the program that has it, or choose another HOST:PORT.") from error
