"""Redirects that leave the site."""

from __future__ import annotations

import pytest

from actions.validation.rules.redirects import redirects
from tests.actions.validation.harness import document, found_by

ALLOWED = frozenset({"shop.example"})
REFUSED = (
    "error ACT220 5:76 /OutFields/0/Attributes/location The redirect leaves this site. "
    "Write a path of this site that begins with '/', or allow the host in REDIRECT_HOSTS."
)


def redirect_to(location: str) -> str:
    """Return an action that redirects to what is written as a YAML scalar."""
    return document(f"Type: client.redirect, Method: ACTIONRESPONSE, Attributes: {{location: {location}}}")


@pytest.mark.parametrize(
    "location",
    [
        pytest.param("/", id="root"),
        pytest.param("/a/b?c=d#e", id="path"),
        pytest.param("orders", id="relative"),
        pytest.param("'?page=2'", id="query"),
        pytest.param("https://shop.example/x", id="allowed-host"),
        pytest.param("'https://shop.example/$title'", id="open-end-of-allowed-host"),
        pytest.param("'~title'", id="open"),
        pytest.param("'$title'", id="dollar"),
        pytest.param("'!title'", id="script"),
        pytest.param("'{{title}}'", id="braces"),
        pytest.param("'/orders/$title'", id="open-path"),
        pytest.param("'/orders/{{title}}'", id="script-in-path"),
        pytest.param("'https://$title/x'", id="open-host"),
    ],
)
def test_stays(location: str) -> None:
    """Paths, allowed hosts, and whatever is only known when it is made, are left alone."""
    assert found_by(redirects, redirect_to(location), redirect_hosts=ALLOWED) == []


@pytest.mark.parametrize(
    "location",
    [
        pytest.param("https://evil.example/x", id="other-host"),
        pytest.param("https://shop.example.evil.example", id="host-with-allowed-beginning"),
        pytest.param("https://shop.example@evil.example", id="allowed-as-user"),
        pytest.param("//evil.example", id="two-slashes"),
        pytest.param("///evil.example", id="three-slashes"),
        pytest.param("https:evil.example", id="no-slash"),
        pytest.param("https:/evil.example", id="one-slash"),
        pytest.param(r"'\\evil.example'", id="backslashes"),
        pytest.param(r"'/\evil.example'", id="mixed-slashes"),
        pytest.param("'javascript:alert(1)'", id="javascript"),
        pytest.param("'JavaScript:alert(1)'", id="any-case"),
        pytest.param("'data:text/html,x'", id="data"),
        pytest.param(r'"/\t/evil.example"', id="tab-within"),
        pytest.param("' https://evil.example'", id="leading-space"),
        pytest.param(r'"\thttps://evil.example"', id="leading-tab"),
        pytest.param("''", id="empty"),
        pytest.param("'https://evil.example/$title'", id="open-end"),
        pytest.param("'https://evil.example?x={{title}}'", id="script-at-the-end"),
        pytest.param("'//evil.example/$title'", id="open-end-without-scheme"),
        pytest.param("'javascript:go($title)'", id="open-javascript"),
    ],
)
def test_leaves(location: str) -> None:
    """A target that is written out far enough is refused, however it is spelt."""
    assert found_by(redirects, redirect_to(location), redirect_hosts=ALLOWED) == [REFUSED]


def test_other_directives_may_name_urls() -> None:
    """Only a redirect leads anywhere."""
    data = document("Type: link, Method: ACTIONRESPONSE, Attributes: {location: https://evil.example}")
    assert found_by(redirects, data) == []
