"""How an integration authenticates: names of secrets, scheme by scheme, judged against what its document declares.

    {scheme: {"secret": NAME}}
    {scheme: {"client_id": ID, "secret": NAME, "token_url": URL, "scopes": [...], "send": "basic" | "body",
              "parameters": {"audience": TEXT}}}

The secret of an API key is the key, of ``bearer`` the token, of ``basic`` ``user:password`` or a user alone. OAuth 2
has a client id and the client's secret; the token URL is the document's, and the scopes are the operation's, unless
they are given; ``parameters`` are what an authorization server wants to be told besides, as ``audience``. With a secret
alone that is the token itself, as for what the document says too little of (OpenID Connect).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from actions.integrations.documents import SecurityScheme

ABOUT: Mapping[str, str] = {
    "apiKey": "The secret is the key.",
    "basic": "The secret is USER:PASSWORD, or a user alone.",
    "bearer": "The secret is the token.",
    "oauth2": "The secret is the client's, and a client id is given; without one it is an access token itself.",
    "other": "The secret is sent as a bearer token.",
}
_OF_CLIENT = ("client_id", "token_url", "scopes", "send", "parameters")
MOST_SCHEMES, MOST_TEXT, MOST_SCOPES, MOST_PARAMETERS = 20, 500, 100, 20
SEND = ("basic", "body")
SECRET = re.compile(r"[A-Za-z0-9_.-]{1,100}")
_SCOPE = re.compile(r"[\x21\x23-\x5B\x5D-\x7E]{1,200}")  # RFC 6749, appendix A.4
_OURS = frozenset({"client_id", "client_secret", "scope"})  # what a token request says by itself


def keys_of(kind: str) -> tuple[str, ...]:
    """Return what can be said of a scheme of this kind."""
    return ("secret", *_OF_CLIENT) if kind == "oauth2" else ("secret",)


def check_authentication(given: Any, schemes: Mapping[str, SecurityScheme]) -> list[str]:
    """Return a sentence for everything that is wrong; nothing where the configuration can be kept."""
    if not isinstance(given, Mapping):
        return ["Authentication is a mapping: a scheme, and what is known of it."]
    if len(given) > MOST_SCHEMES:
        return [f"At most {MOST_SCHEMES} schemes are configured."]
    return [f"'{name}': {wrong}" for name, how in given.items() for wrong in _wrong(how, schemes.get(name))]


def _wrong(how: Any, scheme: SecurityScheme | None) -> Iterator[str]:
    if scheme is None:
        yield "The document declares no such scheme."
    elif not isinstance(how, Mapping):
        yield "It is a mapping with the name of a secret."
    else:
        yield from (f"It has no '{key}'." for key in how if key not in keys_of(scheme.kind))
        if not (isinstance(how.get("secret"), str) and SECRET.fullmatch(how["secret"])):
            yield "'secret' is the name of a secret."
        if scheme.kind == "oauth2":
            yield from _wrong_client(how, scheme)


def _wrong_client(how: Mapping[str, Any], scheme: SecurityScheme) -> Iterator[str]:
    """Yield what is wrong with OAuth 2's client credentials."""
    if "client_id" not in how:
        yield from (f"'{key}' is for a 'client_id'." for key in sorted({*_OF_CLIENT} - {"client_id"} & {*how}))
        return
    if not _is_text(how["client_id"]):
        yield f"'client_id' is a text of at most {MOST_TEXT} characters."
    url = how.get("token_url", scheme.token_url)
    if not (_is_text(url) and _is_address(url)):
        yield f"'token_url' is an http or https address{' without a user.' if url else '; the document has none.'}"
    if how.get("send", SEND[0]) not in SEND:
        yield f"'send' is one of {', '.join(SEND)}."
    scopes = how.get("scopes", [])
    if not isinstance(scopes, list) or len(scopes) > MOST_SCOPES or not all(_is_scope(one) for one in scopes):
        yield "'scopes' is a list of texts without spaces."
    yield from _wrong_parameters(how.get("parameters", {}))


def _wrong_parameters(given: Any) -> Iterator[str]:
    if (
        not isinstance(given, Mapping)
        or len(given) > MOST_PARAMETERS
        or not all(map(_is_text, [*given, *given.values()]))
    ):
        yield f"'parameters' are at most {MOST_PARAMETERS} texts by name."
    else:
        yield from (
            f"'parameters' cannot say '{name}': that has a place of its own." for name in sorted(_OURS & {*given})
        )


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= MOST_TEXT and value.isprintable()


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and "@" not in parts.netloc
    except ValueError:  # half an IPv6 address
        return False


def _is_scope(value: Any) -> bool:
    return isinstance(value, str) and _SCOPE.fullmatch(value) is not None


def secrets_named(given: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return the names of the secrets that a configuration uses."""
    return sorted({str(how["secret"]) for how in given.values()})
