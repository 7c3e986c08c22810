"""Which operations exist, by name. A second operation under a taken name is refused."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeVar

from actions.operations.base import Operation

Op = TypeVar("Op", bound=type[Operation])
_operations: dict[str, Operation] = {}


class DuplicateOperation(Exception):
    """Two operations under one name."""


def register(operation: Op) -> Op:
    """Class decorator: add an operation under its ``name``.

    Raises:
        DuplicateOperation: the name is taken by another class; nothing is changed.
    """
    taken = _operations.get(operation.name)
    if taken is not None and type(taken) is not operation:
        owner = type(taken)
        raise DuplicateOperation(f"Operation '{operation.name}' is already {owner.__module__}.{owner.__qualname__}.")
    _operations[operation.name] = operation()
    return operation


def find(name: str) -> Operation | None:
    """Return the operation with that name, or ``None``."""
    return _operations.get(name)


def all_operations() -> Mapping[str, Operation]:
    """Return every registered operation by name."""
    return MappingProxyType(_operations)
