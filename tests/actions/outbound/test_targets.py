"""Where a URL leads is judged before anything is asked of the network, however it is written."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from actions.outbound import OutboundBlocked, Request, RequestRefused, check_request, shown_url
from actions.outbound.networks import is_public
from actions.outbound.targets import PORTS, read_target
from tests.clocks import work_of_at_most
from tests.upstreams import allow

BLOCKED = (
    "This address may not be called.",
    "WORKFLOW_ALLOWED_HTTP_HOSTS names the hosts that may be; without it, public internet addresses may.",
)


@pytest.fixture(autouse=True)
def _public_internet(settings: Any) -> None:
    allow(settings)


def check(url: str) -> None:
    check_request(Request("GET", url))


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("http://127.0.0.1:8000/admin/", id="loopback"),
        pytest.param("http://127.1.2.3/", id="all-of-loopback"),
        pytest.param("http://169.254.169.254/latest/meta-data/", id="metadata"),
        pytest.param("http://10.0.0.5/", id="private"),
        pytest.param("http://0.0.0.0/", id="this-host"),
        pytest.param("http://255.255.255.255/", id="broadcast"),
        pytest.param("http://[::1]/", id="ipv6-loopback"),
        pytest.param("http://[::]/", id="ipv6-any"),
        pytest.param("http://[::ffff:127.0.0.1]/", id="mapped"),
        pytest.param("http://[::FFFF:7F00:1]/", id="mapped-in-hex"),
        pytest.param("http://[::127.0.0.1]/", id="compatible"),
        pytest.param("http://[64:ff9b::7f00:1]/", id="nat64"),
        pytest.param("http://[2002:7f00:1::]/", id="6to4"),
        pytest.param("http://[fe80::1]/", id="link-local"),
        pytest.param("http://localhost:5432/", id="localhost"),
        pytest.param("http://LOCALHOST./", id="localhost-in-capitals-with-a-dot"),
        pytest.param("http://a.b.localhost/", id="below-localhost"),
        pytest.param("http://localhost.localdomain/", id="localdomain"),
        pytest.param("http://metadata.google.internal/", id="internal"),
        pytest.param("http://router.home.arpa/", id="home-arpa"),
        pytest.param("http://printer.local/", id="local"),
        pytest.param("http://redis:6379/", id="no-dot"),
        pytest.param("http://127.0.0.1./", id="trailing-dot"),
        pytest.param("http://2130706433/", id="decimal"),
        pytest.param("http://0x7f000001/", id="hex"),
        pytest.param("http://0x7f.0x0.0x0.0x1/", id="hex-parts"),
        pytest.param("http://0x7f.1/", id="hex-short"),
        pytest.param("http://017700000001/", id="octal"),
        pytest.param("http://127.1/", id="short"),
        pytest.param("http://127.0.1/", id="three-parts"),
        pytest.param("http://8.8.2056/", id="short-of-a-public-one"),
        pytest.param("http://example.0x/", id="ends-in-an-empty-hex-number"),
        pytest.param("http://127\u30020\u30020\u30021/", id="ideographic-dots"),
    ],
)
def test_a_literal_that_is_not_public_is_blocked(url: str) -> None:
    """Every notation that some resolver or socket library takes for such an address; one sentence for all of them."""
    with pytest.raises(OutboundBlocked) as refused:
        check(url)
    assert (refused.value.message, refused.value.hint) == BLOCKED
    assert (refused.value.code, refused.value.name, refused.value.status) == ("ACT570", "outbound_blocked", 422)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        pytest.param("file:///etc/passwd", "The URL begins with neither 'http://' nor 'https://'.", id="file"),
        pytest.param("gopher://example.org/", "The URL begins with neither 'http://' nor 'https://'.", id="gopher"),
        pytest.param("ftp://example.org/", "The URL begins with neither 'http://' nor 'https://'.", id="ftp"),
        pytest.param("data:text/plain,x", "The URL begins with neither 'http://' nor 'https://'.", id="data"),
        pytest.param("unix:/run/x.sock", "The URL begins with neither 'http://' nor 'https://'.", id="unix"),
        pytest.param("ws://example.org/", "The URL begins with neither 'http://' nor 'https://'.", id="ws"),
        pytest.param("//example.org/x", "The URL begins with neither 'http://' nor 'https://'.", id="scheme-relative"),
        pytest.param("/x", "The URL begins with neither 'http://' nor 'https://'.", id="path"),
        pytest.param("", "The URL begins with neither 'http://' nor 'https://'.", id="empty"),
        pytest.param("http:///x", "The URL has no host.", id="no-host"),
        pytest.param("https:example.org", "The URL has no host.", id="no-slashes"),
        pytest.param("http://./", "The URL has no host.", id="a-dot"),
        pytest.param("http://u@example.org/", "The URL holds a user name or a password.", id="user"),
        pytest.param("http://u:p@example.org/", "The URL holds a user name or a password.", id="password"),
        pytest.param("http://good.example\\@10.0.0.1/", "The URL holds a user name or a password.", id="backslash-at"),
        pytest.param("http://10.0.0.1\\.example.org/", "The host of the URL cannot be read.", id="backslash"),
        pytest.param("http://127%2e0.0.1/", "The host of the URL cannot be read.", id="escaped-dot"),
        pytest.param("http://exa mple.org/", "The host of the URL cannot be read.", id="space"),
        pytest.param("http://a..example.org/", "The host of the URL cannot be read.", id="empty-label"),
        pytest.param("http://example.org../", "The host of the URL cannot be read.", id="two-dots-at-the-end"),
        pytest.param(f"http://{'a' * 64}.org/", "The host of the URL cannot be read.", id="long-label"),
        pytest.param(f"http://{'a.' * 126}org/", "The host of the URL cannot be read.", id="long-name"),
        pytest.param("http://[fe80::1%25eth0]/", "The host of the URL cannot be read.", id="scope"),
        pytest.param("http://[::1/", "The URL cannot be read.", id="bracket"),
        pytest.param("http://[v1.x]/", "The URL cannot be read.", id="future-address"),
        pytest.param("http://0177.0.0.1/", "The URL cannot be read.", id="octal-part"),
        pytest.param("http://256.0.0.1/", "The URL cannot be read.", id="part-too-large"),
        pytest.param("http://\uff11\uff12\uff17.0.0.1/", "The URL cannot be read.", id="wide-digits"),
        pytest.param("http://\u24db\u24de\u24d2alhost/", "The URL cannot be read.", id="circled-letters"),
        pytest.param("http://example.org/\r\nX-Evil: 1", "The URL cannot be read.", id="line-break"),
        pytest.param("http://example.org/\0", "The URL cannot be read.", id="nul"),
        pytest.param("http://example.org:x/", "The URL cannot be read.", id="port-in-letters"),
        pytest.param("http://example.org:0/", "The URL has no port from 1 to 65535.", id="port-0"),
        pytest.param("http://example.org:65536/", "The URL has no port from 1 to 65535.", id="port-too-large"),
    ],
)
@pytest.mark.parametrize("patterns", [(), ("*",)], ids=["public", "everything"])
def test_what_is_no_url_of_http_is_refused(settings: Any, patterns: tuple[str, ...], url: str, message: str) -> None:
    """Whoever may be called: the author is told what is wrong with it."""
    allow(settings, *patterns)
    with pytest.raises(RequestRefused) as refused:
        check(url)
    assert refused.value.message == message
    assert (refused.value.code, refused.value.name, refused.value.status) == ("ACT576", "invalid_outcome", 422)


@pytest.mark.parametrize(
    ("url", "read"),
    [
        pytest.param("https://api.example.org/v1?x=1#top", "https://api.example.org/v1?x=1", id="fragment-goes"),
        pytest.param("HTTP://API.Example.ORG:80", "http://api.example.org/", id="lower-case-and-default-port"),
        pytest.param("https://example.org.:8443/", "https://example.org:8443/", id="trailing-dot"),
        pytest.param("http://b\u00fccher.example.org/", "http://xn--bcher-kva.example.org/", id="idna"),
        pytest.param("http://8.8.8.8:81/", "http://8.8.8.8:81/", id="public-ipv4"),
        pytest.param("http://[2606:4700:0:0::1111]:8080/", "http://[2606:4700::1111]:8080/", id="public-ipv6"),
        pytest.param("http://a_b.example.org/\u00e4 b", "http://a_b.example.org/%C3%A4%20b", id="path-escaped"),
        pytest.param("http://1.example.org/", "http://1.example.org/", id="number-in-front"),
    ],
)
def test_a_public_url_is_read_in_its_one_form(url: str, read: str) -> None:
    """One spelling is judged, connected to and sent."""
    assert read_target(url).url == read


PARTS = [
    "http://",
    "https://",
    "HTTP:",
    "//",
    "/",
    "\\",
    "@",
    ":",
    "?",
    "#",
    "[",
    "]",
    "%2e",
    "%00",
    ".",
    "..",
    "\u3002",
]
HOSTS = [
    "127.0.0.1",
    "127.1",
    "0x7f",
    "::1",
    "localhost",
    "example.org",
    "8.8.8.8",
    "\u00fc",
    "\uff0e",
    "xn--",
    "80",
    " ",
]
URLS = st.lists(st.sampled_from(PARTS + HOSTS) | st.characters(), max_size=9).map("".join) | st.lists(
    st.sampled_from(PARTS + HOSTS), max_size=6
).map(lambda parts: "http://" + "".join(parts))


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(URLS)
def test_a_hostile_url_is_read_as_others_read_it_or_refused(url: str) -> None:
    """Python's own reader and the form that is sent agree about the host; nothing else is ever raised."""
    shown = shown_url(url)
    assert shown.isprintable()
    try:
        target = read_target(url)
    except (OutboundBlocked, RequestRefused):
        return
    assert read_target(target.url) == target
    assert urlsplit(target.url).hostname == target.host
    assert (urlsplit(target.url).port or PORTS[target.scheme]) == target.port
    assert is_public(target.host) or re.fullmatch(r"[a-z0-9_.-]*[a-z_-][a-z0-9_.-]*", target.host)


@pytest.mark.parametrize(("length", "fits"), [(8192, True), (8193, False)], ids=["most", "one-more"])
def test_a_url_has_a_length(length: int, fits: bool) -> None:
    """8,192 characters."""
    url = "http://example.org/".ljust(length, "x")
    if fits:
        check(url)
    else:
        with pytest.raises(RequestRefused, match=r"^The URL is longer than 8192 characters\.$"):
            check(url)


@pytest.mark.parametrize(
    ("patterns", "url", "passes"),
    [
        pytest.param(["api.example.org"], "https://api.example.org:8443/", True, id="host-on-every-port"),
        pytest.param(["api.example.org"], "http://API.example.org./", True, id="one-form-of-the-name"),
        pytest.param(["api.example.org"], "https://example.org/", False, id="nothing-else"),
        pytest.param(["api.example.org"], "https://8.8.8.8/", False, id="no-public-address-besides"),
        pytest.param(["*.example.org"], "https://a.b.example.org/", True, id="below"),
        pytest.param(["*.example.org"], "https://example.org/", False, id="not-itself"),
        pytest.param(["*.example.org"], "https://evil-example.org/", False, id="no-other-ending"),
        pytest.param(["api.example.org"], "https://apixexample.org/", False, id="a-dot-is-a-dot"),
        pytest.param(["api.example.org"], "https://api.example.org.evil.example/", False, id="the-whole-host"),
        pytest.param(["https://api.example.org"], "https://api.example.org/", True, id="scheme"),
        pytest.param(["https://api.example.org"], "http://api.example.org/", False, id="another-scheme"),
        pytest.param(["http://10.0.0.7:8080"], "http://10.0.0.7:8080/", True, id="private-address"),
        pytest.param(["10.0.0.7:8080"], "http://10.0.0.7:80/", False, id="another-port"),
        pytest.param(["api.example.org:443"], "https://api.example.org/", True, id="the-default-port-counts"),
        pytest.param(["[FD00::7]:8080"], "http://[fd00:0::7]:8080/", True, id="ipv6"),
        pytest.param(["localhost"], "http://localhost:1/", True, id="localhost"),
        pytest.param(["redis"], "http://redis/", True, id="no-dot"),
        pytest.param(["10.0.0.*"], "http://10.0.0.255/", True, id="addresses-like-it"),
        pytest.param(["*"], "http://[::1]:1/", True, id="everything"),
        pytest.param(["*"], "http://2130706433/", False, id="but-no-disguise"),
        pytest.param(["a.example.org", "b.example.org"], "http://b.example.org/", True, id="one-of-several"),
    ],
)
def test_the_setting_names_who_may_be_called(settings: Any, patterns: list[str], url: str, passes: bool) -> None:
    """And then nobody else."""
    allow(settings, *patterns)
    if passes:
        check(url)
    else:
        with pytest.raises(OutboundBlocked):
            check(url)


def test_patterns_take_time_that_grows_with_the_host(settings: Any) -> None:
    """A pattern with many stars is the operator's; a host that nearly matches it is not."""
    allow(settings, "*a*a*a*a*a*a*.example.org")
    with work_of_at_most(1), pytest.raises(OutboundBlocked):
        check("http://" + ".".join(["a" * 60] * 3) + ".example.com/")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        pytest.param("https://e.org/a?token=s3cret&q=#x", "https://e.org/a?token=•••&q=•••", id="query-and-fragment"),
        pytest.param("https://user:s3cret@e.org/", "https://e.org/", id="user"),
        pytest.param("https://e.org/?s3cret", "https://e.org/?•••", id="a-query-without-names"),
        pytest.param("https://e.org/?", "https://e.org/?", id="an-empty-query"),
        pytest.param("https://user:s3/cret@e.org/", "•••", id="no-url"),
        pytest.param("https://e.org/\n", "•••", id="line-break"),
        pytest.param("https://e.org/".ljust(600, "x"), "https://e.org/".ljust(499, "x") + "…", id="long"),
        pytest.param("https://e.org/".ljust(500, "x"), "https://e.org/".ljust(500, "x"), id="just-short-enough"),
        pytest.param("x" * 100_000, "•••", id="very-long"),
        pytest.param("http://xn--/?a=b", "http://xn--/?a=•••", id="a-name-that-is-none"),
        pytest.param("~input", "•••", id="an-expression"),
        pytest.param("data:text/plain,s3cret", "•••", id="another-scheme"),
    ],
)
def test_what_traces_show_of_a_url_has_no_secret(url: str, shown: str) -> None:
    """Names of the query without their values, no user, no fragment; never a failure."""
    assert shown_url(url) == shown
