"""Where an operation takes the name of a secret, the author has written one: nothing that is sent chooses a secret."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from actions.errors import Problem
from actions.locations import Location
from actions.operations.base import Param
from actions.plan.nodes import Plan
from actions.validation.arguments import Argument, arguments_of
from actions.validation.context import Context
from actions.validation.problems import PlanProblem
from actions.validation.rules.webhook_secrets import NAME, SecretNotSet
from entities.values import ABSENT


class NoSecretNamed(PlanProblem):
    """An expression, or a text that names no secret: perhaps the secret itself, so it is not repeated."""

    __slots__ = ()
    CODE = "ACT259"

    def __init__(self, name: str, location: Location) -> None:
        hint = "Keep the secret with 'manage.py secrets set NAME' and write the NAME, no expression."
        super().__init__(f"'{name}' must be the name of a secret.", location.without_text(), hint)


class SecretOfNoUseHere(PlanProblem):
    """A secret that does not have the form that an outcome needs: it fails whenever it runs."""

    __slots__ = ()
    CODE = "ACT257"
    SEVERITY = "warning"

    def __init__(self, name: str, fault: str, location: Location) -> None:
        super().__init__(f"The value of this secret is of no use as '{name}'.", location, fault)


def secret_names(plan: Plan, context: Context) -> Iterator[Problem]:
    """Report every other value in the place of a name, and a name under which there is no secret."""
    for argument, param in _named(plan):
        place = context.places.value(argument.within, argument.name)
        if argument.literal is ABSENT:
            yield NoSecretNamed(argument.name, place)
            continue
        for value in _names(argument.literal):
            if not NAME.fullmatch(value):
                yield NoSecretNamed(argument.name, place)
            elif context.secret_exists is not None and not context.secret_exists(value):
                yield SecretNotSet(value, place)
            elif context.secret_fault is not None and param.secret_fault is not None:
                fault = context.secret_fault(value, param.secret_fault)
                if fault:
                    yield SecretOfNoUseHere(argument.name, fault, place)


def _names(value: Any) -> list[str]:
    """Return the one name, or those of a mapping; another kind of value is a wrong argument anyway."""
    found = list(value.values()) if isinstance(value, dict) else [value]
    return [name for name in found if isinstance(name, str)]


def all_named_secrets(plan: Plan) -> frozenset[str]:
    """Return the names of all secrets that an action needs: those of its outcomes, and those of a receiver."""
    written = (argument.literal for argument in arguments_that_name_secrets(plan) if argument.literal is not ABSENT)
    received = plan.webhook.named_secrets() if plan.webhook else ()
    return frozenset([*chain.from_iterable(map(_names, written)), *(secret.name for secret in received)])


def arguments_that_name_secrets(plan: Plan) -> Iterator[Argument]:
    """Return the arguments that are names of secrets."""
    return (argument for argument, _ in _named(plan))


def _named(plan: Plan) -> Iterator[tuple[Argument, Param]]:
    return arguments_of(plan, lambda param: param.names_secret)
