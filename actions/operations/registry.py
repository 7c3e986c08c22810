"""Which operations exist, by name. A second operation under a taken name is refused."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeVar

from django.core.exceptions import ImproperlyConfigured

from actions.operations.base import Operation

Op = TypeVar("Op", bound=type[Operation])
_operations: dict[str, Operation] = {}


class RefusedOperation(ImproperlyConfigured):
    """A class that cannot be registered: which one, why, and what to do."""

    def __init__(self, operation: type, fault: str, remedy: str) -> None:
        super().__init__(f"{operation.__module__}.{operation.__qualname__} {fault} {remedy}")


class DuplicateOperation(RefusedOperation):
    """Two operations under one name."""


def register(operation: Op) -> Op:
    """Class decorator: add an operation under its ``name``. What else it declares is checked by Django's checks.

    Raises:
        DuplicateOperation: the name is taken by another class; nothing is changed.
        RefusedOperation: it is no operation, has no name, or wants arguments to be made.
    """
    if not (isinstance(operation, type) and issubclass(operation, Operation)):
        raise RefusedOperation(operation, "is no operation.", "Derive it from actions.operations.base.Operation.")
    name = getattr(operation, "name", None)
    if not isinstance(name, str):
        raise RefusedOperation(operation, "has no name.", 'Give it one, such as name = "shop.reserve".')
    taken = _operations.get(name)
    if taken is not None and type(taken) is not operation:
        owner = f"{type(taken).__module__}.{type(taken).__qualname__}"
        raise DuplicateOperation(operation, f"is named '{name}' as {owner} is.", "Give it another name.")
    try:
        _operations[name] = operation()
    except TypeError:
        raise RefusedOperation(operation, "wants arguments to be made.", "Leave out its '__init__'.") from None
    return operation


def find(name: str) -> Operation | None:
    """Return the operation with that name, or ``None``."""
    return _operations.get(name)


def all_operations() -> Mapping[str, Operation]:
    """Return every registered operation by name."""
    return MappingProxyType(_operations)
