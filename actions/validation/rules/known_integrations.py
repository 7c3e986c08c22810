"""A ``Type`` that is an integration exists, its ``Method`` is one of its operations, and somebody can call that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from actions.errors import Problem
from actions.integrations.documents import ServiceOperation
from actions.integrations.known import Known
from actions.locations import Location
from actions.operations.integrations import NAME
from actions.outbound import OutboundBlocked, Request, RequestRefused, check_request
from actions.plan.nodes import Plan, Step
from actions.plan.visitor import steps
from actions.validation.context import Context
from actions.validation.problems import PlanProblem
from entities import registry as entities
from entities.errors import did_you_mean

LISTED = 8
MEND = "Its page in the admin can mend it"
BY_COMMAND = f"{MEND}, or 'manage.py import_openapi' with {{}}."


class UnknownIntegration(PlanProblem):
    """No integration has this name, and neither has an entity, an operation or a directive."""

    __slots__ = ()
    CODE = "ACT241"

    def __init__(self, name: str, known: Iterable[str], location: Location) -> None:
        hint = did_you_mean(name, [*known, *entities.names()]) or "'manage.py import_openapi' imports one."
        super().__init__(f"Unknown integration '{name}'.", location, hint)


class UnknownServiceOperation(PlanProblem):
    """The integration has no operation of this name."""

    __slots__ = ()
    CODE = "ACT242"

    def __init__(self, name: str, integration: str, known: Sequence[str], location: Location) -> None:
        more = f" and {len(known) - LISTED} more" if len(known) > LISTED else ""
        hint = did_you_mean(name, known) or f"Known: {', '.join(known[:LISTED])}{more}."
        super().__init__(f"'{integration}' has no operation '{name}'.", location, hint)


class DeprecatedOperation(PlanProblem):
    """The other service wants nobody to call this any more."""

    __slots__ = ()
    CODE = "ACT248"
    SEVERITY = "warning"

    def __init__(self, operation: ServiceOperation, integration: str, location: Location) -> None:
        super().__init__(f"Operation '{operation.id}' of '{integration}' is deprecated.", location)


class NotCallable(PlanProblem):
    """Nobody could perform the call as the integration stands now."""

    __slots__ = ()
    CODE = "ACT249"
    SEVERITY = "warning"

    def __init__(self, integration: str, reason: str, location: Location, hint: str) -> None:
        super().__init__(f"The integration '{integration}' {reason}.", location, hint)


def known_integrations(plan: Plan, context: Context) -> Iterator[Problem]:
    """Report every integration and every operation of one that does not exist, and what keeps one from being called."""
    for step, known in integration_steps(plan, context):
        place = context.places.value(step.location, "Type")
        if known is None:
            yield UnknownIntegration(step.fixed["integration"], context.integrations or (), place)
        else:
            yield from _about_operation(step, known, context)


def integration_steps(plan: Plan, context: Context) -> Iterator[tuple[Step, Known | None]]:
    """Yield the steps that call an integration, each with what is known of that; none where nobody can tell."""
    if context.integrations is not None:
        for step in steps(plan.body):
            if step.operation.name == NAME:
                yield step, context.integrations.get(step.fixed["integration"])


def _about_operation(step: Step, known: Known, context: Context) -> Iterator[Problem]:
    operation, place = known.find(step.fixed["operation"]), context.places.value(step.location, "Method")
    if operation is None:
        yield UnknownServiceOperation(step.fixed["operation"], known.name, known.ids(), place)
        return
    if operation.deprecated:
        yield DeprecatedOperation(operation, known.name, place)
    for reason, hint in (*_reasons(known, operation), *_without_value(known, operation, context)):
        yield NotCallable(known.name, reason, place, hint)


def _reasons(known: Known, operation: ServiceOperation) -> Iterator[tuple[str, str]]:
    """Yield what keeps the operation from being called, and how to mend that."""
    if not known.enabled:
        yield "is disabled", f"{MEND}."
    yield from ((reason, BY_COMMAND.format("--server")) for reason in _about_address(known.address(operation)))
    if known.authenticated(operation) is None:
        schemes = dict.fromkeys(f"'{name}'" for needed in operation.security for name, _ in needed)
        yield f"has no secret for {' or '.join(schemes)}", BY_COMMAND.format("--auth")


def _about_address(address: str) -> Iterator[str]:
    if not address:
        yield "has no address"
        return
    try:
        check_request(Request("GET", address))
    except (OutboundBlocked, RequestRefused):
        yield f"is at '{address}', which may not be called"


def _without_value(known: Known, operation: ServiceOperation, context: Context) -> Iterator[tuple[str, str]]:
    for scheme, _ in known.authenticated(operation) or ():
        secret = known.authentication[scheme]["secret"]
        if context.secret_exists is not None and not context.secret_exists(secret):
            yield f"uses the secret '{secret}', which has no value", f"Keep one with 'manage.py secrets set {secret}'."
