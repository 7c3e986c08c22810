"""``--bind``: what it may say, and that the port is free."""

from __future__ import annotations

import socket

import pytest

from project.addresses import Address, check_free, read_address
from project.environment import WrongSetting


@pytest.mark.parametrize(
    ("text", "address", "url"),
    [
        pytest.param("127.0.0.1:6336", Address("127.0.0.1", 6336), "http://127.0.0.1:6336", id="ipv4"),
        pytest.param("[::1]:80", Address("::1", 80), "http://[::1]:80", id="ipv6"),
        pytest.param("0.0.0.0:8000", Address("0.0.0.0", 8000), "http://127.0.0.1:8000", id="every-interface"),
        pytest.param("localhost:1", Address("localhost", 1), "http://localhost:1", id="name"),
    ],
)
def test_an_address_is_a_host_and_a_port(text: str, address: Address, url: str) -> None:
    """What is shown is what a browser on this machine can open."""
    assert (read_address(text), read_address(text).url) == (address, url)


@pytest.mark.parametrize(
    "text", ["6336", ":6336", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:70000", "h:0", "a:1/b", "u@h:1", ""]
)
def test_anything_else_stops_with_a_sentence(text: str) -> None:
    """The sentence shows what an address looks like."""
    with pytest.raises(WrongSetting) as wrong:
        read_address(text)
    assert str(wrong.value) == f"--bind: '{text}' is no address. Write HOST:PORT, as in 127.0.0.1:6336."


def test_a_port_that_is_taken_stops_with_a_sentence() -> None:
    """Also when the other program would share it."""
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(WrongSetting) as wrong:
            check_free(Address("127.0.0.1", port))
    expected = (
        f"--bind: cannot listen on 127.0.0.1:{port} (Address already in use). "
        "Stop the program that has it, or choose another HOST:PORT."
    )
    assert str(wrong.value) == expected


def test_a_free_port_stays_free() -> None:
    """Looking does not take it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    check_free(Address("127.0.0.1", port))
    check_free(Address("127.0.0.1", port))
