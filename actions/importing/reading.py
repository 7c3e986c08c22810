"""The path of a file, or the URL of a document, in; its bytes and what it is called out."""

from __future__ import annotations

from pathlib import Path

from actions.errors import ActionError
from actions.importing.errors import ImportRefused
from actions.integrations.documents.reading import MAX_BYTES
from actions.outbound import Limits, Request, fetch, shown_url

MOST_BYTES = MAX_BYTES
MOST_SOURCE = 500
_LIMITS = Limits(timeout=60.0, most_bytes=MOST_BYTES, retries=1)
_ACCEPT = ("Accept", "application/json, application/yaml, text/yaml, */*;q=0.5")


def read_source(where: str) -> tuple[bytes, str]:
    """Return the bytes of a document, and its source: the path, or the URL that answered without what its query says.

    Of the URL's query the names alone are told.

    Raises:
        ImportRefused: it cannot be read, is too large, or its URL may not be called.
    """
    if _is_url(where):
        return _fetched(where)
    path = Path(where)
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no path"
        raise ImportRefused(f"'{where}' cannot be read: {reason}.") from None
    return content, str(path.resolve())[-MOST_SOURCE:]


def shown_source(where: str) -> str:
    """Return the path, or the URL without what its query says."""
    return shown_url(where) if _is_url(where) else where


def _is_url(where: str) -> bool:
    return where.lower().startswith(("http://", "https://"))


def _fetched(url: str) -> tuple[bytes, str]:
    try:
        response = fetch(Request("GET", url, (_ACCEPT,)), _LIMITS)
    except ActionError as error:
        raise ImportRefused(*filter(None, (error.message, error.hint))) from None
    if response.status != 200:
        raise ImportRefused(f"The other server answered with status {response.status}.")
    return response.body, shown_url(response.url)
