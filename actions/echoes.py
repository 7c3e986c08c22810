"""A secret in, every way in which another server may write it out again; what such a server says in, masked out.

Whoever is sent a key may repeat it: in a page that says what was wrong with the request, in a header, in base64. What
is looked for is the text itself, as JSON, URLs and HTML escape it, and in base64 wherever it stands in there.
"""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

LEAST = 6  # characters; a shorter text is found in too much that has nothing to do with it
MASK = "***"


def forms(secret: str) -> frozenset[str]:
    """Return the secret as it is and as others write it; each of them tells it, or all but a few bits."""
    secret = secret.encode(errors="replace").decode()  # half a character is written by nobody
    escaped = (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1])
    quoted = (quote(secret, safe=""), quote(secret), quote_plus(secret), html.escape(secret))
    texts = {secret, *escaped, *(text.replace("/", "\\/") for text in escaped), *quoted}
    return frozenset(texts | {text for offset in range(3) for text in _in_base64(secret.encode(), offset)})


def masked(content: bytes, secrets: Iterable[str]) -> bytes:
    """Return the bytes with a mask in the place of every form of a secret that is long enough to be looked for."""
    found = {form for secret in secrets if len(secret) >= LEAST for form in forms(secret)}
    for form in sorted(found, key=len, reverse=True):
        content = content.replace(form.encode(), MASK.encode())
    return content


def _in_base64(content: bytes, offset: int) -> Iterable[str]:
    """Yield the digits that tell nothing but the content, after so many bytes of something else; in both alphabets."""
    text = base64.b64encode(bytes(offset) + content).decode()
    first, end = (offset * 8 + 5) // 6, (offset + len(content)) * 8 // 6
    yield from (text[first:end], text[first:end].translate(_URL_SAFE))
    if not offset:
        yield from (text, text.translate(_URL_SAFE))


_URL_SAFE = str.maketrans("+/", "-_")
