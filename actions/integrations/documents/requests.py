"""The arguments of a call as an HTTP request: nothing that is given can leave its place in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from actions.integrations.documents.checking import Read, read_arguments
from actions.integrations.documents.errors import BadArguments
from actions.integrations.documents.givens import without_absent
from actions.integrations.documents.parameters import PLACEHOLDER
from actions.integrations.documents.servers import clean_server
from actions.integrations.documents.values import ArgumentProblem, Built, ServiceOperation
from entities.values import ABSENT

ANYTHING: Final = "*/*;q=0.5"
_LITERAL: Final = "/:@!$&'()*+,;=~%-._"


def build_request(operation: ServiceOperation, arguments: Mapping[str, Any], server: str) -> Built:
    """Return the request of a call to a server (``operation.server`` where it is ``""``). ``ABSENT`` is left out.

    Raises:
        BadArguments: with every problem of the arguments, or of the address.
    """
    given = {key: without_absent(value) for key, value in arguments.items() if value is not ABSENT}
    read = read_arguments(operation, given)
    if read.problems:
        raise BadArguments(operation.id, read.problems)
    return Built(operation.method, _url(operation, read, server), _headers(operation, read), read.body)


def _url(operation: ServiceOperation, read: Read, server: str) -> str:
    address = clean_server(server or operation.server)
    if not address:
        raise BadArguments(operation.id, [ArgumentProblem((), "value", "The service has no usable address.")])
    path, _, fixed = operation.path.partition("#")[0].partition("?")
    query = [_filled(read, fixed)] if fixed else []
    query += [f"{name}={text}" for one, pairs in read.parameters if one.place == "query" for name, text in pairs]
    return f"{address}{_filled(read, path)}" + ("?" + "&".join(query) if query else "")


def _filled(read: Read, template: str) -> str:
    values = {one.name: pairs[0][1] for one, pairs in read.parameters if one.place == "path"}
    pieces, end = [], 0
    for found in PLACEHOLDER.finditer(template):
        value = values.get(found[1], "")
        value = value.replace("%2F", "/") if found[0].startswith("{+") else value
        pieces += [quote(template[end : found.start()], safe=_LITERAL), value]
        end = found.end()
    return "".join([*pieces, quote(template[end:], safe=_LITERAL)])


def _headers(operation: ServiceOperation, read: Read) -> tuple[tuple[str, str], ...]:
    headers = [(one.name, pairs[0][1]) for one, pairs in read.parameters if one.place == "header" and pairs]
    cookies = [f"{name}={text}" for one, pairs in read.parameters if one.place == "cookie" for name, text in pairs]
    headers.append(("Accept", ", ".join([*(operation.accepts or ("application/json",)), ANYTHING])))
    if cookies:
        headers.append(("Cookie", "; ".join(cookies)))
    if read.body is not None:
        headers.append(("Content-Type", read.content_type))
    return tuple(headers)
