"""The text of a URL in, the same text out if it is one that a scheme may use."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import SplitResult, urlsplit

_URL = re.compile(r"https://[!-~]{1,2000}")


def https_url(value: Any) -> str:
    """Return an absolute https URL, exactly as it was written: it is part of what is signed."""
    if not isinstance(value, str) or not _URL.fullmatch(value) or not (split(value) or NOWHERE).hostname:
        raise ValueError("an absolute https URL in ASCII")
    return value


def split(url: str) -> SplitResult | None:
    """Return the parts of a URL, ``None`` where it has none or its port is no port."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts


NOWHERE = SplitResult("", "", "", "", "")
