"""An operation of another service: its arguments checked against the service's document, sent as the document says.

What a plan holds is names. What they stand for is looked up when the outcome runs, so that a document that is imported
anew counts in every process at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from actions.expressions.shapes import Shape
from actions.integrations import store
from actions.integrations.documents import BadArguments, ServiceOperation, build_request
from actions.integrations.errors import AuthenticationMissing, IntegrationRefused, IntegrationUnavailable
from actions.integrations.known import Known
from actions.integrations.sending import by_integration
from actions.operations.answers import MOST_ANSWER, expected_statuses, readable
from actions.operations.arguments import bounded, whole
from actions.operations.base import Call, Effect, Entry, Operation, Param, Result
from actions.operations.registry import register
from actions.outbound import Limits, Request, Response, check_request
from actions.outbox.calling import Outgoing

NAME = "integration.call"
TIMEOUT, RETRIES, EXPECT = "$Timeout", "$Retries", "$ExpectStatus"
RESPONSE = ".response"
CONTROLS = frozenset({TIMEOUT, RETRIES, EXPECT})
MOST_TIMEOUT, MOST_RETRIES = 30, 5
_READ = ("status", "headers", "body", "base32EncodedBody")
_SHAPE = Shape(columns=frozenset({"__type", "effect", *_READ}))


@register
class CallIntegration(Operation):
    """Call an operation of an integration: with a Reference its answer is waited for, else it goes after the commit."""

    name = NAME
    gives = (
        "`status`, `headers` and `body`; of bytes `base32EncodedBody`, which is base64. The answer has `NAME.response` "
        "and `NAME.statusCode`. Of a call that waits for the commit: `effect`, its id."
    )
    effect = Effect.EXTERNAL
    answers = True
    params = (
        Param(
            TIMEOUT,
            int,
            f"Seconds for everything together: 10 by default, {MOST_TIMEOUT} at most.",
            required=False,
            check=bounded(TIMEOUT, most=MOST_TIMEOUT),
        ),
        Param(
            RETRIES,
            int,
            f"Further attempts: none by default, {MOST_RETRIES} at most.",
            required=False,
            check=bounded(RETRIES, least=0, most=MOST_RETRIES),
        ),
        Param(
            EXPECT,
            (int, str, list),
            "Statuses that are no failure; everything below 500 by default.",
            required=False,
            check=expected_statuses,
        ),
    )
    open_params = True
    example = {"limit": 10, TIMEOUT: 5}

    def perform(self, call: Call) -> Result:
        name, outgoing = compose(call)
        made = call.make(outgoing)
        return _deferred(name, str(made)) if isinstance(made, UUID) else _answered(name, made)

    def rehearse(self, call: Call) -> Result:
        """Say what could be wrong with the call, and send nothing."""
        _, outgoing = compose(call)
        call.rehearse(outgoing)
        return Result(None)

    def shape(self, fixed: Mapping[str, Any]) -> Shape:
        return _SHAPE

    def explain(self, fixed: Mapping[str, Any]) -> str:
        """Say what is called, as the document has it now."""
        try:
            known, operation = _found(fixed["integration"], fixed["operation"])
        except IntegrationUnavailable as unavailable:
            return unavailable.message
        return f"{operation.method} {known.address(operation)}{operation.path}"


def response_name(integration: str, operation: str) -> str:
    """Return the name of the entry that has the body of an operation's answer."""
    return f"{integration}.{operation}{RESPONSE}"


def compose(call: Call) -> tuple[str, Outgoing]:
    """Return the call's name in answers, and what is to be sent.

    Raises:
        IntegrationUnavailable, AuthenticationMissing: nobody can call it at present.
        IntegrationRefused, OutcomeRefused: naming the argument.
        OutboundBlocked, RequestRefused: it must not be sent.
    """
    known, operation = _found(call.fixed["integration"], call.fixed["operation"])
    needed = known.authenticated(operation)
    if needed is None:
        raise AuthenticationMissing(known.name)
    request = _request(known, operation, call.arguments)
    timeout = whole(call.arguments, TIMEOUT, most=MOST_TIMEOUT, default=10)
    retries = whole(call.arguments, RETRIES, least=0, most=MOST_RETRIES, default=0)
    limits = Limits(timeout=timeout, most_bytes=MOST_ANSWER, retries=retries)
    expected = expected_statuses(call.arguments.get(EXPECT))
    return f"{known.name}.{operation.id}", Outgoing(request, limits, expected, by_integration(known, needed))


def _found(name: str, method: str) -> tuple[Known, ServiceOperation]:
    known = store.find(name)
    if known is None:
        raise IntegrationUnavailable(name, "is not there")
    if not known.enabled:
        raise IntegrationUnavailable(name, "is disabled")
    operation = known.find(method)
    if operation is None:
        raise IntegrationUnavailable(name, f"has no operation '{method}'")
    return known, operation


def _request(known: Known, operation: ServiceOperation, arguments: Mapping[str, Any]) -> Request:
    address = known.address(operation)
    if not address:
        raise IntegrationUnavailable(known.name, "has no address")
    given = {name: value for name, value in arguments.items() if name not in CONTROLS}
    try:
        built = build_request(operation, given, address)
    except BadArguments as refused:
        raise IntegrationRefused(operation.id, refused.problems) from None
    request = Request(built.method, built.url, built.headers, built.body)
    check_request(request)
    return request


def _deferred(name: str, effect: str) -> Result:
    return Result({"__type": name, "effect": effect}, (Entry(f"{name}.effect", effect),))


def _answered(name: str, response: Response) -> Result:
    """Return what the Reference holds, and the original's two entries.

    The address is left out of it: the key of a service may stand in its query.
    """
    read = readable(response)
    value = {"__type": name, **{column: read[column] for column in _READ if column in read}}
    return Result(value, (Entry(f"{name}{RESPONSE}", read["body"]), Entry(f"{name}.statusCode", read["status"])))
