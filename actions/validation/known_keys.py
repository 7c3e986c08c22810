"""Texts that look like somebody's key: how those of well-known services begin, and keys in PEM."""

from __future__ import annotations

import re

KNOWN_KEY = (
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----|\b(?:sk|rk)_(?:live|test)_\w{8,}|\bwhsec_\w{8,}|\bAKIA[0-9A-Z]{16}\b|"
    r"\bgh[pousr]_\w{20,}|\bxox[abprs]-[\w-]{10,}|\bAIza[\w-]{30,}|\bglpat-[\w-]{16,}"
)
_KNOWN_KEY = re.compile(KNOWN_KEY)


def holds_known_key(text: str) -> bool:
    """Say whether a key is in the text."""
    return bool(_KNOWN_KEY.search(text))
