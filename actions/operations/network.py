"""A request to another server: in place where its answer is read, after the commit where nobody reads it.

The original's inputs and outputs, and what it lacks: the status, any JSON body, bounds, retries,
expectations, and secrets that are named and not written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import orjson

from actions.errors import OutcomeRefused
from actions.expressions.shapes import Shape
from actions.expressions.text import as_text
from actions.operations.answers import MOST_ANSWER, SHAPE, answered, expected_statuses, readable
from actions.operations.arguments import bounded, whole
from actions.operations.base import Call, Effect, Operation, Param, Result
from actions.operations.registry import register
from actions.outbound import Limits, Request, check_request
from actions.outbox import Outgoing
from actions.outbox.calling import SAFE
from actions.outbox.secrets import BASIC, BEARER, HEADERS, WEBHOOK, by_secrets
from actions.outbox.signing import signing_fault

MOST_TIMEOUT, MOST_RETRIES, MOST_REDIRECTS = 30, 5, 10
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
JSON, FORM = "application/json", "application/x-www-form-urlencoded"


@register
class RequestNetwork(Operation):
    """Send a request to another server: with a Reference its answer is waited for, else it goes after the commit."""

    name = "$network.request"
    gives = (
        "`status`, `headers` (names in small letters), `body` (JSON as data, text as text) and `url`; of what is "
        "no JSON also `bodyPlainText` and `base32EncodedBody`, which is base64. Of a request that waits for the "
        "commit: `effect`, its id."
    )
    effect = Effect.EXTERNAL
    answers = True
    params = (
        Param("Url", str, "Where to: `https://api.example.org/v1/orders`."),
        Param("Method", str, "GET by default.", required=False),
        Param("Headers", dict, "Header by header.", required=False, check=lambda value: _pairs("Headers", value)),
        Param(
            "Query",
            dict,
            "What is added to the query string; a list repeats its name.",
            required=False,
            check=lambda value: _pairs("Query", value),
        ),
        Param(
            "FormData",
            dict,
            "A form to be sent as the body.",
            required=False,
            check=lambda value: _pairs("FormData", value),
        ),
        Param(
            "Body", (dict, list, str, int, bool), "The body: a text as it is, anything else as JSON.", required=False
        ),
        Param(
            "Timeout",
            int,
            f"Seconds for everything together: 10 by default, {MOST_TIMEOUT} at most.",
            required=False,
            check=bounded("Timeout", most=MOST_TIMEOUT),
        ),
        Param(
            "Retries",
            int,
            f"Further attempts within that time, none by default, {MOST_RETRIES} at most.",
            required=False,
            check=bounded("Retries", least=0, most=MOST_RETRIES),
        ),
        Param(
            "Redirects",
            int,
            f"Redirects that are followed: 5 by default, {MOST_REDIRECTS} at most.",
            required=False,
            check=bounded("Redirects", least=0, most=MOST_REDIRECTS),
        ),
        Param(
            "ExpectStatus",
            (int, str, list),
            "Statuses that are no failure; everything below 500 by default.",
            required=False,
            check=expected_statuses,
        ),
        Param(
            BEARER,
            str,
            "The name of a secret that is sent as `Authorization: Bearer`.",
            names_secret=True,
            required=False,
        ),
        Param(
            BASIC, str, "The name of a secret `user:password` that is sent as basic.", names_secret=True, required=False
        ),
        Param(
            HEADERS,
            dict,
            "Header by header, the name of the secret that is sent in it.",
            names_secret=True,
            required=False,
        ),
        Param(
            WEBHOOK,
            str,
            "The name of a secret that signs the request by Standard Webhooks when it leaves, anew at each attempt.",
            names_secret=True,
            secret_fault=signing_fault,
            required=False,
        ),
    )
    example = {"Url": "https://api.example.org/v1/orders", "Method": "POST", "Body": {"sku": "tea"}}

    def perform(self, call: Call) -> Result:
        outgoing = compose(call.arguments)
        made = call.make(outgoing)
        return answered(self.name, {"effect": str(made)} if isinstance(made, UUID) else readable(made))

    def rehearse(self, call: Call) -> Result:
        """Say what could be wrong with the request, and send nothing."""
        call.rehearse(compose(call.arguments))
        return Result(None)

    def shape(self, fixed: Mapping[str, Any]) -> Shape:
        return SHAPE


def compose(arguments: Mapping[str, Any]) -> Outgoing:
    """Return the call that the arguments describe, judged as far as that is possible without the network.

    Raises:
        OutcomeRefused: naming the argument. OutboundBlocked, RequestRefused: it must not be sent.
    """
    check_together(arguments)
    body, content_type = _body(arguments)
    headers = tuple(_headers(arguments.get("Headers"), content_type))
    request = Request(_method(arguments), _url(arguments), headers, body)
    check_request(request)
    limits = Limits(
        timeout=whole(arguments, "Timeout", most=MOST_TIMEOUT, default=10),
        most_bytes=MOST_ANSWER,
        redirects=whole(arguments, "Redirects", least=0, most=MOST_REDIRECTS, default=5),
        retries=whole(arguments, "Retries", least=0, most=MOST_RETRIES, default=0),
    )
    expected = expected_statuses(arguments.get("ExpectStatus"))
    return Outgoing(request, limits, expected, by_secrets(arguments))


def check_together(arguments: Mapping[str, Any]) -> None:
    """Refuse arguments that contradict one another: two bodies, two credentials, a signature of nothing.

    Raises:
        OutcomeRefused.
    """
    if arguments.get("FormData") is not None and arguments.get("Body") is not None:
        raise OutcomeRefused("Either 'FormData' or 'Body' is sent.")
    by_secrets(arguments)
    method = _method(arguments)
    if arguments.get(WEBHOOK) is not None and method in SAFE:
        raise OutcomeRefused(f"'{WEBHOOK}' signs what is sent, as by POST; {method} sends nothing.")


def _method(arguments: Mapping[str, Any]) -> str:
    method = _text("Method", arguments.get("Method") or "GET").upper()
    if method not in METHODS:
        raise OutcomeRefused(f"'Method' is one of {', '.join(METHODS)}.")
    return method


def _url(arguments: Mapping[str, Any]) -> str:
    url = _text("Url", arguments.get("Url"))
    query = _pairs("Query", arguments.get("Query"))
    if not query:
        return url
    base, mark, fragment = url.partition("#")
    joint = "" if base.endswith(("?", "&")) else "&" if "?" in base else "?"
    return f"{base}{joint}{urlencode(query)}{mark}{fragment}"


def _body(arguments: Mapping[str, Any]) -> tuple[bytes | None, str]:
    """Return the bytes of the body, and their media type."""
    form, body = arguments.get("FormData"), arguments.get("Body")
    if form is not None:
        return urlencode(_pairs("FormData", form)).encode(), FORM
    if body is None:
        return None, ""
    if isinstance(body, str):
        return _text("Body", body).encode(), "text/plain; charset=utf-8"
    return _json_of(body), JSON


def _exact(value: Any) -> Any:
    """Write decimals as the numbers that they are: none passes through a binary float."""
    if isinstance(value, Mapping):
        return {key: _exact(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_exact(part) for part in value]
    return orjson.Fragment(format(value, "f")) if isinstance(value, Decimal) else value


def _json_of(value: Any) -> bytes:
    try:
        return orjson.dumps(_exact(value), option=orjson.OPT_NON_STR_KEYS)
    except TypeError:
        raise OutcomeRefused("'Body' cannot be written as JSON.") from None


def _headers(value: Any, content_type: str) -> Iterator[tuple[str, str]]:
    given = _pairs("Headers", value)
    yield from given
    names = {name.lower() for name, _ in given}
    if content_type and "content-type" not in names:
        yield "Content-Type", content_type
    if "accept" not in names:
        yield "Accept", "application/json, */*;q=0.5"


def _pairs(name: str, value: Any) -> list[tuple[str, str]]:
    """Return names and texts; a list repeats its name, and what is null is left out."""
    if value is None:
        return []
    if not isinstance(value, Mapping):
        raise OutcomeRefused(f"'{name}' is a mapping.")
    return [(_text(name, key), _scalar(name, item)) for key, part in value.items() for item in _items(part)]


def _items(part: Any) -> list[Any]:
    listed = list(part) if isinstance(part, list | tuple) else [part]
    return [item for item in listed if item is not None]


def _scalar(name: str, value: Any) -> str:
    if isinstance(value, Mapping | list | tuple):
        raise OutcomeRefused(f"'{name}' holds texts, numbers and lists of them.")
    return _text(name, as_text(value))


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise OutcomeRefused(f"'{name}' must be a text.")
    if any("\ud800" <= char <= "\udfff" for char in value):
        raise OutcomeRefused(f"'{name}' has characters that cannot be sent.")
    return value
