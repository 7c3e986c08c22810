"""A call to another server in, what a trace may show of it out: addresses and bodies without secrets, within bounds.

Whatever a run knows to be secret is hidden as everywhere. Besides, what the other server's world calls a token, a key
or a card is hidden by its name: the run has never seen it before.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

from actions.operations.calls import Made
from actions.outbound import shown_url
from actions.runs.bounds import cut, cut_all, kept
from actions.runs.redaction import HIDDEN, Redaction

MOST_READ = 256 * 1024  # of a body; of a longer one only the size is shown
_SECRET = re.compile(
    r"token|secret|passw|pwd|authori[sz]ation|api[-_]?key|credential|cookie|session|signature|card|cvc|cvv|iban|otp",
    re.IGNORECASE,
)


def shown_call(made: Made, redaction: Redaction) -> dict[str, Any]:
    """Return a call as JSON kinds: sizes in bytes, milliseconds in all."""
    sent = made.request.body or b""
    shown: dict[str, Any] = {
        "method": made.request.method,
        "url": redaction.text(shown_url(made.request.url)),
        "sent": {"bytes": len(sent), "body": _body(sent, _content_type(made), redaction)},
    }
    if made.effect is not None:
        return {**shown, "effect": str(made.effect)}
    shown |= {"milliseconds": round(made.seconds * 1000, 3), "failure": made.failure or None}
    answer = made.response
    if answer is None:
        return shown
    received = {"bytes": len(answer.body), "body": _body(answer.body, answer.content_type, redaction)}
    return {**shown, "status": answer.status, "attempts": answer.attempts, "received": received}


def named_secrets(value: Any) -> Iterator[Any]:
    """Yield the texts and numbers that another server's world calls secret, by their names: headers, members, query."""
    if isinstance(value, Mapping):
        for name, part in value.items():
            if not isinstance(part, Mapping | list | tuple) and _SECRET.search(str(name)):
                yield part
            else:
                yield from named_secrets(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from named_secrets(part)
    elif isinstance(value, str) and "?" in value and len(value) <= MOST_READ:
        yield from (part for name, part in parse_qsl(value.partition("?")[2]) if _SECRET.search(name))


def _content_type(made: Made) -> str:
    return next((value for name, value in made.request.headers if name.lower() == "content-type"), "")


def _body(body: bytes, content_type: str, redaction: Redaction) -> Any:
    """Return what may be shown of a body: data where it is JSON or a form, the beginning of a text, or nothing."""
    if not body or len(body) > MOST_READ:
        return None
    try:
        read = _read(body.decode(), content_type)
    except (ValueError, RecursionError):
        return None
    return cut_all(_without_secrets(redaction.shown(kept(read))))


def _read(text: str, content_type: str) -> Any:
    if "json" in content_type:
        return json.loads(text)
    if "form-urlencoded" in content_type:
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=1000))
    return cut(text)


def _without_secrets(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: HIDDEN if _SECRET.search(key) else _without_secrets(part) for key, part in value.items()}
    return [_without_secrets(part) for part in value] if isinstance(value, list) else value
