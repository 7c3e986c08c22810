"""Where a service is: absolute addresses without a trailing slash, https first."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urljoin, urlsplit

from actions.integrations.documents.pointers import Part, Source

MAX_SERVERS: Final = 50
_HOST: Final = re.compile(r"[A-Za-z0-9.\-_]{1,253}|\[[0-9A-Fa-f:.]{2,45}\]")
_PATH: Final = re.compile(r"[A-Za-z0-9\-._~!$&'()*+,;=:@%/]*")


def clean_server(url: str) -> str:
    """Return an address without its trailing slashes; ``""`` where it is no plain http or https address."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return ""
    host = parts.netloc.rsplit(":", 1)[0] if port is not None else parts.netloc.removesuffix(":")
    plain = not parts.query and not parts.fragment and _HOST.fullmatch(host) and _PATH.fullmatch(parts.path)
    if parts.scheme not in ("http", "https") or not plain or any(one in (".", "..") for one in parts.path.split("/")):
        return ""
    return f"{parts.scheme}://{host}{f':{port}' if port is not None else ''}{parts.path.rstrip('/')}"


def read_servers(document: Source, part: Part, source: str) -> tuple[str, ...]:
    """Return the addresses under ``servers`` of the document, a path or an operation (3.x)."""
    listed = document.listed(part.child("servers"))[:MAX_SERVERS]
    if not listed and part.pointer:
        return ()
    found = [_server(document, one, source) for one in listed] if listed else [clean_server(join(source, "/"))]
    return _https_first(found)


def _https_first(found: list[str]) -> tuple[str, ...]:
    return tuple(sorted(dict.fromkeys(url for url in found if url), key=lambda url: not url.startswith("https:")))


def join(source: str, url: str) -> str:
    """Return an address as it is meant beside the document's own; empty where it is none."""
    if url.startswith("//") and not source.startswith("http:"):
        return f"https:{url}"
    try:
        return urljoin(source, url) if source.startswith(("http://", "https://")) else url
    except ValueError:
        return ""


def _server(document: Source, part: Part, source: str) -> str:
    variables = part.child("variables")

    def default(found: re.Match[str]) -> str:
        value = variables.child(found[1]).mapping().get("default")
        return str(value) if isinstance(value, str | int) else found[0]

    url = re.sub(r"\{([^{}]{1,200})\}", default, part.text("url", 2000))
    clean = clean_server(join(source, url))
    if not clean:
        document.report(part.pointer, f"Server '{url[:200]}' is no absolute http or https address; it is left out.")
    return clean


def read_swagger_servers(document: Source, source: str) -> tuple[str, ...]:
    """Return the addresses that ``schemes``, ``host`` and ``basePath`` make (2.0)."""
    root = document.root
    given = urlsplit(source) if clean_server(join(source, "/")) else None
    host = root.text("host", 300) or (given.netloc if given else "")
    if not host:
        return ()
    declared = [one.value for one in root.child("schemes").items() if one.value in ("http", "https")]
    schemes = declared or [given.scheme if given else "https"]
    base = root.text("basePath", 1000)
    found = [clean_server(f"{scheme}://{host}/{base.lstrip('/')}") for scheme in schemes]
    if not any(found):
        document.report("/host", f"'{host[:200]}' with its base path makes no address.")
    return _https_first(found)
