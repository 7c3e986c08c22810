"""What outcomes may perform, as people are shown it: for the command line and for the manual.

Whoever gives operations gives a provider; the registered ones, shipped or an app's own, are the first.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import yaml
from django.db import DatabaseError

from actions.dialects.daptin.targets import EXECUTE, method_of, service_method
from actions.integrations.documents import Argument
from actions.integrations.documents.values import made_name, slug
from actions.integrations.listing import Described, choices_of, find_arguments, list_operations
from actions.integrations.listing import types_of as types_of_argument
from actions.integrations.store import StoredIntegrations
from actions.operations.base import Effect, Operation, Param
from actions.operations.integrations import NAME as CALL
from actions.operations.params import types_of
from actions.operations.registry import all_operations, find
from entities.errors import did_you_mean

# Types for the examples of operations that a method of its own leads to.
_EXAMPLE_TYPES: Mapping[str, str] = {"respond": "client.notify", "session.switch": "user_account"}
_EXAMPLE_ENTITY = "todo"
OF_A_CALL = "`status`, `headers` and `body`."
# Of an integration named ``shop``, whose document has such an operation.
_OF_INTEGRATION: Mapping[str, str] = {"Type": "shop", "Method": "listOrders"}
_JSON_KINDS: Mapping[str, type] = {
    "string": str,
    "integer": int,
    "number": float,
    "boolean": bool,
    "array": list,
    "object": dict,
}


@dataclass(frozen=True, slots=True)
class Listed:
    """One operation: ``about`` is its docstring, of which ``summary`` is the first line; ``example`` is YAML."""

    name: str
    effect: str
    about: str
    params: tuple[Param, ...]
    is_open: bool
    result: str
    example: str

    @property
    def summary(self) -> str:
        """The line of the lists."""
        return self.about.partition("\n")[0]

    def as_data(self) -> dict[str, Any]:
        """Return the shape that ``list_operations --format json`` prints."""
        return {
            "name": self.name,
            "effect": self.effect,
            "summary": self.summary,
            "about": self.about,
            "parameters": [_param_as_data(param) for param in self.params],
            "open": self.is_open,
            "result": self.result,
            "example": self.example,
        }


class Provider(Protocol):
    """Gives operations."""

    def overview(self) -> Iterable[Listed]:
        """Return what the list without a name shows."""
        ...

    def find(self, name: str) -> Sequence[Listed]:
        """Return what stands under a name: nothing where it is not the provider's."""
        ...

    def suggest(self, name: str) -> str:
        """Return what somebody who wrote a name that nobody knows may have meant, as a question."""
        ...


class Registered:
    """Operations that are classes, by their names."""

    def overview(self) -> Iterable[Listed]:
        return (listed(operation) for _, operation in sorted(all_operations().items()))

    def find(self, name: str) -> Sequence[Listed]:
        operation = find(name)
        return () if operation is None else (listed(operation),)

    def suggest(self, name: str) -> str:
        return did_you_mean(name, all_operations())


class Imported:
    """The operations of an integration under its name; one of them, with its arguments, under ``NAME.operationId``."""

    def overview(self) -> Iterable[Listed]:
        return ()

    def find(self, name: str) -> Sequence[Listed]:
        try:
            return _imported(name)
        except DatabaseError:  # nobody can tell
            return ()

    def suggest(self, name: str) -> str:
        try:
            return _suggestion(name)
        except DatabaseError:
            return ""


PROVIDERS: tuple[Provider, ...] = (Registered(), Imported())


def overview() -> list[Listed]:
    """Return every operation that is listed without being asked for."""
    return [item for provider in PROVIDERS for item in provider.overview()]


def find_listed(name: str) -> Sequence[Listed]:
    """Return what the first provider that knows the name has under it; nothing where none does."""
    return next((found for provider in PROVIDERS if (found := provider.find(name))), ())


def suggest(name: str) -> str:
    """Return what somebody who wrote a name that nobody knows may have meant, as a question; perhaps nothing."""
    return next((hint for provider in reversed(PROVIDERS) if (hint := provider.suggest(name))), "")


def listed(operation: Operation) -> Listed:
    """Return an operation as it is shown."""
    about = inspect.cleandoc(operation.__doc__ or "").replace("``", "`")
    return Listed(
        operation.name,
        operation.effect.value,
        about,
        operation.params,
        operation.open_params,
        _result(operation),
        example_of(operation),
    )


def _imported(name: str) -> Sequence[Listed]:
    for integration in StoredIntegrations():
        if name == integration:
            found = list_operations(integration)
            if len(found) == 1:  # it is shown as one, so with its arguments
                return _one_of_integration(integration, found[0].id)
            return [_of_integration(integration, one, ()) for one in found]
        if name.startswith(f"{integration}."):
            return _one_of_integration(integration, name.removeprefix(f"{integration}."))
    return ()


def _suggestion(name: str) -> str:
    stored = StoredIntegrations()
    if name in stored:
        return "The document of the integration of that name has none."
    for integration in stored:
        if name.startswith(f"{integration}."):
            return did_you_mean(name.removeprefix(f"{integration}."), stored[integration].ids())
    return did_you_mean(name, stored)


def _one_of_integration(integration: str, written: str) -> Sequence[Listed]:
    known = StoredIntegrations()[integration]
    operation = known.find(written)
    if operation is None:
        return ()
    summary = operation.summary or operation.description
    described = Described(operation.id, operation.method, operation.path, summary, operation.deprecated)
    return (_of_integration(integration, described, find_arguments(integration, operation.id)),)


def _of_integration(integration: str, operation: Described, arguments: Sequence[Argument]) -> Listed:
    params = tuple(
        Param(
            one.name,
            _kinds_of(one),
            " ".join(one.description.split()),
            required=one.required,
            choices=choices_of(one),
        )
        for one in arguments
    )
    method = service_method(operation.id, made_name(operation.method, operation.path))
    outcome = {"Type": integration, "Method": method, "Reference": "answer"}
    needed = {one.name: f"~{slug(one.name)}" for one in arguments if one.required}
    example: str = yaml.safe_dump(
        [outcome | ({"Attributes": needed} if needed else {})], sort_keys=False, allow_unicode=True, width=110
    )
    return Listed(operation.id, Effect.EXTERNAL.value, str(operation), params, False, OF_A_CALL, example)


def _kinds_of(argument: Argument) -> tuple[type, ...]:
    kinds = tuple(_JSON_KINDS[kind] for kind in types_of_argument(argument) if kind in _JSON_KINDS)
    return kinds or (object,)


def example_of(operation: Operation) -> str:
    """Return the operation's example as an outcome, a list of one in YAML."""
    method = method_of(operation.name)
    kind = operation.name if method == EXECUTE else _EXAMPLE_TYPES.get(operation.name, _EXAMPLE_ENTITY)
    outcome: dict[str, Any] = {"Type": kind, "Method": method}
    if operation.name == CALL:
        outcome = dict(_OF_INTEGRATION)
    if operation.example:
        outcome = {**outcome, "Attributes": dict(operation.example)}
    text: str = yaml.safe_dump([outcome], sort_keys=False, allow_unicode=True, width=110)
    return text


def _result(operation: Operation) -> str:
    """Say what a reference to the result holds, as far as it is known without a definition."""
    if operation.gives:
        return operation.gives
    columns = operation.shape({}).columns
    return "a value." if columns is None else f"{', '.join(f'`{name}`' for name in sorted(columns))}."


def _param_as_data(param: Param) -> dict[str, Any]:
    return {
        "name": param.name,
        "type": types_of(param),
        "required": param.required,
        "choices": list(param.choices),
        "description": param.description,
    }
