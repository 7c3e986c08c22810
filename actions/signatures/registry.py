"""Which signature schemes exist, by name. A second scheme under a taken name is refused."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeVar

from actions.signatures.base import Scheme
from actions.signatures.errors import DuplicateScheme

Plugin = TypeVar("Plugin", bound=type[Scheme])
_schemes: dict[str, Scheme] = {}


def register(scheme: Plugin) -> Plugin:
    """Class decorator: add a scheme under its ``name``.

    Raises:
        DuplicateScheme: the name is taken by another class; nothing is changed.
    """
    taken = _schemes.get(scheme.name)
    if taken is not None and type(taken) is not scheme:
        owner = type(taken)
        raise DuplicateScheme(f"Scheme '{scheme.name}' is already {owner.__module__}.{owner.__qualname__}.")
    _schemes[scheme.name] = scheme()
    return scheme


def find(name: str) -> Scheme | None:
    """Return the scheme with that name, or ``None``."""
    return _schemes.get(name)


def all_schemes() -> Mapping[str, Scheme]:
    """Return every registered scheme by name."""
    return MappingProxyType(_schemes)
