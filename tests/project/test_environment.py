"""What the environment may say, and the sentence for what it may not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from actions.rates import Rate
from project.environment import WrongSetting, flag, folders, hosts, names, networks, rate, site, text


@pytest.mark.parametrize(
    ("given", "value"),
    [
        pytest.param("true", True, id="true"),
        pytest.param(" YES ", True, id="any-case-and-spaces"),
        pytest.param("1", True, id="one"),
        pytest.param("off", False, id="off"),
        pytest.param("0", False, id="zero"),
        pytest.param("", False, id="empty-is-not-set"),
    ],
)
def test_a_flag_is_read_as_people_write_it(monkeypatch: pytest.MonkeyPatch, given: str, value: bool) -> None:
    """Yes and no have several spellings."""
    monkeypatch.setenv("DEBUG", given)
    assert flag("DEBUG") is value


def test_a_flag_that_is_neither_stops_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """A typing error never turns into a silent no."""
    monkeypatch.setenv("DEBUG", "ture")
    with pytest.raises(WrongSetting) as wrong:
        flag("DEBUG")
    assert str(wrong.value) == "DEBUG: 'ture' is neither yes nor no. Write 'true' or 'false'."


def test_names_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    """White space and empty parts do not become names."""
    monkeypatch.setenv("ALLOWED_HOSTS", " example.org,, www.example.org ")
    assert names("ALLOWED_HOSTS", default=("localhost",)) == ["example.org", "www.example.org"]


def test_no_names_give_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable with nothing in it counts as not set."""
    monkeypatch.setenv("ALLOWED_HOSTS", " , ")
    assert names("ALLOWED_HOSTS", default=("localhost",)) == ["localhost"]
    assert text("OUTFIELD_NOT_SET", "fallback") == "fallback"


def test_folders_are_written_as_in_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Files and folders, in order, as absolute paths."""
    file = tmp_path / "one.yaml"
    file.touch()
    monkeypatch.setenv("ACTIONS_PATH", f"{tmp_path}{os.pathsep}{file}{os.pathsep}")
    assert folders("ACTIONS_PATH") == [tmp_path, file]


def test_a_missing_folder_stops_with_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Definitions that somebody asked for are never left out silently."""
    monkeypatch.setenv("ACTIONS_PATH", str(tmp_path / "absent"))
    with pytest.raises(WrongSetting) as wrong:
        folders("ACTIONS_PATH")
    expected = f"ACTIONS_PATH: '{tmp_path}/absent' does not exist. Create it, or take it out of the list."
    assert str(wrong.value) == expected


@pytest.mark.parametrize(
    ("given", "value"),
    [
        pytest.param("", Rate(60, 60), id="default"),
        pytest.param("5 / Hours", Rate(5, 3_600), id="rate"),
        pytest.param("None", None, id="none"),
    ],
)
def test_a_rate_is_read_as_in_an_action(monkeypatch: pytest.MonkeyPatch, given: str, value: Rate | None) -> None:
    """Or ``none``."""
    monkeypatch.setenv("GUEST_RATE_LIMIT", given)
    assert rate("GUEST_RATE_LIMIT", "60/minute") == value


def test_a_wrong_rate_stops_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """A typing error never switches a limit off."""
    monkeypatch.setenv("GUEST_RATE_LIMIT", "60/minuet")
    with pytest.raises(WrongSetting) as wrong:
        rate("GUEST_RATE_LIMIT", "60/minute")
    expected = "GUEST_RATE_LIMIT: '60/minuet' has the unknown unit 'minuet'. Did you mean 'minute'?"
    assert str(wrong.value) == expected


def test_networks_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    """Addresses are networks of one."""
    monkeypatch.setenv("TRUSTED_PROXIES", "10.0.0.0/8, 192.0.2.7 ,2001:db8::/32,")
    found = [str(network) for network in networks("TRUSTED_PROXIES")]
    assert found == ["10.0.0.0/8", "192.0.2.7/32", "2001:db8::/32"]
    monkeypatch.setenv("TRUSTED_PROXIES", "")
    assert networks("TRUSTED_PROXIES") == ()


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        pytest.param("proxy.local", "is no address and no network. Write 192.0.2.7 or 192.0.2.0/24.", id="name"),
        pytest.param("10.0.0.0/33", "is no address and no network. Write 192.0.2.7 or 192.0.2.0/24.", id="prefix"),
        pytest.param("10.0.0.1/8", "has bits beyond its prefix. Write 192.0.2.7 or 192.0.2.0/24.", id="host-bits"),
        pytest.param("*", "is no address and no network. Write 192.0.2.7 or 192.0.2.0/24.", id="star"),
        pytest.param("0.0.0.0/0", "is everybody. Name the proxies alone.", id="everybody"),
        pytest.param("::/0", "is everybody. Name the proxies alone.", id="everybody-by-ipv6"),
    ],
)
def test_a_wrong_network_stops_with_a_sentence(monkeypatch: pytest.MonkeyPatch, given: str, fault: str) -> None:
    """Whom to believe is never guessed."""
    monkeypatch.setenv("TRUSTED_PROXIES", f"127.0.0.1,{given}")
    with pytest.raises(WrongSetting) as wrong:
        networks("TRUSTED_PROXIES")
    assert str(wrong.value) == f"TRUSTED_PROXIES: '{given}' {fault}"


@pytest.mark.parametrize(
    ("given", "value"),
    [
        pytest.param("https://example.org", "https://example.org", id="https"),
        pytest.param(" http://example.org:8080/ ", "http://example.org:8080", id="port-and-slash"),
        pytest.param("http://[::1]:6336", "http://[::1]:6336", id="ipv6"),
        pytest.param("", "http://127.0.0.1:6336", id="default"),
    ],
)
def test_a_site_is_scheme_and_host(monkeypatch: pytest.MonkeyPatch, given: str, value: str) -> None:
    """Links are made by putting a path behind it."""
    monkeypatch.setenv("SITE_URL", given)
    assert site("SITE_URL", default="http://127.0.0.1:6336") == value


@pytest.mark.parametrize(
    "given",
    [
        *("example.org", "//example.org", "ftp://example.org", "https://", "https://example.org/shop", "https://a?b"),
        *(
            "https://example.org#x",
            "https://user@example.org",
            "https://exa\nmple.org",
            "https://a:99999",
            "https://[x",
        ),
    ],
)
def test_what_is_no_site_stops_with_a_sentence(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    """A link in a mail cannot be taken back."""
    monkeypatch.setenv("SITE_URL", given)
    with pytest.raises(
        WrongSetting, match=r"(?s)^SITE_URL: .* is not the address of a site\. Write 'https://example\.org'\.$"
    ):
        site("SITE_URL", default="")


def test_hosts_are_patterns_with_commas_between(monkeypatch: pytest.MonkeyPatch) -> None:
    """As they were written; none where nothing is set."""
    monkeypatch.setenv("WORKFLOW_ALLOWED_HTTP_HOSTS", " api.example.org , https://*.example.com:8443, [::1]:80,, *")
    expected = ["api.example.org", "https://*.example.com:8443", "[::1]:80", "*"]
    assert hosts("WORKFLOW_ALLOWED_HTTP_HOSTS") == expected
    monkeypatch.delenv("WORKFLOW_ALLOWED_HTTP_HOSTS")
    assert hosts("WORKFLOW_ALLOWED_HTTP_HOSTS") == []


def test_what_names_no_host_stops_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is allowed, and nobody shut out, by a typing error."""
    monkeypatch.setenv("WORKFLOW_ALLOWED_HTTP_HOSTS", "api.example.org, ftp://example.org")
    with pytest.raises(WrongSetting) as wrong:
        hosts("WORKFLOW_ALLOWED_HTTP_HOSTS")
    assert str(wrong.value) == (
        "WORKFLOW_ALLOWED_HTTP_HOSTS: 'ftp://example.org' names no host. Write for example 'api.example.org', "
        "'*.example.org', '10.0.0.7:8080', 'https://api.example.org' or '*'."
    )
