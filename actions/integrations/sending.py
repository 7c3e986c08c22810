"""A request on its way out in, the same with what its integration authenticates it with: keys, passwords, tokens.

It is looked up when the request leaves, so a call that waited has the secret of that day. What an argument says in the
same place is dropped: nobody who calls an action chooses the credentials of its calls.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote, unquote_plus

from actions import secrets
from actions.integrations.documents import SecurityScheme
from actions.integrations.errors import AuthenticationMissing, IntegrationUnavailable
from actions.integrations.known import Known, Needed
from actions.integrations.store import find
from actions.integrations.tokens import Client, get_token, refuse_token
from actions.outbound import Request
from actions.outbox.calling import authenticates
from actions.outbox.secrets import basic, header_value, told_by, with_secret_header

BY = "integration"
AUTHORIZATION, BEARER = "Authorization", "Bearer "
Credential = tuple[str, str, str, str]  # place, name, value, the secret in it


def by_integration(known: Known, needed: Needed) -> dict[str, Any]:
    """Return as plain data how a call is authenticated; empty where it needs nothing."""
    if not needed:
        return {}
    return {"by": BY, "integration": known.name, "schemes": [[name, list(scopes)] for name, scopes in needed]}


class ByIntegration:
    """Adds what the schemes of an integration ask for."""

    def complete(self, request: Request, how: Mapping[str, Any]) -> Request:
        """Return the request with its credentials.

        Raises:
            IntegrationUnavailable, AuthenticationMissing: it was removed, or is configured no more.
            SecretMissing, SecretUnusable, TokenRefused, ActionError of ``actions.outbound.errors``.
        """
        for place, name, value, told in _credentials(how):
            request = _PLACES[place](request, name, value, told_by(told))
        return request

    def renew(self, request: Request, how: Mapping[str, Any]) -> bool:
        """Use a token that was refused no more. Other secrets do not get better by being sent again."""
        sent = dict(request.headers).get(AUTHORIZATION, "").removeprefix(BEARER)
        clients = [client for _, _, client in _configured(_known(how), how) if client is not None]
        renewable = [refuse_token(client, sent) for client in clients]
        return any(renewable)


def _known(how: Mapping[str, Any]) -> Known:
    known = find(how["integration"])
    if known is None or not known.enabled:
        raise IntegrationUnavailable(how["integration"], "is not there, or is disabled")
    return known


def _configured(known: Known, how: Mapping[str, Any]) -> Iterator[tuple[str, SecurityScheme, Client | None]]:
    """Yield for each scheme the name of its secret, and the client that gets a token where it is OAuth 2's."""
    for name, scopes in how["schemes"]:
        scheme, own = known.schemes.get(name), known.authentication.get(name)
        if scheme is None or own is None:
            raise AuthenticationMissing(known.name)
        yield own["secret"], scheme, _client(known, scheme, own, scopes)


def _client(known: Known, scheme: SecurityScheme, own: Mapping[str, Any], scopes: list[str]) -> Client | None:
    if "client_id" not in own:
        return None
    wanted = tuple(own.get("scopes", scopes))
    url = own.get("token_url") or scheme.token_url
    more = tuple(sorted(own.get("parameters", {}).items()))
    return Client(known.name, url, own["client_id"], own["secret"], wanted, own.get("send", "basic"), more)


def _credentials(how: Mapping[str, Any]) -> Iterator[Credential]:
    known = _known(how)
    for secret, scheme, client in _configured(known, how):
        if client is not None:
            token = get_token(client).reveal()
            yield "header", AUTHORIZATION, f"{BEARER}{token}", token
            continue
        value = secrets.active_values(secret)[0].reveal()
        if scheme.kind == "apiKey":
            yield scheme.place, scheme.name, header_value(secret, value) if scheme.place == "header" else value, value
        elif scheme.kind == "basic":
            yield "header", AUTHORIZATION, f"Basic {basic(value)}", value
        else:
            yield "header", AUTHORIZATION, header_value(secret, f"{BEARER}{value}"), value


def _with_query(request: Request, name: str, value: str, told: tuple[str, ...]) -> Request:
    address, _, query = request.url.partition("#")[0].partition("?")
    kept = [part for part in query.split("&") if part and unquote_plus(part.partition("=")[0]) != name]
    added = f"{quote(name, safe='')}={quote(value, safe='')}"
    return replace(request, url=f"{address}?{'&'.join([*kept, added])}", secrets=(*request.secrets, *told))


def _with_cookie(request: Request, name: str, value: str, told: tuple[str, ...]) -> Request:
    given = [text for key, text in request.headers if key.lower() == "cookie"]
    cookies = [part.strip() for text in given for part in text.split(";")]
    kept = [part for part in cookies if part and part.partition("=")[0] != name]
    return with_secret_header(request, "Cookie", "; ".join([*kept, f"{name}={quote(value, safe=_COOKIE)}"]), told)


_COOKIE = "!#$%&'()*+-./:<=>?@[]^_`{|}~"  # RFC 6265, cookie-octet
_PLACES = {"header": with_secret_header, "query": _with_query, "cookie": _with_cookie}

authenticates(BY, ByIntegration())
