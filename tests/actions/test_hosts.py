"""Which texts name hosts."""

from __future__ import annotations

import pytest

from actions.hosts import WrongPattern, is_named, read_host_pattern


@pytest.mark.parametrize(
    ("text", "scheme", "port"),
    [
        pytest.param("api.example.org", None, None, id="host"),
        pytest.param("API.example.org:8443", None, 8443, id="host-and-port"),
        pytest.param("https://*.example.org", "https", None, id="scheme"),
        pytest.param("HTTP://10.0.0.7:1", "http", 1, id="all"),
        pytest.param("[::1]:65535", None, 65535, id="ipv6"),
        pytest.param("*", None, None, id="everything"),
        pytest.param("a_b.*-*.example", None, None, id="stars-within"),
    ],
)
def test_a_pattern_is_read(text: str, scheme: str | None, port: int | None) -> None:
    """A host, with a scheme and a port where they matter."""
    pattern = read_host_pattern(text)
    assert (pattern.scheme, pattern.port) == (scheme, port)


@pytest.mark.parametrize(
    "text",
    [
        *("", "http://", "ftp://example.org", "example.org/", "example.org/x", "https://u@example.org", "exa mple.org"),
        *("example.org:0", "example.org:65536", "example.org:", "example.org:*", "[::1", "[127.0.0.1]", "::1", "[x]"),
        *(
            "example..org",
            ".example.org",
            "example.org.",
            "b\u00fccher.example",
            "a,b",
            "example.org\n",
            "[*]",
            "e?.org",
        ),
    ],
)
def test_what_names_no_host_is_refused(text: str) -> None:
    """Rather than to allow nothing, or more than was meant."""
    with pytest.raises(WrongPattern):
        read_host_pattern(text)


def test_no_pattern_names_nobody() -> None:
    """What that means is the caller's to say."""
    assert not is_named([], "http", "example.org", 80)


@pytest.mark.parametrize(
    ("text", "host", "named"),
    [
        pytest.param("10.0.*", "10.0.7.1", True, id="address"),
        pytest.param("10.0.*", "10.0.example.org", False, id="name-that-begins-like-it"),
        pytest.param("*.7", "10.0.0.7", True, id="end"),
        pytest.param("10.0.0.7", "10.0.0.7", True, id="all-of-it"),
        pytest.param("10.0.0.7", "10.0.007", False, id="dots-are-dots"),
        pytest.param("*", "example.org", True, id="everything"),
    ],
)
def test_digits_name_addresses(text: str, host: str, named: bool) -> None:
    """Whoever may call a network may not call whatever calls itself like it."""
    assert is_named([text], "http", host, 80) is named
