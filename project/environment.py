"""The process's environment in, typed settings out: each reader takes a variable's name and gives its value.

A value that cannot be meant stops the program with one sentence that says what to do. Nothing here knows Django's
settings; ``project.settings`` is the only caller.
"""

from __future__ import annotations

import os
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from actions.hosts import EXAMPLE, WrongPattern, read_host_pattern
from actions.rates import Rate, WrongRate, is_none, read_rate
from entities.callers import IPNetwork

FLAGS = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}


class WrongSetting(ImproperlyConfigured):
    """A setting that cannot be used: which one, what is wrong with it, what to do."""

    def __init__(self, name: str, fault: str, remedy: str) -> None:
        super().__init__(f"{name}: {fault} {remedy}")
        self.name = name


def text(name: str, default: str = "") -> str:
    """Return the variable without outer white space; an empty one counts as not set."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, *, default: bool = False) -> bool:
    """Return a yes or no written as 1, true, yes, on or their opposites, in any case."""
    given = text(name)
    if not given:
        return default
    if given.lower() not in FLAGS:
        raise WrongSetting(name, f"'{given}' is neither yes nor no.", "Write 'true' or 'false'.")
    return FLAGS[given.lower()]


def names(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """Return a list written with commas: ``example.org, www.example.org``."""
    return [part for part in (part.strip() for part in text(name).split(",")) if part] or list(default)


def site(name: str, default: str) -> str:
    """Return the address of a site, scheme and host and perhaps port, without a slash at its end."""
    return _site(name, text(name, default))


def sites(name: str) -> list[str]:
    """Return addresses of sites, written with commas; none unless each is named."""
    return [_site(name, part) for part in names(name)]


def _site(name: str, written: str) -> str:
    given = written.rstrip("/")
    try:
        parts = urlsplit(given)
        whole = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        whole = False
    if not whole or given != f"{parts.scheme}://{parts.netloc}" or set("@*") & set(given) or not given.isprintable():
        raise WrongSetting(name, f"'{given}' is not the address of a site.", "Write 'https://example.org'.")
    return given


def folders(name: str) -> list[Path]:
    """Return existing files or folders, written as in ``PATH`` (separated by ``:``, on Windows by ``;``)."""
    found = [Path(part).expanduser() for part in text(name).split(os.pathsep) if part.strip()]
    for path in found:
        if not path.exists():
            raise WrongSetting(name, f"'{path}' does not exist.", "Create it, or take it out of the list.")
        if not os.access(path, os.R_OK | (os.X_OK if path.is_dir() else 0)):
            raise WrongSetting(name, f"'{path}' cannot be read.", "Give this account the right to read it.")
    return [path.resolve() for path in found]


def rate(name: str, default: str) -> Rate | None:
    """Return how often something may be done, written as ``60/minute``; ``None`` for ``none``."""
    given = text(name, default)
    if is_none(given):
        return None
    try:
        return read_rate(given)
    except WrongRate as error:
        raise WrongSetting(name, f"'{given}' {error.fault}", error.hint) from None


def networks(name: str) -> tuple[IPNetwork, ...]:
    """Return addresses and networks, written with commas: ``10.0.0.0/8, 192.0.2.7, 2001:db8::/32``."""
    return tuple(_network(name, part) for part in names(name))


def _network(name: str, given: str) -> IPNetwork:
    try:
        network = ip_network(given)
    except ValueError as error:
        fault = "is no address and no network." if "host bits" not in str(error) else "has bits beyond its prefix."
        raise WrongSetting(name, f"'{given}' {fault}", "Write 192.0.2.7 or 192.0.2.0/24.") from None
    if network.prefixlen == 0:
        raise WrongSetting(name, f"'{given}' is everybody.", "Name the proxies alone.")
    return network


def hosts(name: str) -> list[str]:
    """Return patterns of hosts, written with commas: ``api.example.org, https://*.example.com, 10.0.0.7:8080``."""
    return [_host_pattern(name, part) for part in names(name)]


def _host_pattern(name: str, given: str) -> str:
    try:
        read_host_pattern(given)
    except WrongPattern:
        raise WrongSetting(name, f"'{given}' names no host.", EXAMPLE) from None
    return given
