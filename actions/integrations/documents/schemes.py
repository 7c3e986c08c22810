"""How to authenticate: the security schemes of a document, and which of them an operation needs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, TypeAlias

from actions.integrations.documents.parameters import TOKEN
from actions.integrations.documents.pointers import Part, Source
from actions.integrations.documents.servers import clean_server, join
from actions.integrations.documents.values import Security, SecurityScheme

OTHER: Final = SecurityScheme("other")
MAX_SCHEMES: Final = 100
MAX_ALTERNATIVES: Final = 50
MAX_LISTED: Final = 2000
Needed: TypeAlias = tuple[tuple[str, tuple[str, ...]], ...]


def read_schemes(document: Source, base: str) -> dict[str, SecurityScheme]:
    """Return the schemes by name. ``base`` is the address that relative token URLs start from."""
    root = document.root
    part = root.child("securityDefinitions") if document.swagger else root.child("components").child("securitySchemes")
    return {name: _scheme(document, document.follow(one), base) for name, one in part.entries()[:MAX_SCHEMES]}


def _scheme(document: Source, part: Part, base: str) -> SecurityScheme:
    kind = part.mapping().get("type")
    if kind == "apiKey":
        return _key(document, part)
    if kind == "oauth2":
        flow = part if document.swagger else part.child("flows").child("clientCredentials")
        return _oauth2(document, flow, base)
    http = "basic" if kind == "basic" else part.text("scheme").lower() if kind == "http" else ""
    if http == "basic":
        return SecurityScheme("basic")
    return SecurityScheme("bearer") if http == "bearer" else OTHER


def _key(document: Source, part: Part) -> SecurityScheme:
    place, name = part.mapping().get("in"), part.text("name", 200)
    if place == "query" and name:
        return SecurityScheme("apiKey", "query", name)
    if place in ("header", "cookie") and TOKEN.fullmatch(name):
        return SecurityScheme("apiKey", str(place), name)
    document.report(part.pointer, "An API key without a name, or in no known place, cannot be used.")
    return OTHER


def _oauth2(document: Source, flow: Part, base: str) -> SecurityScheme:
    """Return the client credentials flow; other flows need a person, and leave ``token_url`` empty."""
    scopes = tuple(name[:200] for name, _ in flow.child("scopes").entries())
    given = flow.text("tokenUrl", 2000)
    if not given or (document.swagger and flow.mapping().get("flow") != "application"):
        return SecurityScheme("oauth2", scopes=scopes)
    url = _token_url(given, base)
    if not url:
        document.report(flow.pointer, f"Token URL '{given[:200]}' is no http or https address.")
    return SecurityScheme("oauth2", token_url=url, scopes=scopes)


def _token_url(given: str, base: str) -> str:
    joined = join(base, given)
    address, mark, query = joined.partition("?")
    clean = clean_server(address)
    keep = "/" if clean and address.endswith("/") else ""
    return f"{clean}{keep}{mark}{query}" if clean and query.isprintable() and " " not in query else ""


def read_security(document: Source, part: Part, declared: Any) -> Security:
    """Return the alternatives under ``security``; none where no authentication is needed.

    Where all of them name schemes that nobody declares, whatever is declared may be meant, or nothing.
    """
    found = [_needed(document, one, declared) for one in document.listed(part)[:MAX_LISTED]]
    alternatives = _bounded(dict.fromkeys(one for one in found if one is not None))
    usable = tuple(one for one in alternatives if all(name in declared for name, _ in one))
    if alternatives and not usable:
        usable = (*(((name, ()),) for name in sorted(declared)[:MAX_ALTERNATIVES]), ())
    return () if usable == ((),) else usable


def _bounded(alternatives: Iterable[Needed]) -> list[Needed]:
    """Return the alternatives; of too many, the first with each set of schemes: some list every scope as one."""
    listed = list(alternatives)
    if len(listed) > MAX_ALTERNATIVES:
        first: dict[tuple[str, ...], Needed] = {}
        for one in listed:
            first.setdefault(tuple(name for name, _ in one), one)
        listed = list(first.values())[:MAX_ALTERNATIVES]
    return listed


def _needed(document: Source, part: Part, declared: Any) -> Needed | None:
    if not isinstance(part.value, dict):
        document.report(part.pointer, "A security requirement must be an object; it is left out.")
        return None
    for name in part.value:
        if name not in declared:
            document.report(part.pointer, f"Security scheme '{name[:60]}' is not declared.")
    return tuple((name, _texts(scopes)) for name, scopes in part.value.items())


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()
